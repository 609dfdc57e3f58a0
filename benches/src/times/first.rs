//! The first signature that a process verifies, beside later ones.

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use super::comparison::number;
use super::goals::{FIRST, Goals};
use super::interleaved::median;
use crate::cases::Case;
use crate::implementations::{self, Implementation, OURS};

/// Each takes a process, so fewer are enough.
const MOST_ROUNDS: usize = 41;

/// What a process measures.
#[derive(Clone, Copy)]
struct Times {
    first: f64,
    second: f64,
    later: f64,
    /// Of the first verification.
    page_faults: f64,
}

/// Starts this program again for each round, with the option `--first`.
pub fn print(cases: &[Case], rounds: usize, check_goals: bool) {
    println!("\n## first: one shot, the first in a process, {OURS}\n");
    let (goal, rule) = if check_goals { (" goal |", "---|") } else { ("", "") };
    println!(
        "| algorithm | first, us | second, us | later, us | ratio |{goal} page faults | aws-lc-rs: first, us | later, us | ratio |"
    );
    println!("|---|---|---|---|---|{rule}---|---|---|---|");
    let mut goals = Goals::default();
    for case in cases {
        // In turns, so that load affects both alike.
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..rounds.min(MOST_ROUNDS) {
            ours.extend(measured(case, "ours"));
            peer.extend(measured(case, "aws-lc-rs"));
        }
        let Some(ours) = medians(&ours) else {
            panic!("{}: the process printed no times", case.name);
        };
        let ratio = ours.first / ours.later;
        let goal = match check_goals {
            true => format!(" {} |", goals.compare(Some(ratio), Some(FIRST))),
            false => String::new(),
        };
        let peer = medians(&peer).map_or_else(
            || "| |".to_owned(),
            |peer| {
                let ratio = peer.first / peer.later;
                format!("{} | {} | {ratio:.2}", number(peer.first), number(peer.later))
            },
        );
        println!(
            "| {} | {} | {} | {} | {ratio:.2} |{goal} {} | {peer} |",
            case.name,
            number(ours.first),
            number(ours.second),
            number(ours.later),
            ours.page_faults,
        );
    }
    if check_goals {
        goals.print();
    }
}

/// The times of one process. `None` if the implementation does not have the algorithm.
fn measured(case: &Case, implementation: &str) -> Option<Times> {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(&program)
        .args(["--first", case.name, implementation])
        .output()
        .expect("this program can be started")
        .stdout;
    let mut numbers = str::from_utf8(&output)
        .ok()?
        .split_whitespace()
        .map_while(|number| number.parse().ok());
    Some(Times {
        first: numbers.next()?,
        second: numbers.next()?,
        later: numbers.next()?,
        page_faults: numbers.next()?,
    })
}

/// The median of each number. `None` without times.
fn medians(times: &[Times]) -> Option<Times> {
    let of = |number: fn(&Times) -> f64| median(times.iter().map(number).collect());
    (!times.is_empty()).then(|| Times {
        first: of(|times| times.first),
        second: of(|times| times.second),
        later: of(|times| times.later),
        page_faults: of(|times| times.page_faults),
    })
}

/// What a process of `print` does: prints the microseconds of the first verification, of the second, and the median of
/// later ones, and the number of page faults during the first.
pub fn in_this_process(case: &Case, implementation: &str) {
    let verify: Box<dyn Fn() -> bool> = match implementation {
        "ours" => Box::new(|| implementations::verifies_in_one_shot(black_box(case))),
        _ => {
            let Some(Implementation { one_shot, .. }) = implementations::aws_lc(case) else {
                return;
            };
            Box::new(move || one_shot(black_box(case)))
        }
    };
    let timed = || {
        let start = Instant::now();
        let answer = verify();
        let time = start.elapsed().as_secs_f64() * 1e6;
        assert!(answer, "the signature holds");
        time
    };
    // The first call also pays for what reading the number itself takes.
    page_faults();
    let before = page_faults();
    let first = timed();
    let faults = page_faults() - before;
    let second = timed();
    let later = median((0..31).map(|_| timed()).collect());
    println!("{first} {second} {later} {faults}");
}

/// How often this process touched memory that was not mapped yet, and was in memory already: the tenth field of Linux's
/// description of a process, the eighth after its name in parentheses. 0 elsewhere.
fn page_faults() -> u64 {
    let description = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = description.rsplit(')').next().unwrap_or_default();
    fields
        .split_whitespace()
        .nth(7)
        .and_then(|faults| faults.parse().ok())
        .unwrap_or(0)
}
