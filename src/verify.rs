//! Verification: of a whole message at once, or of a stream.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::error::Error;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::hash::Hasher;
use crate::scheme::{Key, Signature};

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
    /// Verifies one signature. For many with one key, see [`VerifyingKey::precomputed`].
    ///
    /// The first signature on a curve of ECDSA or SM2 makes the tables of its generator, once for the whole program: about a
    /// millisecond, and 192 to 256 KiB.
    ///
    /// # Errors
    ///
    /// As [`verify_kms_signature`].
    pub fn verify(&self, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
        check_algorithm(self.key_spec(), algorithm)?;
        verify(&self.key, algorithm, message, signature)
    }

    /// Binds the key to an algorithm that it has. Costs a few reference counts: the bound key verifies as this one does,
    /// until tables are made for it by [`VerifyingKey::precomputed`].
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleAlgorithm`] if the key cannot have the algorithm.
    pub fn verifying_key(&self, algorithm: SigningAlgorithm) -> Result<VerifyingKey, Error> {
        check_algorithm(self.key_spec(), algorithm)?;
        Ok(VerifyingKey {
            public_key: self.clone(),
            algorithm,
        })
    }
}

/// A public key bound to one algorithm that it has, by [`PublicKey::verifying_key`]. Make it once, and use it from every
/// thread. [`precomputed`](Self::precomputed) makes it faster for memory; clones share that memory.
///
/// Two are equal if their keys and algorithms are, with tables or without.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

    /// The same key with tables (multiples of its point, or the matrix of ML-DSA), with which it verifies, at once or as a
    /// stream, two to four times as fast. They are made here, and shared by all clones; a key that has them keeps those that
    /// it has.
    ///
    /// | key | tables | time to make, about | one verification then takes | pays from about |
    /// |---|---|---|---|---|
    /// | P-256, SM2 | 256 KiB | 0.7 ms | a quarter of the time | 30 signatures |
    /// | secp256k1 | 256 KiB | 0.7 ms | a third | 50 |
    /// | P-384 | 192 KiB | 0.9 ms | a quarter | 10 |
    /// | P-521 | 225 KiB | 1.2 ms | a third | 10 |
    /// | Ed25519 | 240 KiB | 0.4 ms | a third | 30 |
    /// | ML-DSA-44, -65, -87 | 20, 36, 64 KiB | 10 to 40 us | two fifths to a third | 2 |
    /// | RSA | none | | as long as before | |
    ///
    /// RSA keys have what makes them fast from their parsing on: 1 to 5 KiB. The generator of a curve has tables as large as its
    /// keys, which the first signature verified on the curve makes, once for the whole program. Builds with
    /// `--cfg kms_verify_backend="portable"` have no tables. `scripts/bench` of the repository measures all of this.
    ///
    /// ```
    /// # use kms_verify::{Error, PublicKey, SigningAlgorithm};
    /// # fn example(public_key: PublicKey) -> Result<(), Error> {
    /// let key = public_key.verifying_key(SigningAlgorithm::EcdsaSha256)?; // for one signature
    /// let key = key.precomputed(); // for many
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn precomputed(self) -> Self {
        Self {
            public_key: self.public_key.precomputed(),
            ..self
        }
    }

    /// How many bytes the tables of [`precomputed`](Self::precomputed) take on the heap, shared by all clones: 0 before they
    /// are made, and for keys that have none.
    #[must_use]
    pub fn table_size(&self) -> usize {
        self.public_key.key.table_size()
    }

    /// Verifies a signature over a message that is at hand as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if the signature does not hold; [`Error::IncompatibleMessageType`] and
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
        let decoded = self.decode(signature)?;
        Ok(decoded.with_low_s().unwrap_or_else(|| signature.to_vec()))
    }

    /// Begins to verify a signature over a message that comes in pieces. The signature comes first, because Ed25519
    /// hashes it before the message. The message is never held: any length takes constant memory. The stream keeps a clone of
    /// this key and borrows nothing, so it can move to another thread or task.
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
    pub fn stream(&self, signature: &[u8]) -> Result<StreamVerifier, Error> {
        Ok(StreamVerifier {
            hasher: self.decode(signature)?.hasher(),
            key: self.clone(),
            signature: signature.into(),
        })
    }

    fn decode(&self, signature: &[u8]) -> Result<Signature<'_>, Error> {
        decode(&self.public_key.key, self.algorithm, signature)
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
pub struct StreamVerifier {
    key: VerifyingKey,
    /// Decoded once for the hasher, and again at the end: a decoded one would borrow the key.
    signature: Box<[u8]>,
    hasher: Hasher,
}

impl StreamVerifier {
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
        let signature = self.key.decode(&self.signature)?;
        decide(&signature, self.hasher.finish().as_bytes())
    }
}

impl fmt::Debug for StreamVerifier {
    /// Shows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamVerifier")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The whole of verification, for a key that has the algorithm. All that can be known without the signature comes first.
fn verify(key: &Key, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
    message.check(algorithm)?;
    let signature = decode(key, algorithm, signature)?;
    match message {
        Message::Raw(message) => {
            let mut hasher = signature.hasher();
            hasher.update(message);
            decide(&signature, hasher.finish().as_bytes())
        }
        Message::Digest(hashed) | Message::ExternalMu(hashed) => decide(&signature, hashed),
    }
}

fn decode<'k>(key: &'k Key, algorithm: SigningAlgorithm, signature: &[u8]) -> Result<Signature<'k>, Error> {
    key.decode(algorithm.scheme(), signature).ok_or(Error::InvalidSignature)
}

fn decide(signature: &Signature<'_>, hashed: &[u8]) -> Result<(), Error> {
    if signature.holds(hashed) {
        Ok(())
    } else {
        Err(Error::InvalidSignature)
    }
}

/// Rejects an algorithm that a key of this spec cannot have.
fn check_algorithm(key_spec: KeySpec, algorithm: SigningAlgorithm) -> Result<(), Error> {
    if key_spec.signing_algorithms().contains(&algorithm) {
        Ok(())
    } else {
        Err(Error::IncompatibleAlgorithm { algorithm, key_spec })
    }
}
