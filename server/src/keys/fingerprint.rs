//! Whether files have changed, without reading them.

use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher};
use std::path::Path;

/// The state of a file, or of the files in a directory and in its subdirectory `alias`: names, lengths and times.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn of(path: &Path) -> Self {
        let mut hash = DefaultHasher::new();
        let mut directories = vec![path.to_owned()];
        // Not by recursion: the depth is limited by nothing but the length of a path.
        while let Some(directory) = directories.pop() {
            add(&directory, &mut hash);
            let mut paths: Vec<_> = fs::read_dir(&directory)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .collect();
            paths.sort();
            let is_top = directory == path;
            for entry in paths {
                add(&entry, &mut hash);
                let is_part = if is_top {
                    entry.file_name().is_some_and(|name| name == "alias")
                } else {
                    fs::symlink_metadata(&entry).is_ok_and(|metadata| metadata.is_dir())
                };
                if is_part {
                    directories.push(entry);
                }
            }
        }
        Self(hash.finish())
    }
}

fn add(path: &Path, hash: &mut DefaultHasher) {
    path.hash(hash);
    // Of the file that a link leads to: Kubernetes replaces the target of a link.
    match fs::metadata(path) {
        Ok(metadata) => {
            metadata.len().hash(hash);
            metadata.modified().ok().hash(hash);
            add_identity(&metadata, hash);
        }
        Err(error) => error.kind().hash(hash),
    }
}

/// What a rename and a restored time of modification change.
#[cfg(unix)]
fn add_identity(metadata: &Metadata, hash: &mut DefaultHasher) {
    use std::os::unix::fs::MetadataExt as _;

    (
        metadata.dev(),
        metadata.ino(),
        metadata.ctime(),
        metadata.ctime_nsec(),
        metadata.mode(),
    )
        .hash(hash);
}

#[cfg(not(unix))]
fn add_identity(_: &Metadata, _: &mut DefaultHasher) {}
