//! Public keys as JSON Web Keys: RFC 7517, RFC 7518 section 6, RFC 8037 section 2, RFC 8812 section 3.1, RFC 9964.

use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::base64url::Base64Url;
use super::{JwkError, Thumbprint};
use crate::excerpt::excerpt;
use crate::json::{JsonError, unique_object};
use crate::public_key::Parts;
use crate::{KeySpec, PublicKey, SigningAlgorithm, VerifyingKey};

/// The maximum length of a JWK in bytes: that of every input with a public key.
const MAX_JWK: usize = 64 * 1024;

/// The curves of `EC`: `crv`, the key spec, and the length of a coordinate.
const CURVES: [(&str, KeySpec, usize); 4] = [
    ("P-256", KeySpec::EccNistP256, 32),
    ("P-384", KeySpec::EccNistP384, 48),
    ("P-521", KeySpec::EccNistP521, 66),
    ("secp256k1", KeySpec::EccSecgP256k1, 32),
];

/// The curve of `OKP`.
const ED25519: &str = "Ed25519";

/// The algorithms of `AKP`.
const ML_DSA: [KeySpec; 3] = [KeySpec::MlDsa44, KeySpec::MlDsa65, KeySpec::MlDsa87];

/// The members that only private and symmetric keys have: RFC 7518 section 6, and `priv` of RFC 9964.
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// A public key as a JSON Web Key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    public_key: PublicKey,
    algorithm: Option<SigningAlgorithm>,
    kid: Option<Box<str>>,
}

impl Jwk {
    /// The JWK of a key, with its algorithm as `alg`.
    ///
    /// # Errors
    ///
    /// [`JwkError::NoJoseName`] if JOSE has no name for the algorithm: `SM2DSA` and `ED25519_PH_SHA_512`.
    pub fn new(key: &VerifyingKey, kid: Option<&str>) -> Result<Self, JwkError> {
        jose_name(key)?;
        Ok(Self {
            public_key: key.public_key().clone(),
            algorithm: Some(key.algorithm()),
            kid: kid.map(Into::into),
        })
    }

    /// Parses a JWK of at most 64 KiB.
    ///
    /// | `kty` | members of the key |
    /// |---|---|
    /// | `EC` | `crv` (`P-256`, `P-384`, `P-521` or `secp256k1`), `x` and `y`, both as long as the field prime |
    /// | `OKP` | `crv` (`Ed25519`), `x` |
    /// | `RSA` | `n` and `e`, without leading zeros |
    /// | `AKP` | `alg` (`ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87`), `pub` |
    ///
    /// All of them are required, in base64url without padding, and every rule of [`PublicKey::from_der`] applies to the
    /// key. Furthermore:
    ///
    /// - `alg`, if present, is the name of an algorithm of the key.
    /// - `use`, if present, is `sig`, and `key_ops`, if present, is exactly `["verify"]`.
    /// - `kid`, if present, is a string.
    /// - No member is one of a private or symmetric key (`d`, `p`, `q`, `dp`, `dq`, `qi`, `oth`, `k`, `priv`): a private key
    ///   in this place has been exposed.
    /// - No name occurs twice in any object.
    ///
    /// All other members are ignored. Among them are `x5c`, `x5t` and `x5u`: a certificate for the key is not evaluated.
    ///
    /// # Errors
    ///
    /// A [`JwkError`] that names the member.
    pub fn from_json(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_members(&object(json, MAX_JWK)?)
    }

    pub(super) fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let members = Members(members);
        if let Some(member) = PRIVATE.into_iter().find(|member| members.0.contains_key(*member)) {
            return Err(JwkError::PrivateMember { member });
        }
        members.check_use()?;
        let alg = members.string("alg")?;
        let public_key = members.public_key()?;
        let algorithm = match alg {
            None => None,
            Some(alg) => {
                let key_spec = public_key.key_spec();
                let algorithm = SigningAlgorithm::from_jose_name(alg, key_spec);
                Some(algorithm.ok_or_else(|| JwkError::Algorithm {
                    alg: excerpt(alg),
                    key_spec,
                })?)
            }
        };
        Ok(Self {
            public_key,
            algorithm,
            kid: members.string("kid")?.map(Into::into),
        })
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The algorithm: that of `alg`, or the only one of the key that has a name in JOSE. `None` for an RSA key without
    /// `alg`.
    #[must_use]
    pub fn algorithm(&self) -> Option<SigningAlgorithm> {
        self.algorithm.or_else(|| {
            let key_spec = self.public_key.key_spec();
            let mut named = key_spec
                .signing_algorithms()
                .iter()
                .filter(|algorithm| algorithm.jose_name(key_spec).is_some());
            match (named.next(), named.next()) {
                (Some(only), None) => Some(*only),
                (None, _) | (Some(_), Some(_)) => None,
            }
        })
    }

    /// `kid`, the name of the key.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key, bound to its [`algorithm`](Self::algorithm).
    ///
    /// # Errors
    ///
    /// [`JwkError::MissingMember`] if there are several algorithms and no `alg`.
    pub fn verifying_key(&self) -> Result<VerifyingKey, JwkError> {
        let algorithm = self.algorithm().ok_or(JwkError::MissingMember { member: "alg" })?;
        Ok(self.public_key.verifying_key(algorithm)?)
    }

    /// The JWK as JSON, with `alg`, `kid` and `"use": "sig"`. The members are sorted by name.
    #[must_use]
    pub fn to_json(&self) -> String {
        use alloc::string::ToString as _;
        Value::Object(self.members()).to_string()
    }

    pub(super) fn members(&self) -> Map<String, Value> {
        let key_spec = self.public_key.key_spec();
        let alg = self.algorithm().and_then(|algorithm| algorithm.jose_name(key_spec));
        let strings = required_members(&self.public_key).unwrap_or_default();
        let strings = strings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain(alg.map(|alg| ("alg", alg)))
            .chain(self.kid().map(|kid| ("kid", kid)))
            .chain([("use", "sig")]);
        // Sorted, whatever the features of serde_json are. An AKP key requires `alg`, which comes twice, with the same value.
        let sorted: BTreeMap<&str, &str> = strings.collect();
        sorted
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }
}

impl Thumbprint {
    /// The thumbprint of a key.
    ///
    /// # Errors
    ///
    /// [`JwkError::NoKeyType`] for an SM2 key, which JWK cannot represent.
    pub fn of(key: &PublicKey) -> Result<Self, JwkError> {
        // RFC 7638 section 3: the required members in the order of their names, without white space. None of the values
        // has characters that JSON escapes.
        let members: Vec<_> = required_members(key)?
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        let json = format!("{{{}}}", members.join(","));
        Ok(Self(Sha256::digest(json).into()))
    }
}

/// The name in JOSE of the algorithm that a key is bound to.
pub(super) fn jose_name(key: &VerifyingKey) -> Result<&'static str, JwkError> {
    let algorithm = key.algorithm();
    let name = algorithm.jose_name(key.public_key().key_spec());
    name.ok_or(JwkError::NoJoseName { algorithm })
}

/// The members of an object of at most `max` bytes.
pub(super) fn object(json: &[u8], max: usize) -> Result<Map<String, Value>, JwkError> {
    let given = json.len();
    if given > max {
        return Err(JwkError::TooLong { given, max });
    }
    unique_object(json).map_err(|error| match error {
        JsonError::Invalid(_) => JwkError::Json,
        JsonError::Duplicate(member) => JwkError::DuplicateMember {
            member: excerpt(&member),
        },
    })
}

/// The members that represent the key, in the order of their names.
fn required_members(key: &PublicKey) -> Result<Vec<(&'static str, String)>, JwkError> {
    let encode = |bytes: &[u8]| Base64Url::Plain.encode(bytes);
    let key_spec = key.key_spec();
    let no_key_type = JwkError::NoKeyType { key_spec };
    Ok(match key.parts().ok_or(no_key_type.clone())? {
        Parts::Rsa { n, e } => Vec::from([("e", encode(e)), ("kty", "RSA".into()), ("n", encode(n))]),
        Parts::Point { x, y, .. } => {
            let curve = CURVES.iter().find(|(_, of_curve, _)| *of_curve == key_spec);
            let (crv, _, _) = curve.ok_or(no_key_type)?;
            Vec::from([
                ("crv", (*crv).into()),
                ("kty", "EC".into()),
                ("x", encode(x)),
                ("y", encode(y)),
            ])
        }
        Parts::Encoded { key, .. } if key_spec == KeySpec::EccNistEdwards25519 => {
            Vec::from([("crv", ED25519.into()), ("kty", "OKP".into()), ("x", encode(key))])
        }
        Parts::Encoded { key, .. } => {
            let alg = SigningAlgorithm::MlDsaShake256.jose_name(key_spec);
            Vec::from([
                ("alg", alg.ok_or(no_key_type)?.into()),
                ("kty", "AKP".into()),
                ("pub", encode(key)),
            ])
        }
    })
}

/// The members of a JWK.
struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    fn string(&self, member: &'static str) -> Result<Option<&'a str>, JwkError> {
        match self.0.get(member) {
            None => Ok(None),
            Some(Value::String(string)) => Ok(Some(string)),
            Some(_) => Err(JwkError::MemberType {
                member,
                expected: "a string",
            }),
        }
    }

    fn required(&self, member: &'static str) -> Result<&'a str, JwkError> {
        self.string(member)?.ok_or(JwkError::MissingMember { member })
    }

    fn bytes(&self, member: &'static str) -> Result<Vec<u8>, JwkError> {
        let text = self.required(member)?;
        Base64Url::Plain.decode(text).ok_or(JwkError::Base64 { member })
    }

    /// A number of exactly this length.
    fn coordinate(&self, member: &'static str, expected: usize) -> Result<Vec<u8>, JwkError> {
        let bytes = self.bytes(member)?;
        let given = bytes.len();
        if given == expected {
            Ok(bytes)
        } else {
            Err(JwkError::Length {
                member,
                given,
                expected,
            })
        }
    }

    /// A Base64urlUInt (RFC 7518 section 2), which is not zero here: it has no leading zeros.
    fn number(&self, member: &'static str) -> Result<Vec<u8>, JwkError> {
        let bytes = self.bytes(member)?;
        match bytes.first() {
            Some(1..) => Ok(bytes),
            Some(0) | None => Err(JwkError::LeadingZero { member }),
        }
    }

    /// RFC 7517 sections 4.2 and 4.3.
    fn check_use(&self) -> Result<(), JwkError> {
        if self.string("use")?.is_some_and(|usage| usage != "sig") {
            return Err(JwkError::NotForVerification { member: "use" });
        }
        match self.0.get("key_ops") {
            None => Ok(()),
            Some(Value::Array(operations)) => match operations.as_slice() {
                [Value::String(only)] if only == "verify" => Ok(()),
                _ => Err(JwkError::NotForVerification { member: "key_ops" }),
            },
            Some(_) => Err(JwkError::MemberType {
                member: "key_ops",
                expected: "a list",
            }),
        }
    }

    fn public_key(&self) -> Result<PublicKey, JwkError> {
        let key = match self.required("kty")? {
            "EC" => {
                let crv = self.required("crv")?;
                let curve = CURVES.into_iter().find(|(name, _, _)| *name == crv);
                let (_, key_spec, length) = curve.ok_or_else(|| JwkError::UnknownCurve { crv: excerpt(crv) })?;
                let (x, y) = (self.coordinate("x", length)?, self.coordinate("y", length)?);
                PublicKey::from_parts(Parts::Point { key_spec, x: &x, y: &y })
            }
            "OKP" => {
                let crv = self.required("crv")?;
                if crv != ED25519 {
                    return Err(JwkError::UnknownCurve { crv: excerpt(crv) });
                }
                PublicKey::from_parts(Parts::Encoded {
                    key_spec: KeySpec::EccNistEdwards25519,
                    key: &self.bytes("x")?,
                })
            }
            "RSA" => {
                let (n, e) = (self.number("n")?, self.number("e")?);
                PublicKey::from_parts(Parts::Rsa { n: &n, e: &e })
            }
            "AKP" => {
                let alg = self.required("alg")?;
                let named = |key_spec: &KeySpec| SigningAlgorithm::from_jose_name(alg, *key_spec).is_some();
                let key_spec = ML_DSA.into_iter().find(named);
                PublicKey::from_parts(Parts::Encoded {
                    key_spec: key_spec.ok_or_else(|| JwkError::UnknownAlgorithm { alg: excerpt(alg) })?,
                    key: &self.bytes("pub")?,
                })
            }
            kty => return Err(JwkError::UnknownKeyType { kty: excerpt(kty) }),
        };
        Ok(key?)
    }
}
