#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kms_verify_testing::fuzz::differential::run(bytes, kms_verify_fuzz::PEER));
