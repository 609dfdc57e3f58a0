//! The crate's own arithmetic against other implementations, by whole verifications through the public API: for every
//! key, digest and signature, whatever they are made of, all give the same answer.
//!
//! Random signatures are all invalid, and invalid alike, however wrong the arithmetic is. So most cases are signatures
//! that are made, by a secret known here, or by choosing the key last: then the right answer is known, often "valid",
//! and a wrong bit anywhere shows. The numbers in them are chosen where carries, reductions and the cases of the group
//! law are.

mod choices;
mod key;
mod on_curves;
mod rsa;
mod rustcrypto;

use kms_verify::{KeySpec, PublicKey, SigningAlgorithm};

use choices::Choices;
use key::Key;

use crate::forge::curve::{self, Curve};

/// The curves and the sizes of RSA moduli that have own arithmetic.
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
}

impl Family {
    /// In the order of `scripts/make-fuzz-seeds`.
    pub const ALL: [Self; 8] = [
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Secp256k1,
        Self::Sm2,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
    ];

    /// Its curve; `None` for RSA.
    fn curve(self) -> Option<&'static Curve> {
        let key_spec = match self {
            Self::P256 => KeySpec::EccNistP256,
            Self::P384 => KeySpec::EccNistP384,
            Self::P521 => KeySpec::EccNistP521,
            Self::Secp256k1 => KeySpec::EccSecgP256k1,
            Self::Sm2 => KeySpec::Sm2,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => return None,
        };
        Some(curve::curve(key_spec))
    }

    /// The kinds of case that a family has, each more than once in a hundred.
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
        }
    }
}

/// What is special about a case, as it was made: some are changed in the end, and then, say, the sum is not infinity any
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The key is of this case only.
    NewKey,
    /// u1 G = u2 Q.
    Doubling,
    /// u1 G = -u2 Q.
    Infinity,
    /// Part of u1 G is part of u2 Q, or its negative.
    Midway,
    /// The x of the sum is n or more, so that r + n, too, is to be looked at.
    XAboveOrder,
    /// r + n is the x of the sum modulo p, but not as an integer.
    CongruentModuloP,
    /// r + n is the x of the sum modulo two to the bits of its words, but not as an integer.
    CongruentModuloWords,
    /// The digest is n or more.
    DigestAboveOrder,
    /// The modulus is a prime next to a power of two.
    PrimeModulus,
    /// The modulus is any odd number.
    AnyModulus,
    /// The exponent is not 65537.
    OtherExponent,
    /// The signed value is not an encoded message.
    EncodingDefect,
    /// The signature is the modulus, or more.
    NotBelowModulus,
}

impl Kind {
    pub const ALL: [Self; 13] = [
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
    ];
}

/// What is verified.
struct Case {
    key: std::rc::Rc<Key>,
    algorithm: SigningAlgorithm,
    digest: Vec<u8>,
    signature: Vec<u8>,
    /// The right answer, where the making of the case tells it.
    valid: Option<bool>,
    kinds: Vec<Kind>,
}

/// What came of a case.
pub struct Outcome {
    pub valid: bool,
    pub kinds: Vec<Kind>,
}

/// Whether a signature over a digest is valid, by another implementation.
pub type Answer = Box<dyn Fn(&[u8], &[u8]) -> bool>;

/// Prepares a key of another implementation for an algorithm. `None` if it does not have the algorithm.
pub type Peer = fn(&PublicKey, SigningAlgorithm) -> Option<Answer>;

/// Who is asked beside this crate.
#[derive(Clone, Copy)]
pub struct Ask {
    /// The crates of RustCrypto, which are slow.
    pub rustcrypto: bool,
    pub peer: Option<Peer>,
}

/// The first byte chooses the family, and the others the case. RustCrypto is asked, and the peer.
pub fn run(bytes: &[u8], peer: Option<Peer>) {
    let (family, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let ask = Ask { rustcrypto: true, peer };
    check(Family::ALL[usize::from(*family) % Family::ALL.len()], rest, ask);
}

/// Makes a case, and asks all implementations. `None` if the choices lead to no case.
pub fn check(family: Family, choices: &[u8], ask: Ask) -> Option<Outcome> {
    let mut choices = Choices::new(choices);
    let case = match family {
        Family::Rsa2048 => rsa::case(2048, &mut choices),
        Family::Rsa3072 => rsa::case(3072, &mut choices),
        Family::Rsa4096 => rsa::case(4096, &mut choices),
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
