//! Many signatures of one key at once, beside one after the other.

use std::hint::black_box;

use kms_verify::{Message, PublicKey};

use super::comparison::Comparison;
use super::goals::{self, Goals};
use super::interleaved::Timed;
use crate::cases::{self, Case};
use crate::implementations;

pub fn print(filter: &str, rounds: usize, check_goals: bool) {
    let mut comparison = Comparison::new(
        &format!(
            "many: {} signatures of a precomputed key, ours at once, others one by one",
            cases::MANY
        ),
        "ours at once",
        rounds,
        check_goals.then(Goals::default),
    );
    for cases in cases::many() {
        let first = &cases[0];
        if !first.name.to_lowercase().contains(&filter.to_lowercase()) {
            continue;
        }
        let implementations = implementations::of(first);
        implementations
            .iter()
            .for_each(|implementation| implementation.check(first));
        let mut functions = vec![at_once(&cases)];
        functions.extend(implementations.iter().map(|implementation| {
            let cases = &cases;
            Timed {
                name: implementation.name,
                call: Box::new(move || black_box(cases).iter().all(|case| (implementation.verify)(case))),
            }
        }));
        comparison.row(
            first.name,
            goals::many(first.key_spec).filter(|_| check_goals),
            &functions,
        );
    }
    comparison.end();
}

/// `VerifyingKey::verify_many`, which must find a changed signature among the others.
fn at_once(cases: &[Case]) -> Timed<'_> {
    let key = PublicKey::from_der(&cases[0].public_key)
        .and_then(|key| key.verifying_key(cases[0].algorithm))
        .expect("the key has the algorithm")
        .precomputed();
    let pairs: Vec<(Message<'_>, &[u8])> = cases
        .iter()
        .map(|case| (Message::Raw(&case.message), &case.signature[..]))
        .collect();
    let mut changed = pairs.clone();
    changed[7].0 = Message::Raw(b"another");
    let rejected = key.verify_many(&changed).iter().position(Result::is_err);
    assert_eq!(rejected, Some(7), "{}", cases[0].name);
    Timed {
        name: "ours at once",
        call: Box::new(move || key.verify_many(black_box(&pairs)).iter().all(Result::is_ok)),
    }
}
