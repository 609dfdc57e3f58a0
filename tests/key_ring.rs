//! The key ring: names, what a Sign response may and may not choose, rotation, and use by many threads.

#![cfg(all(
    feature = "std",
    feature = "rsa",
    feature = "ecdsa",
    feature = "ed25519",
    feature = "ml-dsa",
    feature = "sm2"
))]

use std::collections::hash_map::DefaultHasher;
use std::error::Error as _;
use std::hash::{BuildHasher as _, BuildHasherDefault};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;

use kms_verify::{
    Error, GetPublicKeyResponse, KeyId, KeyIdError, KeyRing, KeyRingError, Message, MessageType, PublicKey,
    SignResponse, SigningAlgorithm,
};
use kms_verify_testing::response::{ARN, Response, quoted};
use kms_verify_testing::vectors::{Vector, kms_vector, kms_vectors};

const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_ACCOUNT: &str = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_REGION: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER_PARTITION: &str = "arn:aws-cn:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const MRK_ID: &str = "mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_REPLICA: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_OTHER_ACCOUNT: &str = "arn:aws:kms:us-east-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const MRK_OTHER_PARTITION: &str = "arn:aws-cn:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const NO_MRK_ID: &str = "mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const NO_MRK: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const NO_MRK_OTHER_REGION: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: &str = "alias/release-signing";
const ALIAS_ARN: &str = "arn:aws:kms:us-east-1:111122223333:alias/release-signing";

/// Two signatures over the same message with two P-256 keys: that of AWS, and another.
fn p256() -> (Vector, Vector) {
    let [ours, theirs] = ["eksa-bundle-minimal", "stackd-ecc_nist_p256-ecdsa_sha_256-raw1"].map(kms_vector);
    assert_eq!((ours.key_spec, ours.algorithm), (theirs.key_spec, theirs.algorithm));
    assert_ne!(ours.der, theirs.der);
    (ours, theirs)
}

fn ring(entries: &[(&str, &Vector)]) -> KeyRing {
    let mut ring = KeyRing::new();
    for (name, vector) in entries {
        ring.insert(name, vector.public_key()).unwrap();
    }
    ring
}

fn sign_response(vector: &Vector, key_id: &str) -> SignResponse {
    SignResponse::from_json(Response::sign(vector, key_id).cli().as_bytes()).unwrap()
}

/// A key ARN for the key of a vector: one for each key.
fn arn_of(vector: &Vector) -> String {
    let digest = vector.public_key().fingerprint();
    format!(
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-{:.12}",
        digest.to_string()
    )
}

#[test]
fn all_real_signatures_verify_by_what_their_responses_name() {
    let vectors = kms_vectors();
    let mut ring = KeyRing::new();
    for vector in &vectors {
        let response = Response::get_public_key(vector, &arn_of(vector));
        let response = GetPublicKeyResponse::from_json(response.http().as_bytes()).unwrap();
        // Several vectors have the same key. To put it in again changes nothing.
        ring.insert_response(&response).unwrap();
    }
    assert_eq!(ring.len(), 12);
    for vector in &vectors {
        let response = sign_response(vector, &arn_of(vector));
        ring.verify(&response, vector.message()).expect(&vector.name);
        let key = ring.verifying_key(&arn_of(vector), vector.algorithm).unwrap();
        key.verify(vector.message(), &vector.signature).expect(&vector.name);

        let mut altered = vector.message.clone();
        altered[0] ^= 1;
        assert_eq!(
            ring.verify(&response, Message::new(vector.message_type, &altered)),
            Err(Error::InvalidSignature.into()),
            "{}",
            vector.name
        );
    }
}

/// cosign GHSA-fx35-mq7g-6g98, ALBeast: what was to be verified brought its key along, or named one that nobody checked.
#[test]
fn key_source_confusion_a_response_only_names_a_key_that_the_ring_holds() {
    let (ours, theirs) = p256();
    let empty = KeyRing::new();
    let ring = ring(&[(ARN, &ours)]);

    // A good signature by a key that the ring does not hold, in a response that brings this key along.
    for name in [OTHER_ACCOUNT, OTHER_REGION, OTHER_PARTITION, ARN] {
        let mut response = Response::sign(&theirs, name);
        for (field, value) in Response::get_public_key(&theirs, name).0 {
            response = response.with(&field, &value);
        }
        let response = response.with("Certificate", &quoted(&theirs.pem.replace('\n', "\\n")));
        let response = SignResponse::from_json(response.http().as_bytes()).unwrap();
        let wanted = match name {
            ARN => Error::InvalidSignature.into(),
            _ => KeyRingError::UnknownKey {
                given: name.into(),
                similar: Some(ARN.into()),
            },
        };
        assert_eq!(ring.verify(&response, theirs.message()), Err(wanted));
        assert!(matches!(
            empty.verify(&response, theirs.message()),
            Err(KeyRingError::UnknownKey { similar: None, .. })
        ));
    }

    // A good signature by our own key, in a response that names another account's: it is not that account's.
    let response = sign_response(&ours, OTHER_ACCOUNT);
    assert!(matches!(
        ring.verify(&response, ours.message()),
        Err(KeyRingError::UnknownKey { .. })
    ));
    // A key that is trusted under its key id only is not vouched for as the key of any account.
    let bare = self::ring(&[(KEY_ID, &ours)]);
    let response = sign_response(&ours, ARN);
    assert!(matches!(
        bare.verify(&response, ours.message()),
        Err(KeyRingError::UnknownKey { .. })
    ));
    bare.verify(&sign_response(&ours, KEY_ID), ours.message()).unwrap();
}

/// No key is tried but the one that is named, however many the ring holds.
#[test]
fn key_source_confusion_no_other_key_is_tried() {
    let (ours, theirs) = p256();
    let names: Vec<_> = (0..2000).map(|i| format!("alias/of-them-{i}")).collect();
    let mut ring = ring(&[(ARN, &ours)]);
    for name in &names {
        ring.insert(name, theirs.public_key()).unwrap();
    }
    assert_eq!(
        ring.verify(&sign_response(&theirs, ARN), theirs.message()),
        Err(Error::InvalidSignature.into())
    );
    ring.verify(&sign_response(&theirs, &names[1999]), theirs.message())
        .unwrap();
}

#[test]
fn a_response_cannot_choose_an_algorithm_that_the_key_does_not_have() {
    for vector in kms_vectors() {
        let ring = ring(&[(ARN, &vector)]);
        for &algorithm in SigningAlgorithm::ALL {
            let response = Response::sign(&vector, ARN).with("SigningAlgorithm", &quoted(algorithm.as_str()));
            let response = SignResponse::from_json(response.http().as_bytes()).unwrap();
            let length = algorithm.message_length(vector.message_type).ok().flatten();
            let result = ring.verify(&response, vector.message());
            if algorithm == vector.algorithm {
                assert_eq!(result, Ok(()));
            } else if !vector.key_spec.signing_algorithms().contains(&algorithm) {
                let key_spec = vector.key_spec;
                assert_eq!(result, Err(Error::IncompatibleAlgorithm { algorithm, key_spec }.into()));
            } else if vector.message_type == MessageType::Raw && length.is_none() {
                let wanted = match algorithm {
                    SigningAlgorithm::Ed25519PhSha512 => continue,
                    _ => Error::InvalidSignature,
                };
                assert_eq!(result, Err(wanted.into()), "{} {algorithm}", vector.name);
            } else {
                assert!(result.is_err(), "{} {algorithm}", vector.name);
            }
        }
    }
}

/// What a name in the ring is found by, and by nothing else.
#[test]
fn names_find_what_they_may() {
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
        // Only mrk- begins the id of a multi-Region key.
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
            // Names by themselves compare as the ring does.
            let (asked, known): (KeyId, KeyId) = (name.parse().unwrap(), held.parse().unwrap());
            assert_eq!(asked.names(&known), found_by.contains(&name), "{held} by {name}");
            assert_eq!(asked == known, asked.names(&known) && known.names(&asked));
        }
        // To remove a key takes its own name.
        for name in all {
            if name != held && (ring.get(name).is_err() || [KEY_ID, MRK_ID].contains(&name)) {
                assert_eq!(ring.remove(name), Ok(None), "{held} by {name}");
            }
        }
        assert_eq!(ring.remove(held), Ok(Some(ours.public_key())));
        assert!(ring.is_empty());
    }
    // Upper and lower case count, and nothing is cut or completed.
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
        // Their ARNs still tell them apart.
        for (name, vector) in [(first, &ours), (second, &theirs)] {
            if name != key_id {
                ring.verify(&sign_response(vector, name), vector.message()).unwrap();
            }
        }
        // Of the same key there is only one to mean.
        ring.replace(second, ours.public_key()).unwrap();
        assert_eq!(ring.len(), 2);
        assert_eq!(ring.get(key_id), Ok(&ours.public_key()));
        ring.replace(second, theirs.public_key()).unwrap();
        ring.remove(first).unwrap();
        assert_eq!(ring.get(key_id), Ok(&theirs.public_key()));
    }
    // However many names have the same key, one with another makes the id ambiguous until it is gone.
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
fn another_key_under_the_same_name_is_put_in_only_by_replace() {
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
        // Nothing that was prepared for the first key is left.
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

/// What a service answers with `to_string` to whoever named another account's key must not tell which key it really holds.
#[test]
fn errors_tell_others_nothing_of_the_ring() {
    let (ours, theirs) = p256();
    let held = [OTHER_ACCOUNT, OTHER_REGION, MRK_OTHER_ACCOUNT, MRK_OTHER_PARTITION];
    let mut ring = ring(&held.map(|name| (name, &ours)));
    ring.replace(OTHER_REGION, theirs.public_key()).unwrap();
    ring.replace(MRK_OTHER_PARTITION, theirs.public_key()).unwrap();
    for (given, details) in [
        (ARN, &[OTHER_REGION][..]),
        (OTHER_PARTITION, &[OTHER_REGION]),
        (MRK, &[MRK_OTHER_ACCOUNT]),
        (MRK_REPLICA, &[MRK_OTHER_ACCOUNT]),
        (KEY_ID, &[OTHER_ACCOUNT, OTHER_REGION]),
        (MRK_ID, &[MRK_OTHER_ACCOUNT, MRK_OTHER_PARTITION]),
        (ALIAS, &[]),
    ] {
        let error = ring.verify(&sign_response(&ours, given), ours.message()).unwrap_err();
        // The very same, whatever is held beside it.
        assert_eq!(
            error.to_string(),
            format!("\"{given}\" does not identify a key in the key ring")
        );
        assert!(error.source().is_none() && error.is_rejection());
        for name in details {
            assert!(
                error.details().to_string().contains(name),
                "{given}: {}",
                error.details()
            );
        }
    }
}

#[test]
fn a_rejection_is_what_others_can_cause() {
    let (ours, theirs) = p256();
    let mut ring = ring(&[(ARN, &ours)]);
    let verify = |error: Error| KeyRingError::Verify(error);
    for (error, is_rejection) in [
        (ring.get("key/").unwrap_err(), true),
        (ring.get(ALIAS).unwrap_err(), true),
        (ring.verifying_key(ARN, SigningAlgorithm::Sm2Dsa).unwrap_err(), true),
        (
            ring.verify(&sign_response(&theirs, ARN), theirs.message()).unwrap_err(),
            true,
        ),
        (
            ring.verify(&sign_response(&ours, ARN), Message::Digest(&[0; 31]))
                .unwrap_err(),
            true,
        ),
        (
            ring.verify(&sign_response(&ours, ARN), Message::ExternalMu(&[0; 64]))
                .unwrap_err(),
            true,
        ),
        (verify("X".parse::<SigningAlgorithm>().unwrap_err().into()), true),
        (ring.insert(ARN, theirs.public_key()).unwrap_err(), false),
        (verify(PublicKey::from_der(b"").unwrap_err()), false),
        (verify(Error::DistinguishingIdLength { given: 8192 }), false),
    ] {
        assert_eq!(error.is_rejection(), is_rejection, "{error}");
        if let KeyRingError::Verify(error) = error {
            assert_eq!(error.is_rejection(), is_rejection, "{error}");
        }
    }
    let ambiguous = self::ring(&[(ARN, &ours), (OTHER_ACCOUNT, &theirs)]);
    assert!(ambiguous.get(KEY_ID).unwrap_err().is_rejection());
}

#[test]
fn the_details_of_an_error_say_what_is_held_and_what_to_do() {
    let (ours, theirs) = p256();
    let mut ring = ring(&[(ARN, &ours), (OTHER_ACCOUNT, &theirs)]);
    let says = |error: KeyRingError, words: &str| assert_eq!(error.details().to_string(), words);
    says(
        ring.get("key/1234\u{1b}").unwrap_err(),
        "\"key/1234\\u{1b}\" is not the KeyId of a KMS key: expected only the letters A to Z and a to z, digits, \
         \":\", \"/\", \"_\" and \"-\"; use the key ARN, as returned by aws kms get-public-key and aws kms sign",
    );
    says(
        ring.get(ALIAS).unwrap_err(),
        "the key ring has no key \"alias/release-signing\"; if you trust that key, add it with this name",
    );
    says(
        ring.get(OTHER_REGION).unwrap_err(),
        "the key ring has no key \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\", only \
         one with the same key id, \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; if \
         you trust that key, add it with this name",
    );
    says(
        ring.get(KEY_ID).unwrap_err(),
        "the key id \"1234abcd-12ab-34cd-56ef-1234567890ab\" matches different keys in the key ring, such as \
         \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\" and \
         \"arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; use the key ARN",
    );
    let error = ring.insert(ARN, theirs.public_key()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the key ring has a different key with this name or with that of a related multi-Region key"
    );
    says(
        error,
        "the key ring has a different key as \
         \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\": its fingerprint is \
         6e81ebc4d1efea84905a2c6b3b732b8eaa4aeb09885ad366ca954f6f6eeac928, that of the new key \
         23278f2dfeb3138519f2dd5a183ebb9357c94f5b2e56ec4bf25d216abea345be; KMS never changes the key behind a key id, \
         so check which of the two is genuine, and use replace if it is the new key",
    );
    // Errors of verification come through as they are.
    for error in [
        ring.verify(&sign_response(&theirs, ARN), theirs.message()).unwrap_err(),
        ring.verifying_key(ARN, SigningAlgorithm::Sm2Dsa).unwrap_err(),
    ] {
        let KeyRingError::Verify(verify) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(error.to_string(), verify.to_string());
        assert_eq!(error.details().to_string(), verify.to_string());
    }
    assert_eq!(
        format!("{:?}", self::ring(&[(ALIAS, &ours)])),
        "{\"alias/release-signing\": PublicKey { key_spec: EccNistP256, fingerprint: \
         6e81ebc4d1efea84905a2c6b3b732b8eaa4aeb09885ad366ca954f6f6eeac928 }}"
    );
}

#[test]
fn names_are_shown_as_they_were_written_and_hash_as_they_compare() {
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
    // In order, the key id alone comes first, and all with the same id are together.
    let mut names = [OTHER_ACCOUNT, MRK_ID, ARN, ALIAS, KEY_ID, MRK].map(key_id);
    names.sort();
    assert_eq!(
        names.map(|name| name.to_string()),
        [KEY_ID, ARN, OTHER_ACCOUNT, ALIAS, MRK_ID, MRK]
    );
}

/// Rotation of a KMS signing key: a new KMS key beside the old one, until nothing signed by the old one is left.
#[test]
fn rotation() {
    let (old, new) = p256();
    let (old_name, new_name) = (arn_of(&old), arn_of(&new));
    let (old_response, new_response) = (sign_response(&old, &old_name), sign_response(&new, &new_name));

    let before = ring(&[(&old_name, &old)]);
    let mut during = before.clone();
    during.insert(&new_name, new.public_key()).unwrap();
    let mut after = during.clone();
    after.remove(&old_name).unwrap();

    for (ring, old_is_good, new_is_good) in [(&before, true, false), (&during, true, true), (&after, false, true)] {
        assert_eq!(ring.verify(&old_response, old.message()).is_ok(), old_is_good);
        assert_eq!(ring.verify(&new_response, new.message()).is_ok(), new_is_good);
    }
}

/// Readers verify while another thread swaps rings. Each of them sees one whole ring or another.
#[test]
fn rings_are_swapped_while_others_verify() {
    let (old, new) = p256();
    let (old_response, new_response) = (sign_response(&old, ARN), sign_response(&new, ARN));
    let rings = [ring(&[(ARN, &old)]), ring(&[(ARN, &new)])];
    let shared = RwLock::new(rings[0].clone());
    let stop = AtomicBool::new(false);
    let first = Arc::new(rings[0].clone());

    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = [0_u32; 2];
                    while !stop.load(Ordering::Relaxed) {
                        let ring = shared.read().unwrap().clone();
                        let old = ring.verify(&old_response, old.message()).is_ok();
                        let new = ring.verify(&new_response, new.message()).is_ok();
                        assert_ne!(old, new, "a reader's ring changed in its hands");
                        seen[usize::from(new)] += 1;
                    }
                    seen
                })
            })
            .collect();
        for round in 0..200_usize {
            let mut next = shared.read().unwrap().clone();
            let key = if round % 2 == 0 { &new } else { &old };
            next.replace(ARN, key.public_key()).unwrap();
            *shared.write().unwrap() = next;
            thread::yield_now();
            // Who holds an older ring goes on with it.
            first.verify(&old_response, old.message()).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        let seen: u32 = readers.into_iter().flat_map(|reader| reader.join().unwrap()).sum();
        assert!(seen > 0);
    });
}

#[test]
fn types_are_small_and_can_be_shared() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    fn compared<T: Eq>() {}
    shared::<KeyRing>();
    shared::<KeyRingError>();
    compared::<KeyRingError>();
    shared::<KeyId>();
    compared::<KeyId>();
    shared::<KeyIdError>();
    compared::<KeyIdError>();
    assert_eq!(size_of::<KeyRing>(), 2 * size_of::<usize>());
    assert!(size_of::<KeyRingError>() <= 88, "{}", size_of::<KeyRingError>());
    let _: fn(&KeyRing, &str) -> Option<PublicKey> = |ring, name| ring.get(name).ok().cloned();
}
