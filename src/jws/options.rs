//! Verification of a token, and what can be set for it.

use alloc::boxed::Box;
use core::fmt;

use super::base64url::{Base64Url, Encoder};
use super::compact::Compact;
use super::header::Payload;
use super::{Error, Header, Keys, Verified};
use crate::{Signature, SigningAlgorithm, StreamVerifier, VerifyingKey};

/// The default limit on the length of a token in bytes.
const DEFAULT_MAX_LENGTH: usize = 1 << 20;

/// The maximum length of an encoded signature: that of ML-DSA-87, of 4627 bytes, with padding.
const MAX_ENCODED_SIGNATURE: usize = 4627_usize.div_ceil(3) * 4;

/// What a verifier requires of tokens beyond the rules of [the module](super).
///
/// ```
/// use kms_verify::jws::{KeySet, Options};
///
/// # fn example(keys: &KeySet, token: &str) -> Result<(), kms_verify::jws::Error> {
/// let options = Options::new().typ("at+jwt").max_length(4096);
/// let verified = options.verify(keys, token)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    typ: Option<Box<str>>,
    max_length: usize,
    form: Base64Url,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The defaults: any `typ`, at most 1 MiB, base64url without padding.
    #[must_use]
    pub fn new() -> Self {
        Self {
            typ: None,
            max_length: DEFAULT_MAX_LENGTH,
            form: Base64Url::Plain,
        }
    }

    /// Requires this `typ`, such as `at+jwt`, so that no other kind of token by the same signer is accepted (RFC 8725
    /// section 3.11). Case is ignored, and `application/at+jwt` is the same type.
    #[must_use]
    pub fn typ(mut self, typ: &str) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Sets the maximum length of a token in bytes, which is 1 MiB by default. A longer token is rejected before anything
    /// is allocated.
    #[must_use]
    pub fn max_length(mut self, bytes: usize) -> Self {
        self.max_length = bytes;
        self
    }

    /// Accepts the form of the tokens in the header `x-amzn-oidc-data` of AWS's Application Load Balancers, and no other:
    /// each part is padded base64url, and the padded text is signed.
    #[must_use]
    pub fn padded_base64(mut self) -> Self {
        self.form = Base64Url::Padded;
        self
    }

    /// Verifies a token that contains its payload.
    ///
    /// # Errors
    ///
    /// The rule that the token breaks.
    pub fn verify<'k>(&self, keys: impl Into<Keys<'k>>, token: &str) -> Result<Verified, Error> {
        let (compact, header, key) = self.read(keys.into(), token, Payload::Attached)?;
        // RFC 7515 section 5.2, step 6.
        let payload = self.form.decode(compact.payload).ok_or(Error::PayloadEncoding)?;
        // Steps 7 and 8.
        let mut stream = self.stream(&key, compact.signature)?;
        stream.update(compact.signing_input.as_bytes());
        stream.finish().map_err(|_| Error::Signature)?;
        Ok(Verified { header, payload })
    }

    /// Verifies a token without payload over a payload from elsewhere (RFC 7515 appendix F). The payload can be signed as
    /// base64url or, with `b64: false`, as it is (RFC 7797).
    ///
    /// # Errors
    ///
    /// The rule that the token breaks.
    pub fn verify_detached<'k>(&self, keys: impl Into<Keys<'k>>, token: &str, payload: &[u8]) -> Result<Header, Error> {
        let mut stream = self.stream_detached(keys, token)?;
        stream.update(payload);
        stream.finish()
    }

    /// Starts the verification of a token without payload over a payload in pieces, in constant memory.
    ///
    /// # Errors
    ///
    /// The rule that the token breaks, if this can be known without the payload.
    pub fn stream_detached<'k>(&self, keys: impl Into<Keys<'k>>, token: &str) -> Result<DetachedVerifier, Error> {
        let (compact, header, key) = self.read(keys.into(), token, Payload::Detached)?;
        if !compact.payload.is_empty() {
            return Err(Error::PayloadNotDetached);
        }
        let mut stream = self.stream(&key, compact.signature)?;
        // The header and a dot.
        stream.update(compact.signing_input.as_bytes());
        Ok(DetachedVerifier {
            encoder: (!header.is_payload_raw()).then(|| Encoder::new(self.form)),
            header,
            stream,
        })
    }

    /// RFC 7515 section 5.2, steps 1 to 5, and the key.
    fn read<'t>(
        &self,
        keys: Keys<'_>,
        token: &'t str,
        payload: Payload,
    ) -> Result<(Compact<'t>, Header, VerifyingKey), Error> {
        let compact = Compact::split(token, self.max_length)?;
        let header = Header::read(compact.header, self.form, payload)?;
        // RFC 8725 section 3.11.
        if self.typ.as_deref().is_some_and(|typ| !header.has_type(typ)) {
            return Err(Error::Type);
        }
        let key = keys.find(header.kid())?;
        // RFC 8725 section 3.1: the key determines the algorithm, and the token must agree.
        let named = SigningAlgorithm::from_jose_name(header.alg(), key.public_key().key_spec());
        if named != Some(key.algorithm()) {
            return Err(Error::Algorithm);
        }
        Ok((compact, header, key))
    }

    /// RFC 7515 section 5.2, step 7, and the start of step 8.
    fn stream(&self, key: &VerifyingKey, encoded: &str) -> Result<StreamVerifier, Error> {
        if encoded.len() > MAX_ENCODED_SIGNATURE {
            return Err(Error::Signature);
        }
        let bytes = self.form.decode(encoded).ok_or(Error::Signature)?;
        let signature = signature(key.algorithm(), &bytes)?;
        key.stream_signature(&signature).map_err(|_| Error::Signature)
    }
}

/// The signature of a JWS: r || s for ECDSA (RFC 7518 section 3.4, RFC 8812 section 3.2), and the encoding of KMS for all
/// others.
fn signature(algorithm: SigningAlgorithm, bytes: &[u8]) -> Result<Signature, Error> {
    use SigningAlgorithm::*;
    match algorithm {
        EcdsaSha256 | EcdsaSha384 | EcdsaSha512 => Signature::from_p1363(algorithm, bytes),
        RsassaPssSha256 | RsassaPssSha384 | RsassaPssSha512 | RsassaPkcs1V15Sha256 | RsassaPkcs1V15Sha384
        | RsassaPkcs1V15Sha512 | MlDsaShake256 | Ed25519Sha512 => Signature::from_kms(algorithm, bytes),
        // JOSE has no names for these.
        Sm2Dsa | Ed25519PhSha512 => return Err(Error::Algorithm),
    }
    .map_err(|_| Error::Signature)
}

/// A verification of a token with a detached payload in progress, created by [`Options::stream_detached`].
///
/// The token is valid only if [`finish`](Self::finish) returns `Ok`.
#[must_use = "nothing is verified until `finish`"]
pub struct DetachedVerifier {
    header: Header,
    stream: StreamVerifier,
    /// `None` if the payload is signed as it is.
    encoder: Option<Encoder>,
}

impl DetachedVerifier {
    /// Appends a piece of any length to the payload.
    pub fn update(&mut self, piece: &[u8]) {
        match &mut self.encoder {
            None => self.stream.update(piece),
            Some(encoder) => encoder.update(piece, |text| self.stream.update(text.as_bytes())),
        }
    }

    /// Verifies the signature over the header and all pieces, and returns the header.
    ///
    /// # Errors
    ///
    /// [`Error::Signature`].
    #[must_use = "the token is valid only if this is `Ok`"]
    pub fn finish(mut self) -> Result<Header, Error> {
        if let Some(encoder) = self.encoder {
            encoder.finish(|text| self.stream.update(text.as_bytes()));
        }
        self.stream.finish().map_err(|_| Error::Signature)?;
        Ok(self.header)
    }
}

impl fmt::Debug for DetachedVerifier {
    /// Shows the verification of the signature, which shows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedVerifier")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
