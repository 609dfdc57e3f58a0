//! The base64 of the fields, and its contents.

use kms_verify::{Error, KeyError, KeyFormat, PublicKey, ResponseError};
use kms_verify_testing::response::quoted;
use kms_verify_testing::vectors::kms_vector;

use crate::{assert_says, get_public_key, parse_key, parse_signature, sign};

#[test]
fn base64_is_strict() {
    let (key, signature) = (get_public_key().0[1].1.clone(), sign().0[1].1.clone());
    let key = key.trim_matches('"');
    // The key has 91 bytes, so its base64 ends in "==", and the last 4 bits of the last character are unused; they are
    // zero.
    assert!(key.ends_with("Q=="), "{key}");
    for (what, wrong) in [
        ("base64url", key.replace('+', "-").replace('/', "_")),
        ("no padding", key.trim_end_matches('=').to_owned()),
        ("half the padding", key.strip_suffix('=').unwrap().to_owned()),
        ("more padding", format!("{key}==")),
        ("unused bits", key.replace("Q==", "R==")),
        ("a line end", format!("{}\\n{}", &key[..64], &key[64..])),
        ("a last line end", format!("{key}\\n")),
        ("a space", format!(" {key}")),
        ("two of them", format!("{key}{key}")),
        ("hex", "3059301306072a8648ce3d020106".repeat(4) + "ab"),
        ("cut", key[..99].to_owned()),
        ("another alphabet", key.replace('A', "é")),
    ] {
        assert_ne!(wrong, key, "{what}");
        let response = get_public_key().with("PublicKey", &quoted(&wrong));
        assert_eq!(
            parse_key(&response.http()),
            Err(ResponseError::Base64 { field: "PublicKey" }),
            "{what}"
        );
        let response = sign().with("Signature", &quoted(&wrong));
        assert_eq!(
            parse_signature(&response.http()),
            Err(ResponseError::Base64 { field: "Signature" }),
            "{what}"
        );
    }
    assert_says(
        parse_signature(&sign().with("Signature", &signature.replace("\"ME", "\"?E")).cli()),
        "the field Signature of the response is not standard base64 (A to Z, a to z, 0 to 9, \"+\" and \"/\", padded \
         with \"=\" to a multiple of 4 characters, without line breaks); pass the response exactly as KMS returned it",
    );
}

/// `PublicKey` is base64 of DER. If it decodes to anything else, it is rejected, and no other format is tried.
#[test]
fn key_source_confusion_a_public_key_in_another_format_is_not_tried() {
    let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
    let pem = vector.pem.replace('\n', "\\n");
    let rejected = parse_key(&get_public_key().with("PublicKey", &quoted(&pem)).http());
    assert_eq!(rejected, Err(ResponseError::Base64 { field: "PublicKey" }));

    use base64::Engine as _;
    let twice = base64::engine::general_purpose::STANDARD.encode(&vector.pem);
    assert!(PublicKey::from_pem(&vector.pem).is_ok());
    let rejected = parse_key(&get_public_key().with("PublicKey", &quoted(&twice)).http()).unwrap_err();
    assert!(
        matches!(
            rejected,
            ResponseError::Invalid(Error::PublicKey(KeyError::OtherFormat { .. }))
        ),
        "{rejected}"
    );

    let twice = base64::engine::general_purpose::STANDARD.encode(get_public_key().0[1].1.trim_matches('"'));
    let rejected = parse_key(&get_public_key().with("PublicKey", &quoted(&twice)).http()).unwrap_err();
    let ResponseError::Invalid(Error::PublicKey(KeyError::OtherFormat { found })) = rejected else {
        panic!("{rejected:?}")
    };
    assert_eq!(found, KeyFormat::Base64);
}
