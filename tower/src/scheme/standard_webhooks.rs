//! Standard Webhooks with asymmetric signatures (`v1a`).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Extensions;
use http::header::HeaderName;
use http::request::Parts;
use kms_verify::{PublicKey, SigningAlgorithm};

use super::{Pending, Scheme, Verification, Verified, headers};
use crate::key_source::{KeySource, KeySourceError};
use crate::rule::{Rejection, Rule};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// The identifier and the prefix of an asymmetric signature.
const V1A: &str = "v1a,";
/// The most `v1a` signatures of a request. A sender that changes its key sends two.
const MAX_SIGNATURES: usize = 4;
/// The longest `webhook-id` in bytes.
const MAX_ID: usize = 256;
/// The longest `webhook-timestamp`: the seconds of the next 30,000 years.
const MAX_TIMESTAMP: usize = 12;
/// The SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 section 4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

type IsNew = Arc<dyn Fn(&Message) -> bool + Send + Sync>;

/// The asymmetric signatures of [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0: Ed25519 over
/// `{webhook-id}.{webhook-timestamp}.{body}`, as `v1a,` and base64 in `webhook-signature`.
///
/// - The receiver knows the keys of its sender: their names are given here, and no header chooses a key. During a
///   rotation there are two. Only keys with `ED25519_SHA_512` are used.
/// - `webhook-signature` has one or more signatures, separated by spaces. One `v1a` signature by one of the keys is
///   enough. Other kinds, such as the symmetric `v1`, are ignored. At most 4 are `v1a`.
/// - `webhook-timestamp` is at most the tolerance away from the clock of the receiver, 5 minutes unless
///   [`tolerance`](Self::tolerance) sets another: when the headers have been read, and again when the body has arrived.
/// - `webhook-id` has at most 256 visible characters and no full stop, so that no other split of the signed text is
///   possible.
///
/// A handler finds the identifier and the time as a [`Message`] in the extensions of the request.
///
/// KMS signs at most 4096 bytes with `ED25519_SHA_512`, so with a KMS key the identifier, the time and the body have at
/// most 4096 bytes together. Keys of other signers have no such limit here.
///
/// The body is hashed once for each pair of a `v1a` signature and a key.
#[derive(Clone)]
pub struct StandardWebhooks {
    key_ids: Arc<[Box<str>]>,
    time: TimeCheck,
    is_new: Option<IsNew>,
}

/// The clock of the receiver, and how far a timestamp can be from it.
#[derive(Clone, Copy)]
struct TimeCheck {
    tolerance: Duration,
    clock: fn() -> SystemTime,
}

impl TimeCheck {
    fn check(self, timestamp: u64) -> Result<(), Rule> {
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.abs_diff(Duration::from_secs(timestamp)) <= self.tolerance {
            Ok(())
        } else {
            Err(Rule::TimestampOutOfRange)
        }
    }
}

impl StandardWebhooks {
    /// Accepts messages that are signed by the key with this name.
    #[must_use]
    pub fn new(key_id: &str) -> Self {
        Self::any_of([key_id])
    }

    /// Accepts messages that are signed by one of these keys.
    #[must_use]
    pub fn any_of<'n>(key_ids: impl IntoIterator<Item = &'n str>) -> Self {
        let key_ids: BTreeSet<Box<str>> = key_ids.into_iter().map(Box::from).collect();
        Self {
            key_ids: key_ids.into_iter().collect(),
            time: TimeCheck {
                tolerance: Duration::from_secs(300),
                clock: SystemTime::now,
            },
            is_new: None,
        }
    }

    /// Accepts timestamps that are at most this far in the past or in the future.
    #[must_use]
    pub fn tolerance(self, tolerance: Duration) -> Self {
        let time = TimeCheck { tolerance, ..self.time };
        Self { time, ..self }
    }

    /// Asks whether a message is new, once its signature has been verified. If not, the request is rejected with
    /// [`Rule::Replayed`].
    ///
    /// A message that is sent again, because its delivery failed, has the same identifier and a new time. So store
    /// identifiers for twice the tolerance, if a message must be rejected when it arrives twice, or only skip the work in
    /// the handler and respond with success, so that its sender stops.
    ///
    /// The function must not block. If the store is on another machine, leave this out, and use [`Message`] in the handler.
    #[must_use]
    pub fn only_new(self, is_new: impl Fn(&Message) -> bool + Send + Sync + 'static) -> Self {
        Self {
            is_new: Some(Arc::new(is_new)),
            ..self
        }
    }

    /// Reads the time from this function instead of the clock of the system, for tests.
    #[must_use]
    pub fn clock(self, clock: fn() -> SystemTime) -> Self {
        let time = TimeCheck { clock, ..self.time };
        Self { time, ..self }
    }
}

impl fmt::Debug for StandardWebhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandardWebhooks")
            .field("key_ids", &self.key_ids)
            .field("tolerance", &self.time.tolerance)
            .finish_non_exhaustive()
    }
}

/// The signed metadata of a message that was verified: an extension of the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    id: Box<str>,
    timestamp: u64,
}

impl Message {
    /// The identifier, which is the same each time that the message is sent.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the message was sent, in seconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }
}

impl Scheme for StandardWebhooks {
    type Verification = WebhookVerification;

    fn begin(&self, head: &Parts, keys: &impl KeySource) -> Result<WebhookVerification, Rejection> {
        let Some(signatures) = headers::optional(&head.headers, &SIGNATURE)? else {
            return Err(Rule::SignatureMissing.into());
        };
        let signatures = v1a_signatures(signatures)?;
        let id = headers::required(&head.headers, &ID)?;
        if id.len() > MAX_ID || !id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.') {
            return Err(Rule::HeaderMalformed.into());
        }
        let timestamp_text = headers::required(&head.headers, &TIMESTAMP)?;
        let timestamp = seconds(timestamp_text)?;
        self.time.check(timestamp)?;

        let mut candidates = Vec::new();
        for key_id in &*self.key_ids {
            let trusted = keys.find(key_id).map_err(KeySourceError::about_own_name)?;
            if trusted.key.algorithm() != SigningAlgorithm::Ed25519Sha512 {
                let details = format!("{key_id} is not a key with ED25519_SHA_512");
                return Err(Rejection::new(Rule::KeysUnavailable, details));
            }
            candidates.extend(
                signatures
                    .iter()
                    .flat_map(|signature| Pending::new(&trusted, signature)),
            );
        }
        if candidates.is_empty() {
            return Err(Rule::SignatureInvalid.into());
        }
        let mut verification = WebhookVerification {
            candidates,
            message: Message {
                id: id.into(),
                timestamp,
            },
            time: self.time,
            is_new: self.is_new.clone(),
        };
        verification.update(format!("{id}.{timestamp_text}.").as_bytes());
        Ok(verification)
    }
}

/// The `v1a` signatures of the header.
fn v1a_signatures(text: &str) -> Result<Vec<Vec<u8>>, Rule> {
    let signatures: Vec<&str> = text.split(' ').filter_map(|one| one.strip_prefix(V1A)).collect();
    match signatures.len() {
        0 => Err(Rule::SignatureMissing),
        1..=MAX_SIGNATURES => signatures.into_iter().map(headers::base64).collect(),
        _ => Err(Rule::HeaderMalformed),
    }
}

/// An integer without a sign and without leading zeros.
fn seconds(text: &str) -> Result<u64, Rule> {
    let is_canonical = text.len() <= MAX_TIMESTAMP
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if is_canonical {
        text.parse().map_err(|_| Rule::HeaderMalformed)
    } else {
        Err(Rule::HeaderMalformed)
    }
}

/// The verification of one request by [`StandardWebhooks`].
pub struct WebhookVerification {
    candidates: Vec<Pending>,
    message: Message,
    time: TimeCheck,
    is_new: Option<IsNew>,
}

impl Verification for WebhookVerification {
    fn update(&mut self, piece: &[u8]) {
        for candidate in &mut self.candidates {
            candidate.update(piece);
        }
    }

    fn finish(self, extensions: &mut Extensions) -> Result<Verified, Rejection> {
        let verified = self
            .candidates
            .into_iter()
            .find_map(|candidate| candidate.finish().ok())
            .ok_or(Rule::SignatureInvalid)?;
        // Again, because a body can take longer to arrive than identifiers are stored.
        self.time.check(self.message.timestamp)?;
        if self.is_new.is_some_and(|is_new| !is_new(&self.message)) {
            return Err(Rule::Replayed.into());
        }
        extensions.insert(self.message);
        Ok(verified)
    }
}

/// Parses a public key as Standard Webhooks writes it: `whpk_` and the base64 of its 32 bytes.
///
/// # Errors
///
/// [`PublicKeyError`] if the prefix, the base64 or the length is wrong, or if the bytes are not an Ed25519 key that the
/// library accepts.
///
/// ```
/// use kms_verify::KeyRing;
/// use kms_verify_tower::standard_webhooks::public_key;
///
/// let mut ring = KeyRing::new();
/// ring.insert("alias/billing", public_key("whpk_mnl5akZRr82aTm/SBYXqN0IqltQoLHdjrOKW7LIKU7A=")?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn public_key(text: &str) -> Result<PublicKey, PublicKeyError> {
    let base64 = text.strip_prefix("whpk_").ok_or(PublicKeyError::Prefix)?;
    let bytes = STANDARD.decode(base64).map_err(|_| PublicKeyError::Base64)?;
    if bytes.len() != 32 {
        return Err(PublicKeyError::Length(bytes.len()));
    }
    Ok(PublicKey::from_der(&[&ED25519_SPKI[..], &bytes].concat())?)
}

/// Why a text is not a public key of Standard Webhooks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// The text does not begin with `whpk_`.
    #[error("expected whpk_ and base64; whsec_ and whsk_ begin secrets")]
    Prefix,
    /// What follows is not base64 with padding.
    #[error("what follows whpk_ is not base64 with padding")]
    Base64,
    /// The base64 does not encode 32 bytes.
    #[error("an Ed25519 key has 32 bytes, got {0}")]
    Length(usize),
    /// The library rejects the key, such as a point of small order.
    #[error(transparent)]
    Key(#[from] kms_verify::Error),
}
