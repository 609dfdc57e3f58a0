//! Reads the given signature: takes dresses off until it has the format of the key.

use super::advice::{Advice, Call, Part, Step};
use super::cause::Cause;
use super::dressed::{describe, findings};
use super::finding::Finding;
use super::signature_format::looks_like;
use crate::algorithm::SignatureFormat;
use crate::undress::{Bare, Dress, Thing, problems_of_der, undress};

/// The result of reading a signature.
pub(super) struct Reading {
    /// Candidates for the intended signature, in the format of the key.
    pub(super) candidates: Vec<Candidate>,
    /// The findings if no candidate verifies.
    pub(super) otherwise: Vec<Finding>,
    /// The signature in the format of the key, if its form shows it.
    pub(super) shown: Option<Vec<u8>>,
}

/// A signature in the format of the key.
pub(super) struct Candidate {
    pub(super) signature: Vec<u8>,
    /// The findings for what was taken off. They are certain if the signature verifies.
    pub(super) findings: Vec<Finding>,
}

/// The maximum length in bytes of an inspected signature. The longest signature as a Python bytes literal has a quarter
/// of it.
const MAX_TEXT: usize = 64 * 1024;

/// The maximum number of candidates. Each is verified with every candidate for the message.
const MAX_CANDIDATES: usize = 4;

/// Reads a signature that should have this format. Only the length of an input longer than [`MAX_TEXT`] is inspected.
pub(super) fn read(format: SignatureFormat, given: &[u8]) -> Reading {
    if given.len() > MAX_TEXT {
        return Reading {
            candidates: Vec::new(),
            otherwise: vec![wrong_length(of_length(format, given.len()))],
            shown: None,
        };
    }
    // Text of the same length as a signature is not one.
    let is_text = |bytes: &[u8]| {
        bytes
            .iter()
            .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
    };
    let mut search = undress(given, Thing::Signature(format), |bytes| {
        format.fits(bytes) && !is_text(bytes)
    });
    if search.fitting.is_empty() && format.fits(given) {
        search.fitting.push(Bare {
            layers: Vec::new(),
            bytes: Some(given.to_vec()),
        });
    }
    // What its form shows comes before guesses.
    search
        .fitting
        .sort_by_key(|bare| (bare.is_cut_out(), bare.is_guessed()));
    search.fitting.truncate(MAX_CANDIDATES);
    let candidates: Vec<Candidate> = search
        .fitting
        .iter()
        .map(|bare| Candidate {
            signature: bare.bytes.clone().unwrap_or_default(),
            findings: findings(format, bare, given.len()),
        })
        .collect();
    let shown = search.fitting.first().filter(|bare| !bare.is_guessed());
    let otherwise = match (shown, &search.apparent) {
        (Some(bare), _) => findings(format, bare, given.len()),
        (None, apparent) => unfitting(format, given, apparent.as_ref(), &search.fitting),
    };
    Reading {
        shown: shown.and_then(|bare| bare.bytes.clone()),
        otherwise,
        candidates,
    }
}

/// Whether this is a signature of this format, perhaps in a dress that its form shows.
pub(super) fn is_of(format: SignatureFormat, given: &[u8]) -> bool {
    read(format, given).shown.is_some()
}

/// The findings for a signature that does not have the format of the key, or only by a guess.
fn unfitting(format: SignatureFormat, given: &[u8], apparent: Option<&Bare>, guessed: &[Bare]) -> Vec<Finding> {
    let mut found = apparent.map_or_else(Vec::new, |bare| findings(format, bare, given.len()));
    let inner = match apparent.map(|bare| &bare.bytes) {
        None => given,
        Some(Some(inner)) => inner,
        // The bytes are lost.
        Some(None) => return found,
    };
    let above = apparent.map_or(0, |bare| bare.layers.len());
    let innermost = |bare: &&Bare| bare.layers.len() == above.saturating_add(1);
    let guess = guessed.iter().find(innermost).and_then(|bare| bare.layers.last());
    let problems = problems_of_der(inner);
    match (format, guess) {
        (SignatureFormat::Der(_), _) if !problems.is_empty() => found.push(Finding::certain(
            Cause::SignatureDerMalformed,
            format!("The signature is not valid DER, in which KMS encodes r and s: {}.", problems.join("; ")),
            Advice::say(
                "Use the bytes of Signature exactly as KMS returned them. Code that encodes r and s itself must write each \
                 as the shortest INTEGER, with one zero byte before a first byte of 80 or more, and nothing after the end.",
            ),
        )),
        (SignatureFormat::Der(length), Some(layer)) if layer.dress == Dress::RawPair && inner.len() == length.saturating_mul(2) => {
            found.push(Finding::hint(
                Cause::SignatureIsRawRS,
                format!("The signature has {} bytes and is not DER: it may be {}.", inner.len(), describe(layer)),
                Advice::default().then(Step::Undress {
                    part: Part::Signature,
                    layers: vec![layer.clone()],
                    bytes: guessed.iter().find(innermost).and_then(|bare| bare.bytes.clone()),
                }),
            ));
        }
        _ => {
            let mut words = of_length(format, inner.len());
            match (looks_like(inner), guess) {
                (_, Some(layer)) => words.push_str(&format!(" This may be {}.", describe(layer))),
                (Some(what), None) => words.push_str(&format!(" This looks like {what}.")),
                (None, None) => {}
            }
            found.push(wrong_length(words));
        }
    }
    found
}

fn of_length(format: SignatureFormat, given: usize) -> String {
    format!(
        "The signature has {given} bytes, but this key requires {}.",
        format.words()
    )
}

fn wrong_length(found: String) -> Finding {
    Finding::certain(
        Cause::SignatureWrongLength,
        found,
        Advice::say("Check that the whole signature was given and nothing else, and that it belongs to this key")
            .then_call("Check its length where it was made", Call::SignatureLength),
    )
}
