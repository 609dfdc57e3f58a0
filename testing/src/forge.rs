//! The means of an attacker: keys, and the raw operations of every scheme without the checks of a signer.
//!
//! Nearly everything is done with big integers and textbook formulas, so no rule of the crates under test is built in.
//! Nothing here is random: the keys are the same in every run, and none is secret.

pub mod curve;
pub mod ed25519;
pub mod ml_dsa;
pub mod rsa;

use std::fmt::Display;
use std::sync::LazyLock;

use kms_verify::{Error, KeyError, KeySpec, Message, PublicKey, SigningAlgorithm, VerifyingKey, verify_kms_signature};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::vectors::kms_vectors;
use crate::{der, hex};
use curve::CURVES;

/// The message of most tests.
pub const MESSAGE: &[u8] = b"what was signed";
pub const RAW: Message<'static> = Message::Raw(MESSAGE);

/// A hash function, and its identification in DigestInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub const ALL: [Self; 5] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The hash function of the DIGEST of an algorithm. `None` if DIGEST is not a hash of the message alone or not supported.
    pub fn of(algorithm: SigningAlgorithm) -> Option<Self> {
        use SigningAlgorithm::*;
        match algorithm {
            RsassaPssSha256 | RsassaPkcs1V15Sha256 | EcdsaSha256 => Some(Self::Sha256),
            RsassaPssSha384 | RsassaPkcs1V15Sha384 | EcdsaSha384 => Some(Self::Sha384),
            RsassaPssSha512 | RsassaPkcs1V15Sha512 | EcdsaSha512 | Ed25519PhSha512 => Some(Self::Sha512),
            Ed25519Sha512 | MlDsaShake256 | Sm2Dsa => None,
            other => unimplemented!("{other}"),
        }
    }

    /// Hashes byte by byte: of all ways to use a hash function, the most different from hashing a long piece.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        fn slowly<D: Digest>(message: &[u8]) -> Vec<u8> {
            let mut hasher = D::new();
            message.iter().for_each(|byte| hasher.update([*byte]));
            hasher.finalize().to_vec()
        }
        match self {
            Self::Md5 => slowly::<md5::Md5>(message),
            Self::Sha1 => slowly::<sha1::Sha1>(message),
            Self::Sha256 => slowly::<Sha256>(message),
            Self::Sha384 => slowly::<Sha384>(message),
            Self::Sha512 => slowly::<Sha512>(message),
        }
    }

    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The encoding of its object identifier.
    pub fn oid(self) -> Vec<u8> {
        hex(match self {
            Self::Md5 => "06082a864886f70d0205",
            Self::Sha1 => "06052b0e03021a",
            Self::Sha256 => "0609608648016503040201",
            Self::Sha384 => "0609608648016503040202",
            Self::Sha512 => "0609608648016503040203",
        })
    }
}

/// The three hash functions of RSA in KMS, with the names of both schemes.
pub const RSA_NAMES: [(Hash, SigningAlgorithm, SigningAlgorithm); 3] = [
    (
        Hash::Sha256,
        SigningAlgorithm::RsassaPkcs1V15Sha256,
        SigningAlgorithm::RsassaPssSha256,
    ),
    (
        Hash::Sha384,
        SigningAlgorithm::RsassaPkcs1V15Sha384,
        SigningAlgorithm::RsassaPssSha384,
    ),
    (
        Hash::Sha512,
        SigningAlgorithm::RsassaPkcs1V15Sha512,
        SigningAlgorithm::RsassaPssSha512,
    ),
];

/// The SubjectPublicKeyInfo of a key of each key spec: keys of KMS, and for SM2 one that is made here.
pub fn one_of_each() -> Vec<(KeySpec, Vec<u8>)> {
    let mut keys: Vec<(KeySpec, Vec<u8>)> = Vec::new();
    for vector in kms_vectors() {
        if keys.iter().all(|(key_spec, _)| *key_spec != vector.key_spec) {
            keys.push((vector.key_spec, vector.der));
        }
    }
    keys.push((
        KeySpec::Sm2,
        curve::Key::new(curve::curve(KeySpec::Sm2), "one of each").spki(),
    ));
    keys.sort();
    assert!(keys.iter().map(|(key_spec, _)| key_spec).eq(KeySpec::ALL));
    keys
}

/// The key of a SubjectPublicKeyInfo, bound to an algorithm.
#[track_caller]
pub fn verifying_key(spki: &[u8], algorithm: SigningAlgorithm) -> VerifyingKey {
    PublicKey::from_der(spki)
        .unwrap()
        .verifying_key(algorithm)
        .unwrap()
        .precomputed()
}

/// The outcome for a signature, which must be the same in every way of verifying it.
#[track_caller]
fn verdict(key: &VerifyingKey, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
    let verdict = key.verify(message, signature);
    let algorithm = key.algorithm();
    // This key has tables. A key that was just parsed has none, so that other code decides.
    let spki = key.public_key().to_der();
    let at_once = verify_kms_signature(&spki, algorithm, message, signature);
    assert_eq!(at_once, verdict, "without tables");
    if let Message::Raw(message) = message {
        let streamed = |key: &VerifyingKey| {
            let mut stream = key.stream(signature)?;
            stream.update(message);
            stream.finish()
        };
        assert_eq!(streamed(key), verdict, "as a stream");
        let without = PublicKey::from_der(&spki).and_then(|key| key.verifying_key(algorithm));
        assert_eq!(
            without.and_then(|key| streamed(&key)),
            verdict,
            "as a stream, without tables"
        );
    }
    verdict
}

/// What is expected of a signature.
pub trait Verdicts {
    fn accepts(&self, message: Message<'_>, signature: &[u8], what: impl Display);
    fn rejects(&self, message: Message<'_>, signature: &[u8], what: impl Display);
}

impl Verdicts for VerifyingKey {
    #[track_caller]
    fn accepts(&self, message: Message<'_>, signature: &[u8], what: impl Display) {
        let verdict = verdict(self, message, signature);
        assert_eq!(verdict, Ok(()), "{}: {what}", self.algorithm());
    }

    #[track_caller]
    fn rejects(&self, message: Message<'_>, signature: &[u8], what: impl Display) {
        let verdict = verdict(self, message, signature);
        assert_eq!(verdict, Err(Error::InvalidSignature), "{}: {what}", self.algorithm());
    }
}

/// Checks that a key is rejected when it is parsed, with an error that contains these words.
#[track_caller]
pub fn assert_key_rejected(spki: &[u8], words: &str, what: impl Display) -> KeyError {
    match PublicKey::from_der_or_pem(spki) {
        Err(Error::PublicKey(error)) => {
            assert!(error.to_string().contains(words), "{what}: {error}");
            error
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// A way to sign, for each pair of an algorithm and a kind of key that supports it.
pub struct Signer {
    pub name: String,
    pub key: VerifyingKey,
    /// The block length in bytes of the hash function that the message goes through.
    pub block: usize,
    sign: Sign,
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

impl Signer {
    fn new(
        spki: &[u8],
        algorithm: SigningAlgorithm,
        block: usize,
        sign: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let key = verifying_key(spki, algorithm);
        Self {
            name: format!("{algorithm} with {}", key.public_key().key_spec()),
            key,
            block,
            sign: Box::new(sign),
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        (self.sign)(message)
    }

    /// Whether the signatures are DER: those of the five curves.
    pub fn is_der(&self) -> bool {
        CURVES.iter().any(|curve| curve.algorithm == self.key.algorithm())
    }

    /// The message for this algorithm: RAW, or the digest for Ed25519ph.
    pub fn with_message<T>(&self, message: &[u8], use_it: impl FnOnce(Message<'_>) -> T) -> T {
        match self.key.algorithm() {
            SigningAlgorithm::Ed25519PhSha512 => use_it(Message::Digest(&Hash::Sha512.digest(message))),
            _ => use_it(Message::Raw(message)),
        }
    }

    #[track_caller]
    pub fn accepts(&self, message: &[u8], signature: &[u8], what: impl Display) {
        let what = format!("{}: {what}", self.name);
        self.with_message(message, |message| self.key.accepts(message, signature, what));
    }

    #[track_caller]
    pub fn rejects(&self, message: &[u8], signature: &[u8], what: impl Display) {
        let what = format!("{}: {what}", self.name);
        self.with_message(message, |message| self.key.rejects(message, signature, what));
    }
}

/// All 13 algorithms, ECDSA_SHA_256 on both its curves and ML-DSA with all three parameter sets.
pub fn signers() -> &'static [Signer] {
    static SIGNERS: LazyLock<Vec<Signer>> = LazyLock::new(make_signers);
    &SIGNERS
}

fn make_signers() -> Vec<Signer> {
    let mut signers = Vec::new();
    for (hash, pkcs1, pss) in RSA_NAMES {
        let key = rsa::key(2048);
        let block = if hash == Hash::Sha256 { 64 } else { 128 };
        signers.push(Signer::new(&key.spki(65537), pkcs1, block, move |message| {
            key.sign(&rsa::pkcs1(hash, &hash.digest(message), key.length()))
        }));
        signers.push(Signer::new(&key.spki(65537), pss, block, move |message| {
            key.sign(&rsa::Pss::of(hash).encode(&hash.digest(message), key.length()))
        }));
    }
    for curve in CURVES.iter() {
        let key = curve::Key::new(curve, "signer");
        let block = if curve.bytes == 32 { 64 } else { 128 };
        signers.push(Signer::new(&key.spki(), curve.algorithm, block, move |message| {
            let (r, s) = key.sign(&key.digest(message));
            der::integer_pair(&r, &s)
        }));
    }
    let key = ed25519::Key::new("signer");
    let ph = key.clone();
    signers.push(Signer::new(
        &key.spki(),
        SigningAlgorithm::Ed25519Sha512,
        128,
        move |message| key.sign(&[], message),
    ));
    signers.push(Signer::new(
        &ph.spki(),
        SigningAlgorithm::Ed25519PhSha512,
        128,
        move |message| {
            let digest = Hash::Sha512.digest(message);
            ph.sign(ed25519::DOM2_PH, &Hash::Sha512.digest(&digest))
        },
    ));
    for parameters in &ml_dsa::PARAMETER_SETS {
        let key = ml_dsa::Key::new(parameters, "signer");
        let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
        signers.push(Signer::new(
            &key.spki(),
            SigningAlgorithm::MlDsaShake256,
            136,
            move |message| key.respond(&commitment, &key.mu(&[0, 0], message)),
        ));
    }
    signers
}
