//! Times kms-verify beside its peers and prints Markdown.

use clap::{Parser, ValueEnum};
use kms_verify_benches::cases::{self, Case};
use kms_verify_benches::times::{first, hash, head, many, prepare, threads, verify};

/// Times kms-verify beside its peers, interleaved in one process, and prints Markdown.
#[derive(Parser)]
struct Options {
    /// Only this group. Can be given several times.
    #[arg(long, value_enum)]
    group: Vec<Group>,
    /// Only algorithms whose name contains this, such as RSA or P-256.
    #[arg(long, default_value = "")]
    filter: String,
    /// The number of rounds, whose medians are printed.
    #[arg(long, default_value_t = 201, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Compares the ratios with the goals.
    #[arg(long)]
    check_goals: bool,
    /// What the group `first` runs in processes of its own: a case, and `ours` or a peer.
    #[arg(long, hide = true, num_args = 2)]
    first: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Group {
    /// From the DER of a SubjectPublicKeyInfo to a key object.
    Parse,
    /// From a bound key to one with tables: time and memory. Only kms-verify.
    Prepare,
    /// One verification with a bound key, beside one without. Only kms-verify.
    Bind,
    /// From message and signature to the answer, with a precomputed key.
    Verify,
    /// From the DER of the key, message and signature to the answer.
    OneShot,
    /// One shot in a process that has verified nothing, beside one that has. Only kms-verify.
    First,
    /// Many signatures of one key at once, beside one by one.
    Many,
    /// Digests of 1 MiB.
    Hash,
    /// Two threads with one key. Only kms-verify.
    Threads,
}

fn main() {
    let options = Options::parse();
    if let [name, implementation] = options.first.as_slice() {
        return cases::all()
            .iter()
            .filter(|case| case.name == name)
            .for_each(|case| first::in_this_process(case, implementation));
    }
    let rounds = options.rounds as usize;
    let cases: Vec<Case> = cases::all()
        .into_iter()
        .filter(|case| case.name.to_lowercase().contains(&options.filter.to_lowercase()))
        .collect();
    let wanted = |group| options.group.is_empty() || options.group.contains(&group);

    // Before anything else verifies, because the first key computes what all keys share.
    let sizes = wanted(Group::Prepare).then(|| prepare::sizes(&cases));
    head::print(rounds);
    if wanted(Group::Verify) {
        verify::prepared(&cases, rounds, options.check_goals);
    }
    if wanted(Group::OneShot) {
        verify::one_shot(&cases, rounds, options.check_goals);
    }
    if wanted(Group::First) {
        first::print(&cases, rounds, options.check_goals);
    }
    if wanted(Group::Parse) {
        verify::parse(&cases, rounds);
    }
    if let Some(sizes) = sizes {
        prepare::print(&cases, &sizes, rounds, options.check_goals);
    }
    if wanted(Group::Bind) {
        prepare::print_bind(&cases, rounds, options.check_goals);
    }
    if wanted(Group::Threads) {
        threads::print(&cases, rounds);
    }
    if wanted(Group::Many) {
        many::print(&options.filter, rounds, options.check_goals);
    }
    if wanted(Group::Hash) {
        hash::print(&options.filter, rounds);
    }
}
