#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| _ = kms_verify_testing::fuzz::jws::run(bytes));
