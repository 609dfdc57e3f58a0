//! Sign and verify the message, or its digest?
//!
//! The `MessageType` of a request tells KMS whether the bytes in `Message` still have to be hashed. It describes the
//! input, and not the signature: a signature does not show how its message was passed.
//!
//! # Which type to verify with
//!
//! Use [`Message::Raw`] whenever you have the message, no matter which type the signer used. The library hashes the
//! message itself, so the digest cannot be wrong. RAW messages of any length are accepted here: the limit of 4096 bytes
//! in KMS applies to its requests. For a message that does not fit in memory, use [`VerifyingKey::stream`] or
//! [`VerifyingKey::verify_reader`].
//!
//! Use [`Message::Digest`] only if the digest is all you have, because another component of yours computed it. Never
//! accept a digest from the sender of the signature in place of the message: its signature proves nothing about any
//! message that you hold.
//!
//! ```
//! use kms_verify::{Message, PublicKey, SigningAlgorithm};
//! use sha2::{Digest as _, Sha256};
//!
//! # let folder = "tests/vectors/kms/eksa-bundle-minimal";
//! # let public_key = std::fs::read(format!("{folder}/public_key.der"))?;
//! # let message = std::fs::read(format!("{folder}/message.bin"))?;
//! # let signature = std::fs::read(format!("{folder}/signature.bin"))?;
//! let key = PublicKey::from_der(&public_key)?.verifying_key(SigningAlgorithm::EcdsaSha256)?;
//!
//! // The same signature, three times.
//! key.verify(Message::Raw(&message), &signature)?;
//! key.verify(Message::Digest(&Sha256::digest(&message)), &signature)?;
//! key.verify_reader(&message[..], &signature)?;
//!
//! // A digest passed as RAW is hashed again: this is a signature of another message.
//! assert!(key.verify(Message::Raw(&Sha256::digest(&message)), &signature).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which type to sign with
//!
//! | algorithm | RAW in KMS, up to 4096 bytes | longer messages |
//! |---|---|---|
//! | `RSASSA_PSS_SHA_*`, `RSASSA_PKCS1_V1_5_SHA_*`, `ECDSA_SHA_*` | yes | DIGEST: the digest by the hash function in the name |
//! | `ED25519_SHA_512` | yes | not possible; the same key supports `ED25519_PH_SHA_512` |
//! | `ED25519_PH_SHA_512` | no | DIGEST: the SHA-512 digest, for messages of any length |
//! | `ML_DSA_SHAKE_256` | yes | EXTERNAL_MU: [`PublicKey::external_mu`] |
//! | `SM2DSA` | yes, with the ID `1234567812345678` | DIGEST: [`PublicKey::sm2_digest`] |
//!
//! If all messages have at most 4096 bytes, sign RAW: it leaves nothing to get wrong. If some are longer, sign all of
//! them in the second way, so that there is one code path. For RSA, ECDSA and ML-DSA the choice can change at any time
//! without a change to verifiers. For Ed25519 it is a choice between two algorithms, which verifiers have to know.
//!
//! # What goes wrong
//!
//! - **The digest is signed as RAW.** KMS hashes it again. The signature is valid for the digest as a message, and no
//!   standard tool verifies it with the message itself. If that cannot be changed any more, verify
//!   `Message::Raw(&digest)`, deliberately.
//! - **The digest is in hexadecimal or base64.** As RAW, the text is signed. As DIGEST, KMS and this library reject its
//!   length.
//! - **Another hash function.** KMS checks only the length of a DIGEST. A SHA3-256 or Keccak-256 digest with
//!   `ECDSA_SHA_256` makes a signature that only verifies with the same digest, as Ethereum uses it on purpose.
//! - **Ed25519ph with one hash too few.** KMS hashes a DIGEST again, as RFC 8032 hashes a message, so its signature is
//!   over the SHA-512 digest of the SHA-512 digest. Verify with the algorithm `ED25519_PH_SHA_512` and pass the digest.
//! - **A mu for another key.** The mu contains the hash of the public key. Compute it with the key that verifies. A mu
//!   that arrives with the signature proves less: see [SECURITY.md](crate::_documentation::security).
//!
//! ```
//! use kms_verify::{Message, PublicKey, SigningAlgorithm};
//!
//! # let folder = "tests/vectors/kms/stackd-ml_dsa_44-raw";
//! # let public_key = std::fs::read(format!("{folder}/public_key.der"))?;
//! # let message = std::fs::read(format!("{folder}/message.bin"))?;
//! # let signature = std::fs::read(format!("{folder}/signature.bin"))?;
//! let public_key = PublicKey::from_der(&public_key)?;
//! let mu = public_key.external_mu(&message)?; // what a signer sends to KMS as EXTERNAL_MU
//!
//! let key = public_key.verifying_key(SigningAlgorithm::MlDsaShake256)?;
//! key.verify(Message::ExternalMu(&mu), &signature)?;
//! key.verify(Message::Raw(&message), &signature)?; // equivalent
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! When a verification fails, [`diagnose`] recognizes these mistakes, and [`Diagnosis::repaired`] returns the inputs that
//! verify.
//!
//! [`Message::Raw`]: crate::Message::Raw
//! [`Message::Digest`]: crate::Message::Digest
//! [`VerifyingKey::stream`]: crate::VerifyingKey::stream
//! [`VerifyingKey::verify_reader`]: crate::VerifyingKey::verify_reader
//! [`PublicKey::external_mu`]: crate::PublicKey::external_mu
//! [`PublicKey::sm2_digest`]: crate::PublicKey::sm2_digest
//! [`diagnose`]: crate::diagnose
//! [`Diagnosis::repaired`]: crate::Diagnosis::repaired
