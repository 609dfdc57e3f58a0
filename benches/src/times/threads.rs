//! Two threads that share one key, beside one thread alone and two threads with a key each.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use kms_verify::{Message, PublicKey, VerifyingKey};

use super::comparison::number;
use super::interleaved::{batch, median};
use crate::cases::Case;
use crate::implementations::OURS;

/// The number of batches of a thread in a round of about 20 ms, because waking a core of a virtual machine takes a
/// fraction of one.
const BATCHES: u32 = 40;

/// Rounds are long, so fewer are enough.
const MOST_ROUNDS: usize = 31;

pub fn print(cases: &[Case], rounds: usize) {
    println!("\n## threads: two threads with one precomputed key, {OURS}\n");
    println!(
        "| algorithm | verifications a second, 1 thread | 2 threads, one key | ratio | 2 threads, a key each | ratio |"
    );
    println!("|---|---|---|---|---|---|");
    for case in cases {
        let keys = [verifying_key(case), verifying_key(case)];
        let with = |key: &VerifyingKey| {
            let case = black_box(case);
            key.verify(Message::Raw(&case.message), &case.signature).is_ok()
        };
        let calls = batch(&|| with(&keys[0])).saturating_mul(BATCHES);
        let together = |keys: &[&VerifyingKey]| {
            let time = together(keys, &with, calls).as_secs_f64();
            keys.len() as f64 * f64::from(calls) / time
        };
        let (mut alone, mut shared, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds.min(MOST_ROUNDS) {
            alone.push(together(&[&keys[0]]));
            shared.push(together(&[&keys[0], &keys[0]]));
            own.push(together(&[&keys[0], &keys[1]]));
        }
        let ratio = |of: &[f64]| median(of.iter().zip(&alone).map(|(of, alone)| of / alone).collect());
        let (shared_ratio, own_ratio) = (ratio(&shared), ratio(&own));
        println!(
            "| {} | {} | {} | {shared_ratio:.2} | {} | {own_ratio:.2} |",
            case.name,
            number(median(alone)),
            number(median(shared)),
            number(median(own))
        );
    }
}

fn verifying_key(case: &Case) -> VerifyingKey {
    PublicKey::from_der(&case.public_key)
        .and_then(|key| key.verifying_key(case.algorithm))
        .expect("the key has the algorithm")
        .precomputed()
}

/// The time from the common start of one thread for each key to the end of the last one.
fn together(keys: &[&VerifyingKey], verify: &(impl Fn(&VerifyingKey) -> bool + Sync), calls: u32) -> Duration {
    let barrier = Barrier::new(keys.len());
    let barrier = &barrier;
    thread::scope(|scope| {
        let running: Vec<_> = keys
            .iter()
            .map(|key| {
                scope.spawn(move || {
                    barrier.wait();
                    let start = Instant::now();
                    for _ in 0..calls {
                        assert!(verify(key), "an answer that was right is now wrong");
                    }
                    (start, Instant::now())
                })
            })
            .collect();
        let times: Vec<_> = running
            .into_iter()
            .map(|thread| thread.join().expect("the thread verified"))
            .collect();
        let start = times.iter().map(|(start, _)| *start).min();
        let end = times.iter().map(|(_, end)| *end).max();
        start.zip(end).map_or(Duration::ZERO, |(start, end)| end - start)
    })
}
