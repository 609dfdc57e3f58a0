//! The first signature that a process verifies, beside later ones.

use std::env;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use kms_verify::{Message, verify_kms_signature};

use super::comparison::number;
use super::goals::{FIRST, Goals};
use super::interleaved::median;
use crate::cases::Case;
use crate::implementations::OURS;

/// Each takes a process, so fewer are enough.
const MOST_ROUNDS: usize = 41;

/// Starts this program again for each round, with the option `--first`.
pub fn print(cases: &[Case], rounds: usize, check_goals: bool) {
    println!("\n## first: one shot, the first in a process, {OURS}\n");
    let (goal, rule) = if check_goals { (" goal |", "---|") } else { ("", "") };
    println!("| algorithm | first, us | later, us | ratio |{goal}");
    println!("|---|---|---|---|{rule}");
    let program = env::current_exe().expect("this program has a path");
    let mut goals = Goals::default();
    for case in cases {
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for _ in 0..rounds.min(MOST_ROUNDS) {
            let output = Command::new(&program).args(["--first", case.name]).output();
            let output = output.expect("this program can be started").stdout;
            let mut times = str::from_utf8(&output)
                .unwrap_or_default()
                .split_whitespace()
                .map(str::parse);
            let (Some(Ok(one)), Some(Ok(other))) = (times.next(), times.next()) else {
                panic!("{}: the process printed no times", case.name);
            };
            first.push(one);
            later.push(other);
        }
        let (first, later) = (median(first), median(later));
        let goal = match check_goals {
            true => format!(" {} |", goals.compare(Some(first / later), Some(FIRST))),
            false => String::new(),
        };
        println!(
            "| {} | {} | {} | {:.2} |{goal}",
            case.name,
            number(first),
            number(later),
            first / later
        );
    }
    if check_goals {
        goals.print();
    }
}

/// What a process of `print` does: prints the microseconds of the first verification, and the median of later ones.
pub fn in_this_process(case: &Case) {
    let timed = || {
        let start = Instant::now();
        let answer = verify_kms_signature(
            black_box(&case.public_key),
            case.algorithm,
            Message::Raw(&case.message),
            &case.signature,
        );
        let time = start.elapsed().as_secs_f64() * 1e6;
        answer.expect("the signature holds");
        time
    };
    let first = timed();
    println!("{first} {}", median((0..31).map(|_| timed()).collect()));
}
