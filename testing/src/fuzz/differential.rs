//! The arithmetic of the crate beside other implementations, by whole verifications through the public API: for every
//! key, digest and signature, all give the same answer.
//!
//! Random signatures are all invalid, and equally so with wrong arithmetic. So most signatures are constructed, with a
//! known secret or by choosing the key last: then the correct answer is known, often "valid", and any wrong bit shows.
//! Their numbers are near carries, reductions and the special cases of the group law.

mod choices;
mod ed25519;
mod key;
mod ml_dsa;
mod on_curves;
mod rsa;
mod rustcrypto;

use kms_verify::{KeySpec, PublicKey, SigningAlgorithm};

use choices::Choices;
use key::Key;

use crate::forge::curve::{self, Curve};

/// The curves, RSA modulus sizes and parameter sets of ML-DSA that have arithmetic of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    P256,
    P384,
    P521,
    Secp256k1,
    Sm2,
    Rsa2048,
    Rsa3072,
    Rsa4096,
    Ed25519,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

impl Family {
    /// In the order of `scripts/make-fuzz-seeds`.
    pub const ALL: [Self; 12] = [
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Secp256k1,
        Self::Sm2,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::Ed25519,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// In the order of FIPS 204.
    const ML_DSA: [Self; 3] = [Self::MlDsa44, Self::MlDsa65, Self::MlDsa87];

    /// Its curve of ECDSA or SM2.
    fn curve(self) -> Option<&'static Curve> {
        let key_spec = match self {
            Self::P256 => KeySpec::EccNistP256,
            Self::P384 => KeySpec::EccNistP384,
            Self::P521 => KeySpec::EccNistP521,
            Self::Secp256k1 => KeySpec::EccSecgP256k1,
            Self::Sm2 => KeySpec::Sm2,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => return None,
            Self::Ed25519 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => return None,
        };
        Some(curve::curve(key_spec))
    }

    /// The kinds of cases of a family, each of which makes up more than 1 %.
    pub fn kinds(self) -> &'static [Kind] {
        use Kind::*;
        match self {
            Self::P256 | Self::P384 | Self::Secp256k1 | Self::Sm2 => &[
                NewKey,
                Doubling,
                Infinity,
                Midway,
                XAboveOrder,
                CongruentModuloP,
                CongruentModuloWords,
                DigestAboveOrder,
            ],
            // Its n is shorter than its words, and longer than its digests.
            Self::P521 => &[NewKey, Doubling, Infinity, Midway, XAboveOrder, CongruentModuloP],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[
                NewKey,
                PrimeModulus,
                AnyModulus,
                OtherExponent,
                EncodingDefect,
                NotBelowModulus,
            ],
            Self::Ed25519 => &[NewKey, TorsionInKey, TorsionInR, SmallOrderR, SNotBelowOrder],
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[NewKey, ZeroT1, NormTooLarge, HintDefect],
        }
    }
}

/// The special property of a case when it was constructed. Some cases are changed at the end, and may lose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The key is used in this case only.
    NewKey,
    /// u1 G = u2 Q.
    Doubling,
    /// u1 G = -u2 Q.
    Infinity,
    /// A partial sum of u1 G equals one of u2 Q, or its negative.
    Midway,
    /// The x of the sum is n or more, so that r + n must be compared too.
    XAboveOrder,
    /// r + n is the x of the sum modulo p, but not as an integer.
    CongruentModuloP,
    /// r + n is the x of the sum modulo 2 to the number of bits of its words, but not as an integer.
    CongruentModuloWords,
    /// The digest is n or more.
    DigestAboveOrder,
    /// The modulus is a prime near a power of two.
    PrimeModulus,
    /// The modulus is an arbitrary odd number.
    AnyModulus,
    /// The exponent is not 65537.
    OtherExponent,
    /// The signed value is not an encoded message.
    EncodingDefect,
    /// The signature is the modulus, or more.
    NotBelowModulus,
    /// The key has a part of small order.
    TorsionInKey,
    /// R has a part of small order.
    TorsionInR,
    /// R is of small order, or its encoding is not canonical.
    SmallOrderR,
    /// S is L or more.
    SNotBelowOrder,
    /// The key has a t1 of zero, and z and the hints are at their bounds.
    ZeroT1,
    /// A coefficient of z is at the bound or above.
    NormTooLarge,
    /// The encoding of the hints is not the canonical one.
    HintDefect,
}

impl Kind {
    pub const ALL: [Self; 20] = [
        Self::NewKey,
        Self::Doubling,
        Self::Infinity,
        Self::Midway,
        Self::XAboveOrder,
        Self::CongruentModuloP,
        Self::CongruentModuloWords,
        Self::DigestAboveOrder,
        Self::PrimeModulus,
        Self::AnyModulus,
        Self::OtherExponent,
        Self::EncodingDefect,
        Self::NotBelowModulus,
        Self::TorsionInKey,
        Self::TorsionInR,
        Self::SmallOrderR,
        Self::SNotBelowOrder,
        Self::ZeroT1,
        Self::NormTooLarge,
        Self::HintDefect,
    ];
}

/// The inputs of a verification.
struct Case {
    key: std::rc::Rc<Key>,
    algorithm: SigningAlgorithm,
    /// The message of Ed25519, and the mu of ML-DSA.
    digest: Vec<u8>,
    signature: Vec<u8>,
    /// The correct answer, where the construction of the case determines it.
    valid: Option<bool>,
    kinds: Vec<Kind>,
}

/// The outcome of a case.
pub struct Outcome {
    pub valid: bool,
    pub kinds: Vec<Kind>,
}

/// Whether a signature over a digest is valid, by another implementation.
pub type Answer = Box<dyn Fn(&[u8], &[u8]) -> bool>;

/// Prepares a key of another implementation for an algorithm. `None` if it does not support the algorithm.
pub type Peer = fn(&PublicKey, SigningAlgorithm) -> Option<Answer>;

/// The implementations besides this crate.
#[derive(Clone, Copy)]
pub struct Ask {
    /// The RustCrypto crates, which are slow.
    pub rustcrypto: bool,
    pub peer: Option<Peer>,
}

/// The first byte selects the family, and the others the case. RustCrypto and the peer are asked.
pub fn run(bytes: &[u8], peer: Option<Peer>) {
    let (family, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let ask = Ask { rustcrypto: true, peer };
    check(Family::ALL[usize::from(*family) % Family::ALL.len()], rest, ask);
}

/// Constructs a case and asks all implementations. `None` if the choices do not lead to a case.
pub fn check(family: Family, choices: &[u8], ask: Ask) -> Option<Outcome> {
    let mut choices = Choices::new(choices);
    let case = match family {
        Family::Rsa2048 => rsa::case(2048, &mut choices),
        Family::Rsa3072 => rsa::case(3072, &mut choices),
        Family::Rsa4096 => rsa::case(4096, &mut choices),
        Family::Ed25519 => ed25519::case(&mut choices),
        Family::MlDsa44 | Family::MlDsa65 | Family::MlDsa87 => ml_dsa::case(family, &mut choices),
        _ => on_curves::case(family, &mut choices)?,
    };
    let valid = case.key.verify(case.algorithm, &case.digest, &case.signature, ask);
    if let Some(right) = case.valid {
        assert_eq!(
            valid, right,
            "all agree, and are wrong: {:?}, digest {:02x?}, signature {:02x?}, {:?}",
            case.key, case.digest, case.signature, case.kinds
        );
    }
    Some(Outcome {
        valid,
        kinds: case.kinds,
    })
}
