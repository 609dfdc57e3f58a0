//! `kms-verify jws`: verifies a token, prints its header and payload, or explains which rule it breaks.

mod explanation;
mod payload;

use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;

use kms_verify::jws::{self, Header, KeySet, Keys, Options};
use kms_verify::{PublicKey, SigningAlgorithm, VerifyingKey};
use serde::Serialize;
use serde_json::Value;

use crate::args::{BinaryFormat, JwsArgs};
use crate::failure::Failure;
use crate::input::{Input, read_failed};
use crate::keys::{KeyFile, Ring, ring_path};
use crate::output::Output;
use crate::style::note;

use explanation::Explained;

/// The longest token, in bytes: the default limit of the library, and a line end.
const MAX_TOKEN: u64 = (1 << 20) + 2;

/// The longest JWK Set, in bytes: the longest that the library accepts.
const MAX_JWKS: u64 = 1 << 20;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    key_id: &'a str,
    signature_valid: bool,
    signing_algorithm: &'static str,
    header: Value,
    /// JSON if it is an object that can be printed as it is, else text.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
    /// Set instead if the payload is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_base64: Option<String>,
}

/// Where the key comes from.
enum Source {
    /// The only key, and its name in the answer.
    One(String, Box<VerifyingKey>),
    Set(KeySet),
    Ring(Ring),
}

pub(crate) fn run(args: &JwsArgs, format: BinaryFormat, output: &Output) -> Result<(), Failure> {
    let token = read_token(&args.token)?;
    let source = Source::read(args)?;
    let mut options = Options::new();
    if let Some(typ) = &args.typ {
        options = options.typ(typ);
    }
    if args.padded {
        options = options.padded_base64();
    }
    // The key that the token names, and why there is none if the token is not to blame.
    let (used, failed) = (RefCell::new(None), RefCell::new(None));
    let find = |kid: &str| match source.find(kid, args.signing_algorithm) {
        Ok(key) => {
            used.replace(key.clone());
            key
        }
        Err(failure) => {
            failed.replace(Some(failure));
            None
        }
    };
    let keys = match &source {
        Source::One(_, key) => {
            used.replace(Some(VerifyingKey::clone(key)));
            Keys::One(key)
        }
        Source::Set(_) | Source::Ring(_) => Keys::Find(&find),
    };
    let (outcome, is_detached) = match &args.payload {
        None => (
            options
                .verify(keys, &token)
                .map(|verified| (verified.header().clone(), Some(verified.into_payload()))),
            false,
        ),
        Some(payload) => {
            let payload = Input::open("--payload", payload, format)?;
            (
                verify_detached(&options, keys, &token, payload)?.map(|header| (header, None)),
                true,
            )
        }
    };
    if let Some(failure) = failed.take() {
        return Err(failure);
    }
    let used = used.take();
    match (outcome, used) {
        (Ok((header, payload)), Some(key)) => {
            let (payload, payload_base64) = payload.map_or((None, None), payload::printed);
            output.print(
                "Jws",
                &Answer {
                    key_id: source.name_of(&header)?,
                    signature_valid: true,
                    signing_algorithm: key.algorithm().as_str(),
                    header: payload::object(header.as_json().as_bytes())
                        .unwrap_or_else(|| Value::String(header.as_json().to_owned())),
                    payload,
                    payload_base64,
                },
            )
        }
        (Err(error), used) => {
            note(&format!("error: token rejected: {error} ({})", error.as_str()));
            let explained = Explained {
                token: &token,
                error,
                key: used.as_ref(),
                set: source.set(),
                args,
                is_detached,
            };
            explained.print(output);
            Err(Failure::AlreadyReported(254))
        }
        // A token is valid only with a key.
        (Ok(_), None) => Err(Failure::Parameter("the token was verified without a key".to_owned())),
    }
}

/// The token itself, or with `fileb://FILE` and `-` the content of a file or of standard input, without its last line end.
fn read_token(value: &str) -> Result<String, Failure> {
    let bytes = Input::open("the token", value, BinaryFormat::RawInBase64Out)?.read_up_to(MAX_TOKEN)?;
    let mut token = String::from_utf8(bytes)
        .map_err(|_| Failure::Parameter("the token is not UTF-8; pass a token in compact serialization".to_owned()))?;
    if value == "-" || value.starts_with("file://") || value.starts_with("fileb://") {
        for end in ["\n", "\r"] {
            token.truncate(token.strip_suffix(end).map_or(token.len(), str::len));
        }
    }
    Ok(token)
}

/// Verifies a token over a payload that is read once. The outer error is one of reading.
fn verify_detached(
    options: &Options,
    keys: Keys<'_>,
    token: &str,
    mut payload: Input,
) -> Result<Result<Header, jws::Error>, Failure> {
    let mut stream = match options.stream_detached(keys, token) {
        Ok(stream) => stream,
        Err(error) => return Ok(Err(error)),
    };
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match payload.reader.read(&mut buffer) {
            Ok(0) => return Ok(stream.finish()),
            Ok(length) => stream.update(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(read_failed(&payload.name, &error)),
        }
    }
}

impl Source {
    fn read(args: &JwsArgs) -> Result<Self, Failure> {
        if let Some(path) = &args.jwks {
            return read_jwks(path).map(Self::Set);
        }
        if let Some(path) = &args.keys.public_key {
            let file = KeyFile::read(path)?;
            let key = bind(file.public_key(), args.signing_algorithm)?;
            let name = file
                .key_id()
                .map_or_else(|| file.fingerprint(), |key_id| key_id.as_str().to_owned());
            return Ok(Self::One(name, Box::new(key)));
        }
        match ring_path(&args.keys.ring) {
            Some(path) => Ring::open(&path).map(Self::Ring),
            None => Err(Failure::Parameter(
                "no keys were given; pass --jwks FILE, --public-key FILE or --key-ring DIR".to_owned(),
            )),
        }
    }

    /// The key with this name. A failure is not the fault of the token.
    fn find(&self, kid: &str, algorithm: Option<SigningAlgorithm>) -> Result<Option<VerifyingKey>, Failure> {
        match self {
            Self::One(_, key) => Ok(Some(VerifyingKey::clone(key))),
            Self::Set(keys) => Ok(keys.get(kid).cloned()),
            Self::Ring(ring) => match ring.get(kid) {
                Ok(key) => bind(key, algorithm).map(Some),
                Err(_) => Ok(None),
            },
        }
    }

    /// The name of the key in the answer.
    fn name_of<'a>(&'a self, header: &'a Header) -> Result<&'a str, Failure> {
        let kid = header.kid().unwrap_or_default();
        match self {
            Self::One(name, _) => Ok(name),
            Self::Set(_) => Ok(kid),
            Self::Ring(ring) => ring.name_of(kid),
        }
    }

    fn set(&self) -> Option<&KeySet> {
        match self {
            Self::Set(keys) => Some(keys),
            Self::One(..) | Self::Ring(_) => None,
        }
    }
}

fn read_jwks(path: &Path) -> Result<KeySet, Failure> {
    let name = format!("JWK Set {}", path.display());
    let bytes = Input::file(path, name.clone(), true)?.read_up_to(MAX_JWKS)?;
    KeySet::from_jwks(&bytes).map_err(|error| Failure::Parameter(format!("{name}: {error}")))
}

/// Binds a key to the requested algorithm, or to the only one that has a name in JOSE.
fn bind(key: &PublicKey, algorithm: Option<SigningAlgorithm>) -> Result<VerifyingKey, Failure> {
    let key_spec = key.key_spec();
    let mut named = key
        .signing_algorithms()
        .iter()
        .copied()
        .filter(|algorithm| algorithm.jose_name(key_spec).is_some());
    let algorithm = match (algorithm, named.next(), named.next()) {
        (Some(requested), _, _) | (None, Some(requested), None) => requested,
        (None, Some(_), Some(_)) => {
            return Err(Failure::Parameter(format!(
                "a key of {key_spec} has several algorithms; pass the one that it signs tokens with as --signing-algorithm"
            )));
        }
        (None, None, _) => {
            return Err(Failure::Parameter(format!(
                "the algorithms of {key_spec} keys have no names in JOSE, so such a key signs no tokens"
            )));
        }
    };
    key.verifying_key(algorithm)
        .map_err(|error| Failure::from_library(&error, Some(key_spec)))
}
