//! Which names find which keys.

use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher as _, BuildHasherDefault};

use kms_verify::{Error, GetPublicKeyResponse, KeyId, KeyRing, KeyRingError, SigningAlgorithm};
use kms_verify_testing::response::{ARN, Response};

use super::*;

/// Which names find a key in the ring, and which do not.
#[test]
fn names_find_only_their_keys() {
    let (ours, _) = p256();
    let all = [
        ARN,
        KEY_ID,
        OTHER_ACCOUNT,
        OTHER_REGION,
        OTHER_PARTITION,
        MRK,
        MRK_ID,
        MRK_REPLICA,
        MRK_OTHER_ACCOUNT,
        MRK_OTHER_PARTITION,
        NO_MRK,
        NO_MRK_ID,
        NO_MRK_OTHER_REGION,
        ALIAS,
        ALIAS_ARN,
    ];
    for (held, found_by) in [
        (ARN, &[ARN, KEY_ID][..]),
        (KEY_ID, &[KEY_ID]),
        (OTHER_REGION, &[OTHER_REGION, KEY_ID]),
        (MRK, &[MRK, MRK_REPLICA, MRK_ID]),
        (MRK_REPLICA, &[MRK, MRK_REPLICA, MRK_ID]),
        (MRK_OTHER_PARTITION, &[MRK_OTHER_PARTITION, MRK_ID]),
        (MRK_ID, &[MRK_ID]),
        // Only ids that begin with mrk- belong to multi-Region keys.
        (NO_MRK, &[NO_MRK, NO_MRK_ID]),
        (ALIAS, &[ALIAS]),
        (ALIAS_ARN, &[ALIAS_ARN]),
    ] {
        let mut ring = ring(&[(held, &ours)]);
        assert!(!ring.is_empty());
        for name in all {
            let found = ring.get_key_value(name);
            assert_eq!(found.is_ok(), found_by.contains(&name), "{held} by {name}: {found:?}");
            assert!(found.is_err() || found == Ok((&held.parse().unwrap(), &ours.public_key())));
            assert_eq!(ring.get(name).ok(), found.ok().map(|(_, key)| key));
            // KeyId compares names as the ring does.
            let (asked, known): (KeyId, KeyId) = (name.parse().unwrap(), held.parse().unwrap());
            assert_eq!(asked.names(&known), found_by.contains(&name), "{held} by {name}");
            assert_eq!(asked == known, asked.names(&known) && known.names(&asked));
        }
        // Removing a key requires its own name.
        for name in all {
            if name != held && (ring.get(name).is_err() || [KEY_ID, MRK_ID].contains(&name)) {
                assert_eq!(ring.remove(name), Ok(None), "{held} by {name}");
            }
        }
        assert_eq!(ring.remove(held), Ok(Some(ours.public_key())));
        assert!(ring.is_empty());
    }
    // Names are case-sensitive, and never truncated or completed.
    let ring = ring(&[(ARN, &ours), (ALIAS, &ours)]);
    for name in [
        &ARN.to_uppercase()[..],
        &KEY_ID.to_uppercase(),
        &KEY_ID[..35],
        "alias/Release-signing",
        "release-signing",
    ] {
        assert!(ring.get(name).is_err(), "{name}");
    }
}

#[test]
fn a_key_id_of_different_keys_is_ambiguous() {
    let (ours, theirs) = p256();
    for (first, second, key_id) in [
        (ARN, OTHER_ACCOUNT, KEY_ID),
        (ARN, OTHER_REGION, KEY_ID),
        (ARN, OTHER_PARTITION, KEY_ID),
        (KEY_ID, ARN, KEY_ID),
        (ARN, KEY_ID, KEY_ID),
        (MRK, MRK_OTHER_ACCOUNT, MRK_ID),
    ] {
        let mut ring = ring(&[(first, &ours), (second, &theirs)]);
        let mut names: [KeyId; 2] = [first, second].map(|name| name.parse().unwrap());
        names.sort();
        let error = KeyRingError::AmbiguousKeyId {
            given: key_id.into(),
            first: names[0].as_str().into(),
            second: names[1].as_str().into(),
        };
        assert_eq!(ring.get(key_id), Err(error.clone()));
        assert_eq!(ring.verify(&sign_response(&ours, key_id), ours.message()), Err(error));
        // Their ARNs still distinguish them.
        for (name, vector) in [(first, &ours), (second, &theirs)] {
            if name != key_id {
                ring.verify(&sign_response(vector, name), vector.message()).unwrap();
            }
        }
        // If all names belong to the same key, the key ID is unambiguous.
        ring.replace(second, ours.public_key()).unwrap();
        assert_eq!(ring.len(), 2);
        assert_eq!(ring.get(key_id), Ok(&ours.public_key()));
        ring.replace(second, theirs.public_key()).unwrap();
        ring.remove(first).unwrap();
        assert_eq!(ring.get(key_id), Ok(&theirs.public_key()));
    }
    // However many names the same key has, a single different key with the ID makes it ambiguous, until it is removed.
    let mut ring = ring(&[
        (ARN, &ours),
        (OTHER_ACCOUNT, &ours),
        (OTHER_REGION, &ours),
        (KEY_ID, &ours),
    ]);
    for name in [ARN, OTHER_ACCOUNT, OTHER_REGION, KEY_ID] {
        assert_eq!(ring.get(KEY_ID), Ok(&ours.public_key()));
        ring.replace(name, theirs.public_key()).unwrap();
        let error = ring.get(KEY_ID).unwrap_err();
        assert!(matches!(error, KeyRingError::AmbiguousKeyId { .. }), "{name}: {error}");
        ring.remove(name).unwrap();
        if name != KEY_ID {
            assert_eq!(ring.get(KEY_ID), Ok(&ours.public_key()));
            ring.insert(name, ours.public_key()).unwrap();
        }
    }
    assert_eq!(ring.len(), 3);
}

#[test]
fn only_replace_changes_the_key_of_a_name() {
    let (ours, theirs) = p256();
    for (held, again) in [
        (ARN, ARN),
        (KEY_ID, KEY_ID),
        (ALIAS, ALIAS),
        (MRK, MRK),
        (MRK, MRK_REPLICA),
    ] {
        let mut ring = ring(&[(held, &ours)]);
        let error = KeyRingError::DifferentKey {
            key_id: held.into(),
            held: ours.public_key().fingerprint(),
            given: theirs.public_key().fingerprint(),
        };
        assert_eq!(ring.insert(again, theirs.public_key()), Err(error.clone()));
        let response = Response::get_public_key(&theirs, again);
        let response = GetPublicKeyResponse::from_json(response.cli().as_bytes()).unwrap();
        assert_eq!(ring.insert_response(&response), Err(error));
        assert_eq!(ring.get(held), Ok(&ours.public_key()));
        assert_eq!(ring.insert(again, ours.public_key()), Ok(()));
        assert_eq!(ring.len(), 1);

        assert_eq!(ring.replace(again, theirs.public_key()), Ok(Some(ours.public_key())));
        assert_eq!(ring.get(held), Ok(&theirs.public_key()));
        // No tables of the first key are left.
        ring.verify(&sign_response(&theirs, again), theirs.message()).unwrap();
        assert_eq!(
            ring.verify(&sign_response(&ours, again), ours.message()),
            Err(Error::InvalidSignature.into())
        );
        assert_eq!(ring.len(), 1);
    }
    let mut ring = KeyRing::new();
    assert_eq!(ring.replace(ARN, ours.public_key()), Ok(None));
    assert_eq!(
        ring.iter().collect::<Vec<_>>(),
        [(&ARN.parse().unwrap(), &ours.public_key())]
    );
    assert_eq!(ring.remove(ARN), Ok(Some(ours.public_key())));
    assert_eq!(ring.remove(ARN), Ok(None));
    assert!(ring.is_empty());
}

#[test]
fn names_that_no_kms_key_has_are_rejected() {
    let key = p256().0.public_key();
    let long = "x".repeat(1 << 20);
    let length = "expected 1 to 2048 characters";
    let characters = "expected only the letters A to Z and a to z, digits, \":\", \"/\", \"_\" and \"-\"";
    let colon = "only an ARN contains \":\", and it begins with \"arn:\"";
    let slash = "only an alias (alias/name) or an ARN contains \"/\"";
    let form = "expected an ARN of the form arn:partition:kms:region:account:key/id";
    let empty = "the partition or the Region is empty";
    let account = "the account is not 12 digits";
    let resource = "expected key/id or alias/name as the last part";
    for (name, problem) in [
        ("", length),
        (&long[..2049], length),
        (&long, length),
        (" 1234abcd", characters),
        ("1234abcd\n", characters),
        ("1234*", characters),
        ("clé", characters),
        ("alias/../x", characters),
        ("aws:kms:us-east-1:111122223333:key/1", colon),
        ("ARN:aws:kms:us-east-1:111122223333:key/1", colon),
        ("key/1234abcd", slash),
        ("alias/", slash),
        ("/1234abcd", slash),
        ("arn:", form),
        ("arn:aws:kms:us-east-1:111122223333", form),
        ("arn:aws:s3:us-east-1:111122223333:key/1", form),
        ("arn:aws:kms:us-east-1:111122223333:key/1:2", form),
        ("arn::kms:us-east-1:111122223333:key/1", empty),
        ("arn:aws:kms::111122223333:key/mrk-1", empty),
        ("arn:aws:kms:us-east-1::key/1", account),
        ("arn:aws:kms:us-east-1:11112222333:key/1", account),
        ("arn:aws:kms:us-east-1:11112222333x:key/1", account),
        ("arn:aws:kms:us-east-1:111122223333:1234", resource),
        ("arn:aws:kms:us-east-1:111122223333:key/", resource),
        ("arn:aws:kms:us-east-1:111122223333:key/1/2", resource),
        ("arn:aws:kms:us-east-1:111122223333:alias/", resource),
        ("arn:aws:kms:us-east-1:111122223333:grant/1", resource),
    ] {
        let given: String = name.chars().take(128).flat_map(char::escape_debug).collect();
        let error = name.parse::<KeyId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "\"{given}\" is not the KeyId of a KMS key: {problem}; use the key ARN, as returned by aws kms \
                 get-public-key and aws kms sign"
            )
        );
        let error = KeyRingError::KeyId(error);
        let mut ring = KeyRing::new();
        assert_eq!(ring.insert(name, key.clone()), Err(error.clone()));
        assert_eq!(ring.replace(name, key.clone()), Err(error.clone()));
        assert_eq!(ring.remove(name), Err(error.clone()));
        assert_eq!(ring.get(name), Err(error.clone()));
        assert_eq!(
            ring.verifying_key(name, SigningAlgorithm::EcdsaSha256),
            Err(error.clone())
        );
        assert!(ring.is_empty());
        assert!(error.to_string().len() < 400);
    }
    let longest = &long[..2048];
    assert_eq!(ring(&[(longest, &p256().0)]).get(longest), Ok(&p256().0.public_key()));
}

#[test]
fn names_display_as_given_and_hash_as_they_compare() {
    let hash = |name: &KeyId| BuildHasherDefault::<DefaultHasher>::default().hash_one(name);
    let key_id = |name: &str| -> KeyId { name.parse().unwrap() };
    for name in [ARN, KEY_ID, MRK, MRK_REPLICA, MRK_ID, ALIAS, ALIAS_ARN, "x"] {
        let parsed = key_id(name);
        assert_eq!((parsed.as_str(), parsed.to_string()), (name, name.to_owned()));
        assert_eq!(format!("{parsed:?}"), format!("{name:?}"));
        assert_eq!(parsed.is_alias(), [ALIAS, ALIAS_ARN].contains(&name));
        assert_eq!(parsed.is_arn(), [ARN, MRK, MRK_REPLICA, ALIAS_ARN].contains(&name));
    }
    assert_eq!(key_id(MRK), key_id(MRK_REPLICA));
    assert_eq!(hash(&key_id(MRK)), hash(&key_id(MRK_REPLICA)));
    assert_ne!(hash(&key_id(MRK)), hash(&key_id(MRK_ID)));
    assert_ne!(hash(&key_id(ARN)), hash(&key_id(OTHER_REGION)));
    // In order: the bare key ID is first, and all names with the same ID are adjacent.
    let mut names = [OTHER_ACCOUNT, MRK_ID, ARN, ALIAS, KEY_ID, MRK].map(key_id);
    names.sort();
    assert_eq!(
        names.map(|name| name.to_string()),
        [KEY_ID, ARN, OTHER_ACCOUNT, ALIAS, MRK_ID, MRK]
    );
}
