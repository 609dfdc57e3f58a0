//! The core of an updater, without `std`: it reads a signed manifest, and checks a file against it while the file arrives.
//!
//! The manifest is what KMS signs, as ECDSA_SHA_256 or ML_DSA_SHAKE_256 over RAW. It has five lines:
//!
//! ```text
//! kms-verify example update 1
//! version: 7
//! device: thermostat-3
//! length: 1048576
//! sha256: 64 hexadecimal digits
//! ```
//!
//! - The first line says what is signed, so that no other text by the same key is a manifest.
//! - The version must be newer than that of the device: a signature has no time, and old ones stay valid.
//! - The device must be this kind of device.
//! - The length and the digest bind the file. It can have any size, and is never in memory as a whole.

#![no_std]
#![forbid(unsafe_code)]

use core::fmt;

use kms_verify::{Message, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The longest manifest in bytes: that of a RAW message of KMS.
pub const MAX_MANIFEST: usize = 4096;

const PURPOSE: &str = "kms-verify example update 1";

/// Why an update is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The manifest is longer than 4096 bytes.
    ManifestTooLong,
    /// The signature over the manifest does not verify.
    Signature,
    /// The manifest is signed, but has another form.
    Malformed,
    /// The update is for other devices.
    OtherDevice,
    /// The version is not newer than that of the device.
    NotNewer,
    /// The file is not as long as the manifest says.
    Length,
    /// The file does not have the digest of the manifest.
    Digest,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ManifestTooLong => "the manifest is too long",
            Self::Signature => "the signature of the manifest does not verify",
            Self::Malformed => "the manifest is malformed",
            Self::OtherDevice => "the update is for other devices",
            Self::NotNewer => "the version is not newer",
            Self::Length => "the file does not have the length in the manifest",
            Self::Digest => "the file does not have the digest in the manifest",
        })
    }
}

impl core::error::Error for Error {}

/// What this device is.
pub struct Device<'d> {
    /// The key of the manufacturer, which was installed with the device.
    pub key: &'d VerifyingKey,
    /// The kind of device.
    pub name: &'d str,
    /// The version that runs.
    pub version: u64,
}

/// A file on its way: write each piece to storage, and activate it only after [`finish`](Self::finish).
pub struct Update {
    version: u64,
    remaining: u64,
    digest: [u8; 32],
    hasher: Sha256,
}

impl Update {
    /// Verifies a manifest.
    pub fn begin(device: &Device<'_>, manifest: &[u8], signature: &[u8]) -> Result<Self, Error> {
        if manifest.len() > MAX_MANIFEST {
            return Err(Error::ManifestTooLong);
        }
        // Before anything in it is read.
        let verified = device.key.verify(Message::Raw(manifest), signature);
        verified.map_err(|_| Error::Signature)?;

        let text = core::str::from_utf8(manifest).map_err(|_| Error::Malformed)?;
        let mut lines = text.strip_suffix('\n').ok_or(Error::Malformed)?.split('\n');
        if lines.next() != Some(PURPOSE) {
            return Err(Error::Malformed);
        }
        let mut field = |name: &str| {
            let value = lines
                .next()
                .and_then(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.ok_or(Error::Malformed)
        };
        let version = number(field("version")?)?;
        let name = field("device")?;
        let remaining = number(field("length")?)?;
        let digest = hex(field("sha256")?)?;
        if lines.next().is_some() {
            return Err(Error::Malformed);
        }
        if name != device.name {
            Err(Error::OtherDevice)
        } else if version <= device.version {
            Err(Error::NotNewer)
        } else {
            Ok(Self {
                version,
                remaining,
                digest,
                hasher: Sha256::new(),
            })
        }
    }

    /// Takes the next piece of the file. Returns an error as soon as there is more than the manifest announced.
    pub fn update(&mut self, piece: &[u8]) -> Result<(), Error> {
        let length = u64::try_from(piece.len()).map_err(|_| Error::Length)?;
        self.remaining = self.remaining.checked_sub(length).ok_or(Error::Length)?;
        self.hasher.update(piece);
        Ok(())
    }

    /// Returns the version of the file, if it is complete and the right one.
    pub fn finish(self) -> Result<u64, Error> {
        if self.remaining != 0 {
            Err(Error::Length)
        } else if self.hasher.finalize()[..] != self.digest {
            Err(Error::Digest)
        } else {
            Ok(self.version)
        }
    }
}

/// Digits without a sign and without leading zeros.
fn number(text: &str) -> Result<u64, Error> {
    let is_canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_canonical {
        text.parse().map_err(|_| Error::Malformed)
    } else {
        Err(Error::Malformed)
    }
}

fn hex(text: &str) -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return Err(Error::Malformed);
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| match pair.get(at) {
            Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
            Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
            Some(_) | None => Err(Error::Malformed),
        };
        *byte = digit(0)? << 4 | digit(1)?;
    }
    Ok(bytes)
}
