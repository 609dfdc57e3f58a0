//! A valid signature with arbitrary changes, and in up to two dresses: a diagnosis repeats the outcome of verification,
//! what it repairs verifies, and its text is printable.

use arbitrary::Unstructured;
use kms_verify::{Caller, Diagnosis, Inputs, Message, PublicKey, diagnose, diagnose_public_key};

use super::case::Case;
use crate::dresses::{AROUND, ENCODINGS, HOLD_BASE64, OF_BYTES, Text};

/// The last byte of an input that puts on dresses. The three bytes before it are the field, the inner dress and the outer
/// one. Without it, an input is that of the other targets.
pub const DRESSED: u8 = 0xd5;

/// Longer inputs in a dress would only cost time.
const MAX_DRESSED: usize = 48 * 1024;

pub fn run(bytes: &[u8]) {
    let (bytes, dresses) = match bytes {
        [rest @ .., field, inner, outer, DRESSED] => (rest, Some([*field, *inner, *outer])),
        bytes => (bytes, None),
    };
    let mut input = Unstructured::new(bytes);
    let Ok(mut case) = Case::read(&mut input) else { return };
    if let Some([field, inner, outer]) = dresses {
        let field = match field % 3 {
            0 => &mut case.signature,
            1 => &mut case.key,
            _ => &mut case.message,
        };
        *field = dressed(field, inner, outer);
    }

    let key = PublicKey::from_der_or_pem(&case.key);
    let of_key = diagnose_public_key(&case.key);
    assert_eq!(of_key.outcome(), key.clone().map(drop));
    check(&of_key);
    assert!(of_key.repaired().is_none());
    // The key inside, if there is one, gets a diagnosis too.
    let key = match (key, of_key.repaired_public_key()) {
        (Ok(key), None) => key,
        (Ok(key), Some(inside)) => panic!("{key:?} is valid, and {inside:?} inside it"),
        (Err(_), Some(inside)) => {
            assert_eq!(PublicKey::from_der(&inside.to_der()).as_ref(), Ok(inside));
            inside.clone()
        }
        (Err(_), None) => return,
    };
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

/// Bytes in an inner dress and, if the outer one is not 0, text in another.
fn dressed(bytes: &[u8], inner: u8, outer: u8) -> Vec<u8> {
    let of_bytes: Vec<&Text> = ENCODINGS.iter().chain(HOLD_BASE64).chain(OF_BYTES).collect();
    let (_, _, make) = of_bytes[usize::from(inner) % of_bytes.len()];
    // COSE_Sign1 has 16 bits for the length.
    if bytes.len() > MAX_DRESSED / 4 {
        return bytes.to_vec();
    }
    let text = make(bytes);
    let Some(outer) = usize::from(outer)
        .checked_sub(1)
        .filter(|_| text.len() <= MAX_DRESSED / 4)
    else {
        return text;
    };
    match str::from_utf8(&text) {
        Ok(_) => {
            let (_, _, around) = AROUND[outer % AROUND.len()];
            around(&text)
        }
        Err(_) => {
            let (_, _, around) = ENCODINGS[outer % ENCODINGS.len()];
            around(&text)
        }
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
        let callers = [
            Caller::Shell(Inputs::default()),
            Caller::Rust,
            Caller::Python,
            Caller::Node,
            Caller::Go,
            Caller::Java,
        ];
        let advice = callers.map(|caller| finding.advice_for(caller));
        for words in advice.iter().map(String::as_str).chain([finding.found()]) {
            assert!((20..4000).contains(&words.chars().count()), "{words}");
            assert!(!words.contains(char::is_control), "{words:?}");
        }
    }
}
