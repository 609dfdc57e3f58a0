//! How is a copy of a valid signature rejected?
//!
//! Whoever sees a signed message can send it again, and the copy verifies as well as the original. Verification has no
//! memory, so the recipient needs one, unless processing a message twice does no harm.
//!
//! # Three ways, the simplest first
//!
//! 1. **Make the operation idempotent.** "Set the limit of account 7 to 500, version 12" can be repeated, if a version
//!    that is not newer than the stored one is ignored. Nothing else has to be remembered.
//! 2. **Number the messages** of each sender in the signed bytes, and reject any number that is not higher than the last
//!    one. This needs one number for each sender, and an order of delivery.
//! 3. **Remember IDs until they expire.** Sign a unique ID and an expiry, reject what has expired, and reject an ID that
//!    is already stored.
//!
//! # Rules for a store of IDs
//!
//! - **Verify first.** An ID from a message that was not verified must not be stored, or anyone can block the IDs of
//!   others, or fill the store.
//! - **Check and store in one step**: insert if absent, as one atomic operation. Otherwise two copies that arrive at
//!   the same time both pass. With several instances, the store is shared (a conditional write, `SET NX`, a unique
//!   index).
//! - **Keep an ID at least until its message expires**, including the tolerance for clocks. A maximum lifetime, checked
//!   on arrival, bounds the store.
//! - **The ID comes from the signed bytes**, and is never the signature, a hash of the signature, or a value from a
//!   header that is not signed. An ECDSA signature can be changed by anyone and stays valid: see
//!   [`malleability`](super::malleability).
//! - **Store the sender with the ID**, if several keys are trusted: two signers may choose the same ID.
//! - If processing fails after the ID was stored, a retry is rejected. Store the ID in the same transaction as the
//!   result, or record the outcome with the ID and return it again.
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Mutex;
//!
//! use kms_verify::{Message, VerifyingKey};
//!
//! /// The longest lifetime of a message in seconds, including the tolerance for clocks.
//! const MAX_LIFETIME: u64 = 600;
//!
//! /// The IDs of verified messages that have not expired, with their expiry.
//! #[derive(Default)]
//! struct Seen(Mutex<HashMap<String, u64>>);
//!
//! impl Seen {
//!     /// Stores an ID. Returns whether it was new and the message has not expired.
//!     fn is_new(&self, id: &str, expires: u64, now: u64) -> bool {
//!         if expires <= now || expires > now + MAX_LIFETIME {
//!             return false;
//!         }
//!         let mut seen = self.0.lock().unwrap();
//!         seen.retain(|_, expires| *expires > now);
//!         seen.insert(id.to_owned(), expires).is_none()
//!     }
//! }
//!
//! fn accept(key: &VerifyingKey, seen: &Seen, body: &[u8], signature: &[u8], now: u64) -> bool {
//!     if key.verify(Message::Raw(body), signature).is_err() {
//!         return false;
//!     }
//!     let Ok(message) = serde_json::from_slice::<serde_json::Value>(body) else {
//!         return false;
//!     };
//!     match (message["id"].as_str(), message["expires"].as_u64()) {
//!         (Some(id), Some(expires)) => seen.is_new(id, expires, now),
//!         _ => false,
//!     }
//! }
//!
//! # let signer = kms_verify_testing::forge::curve::Key::new(&kms_verify_testing::forge::curve::CURVES[0], "guide");
//! # let key = signer.verifying_key();
//! # let sign = |body: &[u8]| {
//! #     let (r, s) = signer.sign(&signer.digest(body));
//! #     kms_verify_testing::der::integer_pair(&r, &s)
//! # };
//! let seen = Seen::default();
//! let body = br#"{"id": "6d9d4c2e", "expires": 1800000300}"#;
//! let signature = sign(body); // by KMS
//! assert!(accept(&key, &seen, body, &signature, 1_800_000_010));
//! assert!(!accept(&key, &seen, body, &signature, 1_800_000_011)); // a copy
//! # let other = br#"{"id": "6d9d4c2f", "expires": 1800000300}"#;
//! # assert!(accept(&key, &seen, other, &sign(other), 1_800_000_299));
//! # assert!(!accept(&key, &seen, other, &sign(other), 1_800_000_300));
//! # assert_eq!(seen.0.lock().unwrap().len(), 2);
//! ```
//!
//! For webhooks over HTTP, `StandardWebhooks` of `kms-verify-tower` checks the signature and the signed time, and its
//! `only_new` asks such a store. For tokens, use the claim `jti`, as [`jws`](crate::jws) explains.
