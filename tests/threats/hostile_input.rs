//! Input made to exhaust resources or to crash: false lengths, nesting, size, noise.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::io::{self, Read};

use kms_verify::{Error, GetPublicKeyResponse, KeyError, KeySpec, PublicKey, ResponseError, SignResponse};
use kms_verify_testing::der::{self, element};
use kms_verify_testing::forge::{MESSAGE, assert_key_rejected, one_of_each, signers};
use kms_verify_testing::response::{ARN, Response, quoted};
use kms_verify_testing::vectors::kms_vector;
use kms_verify_testing::{bytes_of, hex, spki};

/// The system allocator, counting the allocated bytes of each thread.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is forwarded to the system allocator with unchanged arguments. Neither cell allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.get().wrapping_add(layout.size());
        HELD.set(held);
        // Memory allocated by one thread may be freed by another, so the count of a thread can be negative.
        if held < usize::MAX / 2 {
            PEAK.set(PEAK.get().max(held));
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get().wrapping_sub(layout.size()));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The maximum number of bytes that are allocated at once, beyond those that already are.
fn peak<T>(act: impl FnOnce() -> T) -> (T, usize) {
    HELD.set(0);
    PEAK.set(0);
    let result = act();
    (result, PEAK.get())
}

/// No key and no rejected input needs more: PEM text of 64 KiB, its decoded bytes, and the error.
const ENOUGH: usize = 256 * 1024;

/// Parsers that panic on a key, or allocate a claimed length: asn1_der RUSTSEC-2019-0007, bcder RUSTSEC-2023-0062,
/// simple_asn1 RUSTSEC-2021-0125, rustls-webpki RUSTSEC-2026-0104 (an empty BIT STRING), RustCrypto x509 PR 446.
#[test]
fn lengths_that_lie() {
    let claims = "80 8100 817f 81ff 82ffff 83ffffff 847fffffff 8480000000 84ffffffff 85ffffffffff 8600 \
                  87ffffffffffffff 887fffffffffffffff 888000000000000000 88ffffffffffffffff 8900ffffffffffffffff \
                  fe ff 7f 00";
    let claims: Vec<Vec<u8>> = claims.split(' ').map(hex).collect();
    for (key_spec, genuine) in one_of_each() {
        for at in 0..genuine.len().min(48) {
            for claim in &claims {
                // In place of one byte, and in place of all remaining bytes.
                for rest in [&genuine[at + 1..], &[]] {
                    let changed = [&genuine[..at], claim, rest].concat();
                    let (verdict, peak) = peak(|| PublicKey::from_der(&changed));
                    assert!(peak < ENOUGH, "{key_spec}: {peak} bytes held, byte {at}");
                    match verdict {
                        Ok(key) => assert_eq!(key.to_der(), changed, "{key_spec}: byte {at}"),
                        Err(error) => assert!(matches!(error, Error::PublicKey(_)), "{error}"),
                    }
                }
            }
        }
        for length in 0..genuine.len() {
            assert_key_rejected(&genuine[..length], "", format!("{key_spec}: {length} bytes"));
        }
    }
    for signer in signers().iter().filter(|signer| signer.is_der()) {
        let genuine = signer.sign(MESSAGE);
        for at in 0..genuine.len().min(80) {
            for claim in &claims {
                for rest in [&genuine[at + 1..], &[]] {
                    let changed = [&genuine[..at], claim, rest].concat();
                    let (verdict, peak) =
                        peak(|| signer.with_message(MESSAGE, |message| signer.key.verify(message, &changed)));
                    assert!(peak < ENOUGH, "{}: {peak} bytes held, byte {at}", signer.name);
                    assert_eq!(verdict.is_ok(), changed == genuine, "{}: byte {at}", signer.name);
                }
            }
        }
    }
}

/// Arithmetic that wraps silently turns one length into another (asn1_der RUSTSEC-2019-0007). Overflow checks are on in
/// all builds that are tested and shipped, including the release profile.
#[test]
fn overflow_is_checked() {
    let sum = std::panic::catch_unwind(|| black_box(usize::MAX) + black_box(1));
    assert!(sum.is_err(), "{sum:?}: see [profile.release] in Cargo.toml");
}

/// Nested structures, for which a recursive parser overflows the stack.
#[test]
fn depth() {
    let mut nested = Vec::new();
    while nested.len() < 60_000 {
        nested = element(0x30, &nested);
    }
    let indefinite = [0x30, 0x80].repeat(32_000);
    for input in [&nested, &indefinite] {
        assert_key_rejected(input, "", "nested");
        assert_key_rejected(&der::spki(input, &[0]), "", "nested in the algorithm");
        assert_key_rejected(
            &der::spki(&spki::algorithm_identifier(KeySpec::Rsa2048), input),
            "",
            "nested in the key",
        );
        for signer in signers() {
            signer.rejects(MESSAGE, input, "nested");
        }
    }
}

/// An endless response is rejected before anything is decoded. A response whose key is not for signing, or that does
/// not state the usage, yields no key: cosign CVE-2023-46737, jsonwebtoken CVE-2026-25537.
#[test]
fn unbounded_and_incomplete_responses() {
    const MAX: usize = 64 * 1024;
    let vector = kms_vector("eksa-bundle-minimal");
    let get_public_key = Response::get_public_key(&vector, ARN);
    let sign = Response::sign(&vector, ARN);
    for length in [MAX, MAX + 1, 1 << 20, 1 << 24] {
        let of_length = |json: String| {
            let mut json = json.into_bytes();
            json.resize(length, b' ');
            json
        };
        let too_long = ResponseError::TooLong {
            given: length,
            max: MAX,
        };
        let (json, sign_json) = (of_length(get_public_key.http()), of_length(sign.http()));
        let (verdict, peak) = peak(|| {
            (
                GetPublicKeyResponse::from_json(&json).map(drop),
                SignResponse::from_json(&sign_json).map(drop),
            )
        });
        if length == MAX {
            assert_eq!(verdict, (Ok(()), Ok(())));
        } else {
            assert_eq!(verdict, (Err(too_long.clone()), Err(too_long)));
            assert!(peak < 4096, "{peak} bytes held");
        }
    }
    for usage in ["ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", ""] {
        let json = get_public_key.clone().with("KeyUsage", &quoted(usage)).http();
        assert_eq!(
            GetPublicKeyResponse::from_json(json.as_bytes()),
            Err(ResponseError::KeyUsage { given: usage.into() })
        );
    }
    for missing in ["null", "0", "[\"SIGN_VERIFY\"]"] {
        let json = get_public_key.clone().with("KeyUsage", missing).http();
        let error = GetPublicKeyResponse::from_json(json.as_bytes()).unwrap_err();
        assert!(matches!(error, ResponseError::FieldType { .. }), "{missing}: {error}");
    }
}

/// Endless input: cosign CVE-2023-46737 and CVE-2024-29902. A key of more than 64 KiB is not parsed, a signature is not
/// copied or decoded unless its length can be right, and a message is not buffered.
#[test]
fn unbounded_input() {
    const MAX: usize = 64 * 1024;
    let begin = b"-----BEGIN PUBLIC KEY-----\n";
    for begin in [&begin[..], &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], b"MIIB", b"{", &[]] {
        for length in [MAX + 1, 1 << 20, 1 << 24] {
            let mut input = begin.to_vec();
            input.resize(length, b'A');
            let (verdict, peak) = peak(|| PublicKey::from_der_or_pem(&input));
            let error = Error::PublicKey(KeyError::TooLong {
                given: length,
                max: MAX,
            });
            assert_eq!(verdict.as_ref(), Err(&error));
            assert_eq!(PublicKey::from_der(&input).as_ref(), Err(&error));
            assert_eq!(
                PublicKey::from_pem(str::from_utf8(&input).unwrap_or(&"A".repeat(length))).as_ref(),
                Err(&error)
            );
            assert!(peak < 4096, "{peak} bytes held");
        }
        let mut input = begin.to_vec();
        input.resize(MAX, b'A');
        let (verdict, peak) = peak(|| PublicKey::from_der_or_pem(&input));
        assert!(matches!(verdict, Err(Error::PublicKey(_))), "{verdict:?}");
        assert!(peak < ENOUGH, "{peak} bytes held");
    }

    struct Zeros(u64);
    impl Read for Zeros {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.0.min(buffer.len() as u64);
            self.0 -= length;
            buffer[..length as usize].fill(0);
            Ok(length as usize)
        }
    }
    let long = vec![0x30; 1 << 24];
    for signer in signers() {
        let (verdict, peak_of_signature) =
            peak(|| signer.with_message(MESSAGE, |message| signer.key.verify(message, &long)));
        assert_eq!(verdict, Err(Error::InvalidSignature));
        assert!(
            peak_of_signature < ENOUGH,
            "{}: {peak_of_signature} bytes held",
            signer.name
        );

        let signature = signer.sign(MESSAGE);
        // The first verification on a curve computes the tables of its generator.
        assert_eq!(
            signer.with_message(MESSAGE, |message| signer.key.verify(message, &signature)),
            Ok(())
        );
        let (verdict, peak_of_stream) = peak(|| signer.key.verify_reader(Zeros(1 << 22), &signature));
        assert_eq!(verdict, Err(Error::InvalidSignature));
        assert!(peak_of_stream < ENOUGH, "{}: {peak_of_stream} bytes held", signer.name);
    }
}

/// Noise, and genuine input with a few bytes replaced: nothing panics, and accepted keys encode to the input.
#[test]
fn noise() {
    let keys = one_of_each();
    let mut random = bytes_of("noise", 400_000).into_iter();
    let mut next = |below: usize| (0..3).fold(0, |sum, _| sum << 8 | usize::from(random.next().unwrap())) % below;
    for round in 0..10_000 {
        let (key_spec, genuine) = &keys[round % keys.len()];
        let mut changed = genuine.clone();
        for _ in 0..=next(4) {
            let at = next(changed.len().min(64));
            match next(4) {
                0 => drop(changed.remove(at)),
                1 => changed.insert(at, next(256) as u8),
                _ => changed[at] = next(256) as u8,
            }
        }
        match PublicKey::from_der_or_pem(&changed) {
            Ok(key) => assert_eq!(key.to_der(), changed, "{key_spec}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
