//! Standard input and output as they were at the start of the process, and files by identity.
//!
//! A file is identified by its device and inode (where these exist), not by its name: `/dev/stdin`, `/proc/self/fd/0`,
//! a link to either and the name of a redirected file are all standard input.

use std::fs::{File, Metadata};
use std::io::{self, Stdin, Stdout};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::failure::Failure;

/// Standard output, unless it was closed when the process started. Output would then be lost, because Rust opens
/// `/dev/null` in its place before `main`.
pub(crate) fn stdout() -> io::Result<Stdout> {
    if at_start::stdout_was_closed() {
        return Err(io::Error::other("it is closed"));
    }
    Ok(io::stdout())
}

/// The open files that have only one reader: standard input, anything that is not a regular file, and the manifest and
/// the results of a batch.
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

/// Claims standard input for its only reader.
pub(crate) fn claim_stdin(name: &str) -> Result<Stdin, Failure> {
    claim(Identity::Stdin, name)?;
    Ok(io::stdin())
}

/// Opens a file that the user named. If it can be read only once, claims it.
pub(crate) fn open(path: &Path, name: &str) -> Result<(File, Metadata), Failure> {
    // Claimed before it is opened: opening a pipe a second time would wait for a second writer.
    let expected = Identity::if_read_once(&path.metadata().map_err(|error| unopened(path, name, &error))?);
    if let Some(identity) = expected {
        claim(identity, name)?;
    }
    let file = File::open(path).map_err(|error| unopened(path, name, &error))?;
    let metadata = file.metadata().map_err(|error| unopened(path, name, &error))?;
    match Identity::if_read_once(&metadata) {
        Some(identity) if expected != Some(identity) => claim(identity, name)?,
        Some(_) | None => {}
    }
    Ok((file, metadata))
}

fn unopened(path: &Path, name: &str, error: &io::Error) -> Failure {
    // The prefixes of the AWS CLI, which the parameters that it does not have do not need.
    let has_prefix = ["file://", "fileb://"]
        .iter()
        .any(|prefix| path.as_os_str().as_encoded_bytes().starts_with(prefix.as_bytes()));
    let remedy = if has_prefix {
        "this parameter takes the name of a file, without file:// or fileb://"
    } else {
        "name a readable file"
    };
    Failure::Parameter(format!("{name} could not be opened: {error}; {remedy}"))
}

/// Makes an open file unavailable to lines of a manifest. On some systems, a line could use `/dev/fd` to move the
/// position at which it is read or written.
pub(crate) fn deny_to_lines(metadata: &Metadata) {
    if let Some(identity) = Identity::of(metadata) {
        CLAIMED.lock().unwrap_or_else(PoisonError::into_inner).push(identity);
    }
}

/// Whether an open file is standard input, or is read or written by the command itself.
fn is_denied_to_lines(metadata: &Metadata) -> bool {
    Identity::of(metadata).is_some_and(|identity| {
        identity == Identity::Stdin
            || CLAIMED
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&identity)
    })
}

/// Claims a file for one reader. Closed standard input is an error under any name, not an empty file; `/dev/null`, which
/// stands in for it, cannot be told from it.
fn claim(identity: Identity, name: &str) -> Result<(), Failure> {
    if identity == Identity::Stdin && at_start::stdin_was_closed() {
        return Err(Failure::Io(format!(
            "{name} could not be read: standard input is closed"
        )));
    }
    let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
    if !claimed.contains(&identity) {
        claimed.push(identity);
        return Ok(());
    }
    Err(Failure::Parameter(match identity {
        Identity::Stdin => {
            "standard input can be read only once; use a file for all but one of the parameters".to_owned()
        }
        #[cfg(unix)]
        Identity::Inode { .. } => {
            format!(
                "{name} is already read for another parameter, and can be read only once; use a file for one of them"
            )
        }
    }))
}

impl Identity {
    /// The identity of standard input, and of anything that is not a regular file.
    fn if_read_once(metadata: &Metadata) -> Option<Self> {
        Self::of(metadata).filter(|identity| *identity == Self::Stdin || !metadata.is_file())
    }

    /// `None` on platforms where files have no identity.
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

/// Opens a file with an untrusted name. It must be a regular file and not standard input, so that opening and reading
/// it never block and consume nothing.
pub(crate) fn open_regular(path: &Path, name: &str) -> Result<(File, u64), Failure> {
    let failed = |error: io::Error| unopened(path, name, &error);
    let check = |metadata: &Metadata| {
        if !metadata.is_file() {
            return Err(Failure::Parameter(format!(
                "{name} is not a regular file; name one, because lines of a manifest cannot read pipes or devices"
            )));
        }
        if is_denied_to_lines(metadata) {
            return Err(Failure::Parameter(format!(
                "{name} is standard input, the manifest or the results, which lines of a manifest cannot read; name \
                 another file"
            )));
        }
        Ok(())
    };
    // Opening alone can block (a pipe) or have an effect (a device). If the file is replaced between this check and the
    // opening, the new one is opened without blocking, and rejected.
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

/// Which descriptors were closed when the process started. Before `main`, Rust opens `/dev/null` in their place, which
/// cannot be told apart from a `/dev/null` that the caller opened on purpose.
#[cfg(unix)]
mod at_start {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::fd::BorrowedFd;

    static STDIN_CLOSED: AtomicBool = AtomicBool::new(false);
    static STDOUT_CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn record() {
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
