//! The text encoding of tokens and keys (RFC 7515 section 2), and the padded one of AWS's load balancers.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, URL_SAFE, URL_SAFE_NO_PAD};

/// How many bytes of a detached payload are encoded at a time: a multiple of 3.
const BLOCK: usize = 768;

/// A form of base64url. Both reject white space, all other characters outside the alphabet, and trailing bits that are not
/// zero, so that each sequence of bytes has exactly one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base64Url {
    /// Without padding.
    Plain,
    /// Padded to a multiple of 4 characters.
    Padded,
}

impl Base64Url {
    const fn engine(self) -> &'static GeneralPurpose {
        match self {
            Self::Plain => &URL_SAFE_NO_PAD,
            Self::Padded => &URL_SAFE,
        }
    }

    pub(super) fn decode(self, text: &str) -> Option<Vec<u8>> {
        self.engine().decode(text).ok()
    }

    pub(super) fn encode(self, bytes: impl AsRef<[u8]>) -> String {
        self.engine().encode(bytes)
    }
}

/// Encodes bytes that arrive in pieces.
pub(super) struct Encoder {
    form: Base64Url,
    /// Less than 3 bytes, which do not fill a group of 4 characters yet.
    rest: Vec<u8>,
}

impl Encoder {
    pub(super) fn new(form: Base64Url) -> Self {
        Self { form, rest: Vec::new() }
    }

    pub(super) fn update(&mut self, piece: &[u8], mut write: impl FnMut(&str)) {
        let missing = if self.rest.is_empty() {
            0
        } else {
            3_usize.saturating_sub(self.rest.len())
        };
        let (begin, piece) = piece.split_at_checked(missing).unwrap_or((piece, &[]));
        self.rest.extend_from_slice(begin);
        if self.rest.len() == 3 {
            write(&self.form.encode(&self.rest));
            self.rest.clear();
        }
        let (groups, rest) = piece.as_chunks::<3>();
        for block in groups.as_flattened().chunks(BLOCK) {
            write(&self.form.encode(block));
        }
        self.rest.extend_from_slice(rest);
    }

    pub(super) fn finish(self, mut write: impl FnMut(&str)) {
        write(&self.form.encode(&self.rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_encoded_as_the_whole() {
        let bytes: Vec<u8> = (0..=255_u8).cycle().take(3000).collect();
        for form in [Base64Url::Plain, Base64Url::Padded] {
            for length in (0..20).chain(760..780).chain([3000]) {
                for step in [1, 2, 3, 4, 5, 7, 768, 769, 3000] {
                    let (mut text, mut encoder) = (String::new(), Encoder::new(form));
                    for piece in bytes[..length].chunks(step) {
                        encoder.update(piece, |part| text.push_str(part));
                        encoder.update(&[], |part| text.push_str(part));
                    }
                    encoder.finish(|part| text.push_str(part));
                    assert_eq!(text, form.encode(&bytes[..length]), "{length} {step}");
                    assert_eq!(form.decode(&text).as_deref(), Some(&bytes[..length]));
                }
            }
        }
    }
}
