//! What corresponds to `aws kms verify`, OpenSSL, jsonwebtoken, ring, aws-lc-rs or boto3?
//!
//! [COMPARE.md](crate::_documentation::compare) says what each of them supports, and when it is the better choice.
//!
//! # `aws kms verify`
//!
//! | AWS CLI | here |
//! |---|---|
//! | `--key-id` | a [`PublicKey`], or a [`KeyRing`] and the same name |
//! | `--signing-algorithm ECDSA_SHA_256` | `"ECDSA_SHA_256".parse()`, or [`SigningAlgorithm::EcdsaSha256`] |
//! | `--message-type` (default `RAW`) and `--message` | [`Message::Raw`], [`Message::Digest`], [`Message::ExternalMu`], with the bytes |
//! | `--signature` | the bytes; the output of `aws kms sign` has them in base64 |
//! | `KMSInvalidSignatureException` | [`Error::InvalidSignature`] |
//! | `InvalidKeyUsageException` | [`Error::IncompatibleAlgorithm`] |
//! | `ValidationException` for a message type or a length | [`Error::IncompatibleMessageType`], [`Error::MessageLength`] |
//! | a RAW message of more than 4096 bytes: `ValidationException` | verified |
//!
//! In a shell, the command `kms-verify verify` has the same flags, output and exit status.
//!
//! ```
//! use kms_verify::{GetPublicKeyResponse, KeyRing, Message, SignResponse};
//!
//! # use kms_verify_testing::{response::{ARN, Response}, vectors::kms_vector};
//! # let vector = kms_vector("stackd-ecc_nist_p256-ecdsa_sha_256-raw1");
//! # let get_public_key = Response::get_public_key(&vector, ARN).cli();
//! # let sign = Response::sign(&vector, ARN).cli();
//! # let message = std::fs::read("tests/vectors/kms/stackd-ecc_nist_p256-ecdsa_sha_256-raw1/message.bin")?;
//! let mut ring = KeyRing::new();
//! // The output of `aws kms get-public-key`, and of `aws kms sign`. Feature `json`.
//! ring.insert_response(&GetPublicKeyResponse::from_json(get_public_key.as_bytes())?)?;
//! ring.verify(&SignResponse::from_json(sign.as_bytes())?, Message::Raw(&message))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # OpenSSL
//!
//! | recipe | here |
//! |---|---|
//! | `openssl dgst -sha256 -verify key.pem -signature sig msg`, RSA key | `RsassaPkcs1V15Sha256`, RAW |
//! | the same with an EC key | `EcdsaSha256`, RAW |
//! | `... -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest` | `RsassaPssSha256`, RAW |
//! | `openssl pkeyutl -verify -pubin -inkey key.pem -sigfile sig -in digest`, EC key | `EcdsaSha256`, DIGEST |
//! | `openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile sig -in msg`, Ed25519 key | `Ed25519Sha512`, RAW |
//! | `openssl dgst -sm3 -sigopt distid:1234567812345678 -verify ...` | `Sm2Dsa`, RAW |
//!
//! Two differences matter. Without `rsa_pss_saltlen:digest`, OpenSSL accepts a salt of any length; KMS uses one length,
//! and only that is accepted here. And `pkeyutl` with an EC key accepts a digest of any length, and uses its leftmost
//! bits; a DIGEST must have exactly the length of the hash function.
//!
//! PEM files as OpenSSL writes them are accepted, if they begin with `-----BEGIN PUBLIC KEY-----`. For a certificate,
//! extract the key first (`openssl x509 -pubkey -noout`). Errors of [`PublicKey`] name the command for each format.
//!
//! ```
//! use kms_verify::{Message, PublicKey, SigningAlgorithm};
//!
//! # let folder = "tests/vectors/kms/stackd-rsa_2048-rsassa_pss_sha_256-raw";
//! # let pem = std::fs::read(format!("{folder}/public_key.pem"))?;
//! # let message = std::fs::read(format!("{folder}/message.bin"))?;
//! # let signature = std::fs::read(format!("{folder}/signature.bin"))?;
//! let key = PublicKey::from_der_or_pem(&pem)?;
//! key.verify(SigningAlgorithm::RsassaPssSha256, Message::Raw(&message), &signature)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # jsonwebtoken
//!
//! The module [`jws`] verifies tokens, with the feature `jws`. An ECDSA signature in a token is r || s, and KMS returns
//! DER: a signer has to convert it ([`Signature::to_p1363`]), and the module does the rest.
//!
//! | jsonwebtoken 11.1.0 | here |
//! |---|---|
//! | `DecodingKey::from_ec_pem`, `from_rsa_pem`, `from_ed_pem` | [`PublicKey::from_pem`] |
//! | `DecodingKey::from_jwk` | [`jws::Jwk::from_json`]; a set of them is a [`jws::KeySet`] |
//! | `Validation::new(Algorithm::ES256)` | a [`VerifyingKey`]: one key, one algorithm. [`SigningAlgorithm::jose_name`] has the value of `alg` |
//! | `decode_header(token)`, to find the key by its `kid` | [`jws::KeySet::verify`], which finds it |
//! | `decode(token, key, validation)` | [`jws::verify`], or [`jws::KeySet::verify`], and then the claims |
//! | `Validation` of `exp`, `nbf`, `aud`, `iss`, `sub` | not here |
//! | `crit` and `b64`: not checked | rejected, except for detached payloads (RFC 7797) |
//!
//! A program that stays with jsonwebtoken can let it verify with this library: `integrations/jsonwebtoken` in the
//! repository has its `CryptoProvider`, and rejects `crit`.
//!
//! Claims are checked on the payload of a [`jws::Verified`], which exists only after the signature was found valid:
//!
//! ```
//! use kms_verify::jws::{KeySet, Options};
//!
//! /// The subject of an access token, if the token is valid, meant for this API, and not expired.
//! fn subject(keys: &KeySet, token: &str, now: u64) -> Option<String> {
//!     let verified = Options::new().typ("at+jwt").verify(keys, token).ok()?;
//!     let claims: serde_json::Value = serde_json::from_slice(verified.payload()).ok()?;
//!     let issuer = claims["iss"].as_str() == Some("https://login.example.com");
//!     let audience = claims["aud"].as_str() == Some("https://api.example.com"); // it may also be a list
//!     let unexpired = now < claims["exp"].as_u64()?;
//!     let begun = claims["nbf"].as_u64().is_none_or(|nbf| nbf <= now);
//!     (issuer && audience && unexpired && begun).then(|| claims["sub"].as_str().map(str::to_owned))?
//! }
//!
//! # use base64::Engine as _;
//! # use base64::engine::general_purpose::URL_SAFE_NO_PAD;
//! # let signer = kms_verify_testing::forge::curve::Key::new(&kms_verify_testing::forge::curve::CURVES[0], "guide");
//! # let key = signer.verifying_key();
//! # let algorithm = key.algorithm();
//! # let token = |header: &str, claims: &str| {
//! #     let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
//! #     let (r, s) = signer.sign(&signer.digest(signed.as_bytes()));
//! #     let der = kms_verify_testing::der::integer_pair(&r, &s);
//! #     let signature = kms_verify::Signature::from_kms(algorithm, &der).unwrap().to_p1363().unwrap();
//! #     format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
//! # };
//! let mut keys = KeySet::new();
//! keys.insert("2026-11", key)?;
//! # let header = r#"{"alg":"ES256","kid":"2026-11","typ":"at+jwt"}"#;
//! # let claims = r#"{"iss":"https://login.example.com","aud":"https://api.example.com","exp":1800000300,"sub":"alice"}"#;
//! # let signed = token(header, claims);
//! assert_eq!(subject(&keys, &signed, 1_800_000_000).as_deref(), Some("alice"));
//! assert_eq!(subject(&keys, &signed, 1_800_000_300), None); // expired
//! # let other = token(&header.replace("at+jwt", "JWT"), claims);
//! # assert_eq!(subject(&keys, &other, 1_800_000_000), None);
//! # let other = token(header, &claims.replace("api", "admin"));
//! # assert_eq!(subject(&keys, &other, 1_800_000_000), None);
//! # Ok::<(), kms_verify::jws::JwkError>(())
//! ```
//!
//! # ring
//!
//! | ring 0.17 | here |
//! |---|---|
//! | `UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)` | [`PublicKey::from_der`], `verifying_key(EcdsaSha256)` |
//! | `ECDSA_P384_SHA384_ASN1` | `EcdsaSha384` |
//! | `ECDSA_P256_SHA256_FIXED`, `ECDSA_P384_SHA384_FIXED` | [`Signature::from_p1363`] |
//! | `RSA_PSS_2048_8192_SHA256`, `_SHA384`, `_SHA512` | `RsassaPssSha256`, `RsassaPssSha384`, `RsassaPssSha512` |
//! | `RSA_PKCS1_2048_8192_SHA256`, `_SHA384`, `_SHA512` | `RsassaPkcs1V15Sha256`, `RsassaPkcs1V15Sha384`, `RsassaPkcs1V15Sha512` |
//! | `ED25519` | `Ed25519Sha512`, which also rejects keys and R of small order |
//!
//! ring expects the contents of the BIT STRING: a point, an `RSAPublicKey` or 32 bytes. Here a key is always the whole
//! SubjectPublicKeyInfo, as KMS exports it. ring parses a key in each verification; a [`VerifyingKey`] is parsed once.
//!
//! # aws-lc-rs
//!
//! | aws-lc-rs 1.19 | here |
//! |---|---|
//! | `ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, spki)` | [`PublicKey::from_der`], `verifying_key(EcdsaSha256)` |
//! | `verify_sig(message, signature)` | [`VerifyingKey::verify`] with [`Message::Raw`] |
//! | `verify_digest_sig(&digest, signature)` | [`VerifyingKey::verify`] with [`Message::Digest`] |
//! | `ECDSA_P521_SHA512_ASN1`, `ECDSA_P256K1_SHA256_ASN1` | `EcdsaSha512`; `EcdsaSha256` with a secp256k1 key |
//! | `ML_DSA_44`, `ML_DSA_65`, `ML_DSA_87` | `MlDsaShake256`; the key determines the parameter set |
//!
//! The algorithm constants of both libraries fix the curve, or a range of RSA sizes. Here the key fixes it: bind the key
//! at the start, and check [`PublicKey::key_spec`] if only one key spec is acceptable.
//!
//! # boto3
//!
//! | boto3 and cryptography | here |
//! |---|---|
//! | `kms.get_public_key(KeyId=...)["PublicKey"]` | the bytes for [`PublicKey::from_der`] |
//! | `kms.sign(...)["Signature"]` | the bytes of the signature: boto3 has decoded the base64 |
//! | `kms.verify(Message=..., MessageType="DIGEST", ...)` | [`Message::Digest`] |
//! | `load_der_public_key(der)` | [`PublicKey::from_der`] |
//! | `key.verify(sig, msg, ec.ECDSA(hashes.SHA256()))` | `EcdsaSha256`, RAW; with `utils.Prehashed(...)`, DIGEST |
//! | `key.verify(sig, msg, padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH), hashes.SHA256())` | `RsassaPssSha256`, RAW |
//! | `key.verify(sig, msg)` of Ed25519 and ML-DSA keys | `Ed25519Sha512`, `MlDsaShake256`, RAW |
//! | `key.verify_mu(sig, mu)` of ML-DSA keys | [`Message::ExternalMu`] |
//!
//! A Rust service that receives what a Python service signed needs the bytes, not their text: `str(signature)` of a
//! Python `bytes` is the text `b'0E\x02...'`, which [`diagnose`] recognizes.
//!
//! [`KeyRing`]: crate::KeyRing
//! [`Message::Digest`]: crate::Message::Digest
//! [`Message::ExternalMu`]: crate::Message::ExternalMu
//! [`Message::Raw`]: crate::Message::Raw
//! [`PublicKey`]: crate::PublicKey
//! [`PublicKey::from_der`]: crate::PublicKey::from_der
//! [`PublicKey::from_pem`]: crate::PublicKey::from_pem
//! [`PublicKey::key_spec`]: crate::PublicKey::key_spec
//! [`Signature::from_p1363`]: crate::Signature::from_p1363
//! [`Signature::to_p1363`]: crate::Signature::to_p1363
//! [`SigningAlgorithm::EcdsaSha256`]: crate::SigningAlgorithm::EcdsaSha256
//! [`SigningAlgorithm::jose_name`]: crate::SigningAlgorithm::jose_name
//! [`VerifyingKey`]: crate::VerifyingKey
//! [`VerifyingKey::verify`]: crate::VerifyingKey::verify
//! [`diagnose`]: crate::diagnose
//! [`jws`]: crate::jws
//! [`jws::Jwk::from_json`]: crate::jws::Jwk::from_json
//! [`jws::KeySet`]: crate::jws::KeySet
//! [`jws::KeySet::verify`]: crate::jws::KeySet::verify
//! [`jws::Verified`]: crate::jws::Verified
//! [`jws::verify`]: fn@crate::jws::verify
//! [`Error::InvalidSignature`]: crate::Error::InvalidSignature
//! [`Error::IncompatibleAlgorithm`]: crate::Error::IncompatibleAlgorithm
//! [`Error::IncompatibleMessageType`]: crate::Error::IncompatibleMessageType
//! [`Error::MessageLength`]: crate::Error::MessageLength
