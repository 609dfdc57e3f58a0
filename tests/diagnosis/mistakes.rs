//! Every signature of KMS with every mistake that applies to it: the correct cause comes first.

mod call;
mod message;
mod signature;

use std::collections::BTreeMap;

use kms_verify::{Cause, KeySpec, MessageType, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::{curve, ed25519, ml_dsa, rsa};
use kms_verify_testing::vectors::{Vector, kms_vectors};

use crate::case::Case;

/// A mistake, applied to a genuine signature: `None` where it does not apply.
pub struct Mistake {
    pub name: &'static str,
    pub apply: fn(&Vector) -> Option<(Cause, Case)>,
}

fn mistakes() -> impl Iterator<Item = &'static Mistake> {
    [signature::MISTAKES, message::MISTAKES, call::MISTAKES]
        .into_iter()
        .flatten()
}

/// The message of the vector, if it is known and not only its digest.
fn raw(vector: &Vector) -> Option<&[u8]> {
    (vector.message_type == MessageType::Raw).then_some(&vector.message)
}

fn is_ml_dsa(vector: &Vector) -> bool {
    vector.algorithm == SigningAlgorithm::MlDsaShake256
}

/// A key that no vector has.
pub fn another_key(key_spec: KeySpec) -> PublicKey {
    let spki = match key_spec {
        KeySpec::Rsa2048 => rsa::key(2048).spki(65537),
        KeySpec::Rsa3072 => rsa::key(3072).spki(65537),
        KeySpec::Rsa4096 => rsa::key(4096).spki(65537),
        KeySpec::EccNistEdwards25519 => ed25519::Key::new("another").spki(),
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
            let parameters = ml_dsa::PARAMETER_SETS
                .iter()
                .find(|set| set.key_spec == key_spec)
                .unwrap();
            ml_dsa::Key::new(parameters, "another").spki()
        }
        _ => curve::Key::new(curve::curve(key_spec), "another").spki(),
    };
    PublicKey::from_der(&spki).unwrap()
}

#[test]
fn every_mistake_with_every_signature_is_found() {
    let vectors = kms_vectors();
    let (mut all, mut missed) = (0, Vec::new());
    let mut per_cause: BTreeMap<Cause, usize> = BTreeMap::new();
    println!("{:>5} {:>5}  mistake", "found", "of");
    for mistake in mistakes() {
        let (mut found, mut applied) = (0, 0);
        for vector in &vectors {
            let Some((cause, case)) = (mistake.apply)(vector) else {
                continue;
            };
            let diagnosis = case.diagnose();
            assert!(
                diagnosis.outcome().is_err(),
                "{} is not a mistake with {}",
                mistake.name,
                vector.name
            );
            applied += 1;
            if diagnosis.findings()[0].cause() == cause {
                found += 1;
                *per_cause.entry(cause).or_default() += 1;
            } else {
                missed.push(format!("{} with {}: {diagnosis}", mistake.name, vector.name));
            }
        }
        println!("{found:>5} {applied:>5}  {}", mistake.name);
        assert!(applied > 0, "{} applies to nothing", mistake.name);
        all += applied;
    }
    println!(
        "{} vectors, {} mistakes, {all} cases, {} missed",
        vectors.len(),
        mistakes().count(),
        missed.len()
    );
    println!("first by cause: {per_cause:#?}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// One mistake has one certain finding: nothing is said against correct inputs.
#[test]
fn nothing_else_is_certain() {
    for vector in kms_vectors() {
        for mistake in mistakes() {
            let Some((_, case)) = (mistake.apply)(&vector) else {
                continue;
            };
            let diagnosis = case.diagnose();
            let certain = diagnosis.findings().iter().filter(|finding| finding.is_certain());
            let mistakes = if TWO_MISTAKES.contains(&mistake.name) { 2 } else { 1 };
            assert!(
                certain.count() <= mistakes,
                "{} with {}: {diagnosis}",
                mistake.name,
                vector.name
            );
        }
    }
}

/// What is shown by a changed input comes with that input, except where the signer has to sign again.
#[test]
fn shown_mistakes_are_repaired() {
    let mut table: BTreeMap<(&str, Cause), [usize; 2]> = BTreeMap::new();
    for vector in kms_vectors() {
        for mistake in mistakes() {
            let Some((_, case)) = (mistake.apply)(&vector) else {
                continue;
            };
            let diagnosis = case.diagnose();
            let is_repaired = diagnosis.repaired().is_some();
            let cause = diagnosis.findings()[0].cause();
            table.entry((mistake.name, cause)).or_default()[usize::from(is_repaired)] += 1;
        }
    }
    println!("lost repaired");
    for ((name, cause), [lost, repaired]) in &table {
        println!("{lost:>4} {repaired:>8}  {name}: {cause}");
        let is_lost = NOT_REPAIRED.contains(&(*name, *cause));
        assert_eq!((*lost > 0, *repaired > 0), (is_lost, !is_lost), "{name}: {cause}");
    }
}

/// Nothing that is given has the correct bytes.
const NOT_REPAIRED: [(&str, Cause); 9] = [
    ("algorithm and digest with another hash", Cause::WrongHash),
    ("another key of the key spec", Cause::WrongKey),
    ("key of another algorithm", Cause::KeyIsForAnotherAlgorithm),
    ("key of another size", Cause::SignatureWrongLength),
    ("no signature", Cause::SignatureWrongLength),
    ("signature read as text", Cause::SignatureReadAsText),
    ("signature with a byte after it", Cause::SignatureWrongLength),
    ("signature without its last byte", Cause::SignatureDerMalformed),
    ("signature without its last byte", Cause::SignatureWrongLength),
];

/// Two mistakes at once.
const TWO_MISTAKES: [&str; 3] = [
    "signature as Python bytes of base64",
    "signature as base64url of r || s (JWT)",
    "algorithm with another hash and padding",
];

/// Mistakes that an RSA padding does not show, but a changed input does: the finding is certain.
#[test]
fn verified_findings_are_certain() {
    for vector in kms_vectors() {
        for mistake in mistakes() {
            let Some((cause, case)) = (mistake.apply)(&vector) else {
                continue;
            };
            let certain = case.diagnose().findings()[0].is_certain();
            let guess = cause == Cause::WrongKey && !vector.algorithm.as_str().starts_with("RSA");
            assert_eq!(certain, !guess, "{} with {}", mistake.name, vector.name);
        }
    }
}
