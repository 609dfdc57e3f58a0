//! Advisories of crates that the verifier depends on, whether or not they affect it: aws-lc-sys RUSTSEC-2026-0044 to
//! -0048, ring RUSTSEC-2025-0009, keccak RUSTSEC-2026-0012, rsa RUSTSEC-2023-0071.

use std::fs;
use std::path::Path;

/// Every advisory that `scripts/advisories` ignores is one of a crate in `Cargo.lock`, and is explained to users; every
/// RustSec advisory that is explained to users is ignored for that reason.
#[test]
fn advisories_are_triaged_in_both_places() {
    let read = |file: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (deny, security, lock) = (read("deny.toml"), read("SECURITY.md"), read("Cargo.lock"));
    let quoted = |line: &str| -> Vec<String> { line.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let ignored: Vec<_> = deny
        .lines()
        .filter(|line| line.trim_start().starts_with("{ id = "))
        .map(|line| match quoted(line).as_slice() {
            [id, reason] => (id.clone(), reason.split(',').next().unwrap().to_owned()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(!ignored.is_empty());
    for (id, name) in &ignored {
        assert!(lock.contains(&format!("name = \"{name}\"\n")), "{id}: {name} is gone");
        assert!(
            security.contains(&format!("- `{name}`, {id}")),
            "{id} is not in SECURITY.md"
        );
    }
    for id in security
        .split("RUSTSEC-")
        .skip(1)
        .map(|rest| format!("RUSTSEC-{}", &rest[..9]))
    {
        assert!(
            ignored.iter().any(|(ignored, _)| *ignored == id),
            "{id} is not in deny.toml"
        );
    }
}
