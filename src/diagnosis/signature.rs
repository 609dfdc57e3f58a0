//! Reads the given signature: removes text encodings, and repairs other formats.

use super::ber;
use super::cause::Cause;
use super::finding::Finding;
use super::signature_format::looks_like;
use super::text::{self, Base64};
use crate::algorithm::{SignatureFormat, SigningAlgorithm};
use crate::der::tag;
use crate::integer_pair::encode_integer_pair;

/// The result of reading a signature.
pub(super) struct Reading {
    /// The removed text encodings, outermost first.
    pub(super) layers: Vec<Finding>,
    /// Candidates for the intended signature, in the format of the key.
    pub(super) candidates: Vec<Candidate>,
    /// The finding for a signature in another format, if no candidate verifies.
    pub(super) mismatch: Option<Finding>,
}

impl Reading {
    /// Whether only text encodings had to be removed.
    pub(super) fn fits(&self) -> bool {
        self.mismatch.is_none()
    }
}

/// A signature in the format of the key.
pub(super) struct Candidate {
    pub(super) signature: Vec<u8>,
    /// The finding for a repair other than a text encoding. It is certain if the signature verifies.
    pub(super) repair: Option<Finding>,
}

/// The maximum number of text encodings removed: base64 in a Python bytes literal in JSON, and one more.
const MAX_LAYERS: usize = 4;

/// The maximum length in bytes of an inspected signature. The longest signature as a Python bytes literal has a quarter
/// of it.
const MAX_TEXT: usize = 64 * 1024;

/// Reads a signature that should have this format. Only the length of an input longer than [`MAX_TEXT`] is inspected.
pub(super) fn read(format: SignatureFormat, given: &[u8]) -> Reading {
    if given.len() > MAX_TEXT {
        return Reading {
            layers: Vec::new(),
            candidates: Vec::new(),
            mismatch: Some(wrong_length(of_length(format, given.len()))),
        };
    }
    let mut layers: Vec<Finding> = Vec::new();
    let mut current = given.to_vec();
    for _ in 0..MAX_LAYERS {
        if format.fits(&current) {
            break;
        }
        let Some((finding, inner)) = take_off_layer(&current) else {
            break;
        };
        match layers.last_mut() {
            // One finding for each cause.
            Some(outer) if outer.cause == finding.cause => say_again(outer),
            _ => layers.push(finding),
        }
        current = inner;
    }
    if format.fits(&current) {
        return Reading {
            layers,
            candidates: vec![Candidate {
                signature: current,
                repair: None,
            }],
            mismatch: None,
        };
    }
    Reading {
        layers,
        mismatch: Some(mismatch(format, &current)),
        candidates: match format {
            SignatureFormat::Fixed(length) => resized(length, &current),
            SignatureFormat::Der(length) => repaired_pairs(length, &current),
        },
    }
}

/// Extends a finding for an encoding that was applied more than once.
fn say_again(finding: &mut Finding) {
    const AGAIN: &str = " The decoded bytes are encoded in the same way again: decode them too.";
    if !finding.found.ends_with(AGAIN) {
        finding.found.push_str(AGAIN);
    }
}

/// Removes a text encoding: the finding and the decoded bytes.
fn take_off_layer(given: &[u8]) -> Option<(Finding, Vec<u8>)> {
    let utf16 = text::from_utf16(given);
    let (text, encoding) = match (&utf16, given.strip_prefix(text::MARK)) {
        (Some(text), _) => (text.as_bytes(), " (in UTF-16, as PowerShell writes it)"),
        (None, Some(text)) => (
            text,
            " (after a byte order mark, three bytes that must be removed first)",
        ),
        (None, None) => (given, ""),
    };
    let text = text.trim_ascii();
    if let Some(inner) = text::from_python_bytes(text).filter(|inner| is_long(inner)) {
        let found = format!(
            "The signature is text{encoding} that begins with b{}, a Python bytes literal.",
            if text.starts_with(b"b'") { "'" } else { "\"" }
        );
        let advice = "In Python, write the bytes themselves to a file opened with \"wb\", or \
             base64.b64encode(signature).decode() where text is required; never str(signature).";
        return Some((
            Finding::certain(Cause::SignatureIsPythonBytesText, found, advice),
            inner,
        ));
    }
    if text.starts_with(b"{") {
        let (_, inner) =
            text::from_base64(&text::json_string(text, "Signature")?).filter(|(_, inner)| is_long(inner))?;
        // Only a known algorithm is repeated: other contents are untrusted and may contain terminal escape sequences.
        let algorithm = text::json_string(text, "SigningAlgorithm")
            .and_then(|name| std::str::from_utf8(&name).ok()?.parse::<SigningAlgorithm>().ok());
        let found = format!(
            "The signature is the whole JSON response of Sign{encoding}{}.",
            algorithm.map_or_else(String::new, |name| format!(" (with the SigningAlgorithm {name})"))
        );
        let advice = "Extract the field Signature and decode it: jq -r .Signature sign.json | base64 --decode > \
             signature.bin; or have the AWS CLI do it: aws kms sign ... --output text --query Signature | base64 \
             --decode > signature.bin.";
        return Some((
            Finding::certain(Cause::SignatureIsSignResponseJson, found, advice),
            inner,
        ));
    }
    let unquoted = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
    let (text, quotes) = match unquoted {
        Some(text) => (text, " between quotation marks"),
        None => (text, ""),
    };
    if let Some(inner) = text::from_hex_with_separators(text).filter(|inner| is_long(inner)) {
        let found = format!("The signature is hexadecimal text{encoding}{quotes}, not bytes.");
        let advice = "Decode it: xxd -r -p signature.hex > signature.bin; in Rust, hex::decode(text).";
        return Some((Finding::certain(Cause::SignatureIsHex, found, advice), inner));
    }
    if let Some(inner) = text::from_hex_read_as_base64(given).filter(|inner| is_long(inner)) {
        let found = "The signature is hexadecimal text that was decoded as base64, which the AWS CLI does with a value \
             on the command line.";
        let advice = "Decode it as hexadecimal: xxd -r -p signature.hex > signature.bin, then --signature \
             fileb://signature.bin; in Rust, hex::decode(text).";
        return Some((Finding::certain(Cause::SignatureIsHex, found, advice), inner));
    }
    let (alphabet, inner) = text::from_base64(text).filter(|(_, inner)| is_long(inner))?;
    let quoted_advice = if unquoted.is_some() {
        "The quotation marks come from --query without --output text. "
    } else {
        ""
    };
    Some(match alphabet {
        Base64::Standard => (
            Finding::certain(
                Cause::SignatureIsBase64,
                format!("The signature is base64 text{encoding}{quotes}, as printed by the AWS CLI, not bytes."),
                format!(
                    "{quoted_advice}Decode it: base64 --decode < signature.b64 > signature.bin; in Rust, \
                     base64::engine::general_purpose::STANDARD.decode(text)."
                ),
            ),
            inner,
        ),
        Base64::UrlSafe => (
            Finding::certain(
                Cause::SignatureIsBase64Url,
                format!(
                    "The signature is base64url text{encoding}{quotes}, as in JWTs (with \"-\" and \"_\", without \
                     \"=\"), not bytes."
                ),
                "Decode it: in Python, base64.urlsafe_b64decode(text + \"==\"); in Rust, \
                 base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).",
            ),
            inner,
        ),
    })
}

/// Whether decoded bytes are long enough to be a signature, so that the text did not look like hex or base64 by chance.
fn is_long(bytes: &[u8]) -> bool {
    bytes.len() >= 32
}

/// Repairs a signature of a fixed length that is slightly longer or shorter.
fn resized(length: usize, given: &[u8]) -> Vec<Candidate> {
    let is_rsa = matches!(length, 256 | 384 | 512);
    let missing = length.saturating_sub(given.len());
    let (signature, found, advice) = match given {
        [signature @ .., b'\r', b'\n'] | [signature @ .., b'\n'] if signature.len() == length => (
            signature.to_vec(),
            "a newline follows it, which text editors and shells add".to_owned(),
            format!("Keep the bytes unchanged, or truncate the file: head -c {length} signature > signature.bin."),
        ),
        [0, signature @ ..] if is_rsa && signature.len() == length => (
            signature.to_vec(),
            "a zero byte precedes it, which Java's BigInteger.toByteArray adds".to_owned(),
            format!("Pass its last {length} bytes: tail -c {length} signature > signature.bin."),
        ),
        _ if is_rsa && matches!(missing, 1..=2) => (
            [&vec![0; missing], given].concat(),
            format!(
                "{} at its beginning is missing, which big integer libraries omit",
                text::count(missing, "zero byte")
            ),
            format!("Pad it on the left with zero bytes to {length} bytes."),
        ),
        _ => return Vec::new(),
    };
    let found = format!(
        "Expected a signature of {length} bytes for this key, got {}: {found}.",
        given.len()
    );
    vec![Candidate {
        signature,
        repair: Some(Finding::certain(Cause::SignatureWrongLength, found, advice)),
    }]
}

/// Repairs two numbers of at most this many bytes in an encoding other than DER.
fn repaired_pairs(length: usize, given: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (r, s) in raw_pairs(length, given) {
        candidates.push(Candidate {
            signature: encode_integer_pair(r, s),
            repair: Some(side_by_side(r, s)),
        });
    }
    if let Some(&tag::SEQUENCE) = given.first() {
        let pair = ber::read(given);
        let fitting = pair
            .numbers
            .filter(|numbers| numbers.iter().all(|number| (1..=length).contains(&number.len())));
        if let (Some([r, s]), false) = (fitting, pair.problems.is_empty()) {
            candidates.push(Candidate {
                signature: encode_integer_pair(&r, &s),
                repair: Some(malformed(&pair.problems)),
            });
        }
    }
    candidates
}

/// Splits r || s, each of this length, or one of them a byte shorter because its leading zero is missing.
fn raw_pairs(length: usize, given: &[u8]) -> Vec<(&[u8], &[u8])> {
    let shorter = length.saturating_sub(1);
    let at = match given.len() {
        all if all == length.saturating_mul(2) => vec![length],
        all if all == length.saturating_add(shorter) => vec![length, shorter],
        _ => Vec::new(),
    };
    at.into_iter().filter_map(|at| given.split_at_checked(at)).collect()
}

fn side_by_side(r: &[u8], s: &[u8]) -> Finding {
    let found = format!(
        "The signature has {} bytes and is not DER: it is the concatenation of r and s{}, as in JWTs, WebCrypto and \
         IEEE P1363.",
        r.len().saturating_add(s.len()),
        if r.len() == s.len() {
            ""
        } else {
            ", where a leading zero byte of one of them is missing"
        },
    );
    let advice = format!(
        "Convert it to DER, as returned by KMS: in Python, encode_dss_signature(int.from_bytes(sig[:{at}], \"big\"), \
         int.from_bytes(sig[{at}:], \"big\")) of cryptography; in Java, verify with SHA256withECDSA rather than \
         SHA256withECDSAinP1363Format; in Node, with dsaEncoding: \"der\".",
        at = r.len(),
    );
    Finding::certain(Cause::SignatureIsRawRS, found, advice)
}

fn malformed(problems: &[String]) -> Finding {
    Finding::certain(
        Cause::SignatureDerMalformed,
        format!(
            "The signature is not valid DER, in which KMS encodes r and s: {}.",
            problems.join("; ")
        ),
        "Use the bytes of Signature exactly as KMS returned them. Code that encodes r and s itself must write each as \
         the shortest INTEGER, with one zero byte before a first byte of 80 or more, and nothing after the end.",
    )
}

/// The finding for a signature in another format.
fn mismatch(format: SignatureFormat, given: &[u8]) -> Finding {
    if let SignatureFormat::Der(length) = format
        && let [(r, s)] = raw_pairs(length, given).as_slice()
    {
        return Finding {
            certain: false,
            ..side_by_side(r, s)
        };
    }
    if let (SignatureFormat::Der(_), [tag::SEQUENCE, _, ..]) = (format, given) {
        let pair = ber::read(given);
        if !pair.problems.is_empty() {
            return malformed(&pair.problems);
        }
    }
    let mut found = of_length(format, given.len());
    if let Some(what) = looks_like(given) {
        found.push_str(&format!(" This looks like {what}."));
    }
    // U+FFFD in UTF-8, the replacement for bytes that are not valid text.
    if given.windows(3).filter(|window| *window == b"\xef\xbf\xbd").count() >= 2 {
        found.push_str(" It was read as text, which destroyed the bytes that are not valid UTF-8.");
    }
    wrong_length(found)
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
        "Check that the file contains the whole signature and nothing else, and that the signature belongs to this \
         key: aws kms sign ... --output text --query Signature | base64 --decode | wc -c prints the length.",
    )
}
