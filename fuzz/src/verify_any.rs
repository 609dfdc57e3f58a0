//! A valid signature with anything changed: every way to verify gives the same answer, and the answer is "valid" exactly
//! for what was signed.

use std::io;

use arbitrary::{Arbitrary, Result, Unstructured};
use kms_verify::{Error, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, verify_kms_signature};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::encode::{add, numbers_of_pair, pair, subtract};
use super::vectors::{VECTORS, Vector};

/// More changes than this only cost time.
const MAX_CHANGES: usize = 16;

pub fn run(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok(case) = Case::read(&mut input) else { return };
    let valid = case.verify().is_ok();
    match case.origin() {
        Origin::Vector => assert!(valid, "{case:x?}"),
        Origin::VectorButKey => {}
        Origin::Other => assert!(!valid, "{case:x?}"),
    }
}

/// What is verified.
#[derive(Debug)]
struct Case {
    key: Vec<u8>,
    algorithm: SigningAlgorithm,
    message_type: MessageType,
    message: Vec<u8>,
    signature: Vec<u8>,
    /// The length of the pieces that the message is streamed in.
    pieces: usize,
}

#[derive(Clone, Copy)]
enum Field {
    Key,
    Message,
    Signature,
}

/// Where a case comes from.
enum Origin {
    /// It is a vector: the same key and algorithm, the same message in any of its forms, and the same signature or its
    /// twin.
    Vector,
    /// It is an EXTERNAL_MU of a vector with another key. Only the hash that makes the mu binds the key: the equation
    /// after it often holds in spite of a low bit of t1 that was flipped, so nothing can be said.
    VectorButKey,
    /// It is nothing that was signed.
    Other,
}

impl Case {
    /// The bytes are: the place of a vector; the length of pieces; and changes, each a number and then its arguments.
    /// Nothing of it has a length that depends on what comes later, so that seeds are easily written.
    fn read(input: &mut Unstructured<'_>) -> Result<Self> {
        let vector = any_vector(input)?;
        let mut case = Self {
            key: vector.key.clone(),
            algorithm: vector.algorithm,
            message_type: vector.message_type,
            message: vector.message.clone(),
            signature: vector.signature.clone(),
            pieces: usize::from(u8::arbitrary(input)?) + 1,
        };
        for _ in 0..MAX_CHANGES {
            if input.is_empty() {
                break;
            }
            case.change(vector, input)?;
        }
        Ok(case)
    }

    fn change(&mut self, vector: &Vector, input: &mut Unstructured<'_>) -> Result<()> {
        match u8::arbitrary(input)? % 9 {
            0 => {
                let (bytes, at) = self.place(input)?;
                let mask = u8::arbitrary(input)?;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= mask;
                }
            }
            1 => {
                let (bytes, at) = self.place(input)?;
                let end = bytes.len().min(at + usize::from(u8::arbitrary(input)?));
                bytes.drain(at..end);
            }
            2 => {
                let (bytes, at) = self.place(input)?;
                let length = usize::from(u8::arbitrary(input)?).min(input.len());
                bytes.splice(at..at, input.bytes(length)?.iter().copied());
            }
            3 => self.algorithm = SigningAlgorithm::ALL[usize::from(u8::arbitrary(input)?) % 13],
            4 => self.message_type = MessageType::ALL[usize::from(u8::arbitrary(input)?) % 3],
            5 => {
                let field = field(input)?;
                let other = any_vector(input)?;
                *self.field(field) = match field {
                    Field::Key => other.key.clone(),
                    Field::Message => other.message.clone(),
                    Field::Signature => other.signature.clone(),
                };
            }
            6 => self.use_digest(vector),
            7 => {
                if let Ok(key) = PublicKey::from_der(&self.key) {
                    self.key = key.to_pem().into_bytes();
                }
            }
            _ => {
                let which = usize::from(u8::arbitrary(input)?) % 2;
                let negate = bool::arbitrary(input)?;
                if let Some(signature) = other_number(vector, &self.signature, which, negate) {
                    self.signature = signature;
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: Field) -> &mut Vec<u8> {
        match field {
            Field::Key => &mut self.key,
            Field::Message => &mut self.message,
            Field::Signature => &mut self.signature,
        }
    }

    /// A field, and a place in it or at its end.
    fn place(&mut self, input: &mut Unstructured<'_>) -> Result<(&mut Vec<u8>, usize)> {
        let field = field(input)?;
        let at = usize::from(u16::arbitrary(input)?);
        let bytes = self.field(field);
        let at = at % (bytes.len() + 1);
        Ok((bytes, at))
    }

    /// The message becomes the DIGEST or mu that stands for it.
    fn use_digest(&mut self, vector: &Vector) {
        if self.message_type == MessageType::Raw
            && let Ok(key) = PublicKey::from_der(&vector.key)
            && let Some(digest) = signed(&key, vector.algorithm, Message::Raw(&self.message))
            && vector.algorithm != SigningAlgorithm::Ed25519Sha512
        {
            self.message = digest;
            self.message_type = match vector.algorithm {
                SigningAlgorithm::MlDsaShake256 => MessageType::ExternalMu,
                _ => MessageType::Digest,
            };
        }
    }

    fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }

    /// The answer, in which all ways to verify agree.
    fn verify(&self) -> core::result::Result<(), Error> {
        let answer = verify_kms_signature(&self.key, self.algorithm, self.message(), &self.signature);
        let key = PublicKey::from_der_or_pem(&self.key).and_then(|key| key.verifying_key(self.algorithm));
        let key = match key {
            Ok(key) => key,
            Err(error) => {
                assert_eq!(answer, Err(error));
                return answer;
            }
        };
        assert_eq!(key.verify(self.message(), &self.signature), answer);

        let digest = Sha512::digest(&self.message);
        let whole = match self.algorithm {
            SigningAlgorithm::Ed25519PhSha512 => Message::Digest(&digest),
            _ => Message::Raw(&self.message),
        };
        let whole_answer = key.verify(whole, &self.signature);
        let streamed = key.stream(&self.signature).and_then(|mut stream| {
            self.message.chunks(self.pieces).for_each(|piece| stream.update(piece));
            stream.finish()
        });
        assert_eq!(streamed, whole_answer);
        let reader = Pieces {
            pieces: self.message.chunks(self.pieces),
            interrupted: false,
        };
        assert_eq!(key.verify_reader(reader, &self.signature), whole_answer);

        match key.normalized_signature(&self.signature) {
            Ok(normalized) => {
                assert_eq!(key.normalized_signature(&normalized).as_ref(), Ok(&normalized));
                assert_eq!(key.verify(self.message(), &normalized), answer);
            }
            Err(error) => {
                assert_eq!(error, Error::InvalidSignature);
                assert!(answer.is_err());
            }
        }
        answer
    }

    fn origin(&self) -> Origin {
        let Ok(key) = PublicKey::from_der_or_pem(&self.key) else {
            return Origin::Other;
        };
        let Some(message) = signed(&key, self.algorithm, self.message()) else {
            return Origin::Other;
        };
        let alike = VECTORS.iter().filter(|vector| {
            self.algorithm == vector.algorithm
                && (self.signature == vector.signature || Some(&self.signature) == twin(vector).as_ref())
                && PublicKey::from_der(&vector.key)
                    .is_ok_and(|key| signed(&key, vector.algorithm, vector.message()).as_ref() == Some(&message))
        });
        let mut origin = Origin::Other;
        for vector in alike {
            if key.to_der() == vector.key {
                return Origin::Vector;
            }
            if self.message_type == MessageType::ExternalMu {
                origin = Origin::VectorButKey;
            }
        }
        origin
    }
}

fn any_vector(input: &mut Unstructured<'_>) -> Result<&'static Vector> {
    Ok(&VECTORS[usize::from(u8::arbitrary(input)?) % VECTORS.len()])
}

fn field(input: &mut Unstructured<'_>) -> Result<Field> {
    Ok([Field::Key, Field::Message, Field::Signature][usize::from(u8::arbitrary(input)?) % 3])
}

/// What a scheme signs that stands for a message in all its forms. `None` if the algorithm does not take the form, or
/// the key is not of the algorithm.
fn signed(key: &PublicKey, algorithm: SigningAlgorithm, message: Message<'_>) -> Option<Vec<u8>> {
    use SigningAlgorithm::*;
    let bytes = message.as_bytes();
    match (algorithm, message.message_type()) {
        (RsassaPssSha256 | RsassaPkcs1V15Sha256 | EcdsaSha256, MessageType::Raw) => {
            Some(Sha256::digest(bytes).to_vec())
        }
        (RsassaPssSha384 | RsassaPkcs1V15Sha384 | EcdsaSha384, MessageType::Raw) => {
            Some(Sha384::digest(bytes).to_vec())
        }
        (RsassaPssSha512 | RsassaPkcs1V15Sha512 | EcdsaSha512, MessageType::Raw) => {
            Some(Sha512::digest(bytes).to_vec())
        }
        (Sm2Dsa, MessageType::Raw) => Some(key.sm2_digest(b"1234567812345678", bytes).ok()?.to_vec()),
        (MlDsaShake256, MessageType::Raw) => Some(key.external_mu(bytes).ok()?.to_vec()),
        (Ed25519Sha512, MessageType::Raw) | (MlDsaShake256, MessageType::ExternalMu) => Some(bytes.to_vec()),
        (Ed25519Sha512 | MlDsaShake256, MessageType::Digest) | (Ed25519PhSha512, MessageType::Raw) => None,
        (_, MessageType::Digest) => Some(bytes.to_vec()),
        (_, MessageType::ExternalMu) => None,
    }
}

/// (r, n - s), the other form of an ECDSA signature. SM2 has none.
fn twin(vector: &Vector) -> Option<Vec<u8>> {
    use SigningAlgorithm::*;
    match vector.algorithm {
        EcdsaSha256 | EcdsaSha384 | EcdsaSha512 => other_number(vector, &vector.signature, 1, true),
        _ => None,
    }
}

/// The signature with one of its numbers x replaced by m + x, or m - x, where m is the modulus that the scheme computes
/// with.
fn other_number(vector: &Vector, signature: &[u8], which: usize, negate: bool) -> Option<Vec<u8>> {
    let key = PublicKey::from_der(&vector.key).ok()?;
    let modulus = modulus(&key);
    let other = |number: &[u8]| match negate {
        true => subtract(&modulus, number),
        false => add(&modulus, number),
    };
    match key.key_spec() {
        KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::EccSecgP256k1 | KeySpec::Sm2 => {
            let mut numbers = numbers_of_pair(signature)?;
            numbers[which] = other(&numbers[which]);
            Some(pair(&numbers))
        }
        // S, little-endian.
        KeySpec::EccNistEdwards25519 => {
            let (r, s) = signature.split_at_checked(32)?;
            let s: Vec<u8> = s.iter().rev().copied().collect();
            let mut s = other(&s);
            s.reverse();
            s.resize(s.len().max(32), 0);
            Some([r, &s].concat())
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            let other = other(signature);
            let zeros = modulus.len().saturating_sub(other.len());
            Some([&vec![0; zeros][..], &other].concat())
        }
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => None,
    }
}

/// Big-endian: the order of the base point, or the modulus of RSA.
fn modulus(key: &PublicKey) -> Vec<u8> {
    let hex = match key.key_spec() {
        KeySpec::EccNistP256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        KeySpec::EccNistP384 => concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        ),
        KeySpec::EccNistP521 => concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        ),
        KeySpec::EccSecgP256k1 => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        KeySpec::Sm2 => "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
        KeySpec::EccNistEdwards25519 => "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
        // Between the 33 bytes before it and the exponent.
        KeySpec::Rsa2048 => return key.to_der()[33..][..256].to_vec(),
        KeySpec::Rsa3072 => return key.to_der()[33..][..384].to_vec(),
        KeySpec::Rsa4096 => return key.to_der()[33..][..512].to_vec(),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => "",
    };
    let digits: Vec<u8> = hex
        .bytes()
        .map(|digit| char::from(digit).to_digit(16).unwrap() as u8)
        .collect();
    digits.chunks(2).map(|digits| digits[0] << 4 | digits[1]).collect()
}

/// A reader that gives its pieces one at a time, and is interrupted before each.
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
