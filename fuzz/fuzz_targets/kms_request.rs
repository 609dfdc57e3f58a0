#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Whether a signature is valid matters to the tests only.
    let _ = kms_verify_testing::fuzz::kms_request::run(bytes);
});
