//! How to read parameters and print answers: flags, or else the environment and the config file of the AWS CLI.
//!
//! | flag | variable | option of the profile | otherwise |
//! |---|---|---|---|
//! | `--output` | `AWS_DEFAULT_OUTPUT` | `output` | `json` |
//! | `--cli-binary-format` | | `cli_binary_format` | `base64` |
//! | `--cli-error-format` | `AWS_CLI_ERROR_FORMAT` | `cli_error_format` | `legacy` |
//! | `--profile` | `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` | | `default` |
//!
//! The profile is that of `~/.aws/config` or the file that `AWS_CONFIG_FILE` names, with the options that
//! `~/.aws/credentials` or the file that `AWS_SHARED_CREDENTIALS_FILE` names has for it. Nothing else in these files is
//! used, and no credentials are.
//!
//! These settings can change what a command verifies, so a file that cannot be parsed, a profile that does not exist and
//! a value that is not known are errors, as for the AWS CLI.

mod config_file;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::args::{BinaryFormat, Command, ErrorFormat, Format, Global};
use crate::failure::Failure;
use crate::paths;

use config_file::{ConfigFile, Malformed};

/// The longest config file, in bytes: far more than any real one.
const MAX: u64 = 4 * 1024 * 1024;

pub(crate) struct Settings {
    /// `None`: for people where the command has such a format, otherwise JSON.
    pub(crate) output: Option<Format>,
    pub(crate) binary_format: BinaryFormat,
    pub(crate) error_format: ErrorFormat,
}

impl Settings {
    /// Reads the settings of a command. What the AWS CLI does not have, or has for itself, is set by flags alone:
    /// `explain` reads parameters as `verify` does, but prints for people.
    pub(crate) fn read(global: &Global, command: &Command) -> Result<Self, Failure> {
        let flags = Self {
            output: global.output,
            binary_format: global.cli_binary_format.unwrap_or(BinaryFormat::Base64),
            error_format: global.cli_error_format.unwrap_or(ErrorFormat::Legacy),
        };
        let prints_as_aws = match command {
            Command::Verify(_) => true,
            Command::Explain(_) => false,
            Command::Inspect(_)
            | Command::Jws(_)
            | Command::Batch(_)
            | Command::Completions { .. }
            | Command::Man { .. } => return Ok(flags),
        };
        let profile = Profile::read(global.profile.as_deref())?;
        Ok(Self {
            output: match global.output {
                None if prints_as_aws => profile.setting(Some("AWS_DEFAULT_OUTPUT"), "output")?,
                flag => flag,
            },
            binary_format: match global.cli_binary_format {
                None => profile
                    .setting(None, "cli_binary_format")?
                    .unwrap_or(flags.binary_format),
                Some(flag) => flag,
            },
            error_format: match global.cli_error_format {
                None => profile
                    .setting(Some("AWS_CLI_ERROR_FORMAT"), "cli_error_format")?
                    .unwrap_or(flags.error_format),
                Some(flag) => flag,
            },
        })
    }
}

/// The options of a profile, of the credentials file before the config file.
struct Profile {
    name: String,
    sources: Vec<(PathBuf, ConfigFile, String)>,
}

impl Profile {
    /// Finds the profile that is named by its flag, or else by the environment.
    fn read(flag: Option<&str>) -> Result<Self, Failure> {
        let variable = || std::env::var_os("AWS_PROFILE").or_else(|| std::env::var_os("AWS_DEFAULT_PROFILE"));
        let named = flag.map(OsString::from).or_else(variable);
        let name = named.as_ref().map_or("default".into(), |name| name.to_string_lossy());
        let mut profile = Self {
            name: name.into_owned(),
            sources: Vec::new(),
        };
        let mut files = 0_u32;
        let credentials = paths::from_environment("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
        let config = paths::from_environment("AWS_CONFIG_FILE", "~/.aws/config");
        for (path, is_config) in [(credentials, false), (config, true)] {
            let Some(file) = read(&path)? else { continue };
            files = files.saturating_add(1);
            // The last of several sections for one profile counts.
            let section = file
                .names()
                .rfind(|section| {
                    if is_config {
                        config_file::profile(section).is_some_and(|name| name == profile.name)
                    } else {
                        *section == profile.name
                    }
                })
                .map(str::to_owned);
            if let Some(section) = section {
                profile.sources.push((path, file, section));
            }
        }
        // Without any config file, the AWS CLI would find no profile either, but here there is nothing to miss.
        if named.is_some() && files > 0 && profile.sources.is_empty() {
            return Err(Failure::Settings(format!(
                "the profile \"{}\" is in neither the config file nor the credentials file of the AWS CLI; check \
                 --profile, AWS_PROFILE and AWS_DEFAULT_PROFILE",
                profile.name
            )));
        }
        Ok(profile)
    }

    /// A setting, from the environment or else from the profile.
    fn setting<T: ValueEnum>(&self, variable: Option<&str>, option: &str) -> Result<Option<T>, Failure> {
        if let Some((variable, value)) = variable.and_then(|variable| Some((variable, std::env::var_os(variable)?))) {
            return parse(
                &value.to_string_lossy(),
                &format!("the environment variable {variable}"),
            )
            .map(Some);
        }
        for (path, file, section) in &self.sources {
            if let Some(value) = file.get(section, option) {
                let place = format!("{option} of the profile \"{}\" in {}", self.name, path.display());
                return parse(value, &place).map(Some);
            }
        }
        Ok(None)
    }
}

/// Reads a config file. `None` if there is none.
fn read(path: &Path) -> Result<Option<ConfigFile>, Failure> {
    if !paths::is_file(path) {
        return Ok(None);
    }
    let failed = |reason: &str| {
        Failure::Settings(format!(
            "{} of the AWS CLI could not be read: {reason}; its settings change how parameters are read, so correct it, \
             or set AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE to another file",
            path.display()
        ))
    };
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    if length > MAX {
        return Err(failed(&format!("it has more than {MAX} bytes")));
    }
    let bytes = fs::read(path).map_err(|error| failed(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text"))?;
    ConfigFile::parse(&text).map(Some).map_err(|malformed| {
        failed(&match malformed {
            Malformed::Line(number) => format!("line {number} is malformed, or repeats a name"),
            Malformed::Group(option) => format!("a line below \"{option}\" has no \"=\""),
        })
    })
}

fn parse<T: ValueEnum>(value: &str, place: &str) -> Result<T, Failure> {
    T::from_str(value, false).map_err(|_| {
        let known: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|variant| Some(variant.to_possible_value()?.get_name().to_owned()))
            .collect();
        Failure::Settings(format!(
            "{place} is \"{}\"; expected one of {}",
            crate::input::excerpt(value),
            known.join(", ")
        ))
    })
}
