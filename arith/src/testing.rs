//! Code shared by all tests.

/// The number of cases: the environment variable, or the default. A value that is not a whole number is an error, so
/// that a long run is really as long as intended.
pub(crate) fn count(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => parse_count(&text).unwrap_or_else(|| panic!("{variable}={text} is not a whole number in digits")),
        Err(std::env::VarError::NotPresent) => default,
        Err(error) => panic!("{variable}: {error}"),
    }
}

fn parse_count(text: &str) -> Option<u64> {
    text.parse().ok()
}

#[test]
fn counts_are_whole_numbers() {
    assert_eq!(parse_count("100000000"), Some(100_000_000));
    for text in ["1e8", "", " 1", "1_000", "-1", "many"] {
        assert_eq!(parse_count(text), None);
    }
}
