//! JSON Web Tokens: the message and the signature in one text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kms_verify::jws::{self, Error};
use kms_verify::{Dress, Inputs, Message, PublicKey, Signature, SigningAlgorithm, VerifyingKey, diagnose};

use super::answer::{Answer, Found, Note, Verdict};
use super::ask::Ask;
use super::decide::sentence;
use super::look::{Given, Look, Step};

/// A token, and where it is.
pub(super) struct Token {
    text: String,
    pub(super) look: Look,
}

impl Token {
    /// The token, if the signature is one and there is no other message, or the message is one and there is no signature.
    pub(super) fn of(message: &Given, signature: Option<&Given>) -> Option<Self> {
        let is_token = |given: &&Given| Dress::of(given.text()) == Some(Dress::Jwt);
        let given = match signature {
            None => Some(message).filter(is_token)?,
            Some(signature) => {
                let is_only = message.bytes.is_empty() || message.text() == signature.text();
                Some(signature).filter(|_| is_only).filter(is_token)?
            }
        };
        let text = std::str::from_utf8(given.text()).ok()?.to_owned();
        Some(Self {
            look: Look {
                steps: Vec::new(),
                facts: Vec::new(),
                ..given.look.clone()
            },
            text,
        })
    }
}

/// The answer for a token: that of [`jws::verify`] with the key and the chosen algorithm, or that of its `alg` if the form
/// leaves the algorithm to the key.
pub(super) fn answer(ask: &Ask, key: PublicKey, key_look: Look, token: Token) -> Answer {
    let Token { text, mut look } = token;
    let parts: Vec<&str> = text.split('.').collect();
    let (header, payload) = (decoded(parts.first()), decoded(parts.get(1)));
    let signed = text.rsplit_once('.').map_or(0, |(signed, _)| signed.len());
    look.steps = vec![
        Step::new("JWT", text.len()),
        Step::new("header and payload, signed", signed),
    ];
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    look.facts = vec![("Header", shown(&header)), ("Payload", shown(&payload))];
    let algorithm = ask.algorithm.unwrap_or_else(|| named(&header, &key));
    let (verdict, findings) = match key.verifying_key(algorithm) {
        Err(error) => (
            Verdict::Invalid {
                exception: None,
                sentence: sentence(&error),
            },
            Vec::new(),
        ),
        Ok(bound) => match jws::verify(&bound, &text) {
            Ok(_) => (
                Verdict::Valid {
                    algorithm,
                    notes: Note::all(ask, &key, true, signed),
                },
                Vec::new(),
            ),
            Err(error) => (
                Verdict::Invalid {
                    exception: None,
                    sentence: sentence(&error),
                },
                findings(error, &bound, &text),
            ),
        },
    };
    Answer {
        key: Some(key),
        findings,
        ..Answer::new(verdict, [key_look, look])
    }
}

/// A part of the token, decoded. Empty if it is not base64url, which verification reports.
fn decoded(part: Option<&&str>) -> Vec<u8> {
    part.and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
        .unwrap_or_default()
}

/// The algorithm that the header names, if the key supports it. Otherwise the first of the key, so that `alg` is rejected.
fn named(header: &[u8], key: &PublicKey) -> SigningAlgorithm {
    let header: Option<serde_json::Value> = serde_json::from_slice(header).ok();
    let alg = header.as_ref().and_then(|header| header.get("alg")?.as_str());
    let of_key = alg.and_then(|alg| SigningAlgorithm::from_jose_name(alg, key.key_spec()));
    let first = key.signing_algorithms().first().copied();
    of_key.or(first).unwrap_or(SigningAlgorithm::EcdsaSha256)
}

/// Why a token was rejected.
fn findings(error: Error, key: &VerifyingKey, text: &str) -> Vec<Found> {
    let found = |found: &str, advice: &str| vec![Found::certain(format!("jws-{}", error.as_str()), found, advice)];
    match error {
        Error::Algorithm => found(
            "The \"alg\" of the token is not the name of the algorithm that the key is bound to. \"none\" and the names of \
             message authentication codes (HS256) never are.",
            "Use the key that signed the token, or have it signed by this one.",
        ),
        Error::HeaderEncoding | Error::PayloadEncoding => found(
            "A part of the token is not base64url without padding, white space and trailing bits.",
            "Pass the token alone and unchanged. If its signer made it so, the signer must encode it by RFC 4648 section 5.",
        ),
        Error::Critical | Error::UnencodedPayload => found(
            "The header requires an extension that is not supported.",
            "The signer must leave it out.",
        ),
        Error::Signature => signature_findings(key, text),
        _ => Vec::new(),
    }
}

fn signature_findings(key: &VerifyingKey, text: &str) -> Vec<Found> {
    let Some((signed, encoded)) = text.rsplit_once('.') else {
        return Vec::new();
    };
    let found = |code: &str, found: &str, advice: &str| vec![Found::certain(code, found, advice)];
    if encoded.is_empty() {
        return found(
            "jws-unsigned",
            "The signature is empty.",
            "The token is not signed. Never accept it.",
        );
    }
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(encoded) else {
        return found(
            "jws-signature-encoding",
            "The signature is not base64url without padding, white space and trailing bits.",
            "Pass the token alone and unchanged.",
        );
    };
    let message = Message::Raw(signed.as_bytes());
    let pair = Signature::from_p1363(key.algorithm(), &bytes);
    let has_pairs = !matches!(pair, Err(kms_verify::Error::NoP1363Encoding { .. }));
    if has_pairs && key.verify(message, &bytes).is_ok() {
        return found(
            "jws-der",
            "The signature is DER, as KMS returns it, and valid as such.",
            "Its signer must convert it to r || s, as JWS requires; in Rust, with Signature::to_p1363.",
        );
    }
    if has_pairs && pair.is_err() {
        return found(
            "jws-signature-length",
            "The signature does not have the length of r || s: 64 bytes with ES256 and ES256K, 96 with ES384, and 132 with \
             ES512.",
            "Pass the whole token. Its signer must encode r and s with their leading zeros.",
        );
    }
    let signature = pair.map_or(bytes, |signature| signature.as_bytes().to_vec());
    let diagnosis = diagnose(key.public_key(), key.algorithm(), message, &signature);
    Found::all(diagnosis.findings(), Inputs::default())
}
