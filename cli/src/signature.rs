//! Reads signatures: raw bytes, base64, or the output of `aws kms sign`.

use kms_verify::{SignResponse, SigningAlgorithm};

use crate::args::BinaryFormat;
use crate::failure::Failure;
use crate::input::{Input, decode, is_hex, is_json};
use crate::keys::parse_name;
use crate::style::note;

/// The longest signature file, in bytes. KMS accepts signatures of up to 6144 bytes.
pub(crate) const MAX: u64 = 64 * 1024;

/// Reads the signature from the value of its flag.
///
/// A value with a scheme, and an inline value, are read as by the AWS CLI. A plain file has one of three formats, which
/// exclude each other: a JSON object, base64 text, or raw bytes. A note says which format was found, unless it is raw
/// bytes.
pub(crate) fn read(value: &str, format: BinaryFormat, algorithm: SigningAlgorithm) -> Result<Vec<u8>, Failure> {
    let input = Input::open("--signature", value, format)?;
    let (plain, name) = (input.plain, input.name.clone());
    let bytes = input.read_up_to(MAX)?;
    if !plain {
        return Ok(bytes);
    }
    let (signature, found) = unwrap(bytes, &name, algorithm)?;
    if let Some(found) = found {
        note(&format!("{name}: {found}"));
    }
    Ok(signature)
}

/// Extracts a signature from the content of a file. Also describes the format, unless it is raw bytes.
pub(crate) fn unwrap(
    bytes: Vec<u8>,
    name: &str,
    algorithm: SigningAlgorithm,
) -> Result<(Vec<u8>, Option<String>), Failure> {
    // A raw signature is not UTF-8 text that begins like JSON.
    if is_json(&bytes) && std::str::from_utf8(&bytes).is_ok() {
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
        return Ok((response.signature().to_vec(), Some(found)));
    }
    match decode(&bytes) {
        // Empty input is also valid base64. So is some hexadecimal text, which is kept so that the diagnosis can
        // recognize it.
        Some(decoded) if !decoded.is_empty() && !is_hex(&bytes) => {
            Ok((decoded, Some("decoded from base64".to_owned())))
        }
        _ => Ok((bytes, None)),
    }
}
