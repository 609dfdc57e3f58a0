//! Runs `differential::check` over pseudo-random choices, so many cases for each family, on all cores. See
//! `scripts/differential`.

use std::time::Instant;
use std::{env, process, thread};

use kms_verify_fuzz::PEER;
use kms_verify_testing::SplitMix64;
use kms_verify_testing::fuzz::differential::{Ask, Family, Kind, check};

/// More than any case chooses.
const BYTES: usize = 1536;

struct Options {
    cases: u64,
    families: Vec<Family>,
    seed: u64,
    /// RustCrypto is asked in every so many cases.
    rustcrypto_every: u64,
}

#[derive(Clone, Copy, Default)]
struct Count {
    cases: u64,
    valid: u64,
    rustcrypto: u64,
    kinds: [KindCount; Kind::ALL.len()],
}

#[derive(Clone, Copy, Default)]
struct KindCount {
    cases: u64,
    valid: u64,
}

fn main() {
    let Some(options) = options() else {
        eprintln!(
            "usage: differential_cases CASES [--family NAME]... [--seed NUMBER] [--rustcrypto-every NUMBER]\nfamilies: {:?}",
            Family::ALL
        );
        process::exit(2);
    };
    println!(
        "seed {:#x}; RSA runs on the {} body; aws-lc-rs is {}",
        options.seed,
        rsa_body(),
        if PEER.is_some() { "asked" } else { "not built" },
    );
    for family in &options.families {
        let start = Instant::now();
        let count = run(*family, &options);
        let kinds: Vec<String> = Kind::ALL
            .iter()
            .zip(count.kinds)
            .filter(|(_, count)| count.cases > 0)
            .map(|(kind, count)| format!("{kind:?} {} ({} valid)", count.cases, count.valid))
            .collect();
        println!(
            "{family:?}: {} cases, {} valid, {} with RustCrypto, no mismatch, {} s; {}",
            count.cases,
            count.valid,
            count.rustcrypto,
            start.elapsed().as_secs(),
            kinds.join(", ")
        );
    }
}

fn options() -> Option<Options> {
    let mut arguments = env::args().skip(1);
    let mut options = Options {
        cases: arguments.next()?.parse().ok()?,
        families: Vec::new(),
        seed: 1,
        rustcrypto_every: 1,
    };
    while let Some(option) = arguments.next() {
        let value = arguments.next()?;
        match option.as_str() {
            "--family" => options
                .families
                .push(*Family::ALL.iter().find(|family| format!("{family:?}") == value)?),
            "--seed" => options.seed = value.parse().ok()?,
            "--rustcrypto-every" => options.rustcrypto_every = value.parse().ok().filter(|every| *every > 0)?,
            _ => return None,
        }
    }
    if options.families.is_empty() {
        options.families = Family::ALL.to_vec();
    }
    Some(options)
}

fn rsa_body() -> &'static str {
    if cfg!(kms_verify_backend = "portable") {
        return "RustCrypto";
    }
    #[cfg(all(target_arch = "x86_64", not(kms_verify_backend = "serial")))]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma") {
        return "AVX-512 IFMA";
    }
    "portable"
}

fn run(family: Family, options: &Options) -> Count {
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let counts: Vec<Count> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let cases = options.cases / threads + u64::from(thread < options.cases % threads);
                let seed = SplitMix64(options.seed ^ (family as u64) << 32 ^ thread << 40).word();
                scope.spawn(move || work(family, cases, seed, options.rustcrypto_every))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| process::exit(1)))
            .collect()
    });
    let mut total = Count::default();
    for count in counts {
        total.cases += count.cases;
        total.valid += count.valid;
        total.rustcrypto += count.rustcrypto;
        for (total, count) in total.kinds.iter_mut().zip(count.kinds) {
            total.cases += count.cases;
            total.valid += count.valid;
        }
    }
    total
}

fn work(family: Family, cases: u64, seed: u64, rustcrypto_every: u64) -> Count {
    let mut random = SplitMix64(seed);
    let mut choices = [0; BYTES];
    let mut count = Count::default();
    while count.cases < cases {
        random.fill(&mut choices);
        let ask = Ask {
            rustcrypto: count.cases.is_multiple_of(rustcrypto_every),
            peer: PEER,
        };
        // Some choices lead to no case.
        let Some(outcome) = check(family, &choices, ask) else {
            continue;
        };
        count.cases += 1;
        count.valid += u64::from(outcome.valid);
        count.rustcrypto += u64::from(ask.rustcrypto);
        for (kind, count) in Kind::ALL.iter().zip(&mut count.kinds) {
            let is_of_kind = outcome.kinds.contains(kind);
            count.cases += u64::from(is_of_kind);
            count.valid += u64::from(is_of_kind && outcome.valid);
        }
    }
    count
}
