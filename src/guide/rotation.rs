//! How is a key replaced without rejecting anything?
//!
//! KMS does not rotate the key material of asymmetric keys, neither automatically nor on request. The public key of a
//! key ID never changes. To rotate means to create another KMS key, to make it known to every verifier, and then to sign
//! with it.
//!
//! # The order
//!
//! 1. Create the new KMS key and get its public key.
//! 2. Add it to every verifier, beside the old one. Verifiers now accept both.
//! 3. When every verifier has it, switch the signer, for example by moving the alias that it signs with.
//! 4. Wait until the last signature of the old key has expired. This is one more reason to sign an expiry: without one,
//!    the old key can never be removed.
//! 5. Remove the old key from every verifier.
//! 6. Disable the old KMS key, and schedule its deletion when nobody misses it.
//!
//! If a key may be compromised, begin with step 5. Disabling or deleting a key in KMS stops further signatures by KMS,
//! and has no effect on verifiers: whatever the key signed before still verifies until they remove it. Plan how fast a
//! removal reaches all of them.
//!
//! # Which name a signature carries
//!
//! Send the key ARN or the key ID with each signature, and look it up in a [`KeyRing`](crate::KeyRing). The ring tries
//! that key and no other. Do not let signatures carry an alias: an alias names the key that is current now, and not the
//! one that signed. A ring does not resolve aliases, so moving one in KMS changes nothing for verifiers.
//!
//! The replicas of a multi-Region key are the same key, and the ring finds them under the ARN in any Region. That is not
//! a rotation.
//!
//! # A directory of keys
//!
//! With the feature `json`, [`KeyRing::from_dir`](crate::KeyRing::from_dir) reads a directory that holds the output of
//! `aws kms get-public-key`, and [`KeyRing::reload`](crate::KeyRing::reload) reads it again: as a whole, or not at all.
//! To rotate means to add a file, and later to remove one.
//!
//! ```
//! use std::sync::RwLock;
//!
//! use kms_verify::{KeyRing, Message, SigningAlgorithm};
//!
//! # let vectors = "tests/vectors/kms";
//! # let dir = std::env::temp_dir().join(format!("kms-verify-guide-{}", std::process::id()));
//! # std::fs::create_dir_all(&dir)?;
//! # let copy = |vector: &str, name: &str| {
//! #     std::fs::copy(format!("{vectors}/{vector}/public_key.der"), dir.join(name)).map(drop)
//! # };
//! # let (old_id, new_id) = ("1234abcd-12ab-34cd-56ef-1234567890ab", "0987dcba-09fe-87dc-65ba-ab0987654321");
//! # copy("eksa-bundle-minimal", &format!("{old_id}.der"))?;
//! # let (vector, vectors) = ("stackd-ecc_nist_p256-ecdsa_sha_256-raw1", vectors);
//! # let message = std::fs::read(format!("{vectors}/{vector}/message.bin"))?;
//! # let signature = std::fs::read(format!("{vectors}/{vector}/signature.bin"))?;
//! let ring = RwLock::new(KeyRing::from_dir(&dir)?);
//! let verify = |key_id: &str, message: &[u8], signature: &[u8]| {
//!     let ring = ring.read().unwrap().clone(); // releases the lock
//!     // The algorithm is fixed: no signature chooses it.
//!     let key = ring.verifying_key(key_id, SigningAlgorithm::EcdsaSha256)?;
//!     key.verify(Message::Raw(message), signature)
//!         .map_err(kms_verify::KeyRingError::from)
//! };
//! assert!(verify(new_id, &message, &signature).is_err());
//!
//! // The new key arrives. On an error, the ring stays as it was.
//! # copy(vector, &format!("{new_id}.der"))?;
//! let mut next = ring.read().unwrap().clone();
//! next.reload(&dir)?;
//! *ring.write().unwrap() = next;
//! verify(new_id, &message, &signature)?;
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sign something with the new key and verify it with the rings in production before step 3. A key that is missing
//! somewhere then shows in a test, and not as rejected messages.
