//! The layers of DESIGN.md, checked against the `use crate::` lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What `lib.rs` exports: all that the world sees, and all that some modules see.
const EXPORTS: &str = "the exports";

/// A module, and what it may use of the crate.
const EDGES: [(&str, &[&str]); 15] = [
    ("excerpt", &[]),
    ("der", &[]),
    ("integer_pair", &["der"]),
    ("backend", &[]),
    // Schemes know no names, and no way in which a key is written down.
    ("scheme", &["backend", "integer_pair"]),
    // A row says which scheme a name stands for.
    ("algorithm", &["excerpt", "scheme"]),
    ("error", &["algorithm", "der"]),
    ("message", &["algorithm", "error"]),
    ("public_key", &["algorithm", "der", "error", "excerpt", "scheme"]),
    ("verify", &["algorithm", "error", "message", "public_key", "scheme"]),
    (
        "signature",
        &["algorithm", "error", "integer_pair", "message", "verify"],
    ),
    // Stands beside verification. Nothing here may use it. It asks the schemes what a signature shows: `scheme::shown`.
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
        ],
    ),
    ("key_ring", &[EXPORTS]),
    ("response", &["excerpt", EXPORTS]),
    ("serialization", &[EXPORTS]),
];

#[test]
fn modules_use_only_what_their_layer_may() {
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

/// What stands first in the path, or in each path of the list, that follows `crate::`: a module, or an export.
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

/// One file chooses the arithmetic, and one trick leaves families out: no other file depends on a backend, and no scheme on
/// the features of families.
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
