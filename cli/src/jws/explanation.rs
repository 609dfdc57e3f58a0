//! Why a token is rejected, and what to try. It describes the token leniently, and decides nothing.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use kms_verify::jws::{Error, KeySet};
use kms_verify::{Caller, Inputs, Message, Signature, SigningAlgorithm, Source, VerifyingKey, diagnose};
use serde_json::Value;

use crate::args::JwsArgs;
use crate::explain::{self, Found};
use crate::input::{MAX_REPEATED, excerpt, quoted};
use crate::output::Output;
use crate::paths::expand;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A rejected token, and what it was verified with.
pub(super) struct Explained<'a> {
    pub(super) token: &'a str,
    pub(super) error: Error,
    /// The key that the token names.
    pub(super) key: Option<&'a VerifyingKey>,
    pub(super) set: Option<&'a KeySet>,
    pub(super) args: &'a JwsArgs,
    pub(super) is_detached: bool,
}

/// A code, what was found, and what to try.
type Finding = (&'static str, String, String);

impl Explained<'_> {
    /// Prints the findings to standard error.
    pub(super) fn print(&self, output: &Output) {
        let finding = match self.error {
            Error::NotCompact => Some(self.not_compact()),
            Error::HeaderEncoding | Error::PayloadEncoding => Some(self.encoding()),
            Error::Critical => Some((
                "jws-crit",
                format!("\"crit\" is {}.", self.shown("crit")),
                "No extension is supported except b64, with --payload. The signer must leave it out.".to_owned(),
            )),
            Error::UnencodedPayload => Some((
                "jws-b64",
                "The payload is said to be signed as it is (RFC 7797).".to_owned(),
                "Pass the payload as --payload. \"b64\" must be listed in \"crit\".".to_owned(),
            )),
            Error::PayloadNotDetached => Some((
                "jws-not-detached",
                "The token contains its payload.".to_owned(),
                "Leave out --payload.".to_owned(),
            )),
            Error::Type => Some((
                "jws-typ",
                format!("\"typ\" is {}.", self.shown("typ")),
                format!(
                    "Require another type than {} with --typ, or get a token of that type.",
                    excerpt(self.args.typ.as_deref().unwrap_or_default())
                ),
            )),
            Error::MissingKeyId => Some((
                "jws-no-kid",
                "The token does not name its key.".to_owned(),
                "Pass the key as --public-key.".to_owned(),
            )),
            Error::UnknownKeyId => Some(self.unknown_key()),
            Error::Algorithm => Some(self.algorithm()),
            Error::Signature => self.signature(output),
            Error::TooLong | Error::HeaderTooLong | Error::HeaderJson | Error::DuplicateMember | Error::MemberType => {
                None
            }
            _ => None,
        };
        if let Some((code, found, advice)) = finding {
            explain::print_found_to_stderr(
                &[Found {
                    code,
                    certain: true,
                    found: found.into(),
                    r#try: advice,
                    is_prose: true,
                }],
                output,
            );
        }
    }

    fn not_compact(&self) -> Finding {
        let parts = self.token.split('.').count();
        let (found, advice) = match parts {
            _ if self.token.trim_start().starts_with('{') => (
                "This is the JSON serialization of JWS.".to_owned(),
                "Pass the compact serialization: the values of protected, payload and signature with dots between them.",
            ),
            5 => (
                "This is an encrypted token (JWE): it has five parts.".to_owned(),
                "Decrypt it, and pass the token inside.",
            ),
            _ => (
                format!("The text has {parts} parts, and a token has three."),
                "Pass the token alone and whole; to read it from a file, write fileb://FILE.",
            ),
        };
        ("jws-not-compact", found, advice.to_owned())
    }

    fn encoding(&self) -> Finding {
        let text = self.token;
        let finding = |code, found: &str, advice: &str| (code, found.to_owned(), advice.to_owned());
        if text.contains('=') && !self.args.padded {
            return finding(
                "jws-padded",
                "The parts of the token are padded.",
                "If it was made by an Application Load Balancer, pass --padded. Otherwise, its signer must leave out the \
                 padding.",
            );
        }
        if text.contains(['+', '/']) {
            return finding(
                "jws-standard-base64",
                "The token is in standard base64, with + or /.",
                "Its signer must use base64url, with - and _.",
            );
        }
        if text.contains(char::is_whitespace) {
            return finding(
                "jws-white-space",
                "The token contains white space.",
                "Pass the token alone, without line breaks and without \"Bearer\".",
            );
        }
        if self.args.padded && text.split('.').any(|part| !part.len().is_multiple_of(4)) {
            return finding("jws-not-padded", "The token is not padded.", "Leave out --padded.");
        }
        finding(
            "jws-not-base64url",
            "A part of the token is not base64url: it has other characters, is incomplete, or has trailing bits that are not zero.",
            "Pass the token alone and unchanged. If its signer made it so, the signer must encode it by RFC 4648 section 5.",
        )
    }

    fn unknown_key(&self) -> Finding {
        let known = self.set.map_or(String::new(), |set| {
            let kids: Vec<_> = set
                .iter()
                .take(4)
                .map(|(kid, _)| format!("\"{}\"", excerpt(kid)))
                .collect();
            let more = if set.len() > kids.len() { ", ..." } else { "" };
            format!(" The set has {}{more}.", kids.join(", "))
        });
        (
            "jws-unknown-kid",
            format!("\"kid\" is {}.{known}", self.shown("kid")),
            "If you trust that key, add it with this name.".to_owned(),
        )
    }

    fn algorithm(&self) -> Finding {
        let alg = self.header("alg");
        let alg = alg.as_ref().and_then(Value::as_str).unwrap_or_default();
        let shown = self.shown("alg");
        let key_spec = self.key.map(|key| key.public_key().key_spec());
        let own = self.key.zip(key_spec);
        let own = own
            .and_then(|(key, key_spec)| key.algorithm().jose_name(key_spec))
            .unwrap_or("none in JOSE");
        let of_key = key_spec.and_then(|key_spec| SigningAlgorithm::from_jose_name(alg, key_spec));
        let found = format!("\"alg\" is {shown}, and that of the key is {own}.");
        let advice = match (of_key, self.set) {
            (Some(algorithm), None) => {
                format!("If the key signs tokens with this algorithm, pass --signing-algorithm {algorithm}.")
            }
            (Some(_), Some(_)) => {
                "If the key signs tokens with this algorithm, correct its \"alg\" in the set.".to_owned()
            }
            (None, _) if alg.eq_ignore_ascii_case("none") => "The token is not signed. Never accept it.".to_owned(),
            (None, _) if alg.starts_with("HS") => {
                "The token has a message authentication code by a shared secret. No public key verifies it.".to_owned()
            }
            (None, _) => "Use the key that signed the token, or have it signed by this one.".to_owned(),
        };
        ("jws-alg", found, advice)
    }

    /// Prints the diagnosis of the signature, or returns what can be said without one.
    fn signature(&self, output: &Output) -> Option<Finding> {
        let key = self.key?;
        let (signing_input, encoded) = self.token.rsplit_once('.')?;
        if encoded.is_empty() {
            return Some((
                "jws-unsigned",
                "The signature is empty.".to_owned(),
                "The token is not signed. Never accept it.".to_owned(),
            ));
        }
        // A signature that would be valid in another encoding is not that of another key.
        let strict = if self.args.padded { URL_SAFE } else { URL_SAFE_NO_PAD };
        let Ok(bytes) = strict.decode(encoded) else {
            return Some(self.encoding());
        };
        if self.is_detached {
            return None;
        }
        let raw = Message::Raw(signing_input.as_bytes());
        let p1363 = Signature::from_p1363(key.algorithm(), &bytes);
        let is_der = Signature::from_kms(key.algorithm(), &bytes)
            .and_then(|signature| key.verify_signature(raw, &signature))
            .is_ok();
        if is_der && !matches!(p1363, Err(kms_verify::Error::NoP1363Encoding { .. })) {
            return Some((
                "jws-der",
                "The signature is DER, as KMS returns it, and valid as such.".to_owned(),
                "Its signer must convert it to r || s, as JWS requires; in Rust, with Signature::to_p1363.".to_owned(),
            ));
        }
        if matches!(p1363, Err(kms_verify::Error::InvalidSignature)) {
            return Some((
                "jws-signature-length",
                format!(
                    "The signature has {} bytes, and r || s has 64 with ES256 and ES256K, 96 with ES384, and 132 with ES512.",
                    bytes.len()
                ),
                "Pass the whole token. Its signer must encode r and s with their leading zeros.".to_owned(),
            ));
        }
        let signature = p1363.map_or(bytes, |signature| signature.as_bytes().to_vec());
        let mut others = self.set.into_iter().flat_map(KeySet::iter);
        if let Some((kid, _)) = others.find(|(_, other)| other.verify(raw, &signature).is_ok()) {
            return Some((
                "jws-other-key",
                format!(
                    "The signature was made with the key \"{}\", and the token names another.",
                    excerpt(kid)
                ),
                "Its signer must set \"kid\" to the key that it signs with.".to_owned(),
            ));
        }
        if signing_input.ends_with('.') {
            return Some((
                "jws-empty-payload",
                "The token has no payload.".to_owned(),
                "If its payload is detached, pass that as --payload.".to_owned(),
            ));
        }
        let diagnosis = diagnose(key.public_key(), key.algorithm(), raw, &signature);
        let key = self
            .args
            .keys
            .public_key
            .as_ref()
            .map(|path| path.display().to_string());
        let message = self.signing_input_command();
        let inputs = Inputs::default();
        let inputs = Inputs {
            public_key: key.as_deref().map_or(inputs.public_key, Source::File),
            message: message.as_deref().map_or(inputs.message, Source::Command),
            ..inputs
        };
        explain::print_to_stderr(&diagnosis, Caller::Shell(inputs), output);
        None
    }

    /// The shell command that prints what is signed of the token. `None` if the token came from standard input, is too
    /// long to be repeated, or lacks its payload.
    fn signing_input_command(&self) -> Option<String> {
        let token = match self.args.token.strip_prefix("fileb://") {
            Some(path) => format!("cat {}", quoted(&expand(path).display().to_string())),
            None if self.args.token != "-" && self.args.token.len() <= MAX_REPEATED => {
                format!("printf %s {}", quoted(&self.args.token))
            }
            None => return None,
        };
        (!self.is_detached).then(|| format!("{token} | tr -d '\\r\\n' | cut -d . -f 1,2 | tr -d '\\n'"))
    }

    /// A member of the header, as far as it can be read.
    fn header(&self, name: &str) -> Option<Value> {
        let encoded = self.token.split('.').next()?;
        let header: Value = serde_json::from_slice(&LENIENT.decode(encoded).ok()?).ok()?;
        header.get(name).cloned()
    }

    /// The same as short text.
    fn shown(&self, name: &str) -> String {
        self.header(name)
            .map_or_else(|| "missing".to_owned(), |value| excerpt_of_json(&value.to_string()))
    }
}

/// The beginning of JSON text, which has its escapes already.
fn excerpt_of_json(json: &str) -> String {
    let mut beginning: String = json.chars().take(64).collect();
    if beginning.len() < json.len() {
        beginning.push_str("...");
    }
    beginning
}
