//! Responses of GetPublicKey and Sign, as JSON of the HTTP API or the AWS CLI.
//!
//! A field is either absent or present exactly once and well formed: a malformed field is never treated as absent.
//! Fields that only repeat what the key itself shows are optional, but must agree with the key if present.

mod error;
mod json;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::excerpt::excerpt;
use crate::{KeySpec, PublicKey, SigningAlgorithm};

use json::Object;

pub use error::ResponseError;

/// The `KeyUsage` of every signing key.
const SIGN_VERIFY: &str = "SIGN_VERIFY";

/// A GetPublicKey response: a public key and the name of its KMS key. Requires the feature `json`.
///
/// See the AWS KMS API Reference,
/// [GetPublicKey](https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html#API_GetPublicKey_ResponseSyntax).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPublicKeyResponse {
    key_id: Box<str>,
    public_key: PublicKey,
}

impl GetPublicKeyResponse {
    /// Parses the JSON of the HTTP API or of `aws kms get-public-key --output json`: a single object in UTF-8,
    /// surrounded by white space only, of at most 64 KiB.
    ///
    /// | field | |
    /// |---|---|
    /// | `KeyId` | required: 1 to 2048 characters. KMS always returns the key ARN |
    /// | `PublicKey` | required: base64 (RFC 4648 section 4, padded, without line breaks) of the DER that [`PublicKey::from_der`] accepts |
    /// | `KeyUsage` | required: `SIGN_VERIFY`. An RSA, NIST curve or SM2 key itself does not show its usage |
    /// | `KeySpec`, `CustomerMasterKeySpec` | optional: the key spec of the key. KMS writes the same value to both |
    /// | `SigningAlgorithms` | optional: exactly the algorithms of the key spec, in any order, each once. KMS supports all of them for every key |
    /// | any other | ignored, because AWS may add fields, but no name may occur twice in any object |
    ///
    /// # Errors
    ///
    /// A [`ResponseError`] that names the invalid field and its value, and says how to fix it. If the public key is
    /// rejected, or its algorithm family is disabled in this build, this is [`ResponseError::Invalid`] with the error
    /// of [`PublicKey::from_der`].
    pub fn from_json(json: &[u8]) -> Result<Self, ResponseError> {
        let object = Object::read(json, "aws kms get-public-key")?;
        let key_id = key_id(&object)?;
        // Checked before the key, because keys for other purposes (ML-KEM) may not parse as signing keys.
        let key_usage = object.required_string("KeyUsage")?;
        if key_usage != SIGN_VERIFY {
            return Err(ResponseError::KeyUsage {
                given: excerpt(key_usage),
            });
        }
        let public_key = PublicKey::from_der(&object.required_bytes("PublicKey")?)?;
        check_key_spec(&object, public_key.key_spec())?;
        check_algorithms(&object, public_key.key_spec())?;
        Ok(Self { key_id, public_key })
    }

    /// The `KeyId` of the response, of 1 to 2048 characters. In a response of KMS, this is the key ARN.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key spec of the public key. The response agrees with it.
    #[must_use]
    pub fn key_spec(&self) -> KeySpec {
        self.public_key.key_spec()
    }

    /// The key usage: always `"SIGN_VERIFY"`, because any other is rejected.
    #[must_use]
    pub fn key_usage(&self) -> &'static str {
        SIGN_VERIFY
    }

    /// The algorithms of the key, in the order in which KMS lists them.
    #[must_use]
    pub fn signing_algorithms(&self) -> &'static [SigningAlgorithm] {
        self.public_key.signing_algorithms()
    }
}

/// A Sign response: a signature, and the key and algorithm that it claims to be made with. Requires the feature `json`.
///
/// A response is untrusted: anyone who can modify it can name any key and any algorithm. A `KeyRing` looks up the named
/// key among the keys that it already holds, and rejects an algorithm that is incompatible with the key.
///
/// The response does not say whether the message was signed as RAW or DIGEST. For Ed25519, the algorithm determines it;
/// for other algorithms, either verifies.
///
/// See the AWS KMS API Reference,
/// [Sign](https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_ResponseSyntax).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignResponse {
    key_id: Box<str>,
    signature: Vec<u8>,
    signing_algorithm: SigningAlgorithm,
}

impl SignResponse {
    /// Parses the JSON of the HTTP API or of `aws kms sign --output json`: a single object in UTF-8, surrounded by
    /// white space only, of at most 64 KiB.
    ///
    /// Three fields are required: `KeyId` (1 to 2048 characters), `Signature` (base64 as in RFC 4648 section 4, padded,
    /// without line breaks) and `SigningAlgorithm`. Other fields are ignored, but no name may occur twice
    /// in any object.
    ///
    /// # Errors
    ///
    /// A [`ResponseError`] that names the invalid field and its value, and says how to fix it. The signature itself is
    /// only decoded from base64; it is checked by verification.
    pub fn from_json(json: &[u8]) -> Result<Self, ResponseError> {
        let object = Object::read(json, "aws kms sign")?;
        Ok(Self {
            key_id: key_id(&object)?,
            signature: object.required_bytes("Signature")?,
            signing_algorithm: object.required_string("SigningAlgorithm")?.parse()?,
        })
    }

    /// The claimed `KeyId` of the signing key, of 1 to 2048 characters. In a response of KMS, this is the key ARN.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature, decoded from base64. It may have any length, including zero.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The claimed signing algorithm.
    #[must_use]
    pub fn signing_algorithm(&self) -> SigningAlgorithm {
        self.signing_algorithm
    }
}

fn key_id(object: &Object) -> Result<Box<str>, ResponseError> {
    let key_id = object.required_string("KeyId")?;
    match key_id.chars().count() {
        1..=2048 => Ok(key_id.into()),
        given => Err(ResponseError::KeyIdLength { given }),
    }
}

/// Rejects a key spec other than that of the key, and two key specs that differ, even if one of them is correct.
fn check_key_spec(object: &Object, of_key: KeySpec) -> Result<(), ResponseError> {
    // CustomerMasterKeySpec is the deprecated name. Its documented values lack the newer key specs, but KMS returns
    // them.
    let key_spec = object.string("KeySpec")?;
    let older = object.string("CustomerMasterKeySpec")?;
    if let (Some(key_spec), Some(older)) = (key_spec, older)
        && key_spec != older
    {
        return Err(ResponseError::KeySpecsDisagree {
            key_spec: excerpt(key_spec),
            customer_master_key_spec: excerpt(older),
        });
    }
    for given in [key_spec, older].into_iter().flatten() {
        let given = given.parse()?;
        if given != of_key {
            return Err(ResponseError::KeySpecNotOfKey { given, of_key });
        }
    }
    Ok(())
}

/// Rejects a list of algorithms other than that of the key. KMS cannot restrict the algorithms of a key, so a shorter
/// list belongs to another key or was truncated.
fn check_algorithms(object: &Object, of_key: KeySpec) -> Result<(), ResponseError> {
    let Some(given) = object.strings("SigningAlgorithms")? else {
        return Ok(());
    };
    let mut given = given
        .into_iter()
        .map(str::parse)
        .collect::<Result<Vec<SigningAlgorithm>, _>>()?;
    let mut wanted = of_key.signing_algorithms().to_vec();
    given.sort_unstable();
    wanted.sort_unstable();
    if given == wanted {
        Ok(())
    } else {
        // Bounds the length of the list by the number of algorithms.
        given.dedup();
        Err(ResponseError::SigningAlgorithmsNotOfKey {
            given: given.into(),
            of_key,
        })
    }
}
