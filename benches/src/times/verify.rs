//! The groups that compare kms-verify with its peers, algorithm by algorithm.

use std::hint::black_box;

use kms_verify::KeySpec;

use super::comparison::Comparison;
use super::goals::{self, Goals};
use super::interleaved::Timed;
use crate::cases::Case;
use crate::implementations::{self, Implementation, OURS};

pub fn prepared(cases: &[Case], rounds: usize, check_goals: bool) {
    let goal = check_goals.then_some(goals::prepared as fn(KeySpec) -> f64);
    compare(
        "verify: with a precomputed key",
        cases,
        rounds,
        goal,
        |implementation| Some(&implementation.verify),
    );
}

pub fn one_shot(cases: &[Case], rounds: usize, check_goals: bool) {
    let goal = check_goals.then_some(goals::one_shot as fn(KeySpec) -> f64);
    compare(
        "one_shot: from the DER of the key to the answer",
        cases,
        rounds,
        goal,
        |implementation| Some(&implementation.one_shot),
    );
}

pub fn parse(cases: &[Case], rounds: usize) {
    compare(
        "parse: from the DER of the key to a key object",
        cases,
        rounds,
        None,
        |implementation| implementation.parse.as_ref(),
    );
}

fn compare(
    title: &str,
    cases: &[Case],
    rounds: usize,
    goal: Option<fn(KeySpec) -> f64>,
    of: impl Fn(&Implementation) -> Option<&Box<dyn Fn(&Case) -> bool>>,
) {
    let mut comparison = Comparison::new(title, OURS, rounds, goal.map(|_| Goals::default()));
    for case in cases {
        let implementations = implementations::of(case);
        implementations
            .iter()
            .for_each(|implementation| implementation.check(case));
        let functions: Vec<Timed<'_>> = implementations
            .iter()
            .filter_map(|implementation| {
                let call = of(implementation)?;
                Some(Timed {
                    name: implementation.name,
                    call: Box::new(move || call(black_box(case))),
                })
            })
            .collect();
        comparison.row(case.name, goal.map(|goal| goal(case.key_spec)), &functions);
    }
    comparison.end();
}
