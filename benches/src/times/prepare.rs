//! The cost of binding a key to its algorithm and of computing its tables: time, and memory while the key exists.

use std::hint::black_box;

use kms_verify::{Message, PublicKey, VerifyingKey};

use super::comparison::{Comparison, number};
use super::goals::{BIND, Goals, PREPARE_US, PREPARED_KIB, word};
use super::interleaved::{Timed, interleaved};
use crate::cases::Case;
use crate::implementations::OURS;

/// The size of the key of a case in KiB.
pub struct Size {
    /// Each key.
    key: f64,
    /// Once per process: what remains of the first key after it was dropped.
    shared: f64,
}

/// Measures the size of keys, from their allocations and their own size. The first key of a process also computes what
/// all keys share, so this must come before anything else verifies.
pub fn sizes(cases: &[Case]) -> Vec<Size> {
    cases
        .iter()
        .map(|case| {
            let shared = allocation_counter::measure(|| drop(used_key(case))).bytes_current;
            let mut key = None;
            let held = allocation_counter::measure(|| key = Some(used_key(case))).bytes_current;
            let kib = |bytes: i64| bytes as f64 / 1024.0;
            Size {
                key: kib(held) + size_of::<VerifyingKey>() as f64 / 1024.0,
                shared: kib(shared),
            }
        })
        .collect()
}

/// A key that has verified once, in case something is computed only then.
fn used_key(case: &Case) -> VerifyingKey {
    let key = bound(&public_key(case), case).precomputed();
    key.verify(Message::Raw(&case.message), &case.signature)
        .expect("the signature holds");
    key
}

fn public_key(case: &Case) -> PublicKey {
    PublicKey::from_der(&case.public_key).expect("the key parses")
}

fn bound(key: &PublicKey, case: &Case) -> VerifyingKey {
    key.verifying_key(case.algorithm).expect("the key has the algorithm")
}

/// Times one verification with `PublicKey::verifying_key`, beside `PublicKey::verify`.
pub fn print_bind(cases: &[Case], rounds: usize, check_goals: bool) {
    let title = "bind: verifying_key() and one verification, beside PublicKey::verify";
    let mut comparison = Comparison::new(title, OURS, rounds, check_goals.then(Goals::default));
    for case in cases {
        let key = public_key(case);
        let by_way_of_bound = Timed {
            name: OURS,
            call: Box::new(|| {
                bound(black_box(&key), case)
                    .verify(Message::Raw(&case.message), &case.signature)
                    .is_ok()
            }),
        };
        let directly = Timed {
            name: "PublicKey::verify",
            call: Box::new(|| {
                black_box(&key)
                    .verify(case.algorithm, Message::Raw(&case.message), &case.signature)
                    .is_ok()
            }),
        };
        comparison.row(case.name, Some(BIND), &[by_way_of_bound, directly]);
    }
    comparison.end();
}

/// Times `VerifyingKey::precomputed`, and prints the sizes beside the times.
pub fn print(cases: &[Case], sizes: &[Size], rounds: usize, check_goals: bool) {
    println!("\n## prepare: from a bound key to one with tables, {OURS}\n");
    let (goal, rule) = if check_goals {
        (" goals: 1.2 ms, 257 KiB |", "---|")
    } else {
        ("", "")
    };
    println!("| algorithm | us | KiB for each key | KiB once per process |{goal}");
    println!("|---|---|---|---|{rule}");
    for (case, size) in cases.iter().zip(sizes) {
        let key = bound(&public_key(case), case);
        let prepare = Timed {
            name: OURS,
            call: Box::new(|| {
                black_box(black_box(&key).clone().precomputed());
                true
            }),
        };
        let time: f64 = interleaved(&[prepare], rounds).iter().map(|times| times.median()).sum();
        let goal = if check_goals {
            format!(" {} |", word(time <= PREPARE_US && size.key <= PREPARED_KIB))
        } else {
            String::new()
        };
        println!(
            "| {} | {} | {:.1} | {:.1} |{goal}",
            case.name,
            number(time),
            size.key,
            size.shared
        );
    }
}
