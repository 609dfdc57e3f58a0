//! Standard input and output as the process got them, and files by what they are.
//!
//! A file is told by its device and inode (where there are such), not by how its name is spelled: `/dev/stdin`,
//! `/proc/self/fd/0`, a link to either and the name of a redirected file are all standard input.

use std::fs::{File, Metadata};
use std::io::{self, Stdin, Stdout};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::failure::Failure;

/// Standard output, unless the process was started without one. What would be written to it then is lost: Rust opens
/// `/dev/null` in its place before `main`.
pub(crate) fn stdout() -> io::Result<Stdout> {
    if at_start::stdout_was_closed() {
        return Err(io::Error::other("it is closed"));
    }
    Ok(io::stdout())
}

/// Standard input, unless the process was started without one. Each caller must have [claimed](claim_stdin) it.
fn stdin() -> io::Result<Stdin> {
    if at_start::stdin_was_closed() {
        return Err(io::Error::other("it is closed"));
    }
    Ok(io::stdin())
}

/// What is for one reader and has been opened: standard input, whatever it is; what is not a regular file;
/// and the manifest and the results of a batch.
static CLAIMED: Mutex<Vec<Identity>> = Mutex::new(Vec::new());

#[derive(Clone, Copy, PartialEq, Eq)]
enum Identity {
    Stdin,
    #[cfg(unix)]
    Inode {
        device: u64,
        inode: u64,
    },
}

/// Standard input, for one reader in the life of the process.
pub(crate) fn claim_stdin(name: &str) -> Result<Stdin, Failure> {
    claim(Identity::Stdin, name)?;
    stdin().map_err(|error| Failure::Io(format!("{name} could not be read: {error}")))
}

/// Opens a file that the caller named. If it can be read only once, then it is for this reader.
pub(crate) fn open(path: &Path, name: &str) -> Result<(File, Metadata), Failure> {
    // Before it is opened, because to open a pipe again would wait for a second writer.
    let expected = Identity::if_read_once(&path.metadata().map_err(|error| unopened(name, &error))?);
    if let Some(identity) = expected {
        claim(identity, name)?;
    }
    let file = File::open(path).map_err(|error| unopened(name, &error))?;
    let metadata = file.metadata().map_err(|error| unopened(name, &error))?;
    match Identity::if_read_once(&metadata) {
        Some(identity) if expected != Some(identity) => claim(identity, name)?,
        Some(_) | None => {}
    }
    Ok((file, metadata))
}

fn unopened(name: &str, error: &io::Error) -> Failure {
    Failure::Parameter(format!(
        "{name} could not be opened: {error}; name a file that can be read"
    ))
}

/// Keeps an open file from lines of a manifest. By way of `/dev/fd`, some systems would let a line move the place at which
/// it is read or written.
pub(crate) fn keep_from_lines(metadata: &Metadata) {
    if let Some(identity) = Identity::of(metadata) {
        CLAIMED.lock().unwrap_or_else(PoisonError::into_inner).push(identity);
    }
}

/// Whether an open file is standard input, or another that somebody reads or writes.
fn is_kept_from_lines(metadata: &Metadata) -> bool {
    Identity::of(metadata).is_some_and(|identity| {
        identity == Identity::Stdin
            || CLAIMED
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&identity)
    })
}

fn claim(identity: Identity, name: &str) -> Result<(), Failure> {
    let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
    if !claimed.contains(&identity) {
        claimed.push(identity);
        return Ok(());
    }
    Err(Failure::Parameter(match identity {
        Identity::Stdin => {
            "standard input can be read only once; name a file for all but one of the parameters".to_owned()
        }
        #[cfg(unix)]
        Identity::Inode { .. } => {
            format!(
                "{name} is read for another parameter already, and can be read only once; name a file for one of them"
            )
        }
    }))
}

impl Identity {
    /// Of standard input, and of what is not a regular file.
    fn if_read_once(metadata: &Metadata) -> Option<Self> {
        Self::of(metadata).filter(|identity| *identity == Self::Stdin || !metadata.is_file())
    }

    /// `None` where files have no identity.
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let of = |metadata: &Metadata| Self::Inode {
            device: metadata.dev(),
            inode: metadata.ino(),
        };
        let identity = of(metadata);
        let of_stdin = metadata_of_stdin().ok().map(|metadata| of(&metadata));
        Some(if of_stdin == Some(identity) {
            Self::Stdin
        } else {
            identity
        })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

#[cfg(unix)]
fn metadata_of_stdin() -> io::Result<Metadata> {
    use std::os::fd::AsFd as _;
    File::from(io::stdin().as_fd().try_clone_to_owned()?).metadata()
}

/// Opens a file that others named. It is a regular file and not standard input, so that neither opening nor reading it
/// waits for anybody, and reading it takes nothing away.
pub(crate) fn open_regular(path: &Path, name: &str) -> Result<(File, u64), Failure> {
    let failed = |error: io::Error| unopened(name, &error);
    let check = |metadata: &Metadata| {
        if !metadata.is_file() {
            return Err(Failure::Parameter(format!(
                "{name} is not a regular file; name one, for lines of a manifest read neither pipes nor devices"
            )));
        }
        if is_kept_from_lines(metadata) {
            return Err(Failure::Parameter(format!(
                "{name} is standard input, the manifest or the results, which no line of a manifest can read; name another \
                 file"
            )));
        }
        Ok(())
    };
    // Opening alone can wait for a writer (a pipe) or do something (a device). Should another file come to this name in
    // between, then it is opened without waiting, and rejected.
    check(&path.metadata().map_err(failed)?)?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    check(&metadata)?;
    Ok((file, metadata.len()))
}

/// Which descriptors were closed when the process was started. Before `main`, Rust opens `/dev/null` in their place, just as
/// a program may have done that wants no output, and nothing tells the two apart any more.
#[cfg(unix)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::fd::BorrowedFd;

    static STDIN_CLOSED: AtomicBool = AtomicBool::new(false);
    static STDOUT_CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn look() {
        let is_closed = |descriptor: BorrowedFd<'_>| rustix::io::fcntl_getfd(descriptor).is_err();
        STDIN_CLOSED.store(is_closed(rustix::stdio::stdin()), Ordering::Relaxed);
        STDOUT_CLOSED.store(is_closed(rustix::stdio::stdout()), Ordering::Relaxed);
    }

    pub(super) fn stdin_was_closed() -> bool {
        STDIN_CLOSED.load(Ordering::Relaxed)
    }

    pub(super) fn stdout_was_closed() -> bool {
        STDOUT_CLOSED.load(Ordering::Relaxed)
    }
}

#[cfg(not(unix))]
mod at_start {
    pub(super) fn stdin_was_closed() -> bool {
        false
    }

    pub(super) fn stdout_was_closed() -> bool {
        false
    }
}
