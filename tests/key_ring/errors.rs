//! The texts of the errors of a key ring, for clients and for logs.

use std::error::Error as _;

use kms_verify::{Error, KeyRingError, Message, PublicKey, SigningAlgorithm};
use kms_verify_testing::response::ARN;

use super::*;

/// A service may send the text of an error to a client that named another account's key. The text must not reveal which
/// key the ring has.
#[test]
fn errors_reveal_nothing_about_the_ring() {
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
        // The text is the same, whatever else the ring has.
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
fn rejections_are_errors_that_a_sender_can_cause() {
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
fn details_of_errors_name_keys_and_remedies() {
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
         one with the same key ID, \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"; if \
         you trust that key, add it with this name",
    );
    says(
        ring.get(KEY_ID).unwrap_err(),
        "the key ID \"1234abcd-12ab-34cd-56ef-1234567890ab\" matches different keys in the key ring, such as \
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
         23278f2dfeb3138519f2dd5a183ebb9357c94f5b2e56ec4bf25d216abea345be; KMS never changes the key behind a key ID, \
         so check which of the two is genuine, and use replace if it is the new key",
    );
    // Errors of verification are passed on unchanged.
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
