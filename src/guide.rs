//! A guide for authors of services: what to sign, how to verify it, and what a signature does not prove.
//!
//! | page | question |
//! |---|---|
//! | [`raw_or_digest`] | Sign and verify the message, or its digest? |
//! | [`what_to_sign`] | What belongs into the signed bytes, and in which form? |
//! | [`replay`] | How is a copy of a valid signature rejected? |
//! | [`malleability`] | Can somebody else change a valid signature? |
//! | [`many`] | How are many signatures verified fast? |
//! | [`rotation`] | How is a key replaced without rejecting anything? |
//! | [`limits`] | What can offline verification not know? |
//! | [`coming_from`] | What corresponds to `aws kms verify`, OpenSSL, jsonwebtoken, ring, aws-lc-rs or boto3? |
//!
//! # In short
//!
//! 1. Get the public keys from KMS once, over a channel that you trust, and put them into a
//!    [`KeyRing`](crate::KeyRing). Let a signature name its key, and never bring one.
//! 2. Decide on one algorithm for each key, and write it into the configuration of the verifier.
//! 3. Sign bytes that state their purpose, their recipient, an expiry and a unique ID. Send exactly these bytes.
//! 4. Verify the bytes before parsing them, and then use nothing but them.
//! 5. Check purpose, recipient and expiry, then record the ID, and reject an ID that is already recorded.
//! 6. Before a signer uses a new key, add the key to every verifier. Remove the old one when its last signature has
//!    expired.

pub mod coming_from;
pub mod limits;
pub mod malleability;
pub mod many;
pub mod raw_or_digest;
pub mod replay;
pub mod rotation;
pub mod what_to_sign;
