//! Text that was decoded although it is not base64.

use super::{Off, Worn, transport};
use crate::text;

/// Encodes bytes as base64 again.
pub(crate) const READ_AS_BASE64: &str = "base64 | tr -d '\\n'";

/// Hexadecimal or base58 text that was decoded as base64, whose alphabet includes all their characters. Encoded again,
/// it is the text. Other bytes match hexadecimal text by chance with probability 10^-29 for the shortest digest
/// (48 bytes), and base58 text with 10^-4 for a signature (66 bytes).
pub(super) fn read_as_base64(worn: &Worn<'_>) -> Vec<Off> {
    if worn.text.is_some() || !(24..=6 * 1024).contains(&worn.bytes.len()) {
        return Vec::new();
    }
    let text = text::base64(worn.bytes);
    let is_hex = text::from_hex_lines(text.as_bytes()).is_some_and(|decoded| worn.is_long(&decoded));
    let is_base58 = text.len() >= 40 && text.len() <= 88 && transport::from_base58(text.as_bytes()).is_some();
    if is_hex || is_base58 {
        vec![
            Off::new(text)
                .note(", which the AWS CLI does with a value on the command line")
                .filter(READ_AS_BASE64),
        ]
    } else {
        Vec::new()
    }
}
