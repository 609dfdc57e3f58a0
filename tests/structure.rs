//! Which module may use which: the layers of DESIGN.md, held against the `use crate::` lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module, and what it may use of the crate.
const EDGES: [(&str, &[&str]); 7] = [
    ("algorithm", &["error"]),
    ("error", &["algorithm"]),
    ("message", &["algorithm", "error"]),
    ("der", &[]),
    // Schemes know no names, and no way in which a key is written down.
    ("scheme", &["der"]),
    ("public_key", &["algorithm", "der", "error", "scheme"]),
    ("verify", &["algorithm", "error", "message", "public_key", "scheme"]),
];

#[test]
fn modules_use_only_what_their_layer_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    for path in sources(&src) {
        let under = path.strip_prefix(&src).unwrap().with_extension("");
        let module = under.iter().next().unwrap().to_str().unwrap().to_owned();
        if module == "lib" {
            continue;
        }
        let (_, allowed) = EDGES
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("no layer for {module}"));
        let text = fs::read_to_string(&path).unwrap();
        for used in code(&text).flat_map(|line| line.split("crate::").skip(1)) {
            let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
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
