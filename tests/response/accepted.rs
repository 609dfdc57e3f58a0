//! Accepted responses, and the values parsed from them.

use kms_verify::{GetPublicKeyResponse, ResponseError, SignResponse};
use kms_verify_testing::response::{ARN, Response, quoted};
use kms_verify_testing::vectors::{kms_vector, kms_vectors};

use crate::{get_public_key, parse_key, parse_signature, sign};

#[test]
fn responses_with_all_real_keys_and_signatures_are_accepted() {
    for vector in kms_vectors() {
        let response = Response::get_public_key(&vector, ARN);
        for json in [response.cli(), response.http()] {
            let response = parse_key(&json).expect(&vector.name);
            assert_eq!(response.key_id(), ARN);
            assert_eq!(response.public_key(), &vector.public_key());
            assert_eq!(response.key_spec(), vector.key_spec);
            assert_eq!(response.key_usage(), "SIGN_VERIFY");
            assert_eq!(response.signing_algorithms(), vector.key_spec.signing_algorithms());
        }
        let response = Response::sign(&vector, ARN);
        for json in [response.cli(), response.http()] {
            let response = parse_signature(&json).expect(&vector.name);
            assert_eq!(response.key_id(), ARN);
            assert_eq!(response.signature(), vector.signature);
            assert_eq!(response.signing_algorithm(), vector.algorithm);
        }
    }
}

/// The test responses have the form that the documentation of AWS shows.
#[test]
fn the_test_responses_look_like_those_of_aws() {
    let key = get_public_key().with("PublicKey", "\"MFkw...\"");
    let algorithms = r#"["RSASSA_PKCS1_V1_5_SHA_256","RSASSA_PSS_SHA_256"]"#;
    assert_eq!(
        key.with("SigningAlgorithms", algorithms).cli(),
        "{\n    \"KeyId\": \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\",\n    \
         \"PublicKey\": \"MFkw...\",\n    \"CustomerMasterKeySpec\": \"ECC_NIST_P256\",\n    \
         \"KeySpec\": \"ECC_NIST_P256\",\n    \"KeyUsage\": \"SIGN_VERIFY\",\n    \"SigningAlgorithms\": [\n        \
         \"RSASSA_PKCS1_V1_5_SHA_256\",\n        \"RSASSA_PSS_SHA_256\"\n    ]\n}\n"
    );
    assert_eq!(
        sign().with("Signature", "\"MEUC...\"").http(),
        "{\"KeyId\":\"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\",\
         \"Signature\":\"MEUC...\",\"SigningAlgorithm\":\"ECDSA_SHA_256\"}"
    );
}

#[test]
fn fields_that_the_key_shows_and_unknown_fields_are_optional() {
    let wanted = parse_key(&get_public_key().http()).unwrap();
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let rsa = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    for (what, response) in [
        ("no KeySpec (moto)", get_public_key().without("KeySpec")),
        (
            "no CustomerMasterKeySpec",
            get_public_key().without("CustomerMasterKeySpec"),
        ),
        (
            "neither",
            get_public_key().without("KeySpec").without("CustomerMasterKeySpec"),
        ),
        ("no SigningAlgorithms", get_public_key().without("SigningAlgorithms")),
        ("another field", get_public_key().with("KeyOrigin", "\"AWS_KMS\"")),
        (
            "another field, null",
            get_public_key().with("EncryptionAlgorithms", "null"),
        ),
        (
            "another field, nested",
            get_public_key().with("X", r#"{"KeyId":[{"KeyId":1},{"KeyId":2}]}"#),
        ),
        ("another field, deep", get_public_key().with("X", &deep)),
        (
            "another field, like one that is read",
            get_public_key().with("keyId", "1"),
        ),
        ("a name with an escape", {
            let mut response = get_public_key();
            response.0[0].0 = "Key\\u0049d".to_owned();
            response
        }),
        ("another order", {
            let mut response = get_public_key();
            response.0.reverse();
            response
        }),
    ] {
        assert_eq!(parse_key(&response.http()).as_ref(), Ok(&wanted), "{what}");
    }
    let mut algorithms: Vec<_> = rsa
        .key_spec
        .signing_algorithms()
        .iter()
        .map(|name| quoted(name.as_str()))
        .collect();
    algorithms.reverse();
    let response =
        Response::get_public_key(&rsa, ARN).with("SigningAlgorithms", &format!("[{}]", algorithms.join(",")));
    assert_eq!(parse_key(&response.cli()).unwrap().public_key(), &rsa.public_key());

    let padded = format!(" \t\r\n{}\r\n\n", get_public_key().http());
    assert_eq!(parse_key(&padded).as_ref(), Ok(&wanted));
    let response = sign().with("KeyMaterialId", "{}").http();
    assert_eq!(parse_signature(&response), parse_signature(&sign().http()));
    // Any bytes are accepted as a signature; verification decides.
    assert_eq!(
        parse_signature(&sign().with("Signature", "\"\"").http())
            .unwrap()
            .signature(),
        b""
    );
}

#[test]
fn types_are_small_and_can_be_shared() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + Eq + 'static>() {}
    shared::<GetPublicKeyResponse>();
    shared::<SignResponse>();
    shared::<ResponseError>();
    assert!(size_of::<ResponseError>() <= 56, "{}", size_of::<ResponseError>());
}
