//! What a Sign response can choose, and what it cannot.

use kms_verify::{
    Error, GetPublicKeyResponse, KeyRing, KeyRingError, Message, MessageType, SignResponse, SigningAlgorithm,
};
use kms_verify_testing::response::{ARN, Response, quoted};
use kms_verify_testing::vectors::kms_vectors;

use super::*;

#[test]
fn all_real_signatures_verify_by_their_responses() {
    let vectors = kms_vectors();
    let mut ring = KeyRing::new();
    for vector in &vectors {
        let response = Response::get_public_key(vector, &arn_of(vector));
        let response = GetPublicKeyResponse::from_json(response.http().as_bytes()).unwrap();
        // Several vectors share a key. Inserting it again changes nothing.
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

/// cosign GHSA-fx35-mq7g-6g98, ALBeast: the untrusted input brought its own key, or named a key that nobody checked.
#[test]
fn key_source_confusion_a_response_only_names_a_key_that_the_ring_holds() {
    let (ours, theirs) = p256();
    let empty = KeyRing::new();
    let ring = ring(&[(ARN, &ours)]);

    // A valid signature by a key that is not in the ring, in a response that brings this key along.
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

    // A valid signature by our own key, in a response that names a key of another account: it does not verify as that
    // key.
    let response = sign_response(&ours, OTHER_ACCOUNT);
    assert!(matches!(
        ring.verify(&response, ours.message()),
        Err(KeyRingError::UnknownKey { .. })
    ));
    // A key that was inserted under its key ID alone is not attributed to any account.
    let bare = self::ring(&[(KEY_ID, &ours)]);
    let response = sign_response(&ours, ARN);
    assert!(matches!(
        bare.verify(&response, ours.message()),
        Err(KeyRingError::UnknownKey { .. })
    ));
    bare.verify(&sign_response(&ours, KEY_ID), ours.message()).unwrap();
}

/// No key other than the named one is tried, however many the ring has.
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
