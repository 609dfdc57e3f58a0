//! How are many signatures verified fast?
//!
//! In the order of what they gain:
//!
//! 1. Parse each key once, and bind it to its algorithm as a [`VerifyingKey`](crate::VerifyingKey). A
//!    [`KeyRing`](crate::KeyRing) does both.
//! 2. From some tens of signatures on, compute its tables with
//!    [`precomputed`](crate::VerifyingKey::precomputed). A ring does it by itself for the keys that are used most.
//! 3. If the messages are there already, as in an audit, a table or a queue, pass all that one key signed to
//!    [`verify_many`](crate::VerifyingKey::verify_many).
//! 4. Use all cores: keys can be shared between threads. Give each thread some hundred signatures at a time.
//!
//! ```
//! use kms_verify::{Message, PublicKey, SigningAlgorithm};
//!
//! # use kms_verify_testing::vectors::kms_vector;
//! # let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
//! # let public_key = vector.public_key();
//! # let records = vec![(vector.message.clone(), vector.signature.clone()); 20];
//! let key = public_key.verifying_key(SigningAlgorithm::EcdsaSha256)?.precomputed();
//!
//! let pairs: Vec<(Message, &[u8])> = records
//!     .iter()
//!     .map(|(message, signature)| (Message::Raw(message), &signature[..]))
//!     .collect();
//! let results = key.verify_many(&pairs);
//! assert!(results.iter().all(Result::is_ok));
//! # Ok::<(), kms_verify::Error>(())
//! ```
//!
//! # What is verified at once
//!
//! Each signature gets the result that it gets alone: nothing is added up over several signatures, so an invalid one does
//! not affect the others, and no random numbers are needed. On an x86-64 CPU with AVX-512 IFMA, eight signatures of RSA, and
//! with tables of P-256, secp256k1 or Ed25519, are computed in the lanes of vectors. ECDSA on all curves divides once for
//! all signatures. Signatures of ML-DSA share one matrix, with tables or without, and on x86-64 CPUs with AVX2 or AVX-512
//! their hashes are computed in lanes. Other algorithms, CPUs and builds verify one after the other, so the call is never
//! slower than a loop.
//!
//! Besides its results, a call takes less than a megabyte of memory.
