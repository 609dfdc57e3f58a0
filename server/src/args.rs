//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::protocol;

/// The address of the endpoint, if no other is given.
const DEFAULT_ADDRESS: &str = "127.0.0.1:9911";

const EXAMPLES: &str = "\
Examples:

  Verify with the keys in a directory of outputs of
  aws kms get-public-key:
    kms-verify-server --key-ring keys/
    export AWS_ENDPOINT_URL_KMS=http://127.0.0.1:9911

  On a Unix socket, with logs as JSON:
    kms-verify-server --key-ring keys/ \\
        --unix /run/kms-verify/kms.sock \\
        --log-format json";

/// An AWS KMS endpoint that verifies signatures offline, with public keys that you have.
#[derive(Clone, Debug, Parser)]
#[command(name = "kms-verify-server", version, after_help = EXAMPLES, max_term_width = 120)]
pub struct Args {
    /// The trusted keys: a directory of outputs of aws kms get-public-key, PEM and DER files, or a file of such outputs.
    /// Read again when it changes, and on SIGHUP.
    #[arg(long, value_name = "DIR|FILE", env = "KMS_VERIFY_KEY_RING")]
    pub key_ring: PathBuf,

    /// The address to listen on. Any but a loopback address also needs --allow-remote.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = DEFAULT_ADDRESS, conflicts_with = "unix")]
    pub listen: SocketAddr,

    /// Listen on an address that other machines can reach, or on such a socket of systemd. Requests are neither
    /// authenticated nor encrypted.
    #[arg(long)]
    pub allow_remote: bool,

    /// Listen on a Unix socket instead. A socket that is left over is replaced.
    #[cfg(unix)]
    #[arg(long, value_name = "PATH")]
    pub unix: Option<PathBuf>,

    /// Do not serve the page at /.
    #[arg(long)]
    pub no_page: bool,

    /// A name of this host under which the page is served, besides its addresses and localhost. Under other names, another
    /// site could read the page.
    #[arg(long, value_name = "NAME", conflicts_with = "no_page")]
    pub page_host: Vec<String>,

    /// Accept RAW messages of more than 4096 bytes, which KMS rejects, in requests of up to 1 MiB.
    #[arg(long)]
    pub no_message_limit: bool,

    /// Log why a signature is not valid. Diagnoses run one at a time and take at most a tenth of one core: signatures
    /// beyond that are logged without a cause.
    #[arg(long)]
    pub explain: bool,

    /// The format of the log, which is written to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// What is logged: with info, one line for each request.
    #[arg(long, value_enum, default_value_t = LogLevel::Info)]
    pub log_level: LogLevel,

    /// The maximum number of connections. Others wait.
    #[arg(long, value_name = "NUMBER", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,

    /// How often the key ring is checked for changes, in seconds. 0: only on SIGHUP.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    pub reload_interval: u64,
}

impl Args {
    /// The choices of the protocol.
    #[must_use]
    pub fn options(&self) -> protocol::Options {
        protocol::Options {
            message_limit: !self.no_message_limit,
        }
    }
}

/// The format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What stops the server, and key rings that are not accepted.
    Error,
    /// Also what needs attention.
    Warn,
    /// Also each request, and each reload of the keys.
    Info,
    /// Also connections that fail, and requests for /healthz and /metrics.
    Debug,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_contradicts_itself_is_rejected() {
        let accepts = |flags: &[&str]| {
            let given = ["kms-verify-server", "--key-ring", "keys"].iter().chain(flags);
            Args::try_parse_from(given).is_ok()
        };
        assert!(accepts(&["--max-connections", "1", "--page-host", "name"]));
        assert!(!accepts(&["--max-connections", "0"]));
        assert!(!accepts(&["--page-host", "name", "--no-page"]));
        #[cfg(unix)]
        assert!(!accepts(&["--unix", "kms.sock", "--listen", "127.0.0.1:1"]));
    }
}
