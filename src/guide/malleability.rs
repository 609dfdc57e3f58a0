//! Can somebody else change a valid signature?
//!
//! A signature scheme protects the message. It does not always protect the signature: from one valid signature, anyone
//! may be able to make a second one for the same message, without the private key. And a signer can make many.
//!
//! | algorithm | can anyone make a second valid signature from the first? | does KMS make the same signature twice? |
//! |---|---|---|
//! | `ECDSA_SHA_*` | yes: (r, n - s) in place of (r, s) | no |
//! | `SM2DSA` | no such way is known | no |
//! | `RSASSA_PKCS1_V1_5_SHA_*` | no: each message has one signature | yes |
//! | `RSASSA_PSS_SHA_*` | no such way is known | no |
//! | `ED25519_SHA_512`, `ED25519_PH_SHA_512` | not with the strict rules of this library: S must be less than L | yes |
//! | `ML_DSA_SHAKE_256` | no such way is known | no |
//!
//! Every signature has one encoding here. BER, leading zeros, trailing bytes and numbers out of range are rejected, so
//! (r, n - s) is the only second form. It cannot be rejected, because KMS itself makes signatures of both forms.
//!
//! # What follows
//!
//! - **Never use the bytes of a signature as an identifier**: not as the key of a cache, for deduplication, in a list of
//!   revoked signatures, or to detect replay. Use an ID in the signed bytes, or a digest of the signed bytes.
//! - **Do not compare signatures** to find out whether two messages were signed by the same call.
//! - If an existing system identifies something by a signature, normalize the signature first, and let the system
//!   reject everything else.
//! - **Consumers with a low-S rule** (Bitcoin, Ethereum, `libsecp256k1`, `k256`) reject half of the signatures of KMS.
//!   Normalize them before passing them on: [`VerifyingKey::normalized_signature`] and [`Signature::normalized`].
//!
//! ```
//! use kms_verify::{Message, PublicKey, Signature, SigningAlgorithm};
//!
//! # let folder = "tests/vectors/kms/stackd-ecc_secg_p256k1-ecdsa_sha_256-raw2";
//! # let public_key = std::fs::read(format!("{folder}/public_key.der"))?;
//! # let message = std::fs::read(format!("{folder}/message.bin"))?;
//! # let signature = std::fs::read(format!("{folder}/signature.bin"))?;
//! let key = PublicKey::from_der(&public_key)?.verifying_key(SigningAlgorithm::EcdsaSha256)?;
//!
//! let low_s = key.normalized_signature(&signature)?; // does not verify it
//! assert_ne!(low_s, signature); // this signature of KMS has a high s
//! key.verify(Message::Raw(&message), &signature)?;
//! key.verify(Message::Raw(&message), &low_s)?;
//!
//! // 64 bytes r || s with the lower s, as Ethereum and Bitcoin libraries expect them.
//! let signature = Signature::from_kms(SigningAlgorithm::EcdsaSha256, &signature)?;
//! assert_eq!(signature.normalized(&key)?.to_p1363()?.len(), 64);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`VerifyingKey::normalized_signature`]: crate::VerifyingKey::normalized_signature
//! [`Signature::normalized`]: crate::Signature::normalized
