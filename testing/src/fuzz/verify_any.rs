//! A valid signature with arbitrary changes: every way to verify gives the same answer, and the answer is "valid"
//! exactly for what was signed.

use std::io;

use arbitrary::Unstructured;
use kms_verify::{Error, Message, MessageType, PublicKey, SigningAlgorithm, verify_kms_signature};
use sha2::{Digest, Sha512};

use super::case::{Case, other_number, signed};
use super::vectors::{VECTORS, Vector};

pub fn run(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok(case) = Case::read(&mut input) else { return };
    let valid = verify(&case).is_ok();
    match origin(&case) {
        Origin::Vector => assert!(valid, "{case:x?}"),
        Origin::VectorButKey => {}
        Origin::Other => assert!(!valid, "{case:x?}"),
    }
}

/// The origin of a case.
enum Origin {
    /// A vector: the same key and algorithm, the same message in any of its forms, and the same signature or its other
    /// form.
    Vector,
    /// An EXTERNAL_MU of a vector with another key. Only the hash that makes the mu binds the key: the equation after
    /// it often holds even if a low bit of t1 is flipped, so no answer is expected.
    VectorButKey,
    /// Anything else, which was never signed.
    Other,
}

/// The answer, on which all ways to verify agree.
fn verify(case: &Case) -> Result<(), Error> {
    let answer = verify_kms_signature(&case.key, case.algorithm, case.message(), &case.signature);
    let key = PublicKey::from_der_or_pem(&case.key).and_then(|key| key.verifying_key(case.algorithm));
    let key = match key {
        Ok(key) => key,
        Err(error) => {
            assert_eq!(answer, Err(error));
            return answer;
        }
    };
    assert_eq!(key.verify(case.message(), &case.signature), answer);
    let key = key.precomputed();
    assert_eq!(key.verify(case.message(), &case.signature), answer);

    let digest = Sha512::digest(&case.message);
    let whole = match case.algorithm {
        SigningAlgorithm::Ed25519PhSha512 => Message::Digest(&digest),
        _ => Message::Raw(&case.message),
    };
    let whole_answer = key.verify(whole, &case.signature);
    let streamed = key.stream(&case.signature).and_then(|mut stream| {
        case.message.chunks(case.pieces).for_each(|piece| stream.update(piece));
        stream.finish()
    });
    assert_eq!(streamed, whole_answer);
    let reader = Pieces {
        pieces: case.message.chunks(case.pieces),
        interrupted: false,
    };
    assert_eq!(key.verify_reader(reader, &case.signature), whole_answer);

    match key.normalized_signature(&case.signature) {
        Ok(normalized) => {
            assert_eq!(key.normalized_signature(&normalized).as_ref(), Ok(&normalized));
            assert_eq!(key.verify(case.message(), &normalized), answer);
        }
        Err(error) => {
            assert_eq!(error, Error::InvalidSignature);
            assert!(answer.is_err());
        }
    }
    answer
}

fn origin(case: &Case) -> Origin {
    let Ok(key) = PublicKey::from_der_or_pem(&case.key) else {
        return Origin::Other;
    };
    let Some(message) = signed(&key, case.algorithm, case.message()) else {
        return Origin::Other;
    };
    let alike = VECTORS.iter().filter(|vector| {
        case.algorithm == vector.algorithm
            && (case.signature == vector.signature || Some(&case.signature) == twin(vector).as_ref())
            && PublicKey::from_der(&vector.key)
                .is_ok_and(|key| signed(&key, vector.algorithm, vector.message()).as_ref() == Some(&message))
    });
    let mut origin = Origin::Other;
    for vector in alike {
        if key.to_der() == vector.key {
            return Origin::Vector;
        }
        if case.message_type == MessageType::ExternalMu {
            origin = Origin::VectorButKey;
        }
    }
    origin
}

/// (r, n - s), the other form of an ECDSA signature. SM2 signatures have only one.
fn twin(vector: &Vector) -> Option<Vec<u8>> {
    use SigningAlgorithm::*;
    match vector.algorithm {
        EcdsaSha256 | EcdsaSha384 | EcdsaSha512 => other_number(vector, &vector.signature, 1, true),
        _ => None,
    }
}

/// A reader that returns its pieces one at a time, with an interruption before each.
struct Pieces<'a> {
    pieces: core::slice::Chunks<'a, u8>,
    interrupted: bool,
}

impl io::Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let piece = self.pieces.next().unwrap_or_default();
        buffer[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    }
}
