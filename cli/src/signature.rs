//! Signatures as people keep them: bytes, base64, or what `aws kms sign` printed.

use kms_verify::{SignResponse, SigningAlgorithm};

use crate::args::BinaryFormat;
use crate::failure::Failure;
use crate::input::{Input, decode, is_hex, is_json};
use crate::keys::parse_name;
use crate::style::note;

/// Far more than any signature has; KMS takes 6144 bytes.
pub(crate) const MAX: u64 = 64 * 1024;

/// Reads the signature of a parameter.
///
/// With a scheme, or as a value, it is what the AWS CLI takes it for. A plain file may hold any of three things, which no
/// file can be two of: all of it is text of base64, or a JSON object, or neither. Which it is, is said.
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

/// Takes a signature out of what a file holds, with what that was if it was not the signature itself.
pub(crate) fn unwrap(
    bytes: Vec<u8>,
    name: &str,
    algorithm: SigningAlgorithm,
) -> Result<(Vec<u8>, Option<String>), Failure> {
    // Bytes of a signature are no text.
    if is_json(&bytes) && std::str::from_utf8(&bytes).is_ok() {
        let response = SignResponse::from_json(bytes.trim_ascii())
            .map_err(|error| Failure::Parameter(format!("{name} looks like JSON: {error}")))?;
        // From anyone: it is repeated only if it is a name at all, and decides nothing.
        let key_id = parse_name(response.key_id())
            .map_err(|failure| Failure::Parameter(format!("{name}: {}", failure.sentence())))?;
        let mut found = format!("it is what aws kms sign printed for the key {key_id}");
        if response.signing_algorithm() != algorithm {
            found.push_str(&format!(
                ", which says that the algorithm is {}, where {algorithm} is asked for",
                response.signing_algorithm()
            ));
        }
        return Ok((response.signature().to_vec(), Some(found)));
    }
    match decode(&bytes) {
        // Nothing at all is also base64. So is hexadecimal text, which is left as it is, for a diagnosis to name it.
        Some(decoded) if !decoded.is_empty() && !is_hex(&bytes) => {
            Ok((decoded, Some("it is base64 text, and was decoded".to_owned())))
        }
        _ => Ok((bytes, None)),
    }
}
