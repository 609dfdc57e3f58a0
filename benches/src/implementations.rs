//! How each implementation handles a case.

mod aws_lc;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod graviola;
mod libcrux;
mod libsecp256k1;
mod openssl;
mod ours;
mod ring;
mod rust_crypto;

use std::cell::OnceCell;

pub use aws_lc::of as aws_lc;
pub use ours::{NAME as OURS, verifies_in_one_shot};

use crate::cases::Case;

/// Does a part of the work with the inputs of a case, and returns whether the signature is valid.
type Call = Box<dyn Fn(&Case) -> bool>;

/// An implementation, prepared for one case.
pub struct Implementation {
    pub name: &'static str,
    /// From the DER to a key object. `None` if the public API has no parsed keys.
    pub parse: Option<Call>,
    /// Verifies the message and the signature of the case with a precomputed key.
    pub verify: Call,
    /// From DER, message and signature to the answer.
    pub one_shot: Call,
}

impl Implementation {
    /// An implementation of two functions: one parses a SubjectPublicKeyInfo, the other verifies a message and a
    /// signature with the parsed key.
    fn new<K: 'static>(
        name: &'static str,
        case: &Case,
        parse: impl Fn(&[u8]) -> Option<K> + Copy + 'static,
        verify: impl Fn(&K, &[u8], &[u8]) -> bool + Copy + 'static,
    ) -> Self {
        // Not before the first use, because the group `first` measures a process that has parsed nothing.
        let (key, name_of_case) = (OnceCell::new(), case.name);
        let parsed = move |der: &[u8]| parse(der).unwrap_or_else(|| panic!("{name} rejects the key of {name_of_case}"));
        Self {
            name,
            parse: Some(Box::new(move |case| parse(&case.public_key).is_some())),
            verify: Box::new(move |case| {
                verify(
                    key.get_or_init(|| parsed(&case.public_key)),
                    &case.message,
                    &case.signature,
                )
            }),
            one_shot: Box::new(move |case| {
                parse(&case.public_key).is_some_and(|key| verify(&key, &case.message, &case.signature))
            }),
        }
    }

    /// The same, for a `parse` that only keeps the bytes, which every verification parses again.
    fn without_parsed_key(self) -> Self {
        Self { parse: None, ..self }
    }

    /// Checks the answers for a case: the signature is accepted, and rejected with a bit changed.
    ///
    /// # Panics
    ///
    /// If an answer is wrong: the times of such an implementation would be meaningless.
    pub fn check(&self, case: &Case) {
        let verifications = [("verify", &self.verify), ("one_shot", &self.one_shot)];
        for (group, verify) in verifications {
            assert!(
                verify(case),
                "{group}: {} rejects the signature of {}",
                self.name,
                case.name
            );
            for at in [0, case.signature.len() / 2, case.signature.len() - 1] {
                let mut changed = case.clone();
                changed.signature[at] ^= 1;
                assert!(
                    !verify(&changed),
                    "{group}: {} takes the signature of {} with byte {at} changed",
                    self.name,
                    case.name
                );
            }
            let mut changed = case.clone();
            changed.message[0] ^= 1;
            assert!(
                !verify(&changed),
                "{group}: {} accepts another message for {}",
                self.name,
                case.name
            );
        }
        if let Some(parse) = &self.parse {
            assert!(parse(case), "parse: {} rejects the key of {}", self.name, case.name);
            let mut truncated = case.clone();
            truncated.public_key.pop();
            assert!(
                !parse(&truncated),
                "parse: {} takes a truncated key for {}",
                self.name,
                case.name
            );
        }
    }
}

/// All implementations of a case: kms-verify, then the peers that support it.
pub fn of(case: &Case) -> Vec<Implementation> {
    let ours = Some(ours::of(case));
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    let graviola = graviola::of(case);
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let graviola = None;
    let peers = [
        aws_lc::of(case),
        ring::of(case),
        Some(rust_crypto::of(case)),
        openssl::of(case),
        graviola,
        libsecp256k1::of(case),
        libcrux::of(case),
    ];
    [ours].into_iter().chain(peers).flatten().collect()
}

/// The subjectPublicKey of a SubjectPublicKeyInfo, for peers that do not parse SubjectPublicKeyInfo.
fn subject_public_key(der: &[u8]) -> Option<&[u8]> {
    spki::SubjectPublicKeyInfoRef::try_from(der)
        .ok()?
        .subject_public_key
        .as_bytes()
}
