//! Key rings read from a directory.

#![cfg(all(feature = "default", feature = "json"))]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{KeyDirectoryProblem, KeyFile, KeyFileError, KeyRing, KeyRingError, PublicKey, SigningAlgorithm};

const RSA: &str = "tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw/public_key";
const P256: &str = "tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1/public_key";
const ED25519: &str = "tests/vectors/kms/stackd-ed25519-pure-raw/public_key";

const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// An empty directory for this test.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("key-ring-directory")
        .join(name);
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).unwrap();
    path
}

fn key(name: &str) -> PublicKey {
    PublicKey::from_der(&fs::read(format!("{name}.der")).unwrap()).unwrap()
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
}

fn response(arn: &str, name: &str) -> String {
    let key = STANDARD.encode(fs::read(format!("{name}.der")).unwrap());
    format!(r#"{{"KeyId": "{arn}", "PublicKey": "{key}", "KeyUsage": "SIGN_VERIFY"}}"#)
}

fn names(ring: &KeyRing) -> Vec<&str> {
    ring.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn every_file_has_the_names_in_the_table() {
    let path = directory("names");
    fs::create_dir_all(path.join("alias/team/.hidden")).unwrap();
    fs::create_dir_all(path.join("other")).unwrap();
    fs::write(path.join("a.json"), response(&arn(ID), RSA)).unwrap();
    fs::copy(format!("{P256}.pem"), path.join("p256.pem")).unwrap();
    fs::copy(format!("{ED25519}.der"), path.join("ed25519.der")).unwrap();
    fs::write(
        path.join("base64.pem"),
        STANDARD.encode(fs::read(format!("{P256}.der")).unwrap()),
    )
    .unwrap();
    fs::write(path.join("alias/signing.json"), response(&arn("mrk-1"), P256)).unwrap();
    fs::copy(format!("{ED25519}.pem"), path.join("alias/team/pem.pem")).unwrap();
    // Ignored.
    fs::write(path.join("README"), "not a key").unwrap();
    fs::create_dir(path.join("directory.json")).unwrap();
    fs::write(path.join("other/broken.json"), "{").unwrap();
    fs::write(path.join("alias/team/.hidden/broken.json"), "{").unwrap();

    let ring = KeyRing::from_dir(&path).unwrap();
    let mut expected = [
        arn(ID).as_str(),
        "p256",
        "ed25519",
        "base64",
        arn("mrk-1").as_str(),
        "alias/signing",
        "arn:aws:kms:us-east-1:111122223333:alias/signing",
        "alias/team/pem",
    ]
    .map(str::to_owned);
    let mut found = names(&ring);
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(ring.get("alias/signing").unwrap(), &key(P256));
    assert_eq!(ring.get("alias/team/pem").unwrap(), &key(ED25519));

    let arn_of = |name: &str| ring.key_arn(name).unwrap().map(|arn| arn.as_str().to_owned());
    assert_eq!(arn_of("alias/signing"), Some(arn("mrk-1")));
    assert_eq!(
        arn_of("arn:aws:kms:us-east-1:111122223333:alias/signing"),
        Some(arn("mrk-1"))
    );
    assert_eq!(arn_of("mrk-1"), Some(arn("mrk-1")));
    assert_eq!(
        arn_of("arn:aws:kms:eu-west-1:111122223333:key/mrk-1"),
        Some(arn("mrk-1"))
    );
    assert_eq!(arn_of("alias/team/pem"), None);
    assert_eq!(arn_of("p256"), None);
    assert!(ring.key_arn("alias/unknown").is_err());
}

#[test]
fn an_alias_has_the_arn_of_a_key_or_none() {
    let path = directory("no-arn");
    fs::create_dir(path.join("alias")).unwrap();
    // KMS always returns the key ARN.
    fs::write(path.join("alias/a.json"), response(ID, RSA)).unwrap();
    let alias_arn = "arn:aws:kms:us-east-1:111122223333:alias/other";
    fs::write(path.join("alias/b.json"), response(alias_arn, RSA)).unwrap();
    let ring = KeyRing::from_dir(&path).unwrap();
    for name in ["alias/a", "alias/b", alias_arn] {
        assert_eq!(ring.key_arn(name).unwrap(), None, "{name}");
    }
    assert_eq!(ring.len(), 4);
}

#[test]
fn a_name_for_two_arns_has_no_arn() {
    let path = directory("two-arns");
    fs::create_dir(path.join("alias")).unwrap();
    let other = format!("arn:aws:kms:eu-west-1:111122223333:key/{ID}");
    // The content determines the format, so both are responses. The alias ARNs differ in their Regions.
    fs::write(path.join("alias/a.json"), response(&arn(ID), RSA)).unwrap();
    fs::write(path.join("alias/a.pem"), response(&other, RSA)).unwrap();
    let ring = KeyRing::from_dir(&path).unwrap();
    for name in ["alias/a", ID] {
        assert_eq!(ring.get(name).unwrap(), &key(RSA));
        assert_eq!(ring.key_arn(name).unwrap(), None);
    }
    let alias_arn = "arn:aws:kms:eu-west-1:111122223333:alias/a";
    assert_eq!(ring.key_arn(alias_arn).unwrap().unwrap().as_str(), other);
}

#[test]
fn a_directory_is_read_whole_or_not_at_all() {
    let path = directory("whole");
    fs::write(path.join("a.json"), response(&arn(ID), RSA)).unwrap();
    let mut ring = KeyRing::from_dir(&path).unwrap();
    let bad = path.join("b.json");
    let mut rejected = |is_expected: fn(&KeyDirectoryProblem) -> bool| {
        let error = ring.reload(&path).unwrap_err();
        assert!(is_expected(error.problem()), "{error:?}");
        assert_eq!(error.path(), bad, "{error}");
        assert!(
            error.to_string().starts_with(&format!("{}: ", bad.display())),
            "{error}"
        );
        assert_eq!(names(&ring), [arn(ID)]);
        fs::remove_file(&bad).unwrap();
    };

    fs::write(&bad, "{").unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::KeyFile(KeyFileError::Response(_))));
    fs::write(&bad, "not a key").unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::KeyFile(KeyFileError::PublicKey(_))));
    fs::write(&bad, response("arn:aws:s3:::bucket", P256)).unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::KeyFile(KeyFileError::KeyId(_))));
    fs::write(&bad, response(&arn(ID), P256)).unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::Name(KeyRingError::DifferentKey { .. })));
    // Exactly 64 KiB are accepted: the error is about the name.
    let response = response(&arn(ID), P256);
    fs::write(&bad, format!("{response}{}", " ".repeat((64 << 10) - response.len()))).unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::Name(_)));
    fs::write(
        &bad,
        format!("{response}{}", " ".repeat((64 << 10) + 1 - response.len())),
    )
    .unwrap();
    rejected(|problem| matches!(problem, KeyDirectoryProblem::TooLong));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", &bad).unwrap();
        rejected(|problem| matches!(problem, KeyDirectoryProblem::File(_)));
        std::os::unix::fs::symlink("/dev/null", &bad).unwrap();
        rejected(|problem| matches!(problem, KeyDirectoryProblem::NotRegular));
    }

    let error = ring.reload(path.join("missing")).unwrap_err();
    assert!(
        matches!(error.problem(), KeyDirectoryProblem::Directory(_)),
        "{error:?}"
    );
    let error = ring.reload(directory("no-keys")).unwrap_err();
    assert!(matches!(error.problem(), KeyDirectoryProblem::NoKeys), "{error:?}");
    assert_eq!(names(&ring), [arn(ID)]);
}

#[test]
fn a_key_for_another_usage_is_reported_as_such() {
    let path = directory("purpose");
    let text = response(&arn(ID), RSA).replace("SIGN_VERIFY", "ENCRYPT_DECRYPT");
    fs::write(path.join("a.json"), text).unwrap();
    let error = KeyRing::from_dir(&path).unwrap_err().to_string();
    assert!(error.ends_with("remove this key from the key ring"), "{error}");
}

/// Whatever the content is: white space counts, too.
#[test]
fn a_key_file_of_more_than_64_kib_is_rejected() {
    let der = fs::read(format!("{P256}.der")).unwrap();
    let pem = fs::read_to_string(format!("{P256}.pem")).unwrap();
    for text in [response(&arn(ID), P256), STANDARD.encode(der), pem] {
        let of_length = |length: usize| format!("{text}{}", "\n".repeat(length - text.len()));
        assert!(KeyFile::from_bytes(text.as_bytes()).is_ok());
        let error = KeyFile::from_bytes(of_length((64 << 10) + 1).as_bytes()).unwrap_err();
        assert!(error.to_string().contains("65536"), "{error}");
    }
    for text in [response(&arn(ID), P256), STANDARD.encode([0x30; 100])] {
        let longest = format!("{text}{}", "\n".repeat((64 << 10) - text.len()));
        let (longest, whole) = (
            KeyFile::from_bytes(longest.as_bytes()),
            KeyFile::from_bytes(text.as_bytes()),
        );
        assert_eq!(longest, whole);
    }
}

#[test]
#[cfg(not(kms_verify_backend = "portable"))]
fn tables_are_kept_for_keys_that_did_not_change() {
    let path = directory("tables");
    fs::create_dir(path.join("alias")).unwrap();
    fs::write(path.join("alias/a.json"), response(&arn("a"), P256)).unwrap();
    fs::write(path.join("b.json"), response(&arn("b"), ED25519)).unwrap();
    let mut ring = KeyRing::from_dir(&path).unwrap();
    // The key and its aliases share one table, whichever name is used.
    for name in [arn("a").as_str(), "alias/a"] {
        for _ in 0..20 {
            drop(ring.verifying_key(name, SigningAlgorithm::EcdsaSha256).unwrap());
        }
    }
    let of_one = ring.table_size();
    assert!(of_one > 0);
    ring.precompute();
    let of_both = ring.table_size();
    assert!(of_both > of_one);

    let before = ring.clone();
    fs::rename(path.join("alias/a.json"), path.join("alias/renamed.json")).unwrap();
    fs::write(path.join("b.json"), response(&arn("b"), RSA)).unwrap();
    ring.reload(&path).unwrap();
    let key = ring
        .verifying_key("alias/renamed", SigningAlgorithm::EcdsaSha256)
        .unwrap();
    assert!(key.table_size() > 0);
    // A clone is not affected, and keeps the tables of the removed key.
    assert_eq!(names(&before).len(), 4);
    assert_eq!(before.get("b").unwrap(), &self::key(ED25519));
    assert_eq!(ring.table_size(), of_both);
    drop(before);
    assert_eq!(ring.table_size(), of_one);
}

/// Keys that were inserted one by one have tables for each name, and any of them may be the one with tables.
#[test]
#[cfg(not(kms_verify_backend = "portable"))]
fn tables_are_kept_whichever_name_has_them() {
    let path = directory("tables-of-one-name");
    for name in ["a", "b", "c"] {
        fs::copy(format!("{P256}.pem"), path.join(format!("{name}.pem"))).unwrap();
    }
    for used in ["a", "b", "c"] {
        let mut ring = KeyRing::new();
        for name in ["a", "b", "c"] {
            ring.insert(name, key(P256)).unwrap();
        }
        for _ in 0..40 {
            drop(ring.verifying_key(used, SigningAlgorithm::EcdsaSha256).unwrap());
        }
        let of_one = ring.table_size();
        assert!(of_one > 0);
        ring.reload(&path).unwrap();
        assert_eq!(ring.table_size(), of_one, "{used}");
    }
}

/// Without the aliases, the ring would not be whole.
#[test]
#[cfg(unix)]
fn aliases_behind_a_broken_link_are_an_error() {
    let path = directory("broken-alias");
    fs::copy(format!("{P256}.pem"), path.join("a.pem")).unwrap();
    let alias = path.join("alias");
    for target in ["nowhere", "alias"] {
        std::os::unix::fs::symlink(target, &alias).unwrap();
        let error = KeyRing::from_dir(&path).unwrap_err();
        assert!(matches!(error.problem(), KeyDirectoryProblem::File(_)), "{error:?}");
        assert_eq!(error.path(), alias);
        fs::remove_file(&alias).unwrap();
    }
    // A file with this name is ignored, as all files without extension are.
    fs::write(&alias, "").unwrap();
    assert_eq!(names(&KeyRing::from_dir(&path).unwrap()), ["a"]);
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_not_utf_8_are_not_names_of_keys() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let path = directory("not-utf-8");
    fs::copy(format!("{P256}.pem"), path.join("a.pem")).unwrap();
    let hidden = path.join("alias").join(OsStr::from_bytes(b".\xff"));
    fs::create_dir_all(&hidden).unwrap();
    fs::write(hidden.join("broken.json"), "{").unwrap();
    assert_eq!(names(&KeyRing::from_dir(&path).unwrap()), ["a"]);

    for file in [&b"\xff.pem"[..], b"alias/\xff.pem", b"alias/\xff/b.pem"] {
        let file = path.join(OsStr::from_bytes(file));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::copy(format!("{P256}.pem"), &file).unwrap();
        let error = KeyRing::from_dir(&path).unwrap_err();
        assert!(matches!(error.problem(), KeyDirectoryProblem::Name(_)), "{error:?}");
        assert_eq!(error.path(), file);
        fs::remove_file(&file).unwrap();
    }
}

/// The stack does not limit the depth.
#[test]
fn directories_of_aliases_can_be_deep() {
    let path = directory("deep");
    let deep: PathBuf = (0..400).map(|_| "a").collect();
    fs::create_dir_all(path.join("alias").join(&deep)).unwrap();
    fs::copy(format!("{P256}.pem"), path.join("alias").join(&deep).join("a.pem")).unwrap();
    let reader = std::thread::Builder::new().stack_size(256 << 10);
    let ring = reader
        .spawn(|| KeyRing::from_dir(path).unwrap())
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(names(&ring), [format!("alias/{}a", "a/".repeat(400))]);
}

/// Like the kubelet: the files are links through `..data`, which points to the directory of one version.
#[cfg(unix)]
mod config_map {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    const FILES: usize = 24;

    /// Makes a version current. The names of all its keys contain its number.
    fn publish(path: &Path, version: usize, key: &str) {
        let directory = format!("..version-{version}");
        fs::create_dir_all(path.join(&directory).join("alias")).unwrap();
        for file in 0..FILES {
            let text = response(&arn(&format!("{version}-{file}")), key);
            fs::write(path.join(&directory).join(format!("{file}.json")), text).unwrap();
        }
        let text = response(&arn(&format!("{version}-alias")), key);
        fs::write(path.join(&directory).join("alias/a.json"), text).unwrap();
        let new = path.join("..data_tmp");
        symlink(&directory, &new).unwrap();
        fs::rename(&new, path.join("..data")).unwrap();
        if let Some(before) = version.checked_sub(1) {
            drop(fs::remove_dir_all(path.join(format!("..version-{before}"))));
        }
    }

    fn mount(name: &str) -> PathBuf {
        let path = directory(name);
        publish(&path, 0, P256);
        for file in 0..FILES {
            symlink(format!("..data/{file}.json"), path.join(format!("{file}.json"))).unwrap();
        }
        symlink("..data/alias", path.join("alias")).unwrap();
        path
    }

    #[test]
    fn links_are_followed() {
        let path = mount("config-map");
        let mut ring = KeyRing::from_dir(&path).unwrap();
        assert_eq!(ring.len(), FILES + 3);
        assert_eq!(ring.get("alias/a").unwrap(), &key(P256));
        publish(&path, 1, ED25519);
        ring.reload(&path).unwrap();
        assert_eq!(ring.len(), FILES + 3);
        assert_eq!(ring.get("alias/a").unwrap(), &key(ED25519));
    }

    #[test]
    fn versions_are_never_mixed() {
        let path = mount("config-map-swapped");
        let is_over = AtomicBool::new(false);
        let read = thread::scope(|scope| {
            let kubelet = scope.spawn(|| {
                let mut version = 0;
                while !is_over.load(Ordering::Relaxed) {
                    version += 1;
                    publish(&path, version, P256);
                }
            });
            // This thread must not panic while the other runs.
            let mut read = Vec::new();
            for _ in 0..2_000 {
                let mut ring = KeyRing::new();
                read.push(ring.reload(&path).map(|()| versions(&ring)));
                if read.iter().filter(|read| read.is_ok()).count() == 20 {
                    break;
                }
            }
            is_over.store(true, Ordering::Relaxed);
            kubelet.join().unwrap();
            read
        });
        assert!(read.iter().any(Result::is_ok));
        for read in read {
            match read {
                Ok(versions) => assert_eq!(versions, [(versions[0].0.clone(), FILES + 1)]),
                Err(error) => assert!(matches!(error.problem(), KeyDirectoryProblem::Changing), "{error:?}"),
            }
        }
    }

    /// The versions in the names of a ring, with the number of keys of each.
    fn versions(ring: &KeyRing) -> Vec<(String, usize)> {
        let mut versions = std::collections::BTreeMap::new();
        for (name, _) in ring.iter() {
            let id = name.as_str().rsplit_once('/').map_or("", |(_, id)| id);
            if let Some((version, _)) = id.split_once('-') {
                *versions.entry(version.to_owned()).or_default() += 1;
            }
        }
        versions.into_iter().collect()
    }
}
