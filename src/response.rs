//! What KMS answers to GetPublicKey and Sign, as the JSON that the HTTP API sends and the AWS CLI prints.
//!
//! A field is there, well formed and once, or it is not there at all: nothing malformed is ever read as absent. What
//! only repeats what the key itself shows may be absent; if it is there, it must agree with the key.

mod error;
mod json;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::excerpt::excerpt;
use crate::{KeySpec, PublicKey, SigningAlgorithm};

use json::Object;

pub use error::ResponseError;

/// The one `KeyUsage` that a signing key has.
const SIGN_VERIFY: &str = "SIGN_VERIFY";

/// What KMS answers to GetPublicKey: a public key, and the name of the KMS key that it belongs to.
///
/// See the AWS KMS API Reference,
/// [GetPublicKey](https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html#API_GetPublicKey_ResponseSyntax).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPublicKeyResponse {
    key_id: Box<str>,
    public_key: PublicKey,
}

impl GetPublicKeyResponse {
    /// Parses the JSON of the HTTP API, or of `aws kms get-public-key --output json`: UTF-8, one object with nothing but
    /// white space around it, at most 64 KiB.
    ///
    /// | field | |
    /// |---|---|
    /// | `KeyId` | must be there: 1 to 2048 characters. KMS always answers the key ARN |
    /// | `PublicKey` | must be there: base64 (RFC 4648 section 4, padded, no line ends) of what [`PublicKey::from_der`] takes |
    /// | `KeyUsage` | must be there: `SIGN_VERIFY`. Nothing else says what an RSA, NIST curve or SM2 key is for |
    /// | `KeySpec`, `CustomerMasterKeySpec` | may be missing; if there, the key spec of the key. KMS writes the same in both |
    /// | `SigningAlgorithms` | may be missing; if there, exactly the algorithms of the key spec, in any order, each once. KMS offers every key all of them |
    /// | any other | may be there with any value, but as any field only once: AWS adds fields |
    ///
    /// # Errors
    ///
    /// A [`ResponseError`] that says which field is not so, what was given and what to do. A key that KMS cannot have
    /// made, or that this build cannot use, is [`ResponseError::Invalid`] with the error of [`PublicKey::from_der`].
    pub fn from_json(json: &[u8]) -> Result<Self, ResponseError> {
        let object = Object::read(json, "aws kms get-public-key")?;
        let key_id = key_id(&object)?;
        // First, because keys for other purposes need not look like signing keys (ML-KEM).
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

    /// The name of the KMS key: its ARN, when KMS wrote it. 1 to 2048 characters.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The key spec: that of the key itself, with which the response agrees.
    #[must_use]
    pub fn key_spec(&self) -> KeySpec {
        self.public_key.key_spec()
    }

    /// What the key is for: `"SIGN_VERIFY"`, as no other response is taken.
    #[must_use]
    pub fn key_usage(&self) -> &'static str {
        SIGN_VERIFY
    }

    /// The algorithms that the key can be used with, in the order in which KMS lists them.
    #[must_use]
    pub fn signing_algorithms(&self) -> &'static [SigningAlgorithm] {
        self.public_key.signing_algorithms()
    }
}

/// What KMS answers to Sign: a signature, and what it says it was made with.
///
/// Whoever can alter the response can write any key and any algorithm into it. It is believed as a claim only: a
/// `KeyRing` looks the named key up among those that it holds already, and refuses an algorithm that the key does not
/// have. It does not say whether the message was signed as RAW or DIGEST: for Ed25519 the algorithm tells, and for the
/// others both verify alike.
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
    /// Parses the JSON of the HTTP API, or of `aws kms sign --output json`: UTF-8, one object with nothing but white
    /// space around it, at most 64 KiB.
    ///
    /// All three fields must be there: `KeyId` (1 to 2048 characters), `Signature` (base64 as in RFC 4648 section 4,
    /// padded, no line ends) and `SigningAlgorithm`. Others may be there with any value, but each only once.
    ///
    /// # Errors
    ///
    /// A [`ResponseError`] that says which field is not so, what was given and what to do. A signature that decodes is
    /// not looked at: only verification says anything of it.
    pub fn from_json(json: &[u8]) -> Result<Self, ResponseError> {
        let object = Object::read(json, "aws kms sign")?;
        Ok(Self {
            key_id: key_id(&object)?,
            signature: object.required_bytes("Signature")?,
            signing_algorithm: object.required_string("SigningAlgorithm")?.parse()?,
        })
    }

    /// The name of the KMS key that is said to have signed: its ARN, when KMS wrote it. 1 to 2048 characters.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature, decoded from base64: of any length, even none.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The algorithm that is said to have been used.
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

/// Refuses key specs that are not the key's own, and such as do not agree with each other, whichever of them is right.
fn check_key_spec(object: &Object, of_key: KeySpec) -> Result<(), ResponseError> {
    // CustomerMasterKeySpec is the older name. Its documented values lack the newer key specs, but KMS writes them.
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

/// Refuses a list of algorithms that is not the key's. One that lacks some is no restriction, for KMS has none: it is
/// the list of another key, or was cut.
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
        // A list has any length, but there are only so many names.
        given.dedup();
        Err(ResponseError::SigningAlgorithmsNotOfKey {
            given: given.into(),
            of_key,
        })
    }
}
