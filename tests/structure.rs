//! The layers of DESIGN.md, checked against the `use crate::` lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The exports of `lib.rs`: those of the public API, and those for some modules only.
const EXPORTS: &str = "the exports";

/// A module, and the modules and exports that it may use.
const EDGES: [(&str, &[&str]); 21] = [
    ("excerpt", &[]),
    ("der", &[]),
    ("json", &[]),
    ("integer_pair", &["der"]),
    ("backend", &[]),
    // Schemes do not depend on names or on key encodings.
    ("scheme", &["backend", "integer_pair"]),
    // A row determines the scheme of a name.
    ("algorithm", &["excerpt", "scheme"]),
    ("error", &["algorithm", "der"]),
    ("message", &["algorithm", "error"]),
    // Reads text that is not accepted.
    ("text", &[]),
    (
        "public_key",
        &["algorithm", "der", "error", "excerpt", "scheme", "text"],
    ),
    ("verify", &["algorithm", "error", "message", "public_key", "scheme"]),
    (
        "signature",
        &["algorithm", "error", "integer_pair", "message", "verify"],
    ),
    // Diagnosis is separate from verification: no module here may use it. `scheme::shown` is its access to the schemes.
    (
        "diagnosis",
        &[
            "algorithm",
            "der",
            "error",
            "integer_pair",
            "message",
            "public_key",
            "scheme",
            "text",
            "undress",
        ],
    ),
    // The outermost room: used by diagnosis alone.
    (
        "undress",
        &["algorithm", "der", "error", "integer_pair", "public_key", "text"],
    ),
    ("key_ring", &[EXPORTS]),
    ("response", &["excerpt", "json", EXPORTS]),
    ("jws", &["excerpt", "json", "public_key", EXPORTS]),
    ("serialization", &[EXPORTS]),
    ("traits", &["der", EXPORTS]),
    // Documentation only.
    ("guide", &[]),
];

#[test]
fn modules_use_only_allowed_modules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    for path in sources(&src) {
        let under = path.strip_prefix(&src).unwrap().with_extension("");
        let module = under.iter().next().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        if module == "lib" {
            let private = code(&text).find(|line| line.contains("use ") && !line.starts_with("pub use "));
            assert_eq!(private, None, "lib.rs only exports");
            continue;
        }
        let (_, allowed) = EDGES
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("no layer for {module}"));
        for used in code(&text).collect::<String>().split("crate::").skip(1).flat_map(names) {
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{} uses {used}",
                path.display()
            );
            seen.insert((module.clone(), used));
        }
    }
    assert!(seen.len() >= 12, "the lines were not found: {seen:?}");
}

/// The first component of the path, or of each path in the list, that follows `crate::`: a module or an export.
fn names(path: &str) -> Vec<String> {
    let paths = match path.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap(),
        None => path.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap(),
    };
    let first = |path: &str| path.trim().split("::").next().unwrap().to_owned();
    paths
        .split(',')
        .map(first)
        .filter(|name| !name.is_empty())
        .map(|name| {
            if name.starts_with(char::is_uppercase) {
                EXPORTS.to_owned()
            } else {
                name
            }
        })
        .collect()
}

/// Lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// One file selects the arithmetic, and one mechanism disables families: no other file depends on a backend, and no
/// scheme on the features of families.
#[test]
fn only_the_backend_knows_which_arithmetic_runs() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&src) {
        let under = path.strip_prefix(&src).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let names_backend =
            code(&text).any(|line| line.contains("kms_verify_backend") || line.contains("kms_verify_arith"));
        assert!(!names_backend || under.starts_with("backend.rs"), "{}", path.display());
        if under.starts_with("scheme") || under.starts_with("diagnosis") || under.starts_with("public_key") {
            let families = ["rsa", "ecdsa", "ed25519", "ml-dsa", "sm2"].map(|family| format!("feature = \"{family}\""));
            let of_family = code(&text).find(|line| families.iter().any(|family| line.contains(family)));
            assert_eq!(of_family, None, "{}", path.display());
        }
    }
}
