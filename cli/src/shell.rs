//! Completion scripts and man pages.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory as _;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::write_stdout;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kms-verify", &mut script);
    write_stdout(&script)
}

/// Prints the man page of the whole command, or writes one page per command to a directory.
pub(crate) fn man(dir: Option<&Path>) -> Result<(), Failure> {
    match dir {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|error| Failure::Io(format!("the man page could not be generated: {error}")))?;
            write_stdout(&page)
        }
        Some(dir) => {
            let failed = |error: io::Error| {
                Failure::Io(format!(
                    "the man pages could not be written to {}: {error}; name a writable directory",
                    dir.display()
                ))
            };
            fs::create_dir_all(dir).map_err(failed)?;
            clap_mangen::generate_to(Cli::command(), dir).map_err(failed)
        }
    }
}
