#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Whether a token was accepted matters to the tests only.
    let _ = kms_verify_testing::fuzz::jws::run(bytes);
});
