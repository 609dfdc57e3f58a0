//! The digest of a body, in `Content-Digest` (RFC 9530).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha512};

/// The digests that a body must have. Each that is given is checked.
#[derive(Default)]
pub struct ContentDigest {
    sha_256: Option<(Sha256, Vec<u8>)>,
    sha_512: Option<(Sha512, Vec<u8>)>,
}

impl ContentDigest {
    /// Reads the header: members such as `sha-256=:BASE64:`, separated by commas. Other algorithms are ignored, but there
    /// must be one of SHA-256 and SHA-512. `None` if the header has another form, or a member twice.
    pub fn parse(header: &str) -> Option<Self> {
        let mut digests = Self::default();
        for member in header.split(',') {
            let (name, value) = member.trim_matches([' ', '\t']).split_once('=')?;
            let value = value.strip_prefix(':')?.strip_suffix(':')?;
            let value = STANDARD.decode(value).ok()?;
            match name {
                "sha-256" if digests.sha_256.is_none() && value.len() == 32 => {
                    digests.sha_256 = Some((Sha256::new(), value));
                }
                "sha-512" if digests.sha_512.is_none() && value.len() == 64 => {
                    digests.sha_512 = Some((Sha512::new(), value));
                }
                "sha-256" | "sha-512" => return None,
                _ => {}
            }
        }
        (digests.sha_256.is_some() || digests.sha_512.is_some()).then_some(digests)
    }

    pub fn update(&mut self, piece: &[u8]) {
        if let Some((hasher, _)) = &mut self.sha_256 {
            hasher.update(piece);
        }
        if let Some((hasher, _)) = &mut self.sha_512 {
            hasher.update(piece);
        }
    }

    /// Whether the body has all digests.
    pub fn holds(self) -> bool {
        let sha_256 = self
            .sha_256
            .is_none_or(|(hasher, expected)| hasher.finalize()[..] == expected[..]);
        let sha_512 = self
            .sha_512
            .is_none_or(|(hasher, expected)| hasher.finalize()[..] == expected[..]);
        sha_256 && sha_512
    }
}
