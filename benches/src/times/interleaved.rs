//! Times functions in turns, so that load on a shared machine affects all of them alike.

use std::time::{Duration, Instant};

/// The length of a batch: long enough for the clock, and short compared with the time slices of the scheduler, so that
/// most batches are not interrupted.
const BATCH: Duration = Duration::from_micros(500);

/// A function to time. It returns whether its answer was correct.
pub struct Timed<'a> {
    pub name: &'static str,
    pub call: Box<dyn Fn() -> bool + 'a>,
}

/// The times of a function.
pub struct Times {
    pub name: &'static str,
    /// The time of one call in each round, in microseconds.
    rounds: Vec<f64>,
}

impl Times {
    /// In microseconds.
    pub fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// The median of the ratios within the rounds. A ratio compares two neighboring measurements, so it is more stable
    /// than a ratio of medians.
    pub fn ratio_to(&self, other: &Self) -> f64 {
        median(
            self.rounds
                .iter()
                .zip(&other.rounds)
                .map(|(time, other)| time / other)
                .collect(),
        )
    }
}

/// Times the functions in rounds. In each round, every function runs one batch. Every other round runs in reverse
/// order, so that no function always follows the same one.
pub fn interleaved(functions: &[Timed<'_>], rounds: usize) -> Vec<Times> {
    let batches: Vec<u32> = functions.iter().map(|function| batch(&*function.call)).collect();
    let mut times: Vec<Times> = functions
        .iter()
        .map(|function| Times {
            name: function.name,
            rounds: Vec::with_capacity(rounds),
        })
        .collect();
    for round in 0..rounds {
        let mut order: Vec<usize> = (0..functions.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            // Brings code and tables back into the caches, which the others have used in the meantime.
            run(&*functions[at].call, 1);
            let time = run(&*functions[at].call, batches[at]);
            times[at].rounds.push(time.as_secs_f64() * 1e6 / f64::from(batches[at]));
        }
    }
    times
}

/// The number of calls in a batch. Also warms up the function.
pub fn batch(call: &dyn Fn() -> bool) -> u32 {
    let mut calls = 1;
    loop {
        let time = run(call, calls);
        if time >= BATCH {
            let one = time.as_nanos() / u128::from(calls);
            return u32::try_from(BATCH.as_nanos() / one.max(1)).unwrap_or(u32::MAX).max(1);
        }
        calls *= 2;
    }
}

fn run(call: &dyn Fn() -> bool, calls: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        assert!(call(), "an answer that was right is now wrong");
    }
    start.elapsed()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
