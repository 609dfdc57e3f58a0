//! Binds a result to its line of the manifest, all lines before it, the key ring and the directory of the manifest, so
//! that `--resume` continues only results that belong to them.
//!
//! This is not authentication: whoever can write the results can also write these digests.

use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::keys::{Ring, hex};

/// The version of the command. Another version may decide differently.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The start of the last field of a result, up to its value.
const FIELD: &str = ",\"Binding\":\"";

/// How many bytes are written of a digest that only shows what differs.
const SHORT: usize = 8;

/// What all results of a run share.
pub(super) struct Binding {
    start: Chain,
    /// The start of each binding. Its parts show what differs.
    prefix: String,
}

/// The digest of the manifest from its first line through one of its lines.
#[derive(Clone, Copy)]
pub(super) struct Chain([u8; 32]);

/// Hashes the next line of a manifest, which may arrive in pieces.
pub(super) struct NextLine(Sha256);

impl Chain {
    pub(super) fn next_line(self) -> NextLine {
        NextLine(Sha256::new_with_prefix(self.0))
    }
}

impl NextLine {
    /// Adds a piece of the line, without its line end.
    pub(super) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(super) fn finish(self) -> Chain {
        Chain(self.0.finalize().into())
    }
}

impl Binding {
    /// `directory` is the directory that file names in the manifest are relative to.
    pub(super) fn new(ring: Option<&Ring>, directory: &Path) -> Result<Self, Failure> {
        let current = Path::new(".");
        let directory = if directory.as_os_str().is_empty() {
            current
        } else {
            directory
        };
        let directory = directory.canonicalize().map_err(|error: io::Error| {
            Failure::Parameter(format!(
                "the directory of the manifest, {}, could not be found: {error}; name a manifest in a readable directory",
                directory.display()
            ))
        })?;
        let mut ring_hash = Sha256::new();
        if let Some(ring) = ring {
            ring_hash.update([1]);
            ring.digest(&mut |part| add(&mut ring_hash, part));
        }
        let ring: [u8; 32] = ring_hash.finalize().into();
        let directory: [u8; 32] = Sha256::digest(directory.as_os_str().as_encoded_bytes()).into();
        let mut start = Sha256::new();
        add(&mut start, VERSION.as_bytes());
        add(&mut start, &ring);
        add(&mut start, &directory);
        Ok(Self {
            start: Chain(start.finalize().into()),
            prefix: format!("{VERSION}:{}:{}:", short(&ring), short(&directory)),
        })
    }

    /// The chain before the first line.
    pub(super) fn start(&self) -> Chain {
        self.start
    }

    /// Completes a line of the results. `fields` is its JSON object without the closing brace.
    pub(super) fn seal(&self, manifest: Chain, fields: &str) -> String {
        let mut hash = Sha256::new_with_prefix(manifest.0);
        hash.update(fields);
        let (prefix, manifest, result) = (&self.prefix, short(&manifest.0), hex(&hash.finalize()));
        format!("{fields}{FIELD}{prefix}{manifest}:{result}\"}}\n")
    }

    /// Checks that a line of the results belongs to the manifest up to this line. The error is what differs.
    pub(super) fn check(&self, manifest: Chain, sealed: &str) -> Result<(), Difference> {
        let (fields, binding) = sealed.rsplit_once(FIELD).ok_or(Difference::Unbound)?;
        if self.seal(manifest, fields) == sealed {
            return Ok(());
        }
        let manifest = short(&manifest.0);
        let expected = self.prefix.split_terminator(':').chain([manifest.as_str()]);
        let differences = [
            Difference::Version,
            Difference::Ring,
            Difference::Directory,
            Difference::Manifest,
        ];
        let parts = binding.split(':').map(Some).chain(std::iter::repeat(None));
        let first = parts
            .zip(expected)
            .zip(differences)
            .find(|((part, expected), _)| *part != Some(*expected));
        Err(first.map_or(Difference::Result, |(_, difference)| difference))
    }
}

/// Why a line of the results does not belong to this run.
pub(super) enum Difference {
    /// It has no binding.
    Unbound,
    Version,
    Ring,
    Directory,
    /// Its line of the manifest, or a line before it, differs.
    Manifest,
    /// The result itself was changed.
    Result,
}

/// Hashes a part with its length, so that the boundaries between parts are unambiguous.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(part);
}

fn short(digest: &[u8; 32]) -> String {
    hex(digest.get(..SHORT).unwrap_or_default())
}
