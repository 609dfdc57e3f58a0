//! What can offline verification not know?
//!
//! A public key and a signature prove that the private key signed these bytes. KMS knows more, and does not put it into
//! either.
//!
//! | what | where it is known | what to do offline |
//! |---|---|---|
//! | Is the key disabled or scheduled for deletion? | `DescribeKey`, field `KeyState` | remove the key from the verifiers: see [`rotation`](super::rotation) |
//! | When was it signed? | CloudTrail, event `Sign` | sign the time: see [`what_to_sign`](super::what_to_sign) |
//! | Who signed? | CloudTrail: the principal that called `Sign` | everyone whom the key policy allows is one signer; use separate keys to tell them apart |
//! | What may the key be used for? | `GetPublicKey`, field `KeyUsage` | [`GetPublicKeyResponse`] rejects all but `SIGN_VERIFY`; DER and PEM do not contain it |
//! | Was it signed as RAW or as DIGEST? | CloudTrail | it makes no difference to validity: see [`raw_or_digest`](super::raw_or_digest) |
//! | Does the private key exist only in KMS? | `DescribeKey`, field `Origin`: the material of an `EXTERNAL` key was imported, and may exist elsewhere | decide when you add the key |
//! | Which key does an alias name now? | `DescribeKey` | sign and look up key ARNs |
//! | In which Region was it signed? | CloudTrail of each Region | related multi-Region keys are one key |
//! | Has this message been seen before? | nowhere | see [`replay`](super::replay) |
//!
//! In turn, KMS does not know of offline verifications: CloudTrail does not record them, key policies do not restrict
//! them, and they do not count against request quotas.
//!
//! # When to call KMS Verify instead
//!
//! - Each verification must be in CloudTrail, or be allowed by a key policy.
//! - Disabling a key in KMS must be enough to stop its signatures from being accepted.
//! - The cryptography must run in a module that is validated under FIPS 140. This crate is not validated.
//! - Verifications are rare, and the latency, the price and the quota of a request do not matter.
//!
//! A service can combine both: verify offline first, so that invalid signatures cost no request.
//!
//! # Where keys come from
//!
//! Everything rests on the public key. Get it with `aws kms get-public-key` and credentials of the account that owns the
//! key, and carry it to the verifiers like their code: in the image, in the repository, in a configuration store with
//! write access for few. Compare [fingerprints](crate::PublicKey::fingerprint) when the way is long.
//!
//! Never take a key from the message, from a URL in it, or from an endpoint that the sender controls, and never the
//! algorithm from the message alone. An RSA key supports six algorithms: decide on one.
//!
//! ```
//! use kms_verify::{PublicKey, SigningAlgorithm, VerifyingKey};
//!
//! /// What is trusted is fixed before any message arrives: the key, its fingerprint and its one algorithm.
//! fn release_key(der: &[u8]) -> Result<VerifyingKey, Box<dyn std::error::Error>> {
//!     let key = PublicKey::from_der(der)?;
//!     if key.fingerprint().to_string() != "6e81ebc4d1efea84905a2c6b3b732b8eaa4aeb09885ad366ca954f6f6eeac928" {
//!         return Err("this is not the release key".into());
//!     }
//!     Ok(key.verifying_key(SigningAlgorithm::EcdsaSha256)?.precomputed())
//! }
//! # let der = std::fs::read("tests/vectors/kms/eksa-bundle-minimal/public_key.der")?;
//! # release_key(&der)?;
//! # let der = std::fs::read("tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1/public_key.der")?;
//! # assert!(release_key(&der).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`GetPublicKeyResponse`]: crate::GetPublicKeyResponse
