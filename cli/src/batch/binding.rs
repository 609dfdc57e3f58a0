//! What binds a result to its line of the manifest, to all lines before it, to the key ring and to the folder of the
//! manifest, so that results are continued only where they belong.
//!
//! It is no authentication: whoever can write the results can write these digests too.

use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::keys::{Ring, hex};

/// The version that decides. Another one may decide otherwise.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The last field of a result, up to its value.
const FIELD: &str = ",\"Binding\":\"";

/// How many bytes of a digest are written that only tells what differs.
const SHORT: usize = 8;

/// What all results of a run have in common.
pub(super) struct Binding {
    start: Chain,
    /// The beginning of each binding: what differs is told by its parts.
    prefix: String,
}

/// The digest of the manifest from its first line up to one of its lines.
#[derive(Clone, Copy)]
pub(super) struct Chain([u8; 32]);

/// The hash of the next line of a manifest, which may come in pieces.
pub(super) struct NextLine(Sha256);

impl Chain {
    pub(super) fn next_line(self) -> NextLine {
        NextLine(Sha256::new_with_prefix(self.0))
    }
}

impl NextLine {
    /// Adds a piece of the line, whose end is not hashed.
    pub(super) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(super) fn finish(self) -> Chain {
        Chain(self.0.finalize().into())
    }
}

impl Binding {
    /// `folder` is where files are sought that the manifest names.
    pub(super) fn new(ring: Option<&Ring>, folder: &Path) -> Result<Self, Failure> {
        let current = Path::new(".");
        let folder = if folder.as_os_str().is_empty() { current } else { folder };
        let folder = folder.canonicalize().map_err(|error: io::Error| {
            Failure::Parameter(format!(
                "the folder of the manifest, {}, could not be found: {error}; name a manifest in a folder that can be read",
                folder.display()
            ))
        })?;
        let mut of_ring = Sha256::new();
        if let Some(ring) = ring {
            of_ring.update([1]);
            ring.digest(&mut |part| add(&mut of_ring, part));
        }
        let ring: [u8; 32] = of_ring.finalize().into();
        let folder: [u8; 32] = Sha256::digest(folder.as_os_str().as_encoded_bytes()).into();
        let mut start = Sha256::new();
        add(&mut start, VERSION.as_bytes());
        add(&mut start, &ring);
        add(&mut start, &folder);
        Ok(Self {
            start: Chain(start.finalize().into()),
            prefix: format!("{VERSION}:{}:{}:", short(&ring), short(&folder)),
        })
    }

    /// The chain before the first line.
    pub(super) fn start(&self) -> Chain {
        self.start
    }

    /// Makes a line of the results of a JSON object without its last brace.
    pub(super) fn seal(&self, manifest: Chain, fields: &str) -> String {
        let mut hash = Sha256::new_with_prefix(manifest.0);
        hash.update(fields);
        let (prefix, manifest, result) = (&self.prefix, short(&manifest.0), hex(&hash.finalize()));
        format!("{fields}{FIELD}{prefix}{manifest}:{result}\"}}\n")
    }

    /// Checks that a line of the results is the one of these lines of the manifest. Says what differs if it is not.
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
            Difference::Folder,
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

/// Why a line of the results is not one of this run.
pub(super) enum Difference {
    /// It says nothing of where it belongs.
    Unbound,
    Version,
    Ring,
    Folder,
    /// Its line of the manifest, or one before it.
    Manifest,
    /// What it says itself.
    Result,
}

/// With its length, so that two parts are not hashed as one.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(part);
}

fn short(digest: &[u8; 32]) -> String {
    hex(digest.get(..SHORT).unwrap_or_default())
}
