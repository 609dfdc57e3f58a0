//! What belongs into the signed bytes, and in which form?
//!
//! A valid signature means that somebody who could use the key signed exactly these bytes, at some time, for some
//! purpose. Everything else that a recipient relies on has to be in the bytes.
//!
//! # What to include
//!
//! | field | without it |
//! |---|---|
//! | purpose and version, such as `example.com/payment-order/v1` | a signature made for one protocol is valid in another that uses the same key |
//! | recipient (audience) | a message to one service is valid at another, or in another environment |
//! | time of issue, and expiry | a signature is valid for ever: KMS puts no time into it |
//! | a unique ID | a copy cannot be told from the original: see [`replay`](super::replay) |
//! | what the content refers to: account, object, its version | a valid content is moved to another object |
//! | the content, or its digest and length | |
//!
//! A separate KMS key for each purpose is the stronger form of the first row: with one [`KeyRing`](crate::KeyRing) for
//! each purpose, a signature for another purpose does not even find a key. Use both.
//!
//! # In which form
//!
//! - **Sign and send the same bytes.** Do not parse and serialize again before verifying: key order, white space,
//!   numbers and Unicode escapes change. In a JSON document, carry the signed bytes as one base64 string, or sign the
//!   body of the request as it is, as webhooks do.
//! - **Verify first, then parse**, and parse the verified bytes only. A parser that runs before verification is exposed
//!   to everyone, and a second copy of a value, in a header or a query, is not signed.
//! - **Frame fields unambiguously.** If `account || amount` is signed without lengths, "12" and "345" sign the same
//!   bytes as "123" and "45". Use a format with a strict parser, such as JSON with unknown and duplicate fields
//!   rejected, or write a length before each field.
//! - **Keep the bytes that were verified**, with the signature, the name of the key and the algorithm, if you have to
//!   show later that the signature was valid. A KMS signature does not contain the key or the algorithm.
//!
//! # An example
//!
//! ```
//! use kms_verify::{Message, VerifyingKey};
//! use serde_json::Value;
//!
//! /// Returns the payment order in `body` if it is signed and meant for this service now.
//! fn payment_order(key: &VerifyingKey, body: &[u8], signature: &[u8], now: u64) -> Option<Value> {
//!     key.verify(Message::Raw(body), signature).ok()?;
//!     let order: Value = serde_json::from_slice(body).ok()?; // after verification
//!
//!     let is = |field: &str, value: &str| order[field].as_str() == Some(value);
//!     let purpose = is("purpose", "example.com/payment-order/v1");
//!     let audience = is("audience", "payments.example.com");
//!     // A minute of tolerance for clocks that differ.
//!     let issued = order["issued"].as_u64()? <= now + 60;
//!     let unexpired = now < order["expires"].as_u64()?;
//!     (purpose && audience && issued && unexpired).then_some(order)
//! }
//!
//! # let signer = kms_verify_testing::forge::curve::Key::new(&kms_verify_testing::forge::curve::CURVES[0], "guide");
//! # let key = signer.verifying_key();
//! # let sign = |body: &[u8]| {
//! #     let (r, s) = signer.sign(&signer.digest(body));
//! #     kms_verify_testing::der::integer_pair(&r, &s)
//! # };
//! let body = br#"{
//!     "purpose": "example.com/payment-order/v1",
//!     "audience": "payments.example.com",
//!     "issued": 1800000000,
//!     "expires": 1800000300,
//!     "id": "6d9d4c2e-4b3c-4f9e-9c3b-0d8f0f7b5a11",
//!     "amount": "12.50"
//! }"#;
//! let signature = sign(body); // by KMS
//!
//! assert!(payment_order(&key, body, &signature, 1_800_000_010).is_some());
//! assert!(payment_order(&key, body, &signature, 1_800_000_300).is_none()); // expired
//! # let other = br#"{"purpose": "example.com/refund/v1", "audience": "payments.example.com", "issued": 1800000000, "expires": 1800000300}"#;
//! # assert!(payment_order(&key, other, &sign(other), 1_800_000_010).is_none());
//! # assert!(payment_order(&key, &body[..body.len() - 1], &signature, 1_800_000_010).is_none());
//! ```
//!
//! `Value` keeps the last of two fields with the same name. Where sender and recipient use different parsers, reject
//! duplicates, as a `struct` with serde's derived `Deserialize` and `deny_unknown_fields` does.
//!
//! For requests over HTTP, `kms-verify-tower` checks a signature before the handler runs; its Standard Webhooks scheme
//! signs an ID and a time together with the body.
