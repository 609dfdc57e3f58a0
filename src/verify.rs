//! Verification of whole messages and of streams.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::algorithm::{KeySpec, SigningAlgorithm};
use crate::error::Error;
use crate::message::Message;
use crate::public_key::PublicKey;
use crate::scheme::hash::{Hasher, Input};
use crate::scheme::{Key, Signature};

/// Verifies an AWS KMS signature offline, like the Verify operation of KMS.
///
/// - `public_key`: the SubjectPublicKeyInfo (RFC 5280 section 4.1) that GetPublicKey returns, as DER or, if it begins
///   with `-----BEGIN`, as PEM; at most 64 KiB. See [`PublicKey`] for the accepted encodings.
/// - `algorithm`: the `SigningAlgorithm` of the Sign request. Never take it from the signed message.
/// - `message`: the message, its digest, or its mu. See [`Message`] for the lengths.
/// - `signature`: the `Signature` of the Sign response, decoded from base64. RSA: as long as the modulus (256, 384 or
///   512 bytes). ECDSA and SM2: DER of r and s. Ed25519: 64 bytes. ML-DSA: 2420, 3309 or 4627 bytes.
///
/// To verify several signatures with a key, parse it once with [`PublicKey::from_der`] and use
/// [`PublicKey::verifying_key`].
///
/// # Errors
///
/// [`Error::InvalidSignature`] if verification fails, and any other [`Error`] if the call could not have succeeded with
/// any signature.
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
    /// Verifies a signature. To verify many signatures with the same key, see [`VerifyingKey::precomputed`].
    ///
    /// # Errors
    ///
    /// As [`verify_kms_signature`].
    pub fn verify(&self, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
        check_algorithm(self.key_spec(), algorithm)?;
        verify(&self.key, algorithm, message, signature)
    }

    /// Binds the key to one of its algorithms. This only costs a few reference counts: tables are computed by
    /// [`VerifyingKey::precomputed`].
    ///
    /// # Errors
    ///
    /// [`Error::IncompatibleAlgorithm`] if the key does not support the algorithm.
    pub fn verifying_key(&self, algorithm: SigningAlgorithm) -> Result<VerifyingKey, Error> {
        check_algorithm(self.key_spec(), algorithm)?;
        Ok(VerifyingKey {
            public_key: self.clone(),
            algorithm,
        })
    }
}

/// How many signatures [`VerifyingKey::verify_many`] verifies at once: so many that what it does once costs nothing, and so
/// few that they take less than a megabyte.
const AT_ONCE: usize = 1024;

/// A public key bound to one of its algorithms, created by [`PublicKey::verifying_key`].
///
/// Create it once and share it between threads. [`precomputed`](Self::precomputed) trades memory for speed; clones
/// share the memory. Equality and hashes ignore tables.
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

    /// Returns the same key with precomputed tables (multiples of its point, or the matrix of ML-DSA), which make
    /// verification two to six times as fast, for whole messages and for streams. Clones share the tables. If the key
    /// already has tables, they are kept.
    ///
    /// | key | size of tables | time to compute | time per verification, relative | break-even |
    /// |---|---|---|---|---|
    /// | P-256, SM2 | 256 KiB | 0.4 to 0.8 ms | 1/4 to 1/6 | 30 signatures |
    /// | secp256k1 | 256 KiB | 0.3 to 0.6 ms | 1/3 | 50 |
    /// | P-384 | 192 KiB | 0.4 to 0.7 ms | 1/4 | 10 |
    /// | P-521 | 225 KiB | 0.6 to 1.0 ms | 1/3 | 10 |
    /// | Ed25519 | 192 KiB | 0.4 to 0.7 ms | 1/3 | 30 |
    /// | ML-DSA-44, -65, -87 | 20, 36, 64 KiB | 10 to 40 µs | 2/5 to 1/4 | 2 |
    /// | RSA | none | | 1 | |
    ///
    /// RSA keys hold all precomputed values after parsing, in 1 to 5 KiB. The generator of each curve has tables of the same
    /// size as a key, which the first verification with a key that has tables computes, once per process. Builds with
    /// `--cfg kms_verify_backend="portable"` have no tables. All figures are approximate and measured by `scripts/bench` in
    /// the repository.
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

    /// The size in bytes of the tables of [`precomputed`](Self::precomputed) on the heap, shared by all clones. 0
    /// without tables.
    #[must_use]
    pub fn table_size(&self) -> usize {
        self.public_key.key.table_size()
    }

    /// Verifies a signature over a whole message.
    ///
    /// # Errors
    ///
    /// - [`Error::InvalidSignature`] if verification fails.
    /// - [`Error::IncompatibleMessageType`] if the algorithm does not support the message type.
    /// - [`Error::MessageLength`] if a digest or a mu has the wrong length.
    pub fn verify(&self, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
        verify(&self.public_key.key, self.algorithm, message, signature)
    }

    /// Verifies many signatures: each pair is a message and its signature. The results are in the order of the pairs, and
    /// each is exactly that of [`verify`](Self::verify) for its pair, whatever the others are.
    ///
    /// With tables ([`precomputed`](Self::precomputed)) and on a CPU with AVX-512 IFMA, signatures of P-256, secp256k1 and
    /// Ed25519 take about half of the time at once; those of RSA, which has no tables, two
    /// thirds to three quarters. With AVX-512, those of ML-DSA take about three quarters of the time with tables, and a third
    /// to a fifth without. See [the guide](crate::guide::many). Pass eight or more. The messages may have different lengths
    /// and types.
    ///
    /// ```
    /// # use kms_verify::{Error, Message, VerifyingKey};
    /// # fn example(key: VerifyingKey, records: &[(Vec<u8>, Vec<u8>)]) {
    /// let pairs: Vec<(Message, &[u8])> = records
    ///     .iter()
    ///     .map(|(message, signature)| (Message::Raw(message), signature.as_slice()))
    ///     .collect();
    /// for (i, result) in key.verify_many(&pairs).iter().enumerate() {
    ///     if let Err(error) = result {
    ///         println!("record {i}: {error}");
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use = "each signature is valid only if its result is `Ok`"]
    pub fn verify_many(&self, pairs: &[(Message<'_>, &[u8])]) -> Vec<Result<(), Error>> {
        pairs.chunks(AT_ONCE).flat_map(|some| self.verify_some(some)).collect()
    }

    fn verify_some(&self, pairs: &[(Message<'_>, &[u8])]) -> Vec<Result<(), Error>> {
        let checked: Vec<Result<(), Error>> = pairs.iter().map(|(message, _)| message.check(self.algorithm)).collect();
        let inputs: Vec<_> = pairs
            .iter()
            .zip(&checked)
            .filter(|(_, checked)| checked.is_ok())
            .map(|(&(message, signature), _)| (input(message), signature))
            .collect();
        let mut answers = self
            .public_key
            .key
            .verify_many(self.algorithm.scheme(), &inputs)
            .into_iter();
        checked
            .into_iter()
            .map(|checked| checked.and_then(|()| decision(answers.next().unwrap_or(false))))
            .collect()
    }

    /// Normalizes an ECDSA signature to its low-S form, in DER: of (r, s) and (r, n - s), the one whose s is at most
    /// n/2. Both verify and KMS produces both, but consumers with a low-S rule (Bitcoin, and Ethereum since EIP-2)
    /// accept only this one. Signatures of other algorithms are returned unchanged. This does not verify the signature.
    ///
    /// ECDSA signatures are malleable: never use their bytes as an identifier, such as the key of a cache or of a
    /// replay table. See [the guide](crate::guide::malleability).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if the length or the encoding of the signature is invalid.
    pub fn normalized_signature(&self, signature: &[u8]) -> Result<Vec<u8>, Error> {
        let decoded = self.decode(signature)?;
        Ok(decoded.with_low_s().unwrap_or_else(|| signature.to_vec()))
    }

    /// Starts the verification of a signature over a message in pieces. The signature comes first because Ed25519
    /// hashes it before the message. Memory use is constant for a message of any length. The stream holds a clone of
    /// this key and borrows nothing, so it can move to another thread or task.
    ///
    /// The stream is the message itself, as in RAW. `ED25519_PH_SHA_512` supports DIGEST only, so the stream is hashed
    /// with SHA-512, and the signature is verified over that digest.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if the length or the encoding of the signature is invalid, so that it cannot verify
    /// for any message. All other signatures are checked by [`StreamVerifier::finish`].
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

    /// Verifies a signature over the contents of a reader, like [`stream`](Self::stream), reading 64 KiB at a time.
    /// Requires the feature `std`.
    ///
    /// # Errors
    ///
    /// - [`Error::Read`] if the reader fails. The signature was not verified.
    /// - [`Error::InvalidSignature`] if verification fails. The reader may not have been read to its end.
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

/// A verification in progress, created by [`VerifyingKey::stream`], that takes the message in pieces.
///
/// The signature is valid only if [`finish`](Self::finish) returns `Ok`. Dropping the stream does not verify anything.
#[must_use = "a stream verifies nothing until `finish`"]
pub struct StreamVerifier {
    key: VerifyingKey,
    /// Decoded once for the hasher and again at the end, because a decoded signature would borrow the key.
    signature: Box<[u8]>,
    hasher: Hasher,
}

impl StreamVerifier {
    /// Appends a piece of any length to the message.
    pub fn update(&mut self, piece: &[u8]) {
        self.hasher.update(piece);
    }

    /// Verifies the signature over all pieces.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`] if verification fails.
    #[must_use = "the signature is valid only if this is `Ok`"]
    pub fn finish(self) -> Result<(), Error> {
        let signature = self.key.decode(&self.signature)?;
        decision(signature.holds(self.hasher.finish().as_bytes()))
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

/// Verification with a key that supports the algorithm. Checks that do not depend on the signature come first.
fn verify(key: &Key, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<(), Error> {
    message.check(algorithm)?;
    decision(decode(key, algorithm, signature)?.verifies(input(message)))
}

fn input(message: Message<'_>) -> Input<'_> {
    match message {
        Message::Raw(message) => Input::Message(message),
        Message::Digest(hashed) | Message::ExternalMu(hashed) => Input::Hashed(hashed),
    }
}

fn decode<'k>(key: &'k Key, algorithm: SigningAlgorithm, signature: &[u8]) -> Result<Signature<'k>, Error> {
    key.decode(algorithm.scheme(), signature).ok_or(Error::InvalidSignature)
}

fn decision(valid: bool) -> Result<(), Error> {
    if valid { Ok(()) } else { Err(Error::InvalidSignature) }
}

/// Rejects an algorithm that keys of this spec do not support.
fn check_algorithm(key_spec: KeySpec, algorithm: SigningAlgorithm) -> Result<(), Error> {
    if key_spec.signing_algorithms().contains(&algorithm) {
        Ok(())
    } else {
        Err(Error::IncompatibleAlgorithm { algorithm, key_spec })
    }
}
