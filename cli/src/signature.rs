//! Reads signatures: raw bytes, base64, or the output of `aws kms sign`.

use kms_verify::{Dress, SignResponse, SigningAlgorithm};

use crate::args::BinaryFormat;
use crate::failure::Failure;
use crate::input::{Input, Origin, begins_as_json, decode};
use crate::keys::parse_name;
use crate::style::note;

/// The longest signature file, in bytes. KMS accepts signatures of up to 6144 bytes.
pub(crate) const MAX: u64 = 64 * 1024;

/// The shell command that decodes base64.
const BASE64: &str = "base64 --decode";

/// A signature, as it is verified.
pub(crate) struct Signature {
    pub(crate) bytes: Vec<u8>,
    /// Where the bytes come from, for commands.
    pub(crate) origin: Origin,
    /// The text that was decoded, if it is not clear that its spaces are only white space.
    pub(crate) text: Option<(Vec<u8>, Origin)>,
    /// Why the input is not a signature, if it is not. The bytes are those of the input, to be explained.
    pub(crate) problem: Option<Failure>,
}

/// Reads the signature from the value of its flag.
///
/// A value with a scheme, and an inline value, are read as by the AWS CLI. A plain file has one of three formats, which
/// exclude each other: a JSON object, base64 text, or raw bytes. A note says which format was found, unless it is raw
/// bytes.
pub(crate) fn read(value: &str, format: BinaryFormat, algorithm: SigningAlgorithm) -> Result<Signature, Failure> {
    of_input(Input::open("--signature", value, format)?, algorithm)
}

/// The same for an input that is already open.
pub(crate) fn of_input(input: Input, algorithm: SigningAlgorithm) -> Result<Signature, Failure> {
    let (plain, name, origin) = (input.plain, input.name.clone(), input.origin.clone());
    let given = input.read_up_to(MAX)?;
    if !plain {
        return Ok(Signature {
            bytes: given,
            origin,
            text: None,
            problem: None,
        });
    }
    match unwrap(&given, &name, algorithm) {
        Ok(Unwrapped { bytes, found, filter }) => {
            if !found.is_empty() {
                note(&format!("{name}: {found}"));
            }
            let text = given
                .trim_ascii()
                .contains(&b' ')
                .then(|| (given.clone(), origin.clone()));
            let origin = if filter.is_empty() {
                origin
            } else {
                origin.through(filter)
            };
            Ok(Signature {
                bytes,
                origin,
                text: text.filter(|_| filter == BASE64),
                problem: None,
            })
        }
        Err(problem) => Ok(Signature {
            bytes: given,
            origin,
            text: None,
            problem: Some(problem),
        }),
    }
}

/// A signature from a file.
pub(crate) struct Unwrapped {
    pub(crate) bytes: Vec<u8>,
    /// The format, unless it is raw bytes.
    found: String,
    /// The shell command that extracts it, unless it is raw bytes.
    filter: &'static str,
}

/// Extracts a signature from the content of a file.
pub(crate) fn unwrap(bytes: &[u8], name: &str, algorithm: SigningAlgorithm) -> Result<Unwrapped, Failure> {
    let raw = || Unwrapped {
        bytes: bytes.to_vec(),
        found: String::new(),
        filter: "",
    };
    let dress = Dress::of(bytes);
    // A raw signature is not UTF-8 text that begins like JSON.
    if begins_as_json(bytes) && std::str::from_utf8(bytes).is_ok() {
        if let Some(dress) = dress.filter(|dress| !matches!(dress, Dress::SignResponse | Dress::ByteOrderMark)) {
            return Err(Failure::Parameter(format!(
                "{name} is {dress}, not a signature or the output of aws kms sign; pass the bytes of the signature, as \
                 kms-verify explain says"
            )));
        }
        return of_response(bytes, name, algorithm);
    }
    if let Some(format) = printed_format(bytes) {
        return Err(Failure::Parameter(format!(
            "{name} is not a signature but what aws kms sign prints as {format}; print it again as JSON, which is read, or \
             the signature alone with --output text --query Signature"
        )));
    }
    // Empty input is also valid base64.
    match (dress, decode(bytes)) {
        (Some(Dress::Base64), Some(decoded)) if !decoded.is_empty() => Ok(Unwrapped {
            bytes: decoded,
            found: "decoded from base64".to_owned(),
            filter: BASE64,
        }),
        _ => Ok(raw()),
    }
}

fn of_response(bytes: &[u8], name: &str, algorithm: SigningAlgorithm) -> Result<Unwrapped, Failure> {
    let response = SignResponse::from_json(bytes.trim_ascii())
        .map_err(|error| Failure::Parameter(format!("{name} was read as the output of aws kms sign: {error}")))?;
    // Untrusted: it is only printed, and only if it is a valid key name.
    let key_id = parse_name(response.key_id())
        .map_err(|failure| Failure::Parameter(format!("{name}: {}", failure.sentence())))?;
    let mut found = format!("read as the output of aws kms sign for the key {key_id}");
    if response.signing_algorithm() != algorithm {
        found.push_str(&format!(
            ", which states the algorithm {} instead of {algorithm}",
            response.signing_algorithm()
        ));
    }
    Ok(Unwrapped {
        bytes: response.signature().to_vec(),
        found,
        filter: "jq -r .Signature | base64 --decode",
    })
}

/// The shortest signature, that of Ed25519 or a short one of ECDSA, has more digits of base64 than this.
const MIN_DIGITS: usize = 64;

/// In which other format than JSON the AWS CLI printed this, if it did. A table of a single value has only its title.
fn printed_format(bytes: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if text.starts_with("---") && text.contains("\n|") {
        return Some("a table");
    }
    let is_digit = |digit: char| digit.is_ascii_alphanumeric() || matches!(digit, '+' | '/' | '=');
    if !text.split(|c| !is_digit(c)).any(|digits| digits.len() >= MIN_DIGITS) {
        return None;
    }
    let mut lines = text.lines().map(|line| line.trim_start_matches(['-', ' ']));
    if text.contains('\t') {
        Some("text, with fields that tabs separate")
    } else if text.starts_with('"') {
        Some("a string in quotes")
    } else if text.starts_with("- ") || lines.any(|line| line.starts_with("Signature:")) {
        Some("YAML")
    } else {
        None
    }
}
