//! A valid signature with arbitrary changes: a diagnosis repeats the outcome of verification, and its text is
//! printable.

use arbitrary::Unstructured;
use kms_verify::{Caller, Diagnosis, Inputs, Message, PublicKey, diagnose, diagnose_public_key};

use super::case::Case;

pub fn run(bytes: &[u8]) {
    let mut input = Unstructured::new(bytes);
    let Ok(case) = Case::read(&mut input) else { return };

    let key = PublicKey::from_der_or_pem(&case.key);
    let of_key = diagnose_public_key(&case.key);
    assert_eq!(of_key.outcome(), key.clone().map(drop));
    check(&of_key);

    let Ok(key) = key else { return };
    let diagnosis = diagnose(&key, case.algorithm, case.message(), &case.signature);
    let answer = key.verify(case.algorithm, case.message(), &case.signature);
    assert_eq!(diagnosis.outcome(), answer, "{case:x?}");
    check(&diagnosis);
    if let Some(repaired) = diagnosis.repaired() {
        assert!(diagnosis.findings()[0].is_certain(), "{diagnosis}");
        let message = Message::new(repaired.message_type(), repaired.message().unwrap_or(&case.message));
        let signature = repaired.signature().unwrap_or(&case.signature);
        assert_eq!(
            key.verify(repaired.signing_algorithm(), message, signature),
            Ok(()),
            "{case:x?}"
        );
    }
}

/// The properties of every diagnosis.
fn check(diagnosis: &Diagnosis) {
    let findings = diagnosis.findings();
    assert!(diagnosis.verifications() <= Diagnosis::MAX_VERIFICATIONS);
    match diagnosis.outcome() {
        Ok(()) => assert!(findings.is_empty() && diagnosis.verifications() == 0, "{diagnosis}"),
        Err(_) => assert!(!findings.is_empty(), "nothing is said"),
    }
    assert!(
        findings.is_sorted_by_key(|finding| !finding.is_certain()),
        "a hint comes before what is certain: {diagnosis}"
    );
    for (place, finding) in findings.iter().enumerate() {
        assert!(
            findings[..place].iter().all(|other| other.cause() != finding.cause()),
            "a cause comes twice: {diagnosis}"
        );
        let shell = finding.advice_for(Caller::Shell(Inputs::default()));
        for words in [finding.found(), &finding.advice(), &shell] {
            assert!((20..4000).contains(&words.chars().count()), "{words}");
            assert!(!words.contains(char::is_control), "{words:?}");
        }
    }
}
