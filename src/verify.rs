//! Verification: of a whole message at once, or of a stream.

use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::SigningAlgorithm;
use crate::error::Error;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::hash::{HashFunction, Hasher};
use crate::scheme::{Candidate, Key, Scheme};

/// Verifies a signature that AWS KMS made, as the Verify operation of KMS does, without KMS.
///
/// - `public_key`: the SubjectPublicKeyInfo that GetPublicKey returns, as DER, or as PEM text if it begins with
///   `-----BEGIN`; at most 64 KiB. See [`PublicKey`] for what is taken.
/// - `algorithm`: the `SigningAlgorithm` that the signer asked KMS for. Never take it from the signed message.
/// - `message`: the message, its digest, or its mu. See [`Message`] for the lengths.
/// - `signature`: the bytes of `Signature`, decoded from base64. RSA: as long as the modulus (256, 384 or 512 bytes).
///   ECDSA and SM2: DER. Ed25519: 64 bytes. ML-DSA: 2420, 3309 or 4627 bytes.
///
/// To verify more than one signature with a key, parse it once: [`PublicKey::from_der`], then
/// [`PublicKey::verifying_key`].
///
/// # Errors
///
/// [`Error::InvalidSignature`] if the signature does not hold, and another [`Error`] if the call could not have
/// succeeded with any signature.
///
/// See the AWS KMS API Reference,
/// [Verify](https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html).
pub fn verify_kms_signature(
    public_key: &[u8],
    algorithm: SigningAlgorithm,
    message: Message<'_>,
    signature: &[u8],
) -> Result<(), Error> {
    PublicKey::from_der_or_pem(public_key)?.verify(algorithm, message, signature)
}

impl PublicKey {
    /// Verifies one signature. For many with the same algorithm, [`verifying_key`](Self::verifying_key) is faster.
    ///
    /// The first signature on a curve of ECDSA or SM2 makes the tables of its generator, once for the whole program: about a
    /// millisecond, and 192 to 256 KiB.
    ///
    /// # Errors
    ///
    /// As [`verify_kms_signature`].
    pub fn verify(&self, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
        self.key_spec().check_algorithm(algorithm)?;
        verify(&self.key, algorithm, message, signature)
    }

    /// Binds the key to an algorithm, to verify many signatures, and computes ahead what depends on the key alone.
    ///
    /// | keys | memory | time to make, about | one verification takes |
    /// |---|---|---|---|
    /// | RSA | 1 to 5 KiB | made when the key is parsed | as long as with [`verify`](Self::verify) |
    /// | P-256, secp256k1, SM2 | 257 KiB | 0.7 ms | a quarter to a third |
    /// | P-384 | 193 KiB | 0.9 ms | a quarter |
    /// | P-521 | 226 KiB | 1.2 ms | a third |
    /// | Ed25519 | 241 KiB | 0.4 ms | a third |
    /// | ML-DSA-44, -65, -87 | 26, 45, 76 KiB | made when the key is parsed | as long as with [`verify`](Self::verify) |
    ///
    /// So it pays from about 10 signatures on with P-384 and P-521, 30 with P-256, SM2 and Ed25519, and 50 with secp256k1.
    /// The first signature verified makes the tables of the curve's generator as well, as large and in as much time, once for
    /// the whole program. Builds with `--cfg kms_verify_backend="portable"` compute nothing ahead. `scripts/bench` of the
    /// repository measures all of this.
    ///
    /// # Errors
    ///
    /// [`Error::AlgorithmNotOfKeySpec`] if the key cannot have the algorithm.
    pub fn verifying_key(&self, algorithm: SigningAlgorithm) -> Result<VerifyingKey, Error> {
        self.key_spec().check_algorithm(algorithm)?;
        Ok(VerifyingKey {
            public_key: self.prepared(),
            algorithm,
        })
    }
}

/// A public key bound to one algorithm that it can have. Make it once, and use it from every thread. Clones share what was
/// computed ahead, at most 257 KiB: see [`PublicKey::verifying_key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    public_key: PublicKey,
    algorithm: SigningAlgorithm,
}

impl VerifyingKey {
    /// The key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The algorithm that the key is bound to.
    #[must_use]
    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// Verifies a signature over a message that is at hand as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if the signature does not hold; [`Error::MessageTypeNotOfAlgorithm`] and
    /// [`Error::MessageLength`] if the message cannot be one of this algorithm.
    pub fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
        verify(&self.public_key.key, self.algorithm, message, signature)
    }

    /// The one form of an ECDSA signature whose s is at most n/2: of (r, s) and (r, n - s), which verify alike, the one
    /// that consumers with a low-S rule (Bitcoin, Ethereum: EIP-2) want. KMS makes both. Signatures of other algorithms
    /// have one form only and come back as they are. Nothing is verified.
    ///
    /// An ECDSA signature is therefore no identity of what was signed: never use its bytes as the key of a cache or of a
    /// replay table.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if this is no signature of the algorithm: its length or its encoding is not.
    pub fn normalized_signature(&self, signature: &[u8]) -> Result<Vec<u8>, Error> {
        match candidate(&self.public_key.key, self.algorithm, signature)? {
            #[cfg(feature = "ecdsa")]
            Candidate::Ecdsa(signature, _) => Ok(signature.to_der_with_low_s()),
            #[allow(unreachable_patterns, reason = "a build may have this family only")]
            _ => Ok(signature.to_vec()),
        }
    }

    /// Begins to verify a signature over a message that comes in pieces. The signature comes first, because Ed25519
    /// hashes it before the message. The message is never held: any length takes constant memory.
    ///
    /// The stream is the message itself, as RAW. Under `ED25519_PH_SHA_512`, which takes only DIGEST, the stream is
    /// hashed with SHA-512, and the signature verified over that DIGEST.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if no message can make the signature hold: its length or its encoding is not that of
    /// a signature. Whatever passes here is decided by [`StreamVerifier::finish`].
    ///
    /// ```
    /// # use kms_verify::{PublicKey, SigningAlgorithm, Error};
    /// # fn example(public_key: PublicKey, signature: &[u8]) -> Result<(), Error> {
    /// let key = public_key.verifying_key(SigningAlgorithm::Ed25519Sha512)?;
    /// let mut stream = key.stream(signature)?;
    /// stream.update(b"a message ");
    /// stream.update(b"in pieces");
    /// stream.finish()
    /// # }
    /// ```
    pub fn stream(&self, signature: &[u8]) -> Result<StreamVerifier<'_>, Error> {
        let candidate = candidate(&self.public_key.key, self.algorithm, signature)?;
        Ok(StreamVerifier {
            hasher: candidate.hasher(),
            candidate,
        })
    }

    /// Verifies a signature over all that a reader gives, as [`stream`](Self::stream) does, 64 KiB at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the reader fails: then nothing is known about the signature.
    /// [`Error::InvalidSignature`] if the signature does not hold; the reader may then not have been read to its end.
    #[cfg(feature = "std")]
    pub fn verify_reader(&self, mut reader: impl std::io::Read, signature: &[u8]) -> Result<(), Error> {
        use std::io::ErrorKind;

        let read_error = |error| Error::Read(crate::error::ReadError::new(error));
        let mut stream = self.stream(signature)?;
        let mut buffer = alloc::vec![0; 64 * 1024];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return stream.finish(),
                Ok(length) => match buffer.get(..length) {
                    Some(piece) => stream.update(piece),
                    None => return Err(read_error(ErrorKind::InvalidData.into())),
                },
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(error)),
            }
        }
    }
}

/// A verification under way: takes the message in pieces, and decides at the end.
///
/// Dropping it decides nothing. Only [`finish`](Self::finish) says that a signature holds.
#[must_use = "a stream decides nothing before `finish`"]
pub struct StreamVerifier<'k> {
    candidate: Candidate<'k>,
    hasher: Hasher,
}

impl StreamVerifier<'_> {
    /// Takes the next piece of the message, of any length.
    pub fn update(&mut self, piece: &[u8]) {
        self.hasher.update(piece);
    }

    /// Decides whether the signature holds over all the pieces.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if it does not.
    #[must_use = "this is the answer"]
    pub fn finish(self) -> Result<(), Error> {
        decide(&self.candidate, self.hasher.finish().as_bytes())
    }
}

impl fmt::Debug for StreamVerifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamVerifier").finish_non_exhaustive()
    }
}

/// The whole of verification, for a key that has the algorithm. All that can be known without the signature comes first.
fn verify(key: &Key, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
    message.check(algorithm)?;
    let candidate = candidate(key, algorithm, signature)?;
    match message {
        Message::Raw(message) => {
            let mut hasher = candidate.hasher();
            hasher.update(message);
            decide(&candidate, hasher.finish().as_bytes())
        }
        Message::Digest(hashed) | Message::ExternalMu(hashed) => decide(&candidate, hashed),
    }
}

fn candidate<'k>(key: &'k Key, algorithm: SigningAlgorithm, signature: &[u8]) -> Result<Candidate<'k>, Error> {
    key.candidate(scheme(algorithm), signature)
        .ok_or(Error::InvalidSignature)
}

fn decide(candidate: &Candidate<'_>, hashed: &[u8]) -> Result<(), Error> {
    if candidate.holds(hashed) {
        Ok(())
    } else {
        Err(Error::InvalidSignature)
    }
}

/// The scheme that an algorithm of KMS stands for.
fn scheme(algorithm: SigningAlgorithm) -> Scheme {
    match algorithm {
        SigningAlgorithm::RsassaPssSha256 => Scheme::RsaPss(HashFunction::Sha256),
        SigningAlgorithm::RsassaPssSha384 => Scheme::RsaPss(HashFunction::Sha384),
        SigningAlgorithm::RsassaPssSha512 => Scheme::RsaPss(HashFunction::Sha512),
        SigningAlgorithm::RsassaPkcs1V15Sha256 => Scheme::RsaPkcs1(HashFunction::Sha256),
        SigningAlgorithm::RsassaPkcs1V15Sha384 => Scheme::RsaPkcs1(HashFunction::Sha384),
        SigningAlgorithm::RsassaPkcs1V15Sha512 => Scheme::RsaPkcs1(HashFunction::Sha512),
        SigningAlgorithm::EcdsaSha256 => Scheme::Ecdsa(HashFunction::Sha256),
        SigningAlgorithm::EcdsaSha384 => Scheme::Ecdsa(HashFunction::Sha384),
        SigningAlgorithm::EcdsaSha512 => Scheme::Ecdsa(HashFunction::Sha512),
        SigningAlgorithm::Ed25519Sha512 => Scheme::Ed25519,
        SigningAlgorithm::Ed25519PhSha512 => Scheme::Ed25519Ph,
        SigningAlgorithm::MlDsaShake256 => Scheme::MlDsa,
        SigningAlgorithm::Sm2Dsa => Scheme::Sm2,
    }
}
