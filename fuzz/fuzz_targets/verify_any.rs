#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kms_verify_fuzz::verify_any::run(bytes));
