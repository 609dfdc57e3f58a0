//! A valid signature with arbitrary changes, including common mistakes.

use arbitrary::{Arbitrary, Result, Unstructured};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kms_verify::{KeySpec, Message, MessageType, PublicKey, SigningAlgorithm};
use num_bigint::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::vectors::{VECTORS, Vector};
use crate::der::{integer_pair, numbers_of_pair};
use crate::forge::{Hash, curve, ed25519};
use crate::{padded, power_of_two, spki};

/// More changes would only cost time.
const MAX_CHANGES: usize = 16;

/// The maximum number of bytes that are converted to text.
const MAX_TEXT: usize = 16 * 1024;

/// The inputs of a verification.
#[derive(Debug)]
pub struct Case {
    pub key: Vec<u8>,
    pub algorithm: SigningAlgorithm,
    pub message_type: MessageType,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    /// The length of the pieces of the streamed message.
    pub pieces: usize,
}

#[derive(Clone, Copy)]
enum Field {
    Key,
    Message,
    Signature,
}

impl Case {
    /// The bytes are the index of a vector, the length of pieces, and changes, each a number followed by its arguments.
    /// No length depends on later bytes, so seeds are easy to write.
    pub fn read(input: &mut Unstructured<'_>) -> Result<Self> {
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
        match u8::arbitrary(input)? % 12 {
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
            8 => {
                let which = usize::from(u8::arbitrary(input)?) % 2;
                let negate = bool::arbitrary(input)?;
                if let Some(signature) = other_number(vector, &self.signature, which, negate) {
                    self.signature = signature;
                }
            }
            9 => {
                let field = self.field(field(input)?);
                let form = u8::arbitrary(input)?;
                // Text of text of text would only cost time.
                if field.len() <= MAX_TEXT {
                    *field = text(field, form);
                }
            }
            10 => {
                self.message = match u8::arbitrary(input)? % 3 {
                    0 => Sha256::digest(&self.message).to_vec(),
                    1 => Sha384::digest(&self.message).to_vec(),
                    _ => Sha512::digest(&self.message).to_vec(),
                };
            }
            _ => {
                if let Some(numbers) = numbers_of_pair(&self.signature) {
                    self.signature = side_by_side(vector, &numbers);
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

    /// A field, and a position in it or at its end.
    fn place(&mut self, input: &mut Unstructured<'_>) -> Result<(&mut Vec<u8>, usize)> {
        let field = field(input)?;
        let at = usize::from(u16::arbitrary(input)?);
        let bytes = self.field(field);
        let at = at % (bytes.len() + 1);
        Ok((bytes, at))
    }

    /// Replaces the message by its DIGEST or mu.
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

    pub fn message(&self) -> Message<'_> {
        Message::new(self.message_type, &self.message)
    }
}

fn any_vector(input: &mut Unstructured<'_>) -> Result<&'static Vector> {
    Ok(&VECTORS[usize::from(u8::arbitrary(input)?) % VECTORS.len()])
}

fn field(input: &mut Unstructured<'_>) -> Result<Field> {
    Ok([Field::Key, Field::Message, Field::Signature][usize::from(u8::arbitrary(input)?) % 3])
}

/// The value that a scheme signs, which all forms of a message have in common. `None` if the algorithm does not support
/// the form, or the key does not support the algorithm.
pub fn signed(key: &PublicKey, algorithm: SigningAlgorithm, message: Message<'_>) -> Option<Vec<u8>> {
    use SigningAlgorithm::*;
    let bytes = message.as_bytes();
    match (algorithm, message.message_type()) {
        (Ed25519PhSha512, MessageType::Raw) | (Ed25519Sha512 | MlDsaShake256, MessageType::Digest) => None,
        (Ed25519Sha512, MessageType::Raw) | (MlDsaShake256, MessageType::ExternalMu) => Some(bytes.to_vec()),
        (MlDsaShake256, MessageType::Raw) => Some(key.external_mu(bytes).ok()?.to_vec()),
        (Sm2Dsa, MessageType::Raw) => Some(key.sm2_digest(b"1234567812345678", bytes).ok()?.to_vec()),
        (_, MessageType::Raw) => Some(Hash::of(algorithm)?.digest(bytes)),
        (_, MessageType::Digest) => Some(bytes.to_vec()),
        (_, MessageType::ExternalMu) => None,
        (algorithm, message_type) => unimplemented!("{algorithm} {message_type}"),
    }
}

/// Bytes as text, in a form that people mistake for the bytes.
fn text(bytes: &[u8], form: u8) -> Vec<u8> {
    match form % 6 {
        0 => STANDARD.encode(bytes).into_bytes(),
        1 => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        2 => bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
            .into_bytes(),
        3 => format!("b'{}'", bytes.escape_ascii()).into_bytes(),
        4 => format!(
            "{{\"KeyId\": \"\", \"Signature\": \"{}\", \"SigningAlgorithm\": \"\"}}",
            STANDARD.encode(bytes)
        )
        .into_bytes(),
        // UTF-16, as PowerShell writes text.
        _ => [0xff, 0xfe]
            .into_iter()
            .chain(bytes.iter().flat_map(|byte| [*byte, 0]))
            .collect(),
    }
}

/// r || s, each as long as the modulus, or longer if it has more bytes.
fn side_by_side(vector: &Vector, numbers: &[BigUint; 2]) -> Vec<u8> {
    let length = PublicKey::from_der(&vector.key).map_or(0, |key| bytes(&modulus(&key)));
    numbers
        .each_ref()
        .map(|number| padded(number, length.max(bytes(number))))
        .concat()
}

/// The signature with one of its numbers x replaced by m + x or m - x, where m is the modulus of the scheme.
pub(super) fn other_number(vector: &Vector, signature: &[u8], which: usize, negate: bool) -> Option<Vec<u8>> {
    let key = PublicKey::from_der(&vector.key).ok()?;
    let modulus = modulus(&key);
    let other = |number: &BigUint| match negate {
        // Modulo a power of 256 if x is greater.
        true if *number > modulus => &modulus + power_of_two(8 * bytes(number) + 8) - number,
        true => &modulus - number,
        false => &modulus + number,
    };
    match key.key_spec() {
        KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::EccSecgP256k1 | KeySpec::Sm2 => {
            let mut numbers = numbers_of_pair(signature)?;
            numbers[which] = other(&numbers[which]);
            let [r, s] = &numbers;
            Some(integer_pair(r, s))
        }
        // S, little-endian.
        KeySpec::EccNistEdwards25519 => {
            let (r, s) = signature.split_at_checked(32)?;
            let s = other(&BigUint::from_bytes_le(s));
            let mut s = padded(&s, bytes(&s).max(32));
            s.reverse();
            Some([r, &s].concat())
        }
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
            let other = other(&BigUint::from_bytes_be(signature));
            Some(padded(&other, bytes(&modulus).max(bytes(&other))))
        }
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => None,
        other => unimplemented!("{other}"),
    }
}

/// The length of a number; 0 for zero.
fn bytes(number: &BigUint) -> usize {
    number.bits().div_ceil(8) as usize
}

/// The order of the base point, or the modulus of RSA.
fn modulus(key: &PublicKey) -> BigUint {
    match key.key_spec() {
        key_spec @ (KeySpec::EccNistP256
        | KeySpec::EccNistP384
        | KeySpec::EccNistP521
        | KeySpec::EccSecgP256k1
        | KeySpec::Sm2) => curve::curve(key_spec).n.clone(),
        KeySpec::EccNistEdwards25519 => ed25519::order(),
        key_spec @ (KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
            BigUint::from_bytes_be(spki::modulus(key_spec, &key.to_der()))
        }
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => BigUint::ZERO,
        other => unimplemented!("{other}"),
    }
}
