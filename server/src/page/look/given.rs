//! Messages and signatures.

use kms_verify::{Dress, MessageType, SignResponse, SigningAlgorithm};
use sha2::{Digest as _, Sha256};

use super::super::ask::{Ask, Part};
use super::{Look, Origin, Step, content, hex, steps, trimmed};

/// A message or a signature that was given.
pub(in crate::page) struct Given {
    pub(in crate::page) look: Look,
    /// The bytes that are verified.
    pub(in crate::page) bytes: Vec<u8>,
    /// What was given, if it was decoded to these bytes.
    pub(in crate::page) encoded: Option<Vec<u8>>,
}

impl Given {
    /// What was given, without white space around it.
    pub(in crate::page) fn text(&self) -> &[u8] {
        self.encoded.as_ref().unwrap_or(&self.bytes).trim_ascii()
    }
}

/// The message: the bytes as they are. A digest that is text is decoded if that gives a digest.
///
/// # Errors
///
/// A sentence, if it was given twice.
pub(in crate::page) fn message(ask: &Ask) -> Result<Given, String> {
    let (origin, bytes) = content(&ask.message, Part::Message)?.unwrap_or((Origin::Nothing, Vec::new()));
    let message_type = ask.message_type.0;
    let look = Look::new(Part::Message, origin);
    if message_type != MessageType::Raw
        && !is_digest(message_type, &bytes)
        && let Some((dress, decoded)) = decoded(bytes.trim_ascii())
        && is_digest(message_type, &decoded)
    {
        return Ok(Given {
            look: Look {
                source: look.source.clone().through(dress),
                steps: vec![
                    Step::new(dress.name(), bytes.len()),
                    Step::new(message_type.as_str(), decoded.len()),
                ],
                ..look
            },
            bytes: decoded,
            encoded: Some(bytes),
        });
    }
    let mut facts = Vec::new();
    let name = match message_type {
        MessageType::Raw => {
            facts.push(("SHA-256", hex(&Sha256::digest(&bytes))));
            match std::str::from_utf8(&bytes) {
                _ if bytes.is_empty() => "an empty message",
                Ok(_) => "text in UTF-8",
                Err(_) => "binary data",
            }
        }
        _ if is_digest(message_type, &bytes) => message_type.as_str(),
        _ => Dress::of(&bytes).map_or("bytes", Dress::name),
    };
    let steps = vec![Step::new(name, bytes.len())];
    Ok(Given {
        look: Look { steps, facts, ..look },
        bytes,
        encoded: None,
    })
}

/// Whether an algorithm accepts this many bytes as this message type.
fn is_digest(message_type: MessageType, bytes: &[u8]) -> bool {
    SigningAlgorithm::ALL
        .iter()
        .any(|algorithm| algorithm.message_length(message_type) == Ok(Some(bytes.len())))
}

/// The signature: the bytes of a file or, if it is text that shows its encoding, what this decodes to. `None` if there is
/// none.
///
/// # Errors
///
/// A sentence, if it was given twice.
pub(in crate::page) fn signature(ask: &Ask) -> Result<Option<Given>, String> {
    let Some((origin, given)) = content(&ask.signature, Part::Signature)? else {
        return Ok(None);
    };
    let given = trimmed(&origin, given);
    let mut look = Look::new(Part::Signature, origin);
    let mut bytes = given.clone();
    if let Ok(response) = SignResponse::from_json(&given) {
        look.steps.push(Step::new(Dress::SignResponse.name(), given.len()));
        look.facts.push(("Key ID in it", response.key_id().to_owned()));
        look.facts
            .push(("Algorithm in it", response.signing_algorithm().to_string()));
        look.source = look.source.through(Dress::SignResponse);
        bytes = response.signature().to_vec();
    } else if let Some((dress, decoded)) = decoded(&given) {
        look.steps.push(Step::new(dress.name(), given.len()));
        look.source = look.source.through(dress);
        bytes = decoded;
    }
    match shape(&bytes) {
        Some(shape) => look.steps.push(Step::new(shape, bytes.len())),
        None => look.steps.extend(steps(&bytes, Part::Signature)),
    }
    let encoded = (bytes != given).then_some(given);
    Ok(Some(Given { look, bytes, encoded }))
}

/// What text in one of the usual encodings decodes to.
fn decoded(text: &[u8]) -> Option<(Dress, Vec<u8>)> {
    let dress = Dress::of(text)?;
    let is_encoding = matches!(dress, Dress::Base64 | Dress::Base64Url | Dress::Hex);
    is_encoding.then(|| dress.take_off(text).map(|decoded| (dress, decoded)))?
}

/// What the form of bytes shows of the signature that they may be.
pub(in crate::page) fn shape(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes.len() {
        _ if std::str::from_utf8(bytes).is_ok() => return None,
        8..=139 if bytes.first() == Some(&0x30) => "ECDSA signature in DER",
        64 => "Ed25519 signature, or r || s",
        96 | 132 => "r || s",
        256 => "RSA_2048 signature",
        384 => "RSA_3072 signature",
        512 => "RSA_4096 signature",
        2420 => "ML_DSA_44 signature",
        3309 => "ML_DSA_65 signature",
        4627 => "ML_DSA_87 signature",
        _ => "binary data",
    })
}
