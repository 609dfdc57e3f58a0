//! What rejecting a huge token takes, counted by an allocator, so in a binary of its own.

#![cfg(all(feature = "default", feature = "jws"))]

use kms_verify::jws::{self, Error, KeySet, Options};
use kms_verify_testing::forge::signers;
use peak_alloc::PeakAlloc;

/// Counts the allocated bytes of the program.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The limits are checked before anything of their size is allocated.
#[test]
fn a_huge_token_is_rejected_without_a_huge_allocation() {
    let key = &signers()[0].key;
    let name = key.algorithm().jose_name(key.public_key().key_spec()).unwrap();
    let long = "A".repeat(900_000);
    let header = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{name}\"}}"))
    };
    let (huge, long_header) = ("A".repeat(64 << 20), format!("{long}.."));
    let (long_signature, jwks) = (format!("{header}..{long}"), " ".repeat(2 << 20));
    let cases: [(&str, &dyn Fn() -> bool); 4] = [
        ("the token", &|| jws::verify(key, &huge) == Err(Error::TooLong)),
        ("the header", &|| {
            jws::verify(key, &long_header) == Err(Error::HeaderTooLong)
        }),
        ("the signature", &|| {
            Options::new().stream_detached(key, &long_signature).err() == Some(Error::Signature)
        }),
        ("a JWK Set", &|| KeySet::from_jwks(jwks.as_bytes()).is_err()),
    ];
    for (what, is_rejected) in cases {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        assert!(is_rejected(), "{what}");
        let peak = ALLOCATOR.peak_usage().saturating_sub(before);
        assert!(peak < 16 << 10, "{what}: {peak}");
    }
}
