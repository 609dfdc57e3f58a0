//! A response that contradicts its key is rejected.

use kms_verify::{Error, ResponseError};
use kms_verify_testing::response::{ARN, Response, quoted};
use kms_verify_testing::vectors::kms_vector;

use crate::{assert_says, get_public_key, parse_key};

#[test]
fn a_get_public_key_response_that_contradicts_itself_is_rejected() {
    for (field, value, words) in [
        (
            "KeyUsage",
            "\"ENCRYPT_DECRYPT\"",
            "the KeyUsage of this key is \"ENCRYPT_DECRYPT\", expected SIGN_VERIFY; get the public key of the key that \
             signed",
        ),
        (
            "KeyUsage",
            "\"sign_verify\\u001b\"",
            "the KeyUsage of this key is \"sign_verify\\u{1b}\", expected SIGN_VERIFY; get the public key of the key \
             that signed",
        ),
        (
            "KeySpec",
            "\"ECC_SECG_P256K1\"",
            "KeySpec is \"ECC_SECG_P256K1\" and CustomerMasterKeySpec is \"ECC_NIST_P256\", but KMS writes the same \
             value to both; get an unmodified response with aws kms get-public-key",
        ),
        (
            "CustomerMasterKeySpec",
            "\"ML_DSA_44\"",
            "KeySpec is \"ECC_NIST_P256\" and CustomerMasterKeySpec is \"ML_DSA_44\", but KMS writes the same value to \
             both; get an unmodified response with aws kms get-public-key",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_384"]"#,
            "SigningAlgorithms is [ECDSA_SHA_384], but a key of ECC_NIST_P256 has exactly [ECDSA_SHA_256], each listed \
             once; get an unmodified response with aws kms get-public-key",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_384","ECDSA_SHA_256"]"#,
            "SigningAlgorithms is [ECDSA_SHA_256, ECDSA_SHA_384], but a key of ECC_NIST_P256 has exactly \
             [ECDSA_SHA_256], each listed once; get an unmodified response with aws kms get-public-key",
        ),
        (
            "SigningAlgorithms",
            r#"["ECDSA_SHA_256","ECDSA_SHA_256"]"#,
            "SigningAlgorithms is [ECDSA_SHA_256], but a key of ECC_NIST_P256 has exactly [ECDSA_SHA_256], each listed \
             once; get an unmodified response with aws kms get-public-key",
        ),
        (
            "SigningAlgorithms",
            "[]",
            "SigningAlgorithms is [], but a key of ECC_NIST_P256 has exactly [ECDSA_SHA_256], each listed once; get an \
             unmodified response with aws kms get-public-key",
        ),
        (
            "SigningAlgorithms",
            r#"["ES256"]"#,
            "\"ES256\" is not a KMS signing algorithm; in KMS, it is called ECDSA_SHA_256; the names are \
         RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, \
             RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, \
             ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, SM2DSA, ML_DSA_SHAKE_256, ED25519_SHA_512, \
             ED25519_PH_SHA_512",
        ),
        (
            "KeyId",
            "\"\"",
            "wrong length of KeyId: expected 1 to 2048 characters, got 0; pass the response exactly as KMS returned it",
        ),
        (
            "PublicKey",
            "\"\"",
            "the public key must be a SubjectPublicKeyInfo, as DER or PEM, but this is empty; get the public key with \
             aws kms get-public-key --key-id ARN --output text --query PublicKey | base64 --decode > public_key.der",
        ),
    ] {
        assert_says(parse_key(&get_public_key().with(field, value).cli()), words);
    }

    // One of the two key specs, or both alike, that the key does not have, from every family.
    for spec in [
        "ECC_SECG_P256K1",
        "ML_DSA_65",
        "ECC_NIST_EDWARDS25519",
        "RSA_2048",
        "SM2",
    ] {
        let words = format!(
            "the key spec of the response is {spec}, but its PublicKey is a key of ECC_NIST_P256; get an unmodified \
             response with aws kms get-public-key"
        );
        let (older, newer, spec) = ("CustomerMasterKeySpec", "KeySpec", quoted(spec));
        assert_says(
            parse_key(&get_public_key().without(older).with(newer, &spec).http()),
            &words,
        );
        assert_says(
            parse_key(&get_public_key().without(newer).with(older, &spec).http()),
            &words,
        );
        assert_says(
            parse_key(&get_public_key().with(newer, &spec).with(older, &spec).http()),
            &words,
        );
    }
    let unknown = parse_key(
        &get_public_key()
            .without("CustomerMasterKeySpec")
            .with("KeySpec", "\"P-256\"")
            .http(),
    );
    assert!(matches!(
        unknown,
        Err(ResponseError::Invalid(Error::UnknownName { .. }))
    ));

    // The list of an RSA key with one algorithm missing, and with one of another key spec.
    let rsa = kms_vector("stackd-rsa_2048-rsassa_pss_sha_256-raw");
    let names: Vec<_> = rsa
        .key_spec
        .signing_algorithms()
        .iter()
        .map(|name| quoted(name.as_str()))
        .collect();
    for list in [names[1..].join(","), format!("{},\"ECDSA_SHA_256\"", names.join(","))] {
        let response = Response::get_public_key(&rsa, ARN).with("SigningAlgorithms", &format!("[{list}]"));
        let result = parse_key(&response.http());
        assert!(
            matches!(result, Err(ResponseError::SigningAlgorithmsNotOfKey { .. })),
            "{list}"
        );
    }
}

/// A key with another usage is reported as such, before its `PublicKey` is parsed.
#[test]
fn a_usage_other_than_signing_is_its_own_error() {
    for usage in [
        "ENCRYPT_DECRYPT",
        "KEY_AGREEMENT",
        "GENERATE_VERIFY_MAC",
        "ENCAPSULATE_DECAPSULATE",
        "sign_verify",
        "SIGN_VERIFY ",
        "",
    ] {
        for public_key in [get_public_key(), get_public_key().with("PublicKey", "\"?\"")] {
            assert_eq!(
                parse_key(&public_key.with("KeyUsage", &quoted(usage)).http()),
                Err(ResponseError::KeyUsage { given: usage.into() })
            );
        }
    }
}
