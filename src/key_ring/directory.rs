//! A key ring from a directory of public key files.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::tables::Held;
use super::{Entry, KeyFile, KeyFileError, KeyId, KeyRing, KeyRingError, Keys};
use crate::{PublicKey, ResponseError};

/// The maximum length of a file in bytes: that of every input with a public key.
const MAX_FILE: u64 = 64 * 1024;

/// How often a directory is read again because a link to its files was replaced meanwhile.
const MAX_ATTEMPTS: usize = 4;

impl KeyRing {
    /// Reads a directory of public key files. Requires the feature `json`.
    ///
    /// | file | name of the key |
    /// |---|---|
    /// | `FILE.json` with the output of `aws kms get-public-key` | the `KeyId` in it: the key ARN |
    /// | `KEYID.pem`, `KEYID.der`, `KEYID.pub` | `KEYID`, the name of the file without its extension |
    /// | `alias/NAME.json` with the output of `aws kms get-public-key` | the key ARN; also `alias/NAME`, and the ARN of this alias in the account and the Region of the key |
    /// | `alias/NAME.pem`, `alias/NAME.der`, `alias/NAME.pub` | `alias/NAME` |
    /// | `alias/PART/NAME.json` and so on | the same with `alias/PART/NAME` |
    ///
    /// The content of a file determines its format, as in [`KeyFile::from_bytes`]. Files with other extensions are
    /// ignored, and so are directories other than `alias` and those in it, and below `alias` also links to directories
    /// and directories whose names begin with `.`. `alias` itself may be a link, but not one that leads nowhere.
    ///
    /// Each file must be a regular file or a link to one. The directory may be a mounted ConfigMap of Kubernetes, whose
    /// files are links that are replaced together. If the link `..data` or a link in `path` is replaced while the
    /// directory is read, the directory is read again, so that files of two versions are never mixed. In any other
    /// directory, nothing prevents this. Write files under another name and rename them, so that none is read while it
    /// is incomplete.
    ///
    /// The keys are trusted as if they had been inserted: only their owner may be able to write to the directory.
    ///
    /// # Errors
    ///
    /// A [`KeyDirectoryError`] if any file is not accepted, if two files have different keys with the same name, or if
    /// there are no keys. A ring defines what is trusted, so it is read as a whole or not at all.
    ///
    /// ```no_run
    /// use kms_verify::KeyRing;
    ///
    /// let ring = KeyRing::from_dir("/etc/kms-keys")?;
    /// for (name, key) in ring.iter() {
    ///     println!("{name}: {}", key.key_spec());
    /// }
    /// # Ok::<(), kms_verify::KeyDirectoryError>(())
    /// ```
    pub fn from_dir(path: impl AsRef<Path>) -> Result<Self, KeyDirectoryError> {
        let mut ring = Self::new();
        ring.reload(path)?;
        Ok(ring)
    }

    /// Replaces all keys with those of a directory, as [`from_dir`](Self::from_dir) reads them. Requires the feature
    /// `json`.
    ///
    /// Keys that the ring already has, with whatever names, keep their tables and their counts of uses. Clones of the
    /// ring are not affected, so a service reloads a clone and then replaces the shared ring:
    ///
    /// ```no_run
    /// use std::sync::RwLock;
    ///
    /// use kms_verify::KeyRing;
    ///
    /// let shared = RwLock::new(KeyRing::from_dir("/etc/kms-keys")?);
    ///
    /// // When the directory has changed, or at intervals:
    /// let mut next = shared.read().unwrap().clone();
    /// match next.reload("/etc/kms-keys") {
    ///     Ok(()) => *shared.write().unwrap() = next,
    ///     Err(error) => eprintln!("the keys remain as they were: {error}"),
    /// }
    /// # Ok::<(), kms_verify::KeyDirectoryError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_dir`](Self::from_dir). The ring is then unchanged.
    pub fn reload(&mut self, path: impl AsRef<Path>) -> Result<(), KeyDirectoryError> {
        let path = path.as_ref();
        for _ in 0..MAX_ATTEMPTS {
            let before = Version::of(path);
            let read = self.read(path);
            if Version::of(path) == before {
                self.keys = Arc::new(read?);
                return Ok(());
            }
        }
        Err(KeyDirectoryError::new(path, KeyDirectoryProblem::Changing))
    }

    fn read(&self, path: &Path) -> Result<Keys, KeyDirectoryError> {
        let mut reader = Reader {
            keys: Keys::default(),
            held: HashMap::new(),
            // Not by recursion: the depth of the directories is limited by nothing but the length of a path.
            directories: Vec::from([(path.to_owned(), String::new())]),
        };
        for Entry { held, .. } in self.keys.by_name.values() {
            // Keys that were inserted one by one have tables for each name.
            if held.has_tables() || !reader.held.contains_key(&held.public_key) {
                reader.held.insert(held.public_key.clone(), Arc::clone(held));
            }
        }
        while let Some((directory, prefix)) = reader.directories.pop() {
            reader.read_directory(&directory, &prefix)?;
        }
        if reader.keys.by_name.is_empty() {
            return Err(KeyDirectoryError::new(path, KeyDirectoryProblem::NoKeys));
        }
        Ok(reader.keys)
    }
}

/// What the links on the way to the files point to.
#[derive(PartialEq, Eq)]
struct Version {
    directory: Option<PathBuf>,
    /// Kubernetes replaces this link in a mounted ConfigMap or Secret. Its target has another name in each version.
    data: Option<PathBuf>,
}

impl Version {
    fn of(path: &Path) -> Self {
        Self {
            directory: path.canonicalize().ok(),
            data: path.join("..data").read_link().ok(),
        }
    }
}

struct Reader {
    keys: Keys,
    /// Each key has its tables once, whatever the number of its names.
    held: HashMap<PublicKey, Arc<Held>>,
    /// The directories that are still to be read, with the beginning of the names of their keys.
    directories: Vec<(PathBuf, String)>,
}

impl Reader {
    fn read_directory(&mut self, directory: &Path, prefix: &str) -> Result<(), KeyDirectoryError> {
        let failed = |error| KeyDirectoryError::new(directory, KeyDirectoryProblem::Directory(error));
        let mut entries = fs::read_dir(directory)
            .map_err(failed)?
            .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        // The order of errors must not depend on the file system.
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (path, file_type) in entries {
            let read = if is_part_of_alias(&path, file_type, prefix) {
                self.enter(&path, prefix)
            } else {
                self.read_entry(&path, prefix)
            };
            read.map_err(|problem| KeyDirectoryError::new(&path, problem))?;
        }
        Ok(())
    }

    /// Notes a directory that is to be read. Other files with such names are ignored.
    fn enter(&mut self, path: &Path, prefix: &str) -> Result<(), KeyDirectoryProblem> {
        if path.metadata()?.is_dir() {
            let prefix = format!("{prefix}{}/", lossy(path.file_name()));
            self.directories.push((path.to_owned(), prefix));
        }
        Ok(())
    }

    fn read_entry(&mut self, path: &Path, prefix: &str) -> Result<(), KeyDirectoryProblem> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| KeyFile::EXTENSIONS.contains(&extension)) && !path.is_dir() {
            self.read_file(path, prefix)?;
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path, prefix: &str) -> Result<(), KeyDirectoryProblem> {
        let file = KeyFile::from_bytes(&content(path)?)?;
        let file_name = format!("{prefix}{}", lossy(path.file_stem()));
        let Some(key_id) = file.key_id() else {
            return self.insert(&file_name, &file);
        };
        self.insert(key_id.as_str(), &file)?;
        if prefix.is_empty() {
            return Ok(());
        }
        self.insert(&file_name, &file)?;
        // An alias is always in the Region and account of its key.
        match key_id.as_str().split_once(":key/") {
            Some((home, _)) => self.insert(&format!("{home}:{file_name}"), &file),
            None => Ok(()),
        }
    }

    fn insert(&mut self, name: &str, file: &KeyFile) -> Result<(), KeyDirectoryProblem> {
        let key_id: KeyId = name.parse().map_err(KeyRingError::from)?;
        let arn = file
            .key_id()
            .filter(|arn| key_id.is_alias() && arn.is_arn() && !arn.is_alias());
        if self.keys.has(&key_id, file.public_key())? {
            // The same key under two ARNs: neither is the one that the alias stands for.
            if let Some(entry) = self.keys.by_name.get_mut(&key_id)
                && entry.arn.as_ref().map(KeyId::as_str) != arn.map(KeyId::as_str)
            {
                entry.arn = None;
            }
            return Ok(());
        }
        let held = self
            .held
            .entry(file.public_key().clone())
            .or_insert_with(|| Held::new(file.public_key().clone()));
        let entry = Entry {
            held: Arc::clone(held),
            arn: arn.cloned(),
        };
        self.keys.put(key_id, entry);
        Ok(())
    }
}

/// Whether the name of a directory is a part of alias names. Below `alias`, hidden and linked directories may be duplicates.
fn is_part_of_alias(path: &Path, file_type: FileType, prefix: &str) -> bool {
    let name = lossy(path.file_name());
    if prefix.is_empty() {
        name == "alias"
    } else {
        file_type.is_dir() && !name.starts_with('.')
    }
}

/// A part of a path. One that is not UTF-8 is not the name of a key, and neither is the replacement.
fn lossy(part: Option<&OsStr>) -> Cow<'_, str> {
    part.map_or(Cow::Borrowed(""), OsStr::to_string_lossy)
}

/// The content of a regular file of at most 64 KiB.
fn content(path: &Path) -> Result<Vec<u8>, KeyDirectoryProblem> {
    // Checked before the file is opened: opening a pipe would wait for a writer.
    if !path.metadata()?.is_file() {
        return Err(KeyDirectoryProblem::NotRegular);
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(MAX_FILE.saturating_add(1));
    let length = file.read_to_end(&mut bytes)?;
    match u64::try_from(length) {
        Ok(..=MAX_FILE) => Ok(bytes),
        Ok(_) | Err(_) => Err(KeyDirectoryProblem::TooLong),
    }
}

/// The reason a directory was not read as a key ring. Requires the features `std` and `json`.
///
/// [`Display`](fmt::Display) is for the owner of the keys: it names the file, and keys in the ring.
#[derive(Debug)]
pub struct KeyDirectoryError {
    path: Box<Path>,
    problem: KeyDirectoryProblem,
}

/// What is wrong with a directory or a file of it, in a [`KeyDirectoryError`]. Requires the features `std` and `json`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyDirectoryProblem {
    /// The directory could not be read.
    #[error("the directory could not be read: {0}; name a readable directory")]
    Directory(#[source] io::Error),

    /// The file could not be read. A link that leads nowhere is such a file, also if its name is `alias`.
    #[error("the file could not be read: {0}; make it readable, or remove it")]
    File(#[from] io::Error),

    /// The file is not a regular file.
    #[error("this is not a regular file; remove it")]
    NotRegular,

    /// The file has more than 64 KiB.
    #[error("the file has more than 65536 bytes, which is too long for a public key; remove it")]
    TooLong,

    /// The content of the file was rejected.
    #[error("{problem}{}", advice(.0), problem = .0)]
    KeyFile(#[from] KeyFileError),

    /// The name of the file is not the name of a KMS key, or another file has a different key with the same name.
    #[error("{}", .0.details())]
    Name(#[from] KeyRingError),

    /// The directory has no key files.
    #[error("the directory has no keys; add one with aws kms get-public-key --key-id ID > key.json")]
    NoKeys,

    /// The links to the files were replaced each time that the directory was read.
    #[error("the links to the files were replaced again and again while they were read; try again")]
    Changing,
}

impl KeyDirectoryError {
    fn new(path: &Path, problem: KeyDirectoryProblem) -> Self {
        Self {
            path: path.to_owned().into_boxed_path(),
            problem,
        }
    }

    /// The path of the file, or of the directory if no file is at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> &KeyDirectoryProblem {
        &self.problem
    }
}

impl fmt::Display for KeyDirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl core::error::Error for KeyDirectoryError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.problem)
    }
}

fn advice(error: &KeyFileError) -> &'static str {
    match error {
        KeyFileError::Response(ResponseError::KeyUsage { .. }) => "; remove this key from the key ring",
        KeyFileError::Response(_) | KeyFileError::KeyId(_) | KeyFileError::PublicKey(_) => "",
    }
}
