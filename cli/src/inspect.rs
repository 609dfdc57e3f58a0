//! `kms-verify inspect`: describes a public key, or explains why it is rejected.

use std::collections::BTreeMap;

use kms_verify::{KeyId, SigningAlgorithm};
use serde::Serialize;

use crate::args::InspectArgs;
use crate::explain;
use crate::failure::Failure;
use crate::keys::KeyFile;
use crate::output::Output;
use crate::style::Lines;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Key<'a> {
    key_id: Option<&'a str>,
    key_spec: &'static str,
    /// Known only from a GetPublicKey response.
    key_usage: Option<&'static str>,
    signing_algorithms: Vec<&'static str>,
    message_types: BTreeMap<&'static str, Vec<&'static str>>,
    fingerprint: String,
    format: &'static str,
}

pub(crate) fn run(args: &InspectArgs, output: &Output) -> Result<(), Failure> {
    let file =
        KeyFile::read(args.file()).map_err(|failure| explain::print_rejected_key(failure, args.advice, output))?;
    let key = Key {
        key_id: file.key_id().map(KeyId::as_str),
        key_spec: file.public_key().key_spec().as_str(),
        // Responses with any other usage are rejected.
        key_usage: file.key_id().is_some().then_some("SIGN_VERIFY"),
        signing_algorithms: file
            .public_key()
            .signing_algorithms()
            .iter()
            .map(|name| name.as_str())
            .collect(),
        message_types: file
            .public_key()
            .signing_algorithms()
            .iter()
            .map(|algorithm| {
                (
                    algorithm.as_str(),
                    algorithm
                        .message_types()
                        .iter()
                        .map(|message_type| message_type.as_str())
                        .collect(),
                )
            })
            .collect(),
        fingerprint: file.fingerprint(),
        format: file.format().as_str(),
    };
    if output.is_human_readable() {
        output.write_lines(&human_readable(&key, file.public_key().signing_algorithms(), output))
    } else {
        output.print("Inspect", &key)
    }
}

fn human_readable(key: &Key<'_>, algorithms: &[SigningAlgorithm], output: &Output) -> Lines {
    let mut lines = Lines::new(output.style());
    let mut line = |name: &str, value: &str| {
        lines.bold(&format!("{name:<13}")).plain(" ").plain(value).end();
    };
    if let Some(key_id) = key.key_id {
        line("key ID", key_id);
    }
    line("key spec", key.key_spec);
    line(
        "key usage",
        key.key_usage
            .unwrap_or("unknown: only the output of aws kms get-public-key contains it"),
    );
    for (index, algorithm) in algorithms.iter().enumerate() {
        let types: Vec<String> = algorithm
            .message_types()
            .iter()
            .map(|message_type| match algorithm.message_length(*message_type) {
                Ok(Some(length)) => format!("{message_type} of {length} bytes"),
                Ok(None) | Err(_) => message_type.to_string(),
            })
            .collect();
        let name = if index == 0 { "algorithms" } else { "" };
        line(name, &format!("{algorithm:<26} {}", types.join(", ")));
    }
    line("fingerprint", &key.fingerprint);
    line("format", key.format);
    lines
}
