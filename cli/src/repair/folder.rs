//! A new folder that is complete or gone.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use crate::failure::Failure;

/// A folder that did not exist before. Unless it is kept, it is removed with its files.
///
/// On Unix, files are created and opened relative to the open folder, without following links, so that nobody who may
/// write to the directory above can redirect them.
pub(super) struct NewFolder<'a> {
    path: &'a Path,
    open: system::Folder,
    written: Vec<&'static str>,
    is_kept: bool,
}

impl<'a> NewFolder<'a> {
    pub(super) fn create(path: &'a Path) -> Result<Self, Failure> {
        let open = system::Folder::create(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => Failure::Io(format!(
                "--repair {}: the folder could not be created: {error}",
                path.display()
            )),
        })?;
        Ok(Self {
            path,
            open,
            written: Vec::new(),
            is_kept: false,
        })
    }

    /// The name of the folder, for errors.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) fn write(&mut self, name: &'static str, bytes: &[u8], is_executable: bool) -> Result<(), Failure> {
        let mut write = || {
            let mut file = self.open.create_file(name, is_executable)?;
            self.written.push(name);
            file.write_all(bytes)
        };
        write().map_err(|error| {
            let path = self.path.join(name);
            Failure::Io(format!("{} could not be written: {error}", path.display()))
        })
    }

    /// A file that was written, and its name.
    pub(super) fn open(&self, name: &'static str) -> Result<(File, String), Failure> {
        let shown = self.path.join(name).display().to_string();
        match self.open.open_file(name) {
            Ok(file) => Ok((file, shown)),
            Err(error) => Err(Failure::Io(format!("{shown} could not be opened: {error}"))),
        }
    }

    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for NewFolder<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.written.iter().for_each(|name| self.open.remove_file(name));
            // Fails if someone else put something into it.
            drop(std::fs::remove_dir(self.path));
        }
    }
}

pub(super) fn exists(path: &Path) -> Failure {
    Failure::Parameter(format!(
        "--repair {}: this exists already; name a new folder",
        path.display()
    ))
}

#[cfg(unix)]
mod system {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, unlinkat};

    pub(super) struct Folder(OwnedFd);

    impl Folder {
        pub(super) fn create(path: &Path) -> io::Result<Self> {
            mkdirat(CWD, path, Mode::from_bits_truncate(0o777))?;
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match openat(CWD, path, flags, Mode::empty()) {
                Ok(folder) => Ok(Self(folder)),
                Err(error) => {
                    drop(std::fs::remove_dir(path));
                    Err(error.into())
                }
            }
        }

        pub(super) fn create_file(&self, name: &str, is_executable: bool) -> io::Result<File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mode = if is_executable { 0o777 } else { 0o666 };
            Ok(openat(&self.0, name, flags, Mode::from_bits_truncate(mode))?.into())
        }

        pub(super) fn open_file(&self, name: &str) -> io::Result<File> {
            let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(openat(&self.0, name, flags, Mode::empty())?.into())
        }

        pub(super) fn remove_file(&self, name: &str) {
            unlinkat(&self.0, name, AtFlags::empty()).unwrap_or_default();
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn create(path: &Path) -> io::Result<Self> {
            std::fs::create_dir(path)?;
            Ok(Self(path.to_owned()))
        }

        pub(super) fn create_file(&self, name: &str, _: bool) -> io::Result<File> {
            File::create_new(self.0.join(name))
        }

        pub(super) fn open_file(&self, name: &str) -> io::Result<File> {
            File::open(self.0.join(name))
        }

        pub(super) fn remove_file(&self, name: &str) {
            drop(std::fs::remove_file(self.0.join(name)));
        }
    }
}
