//! What rejecting a huge token takes, counted by an allocator, so in a binary of its own.

#![cfg(all(feature = "default", feature = "jws"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use kms_verify::jws::{self, Error, KeySet, Options};
use kms_verify_testing::forge::signers;

/// The system's allocator, which remembers the largest allocation.
struct Counting;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does everything, with the arguments as they came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

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
        LARGEST.store(0, Ordering::Relaxed);
        assert!(is_rejected(), "{what}");
        let largest = LARGEST.load(Ordering::Relaxed);
        assert!(largest < 16 << 10, "{what}: {largest}");
    }
}
