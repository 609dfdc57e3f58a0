//! A table of kms-verify beside its peers.

use super::goals::Goals;
use super::interleaved::{Timed, interleaved};

/// Prints a table while its rows are measured.
pub struct Comparison {
    rounds: usize,
    goals: Option<Goals>,
}

impl Comparison {
    /// Prints the head of the table. `ours` is the name of our column.
    pub fn new(title: &str, ours: &str, rounds: usize, goals: Option<Goals>) -> Self {
        println!("\n## {title}\n");
        let (goal, rule) = if goals.is_some() { (" goal |", "---|") } else { ("", "") };
        println!("| algorithm | {ours}, us | fastest peer, us | others, us | ratio |{goal}");
        println!("|---|---|---|---|---|{rule}");
        Self { rounds, goals }
    }

    /// Measures and prints a row. Our function is the first one, and the ratio is to the fastest of the others.
    pub fn row(&mut self, name: &str, goal: Option<f64>, functions: &[Timed<'_>]) {
        let times = interleaved(functions, self.rounds);
        let (ours, peers) = times.split_first().expect("ours is always there");
        let mut peers: Vec<_> = peers.iter().collect();
        peers.sort_by(|a, b| a.median().total_cmp(&b.median()));
        let named = |peer: &_| {
            let peer: &super::interleaved::Times = peer;
            format!("{} {}", peer.name, number(peer.median()))
        };
        let fastest = peers.first().map_or_else(|| "none".to_owned(), |peer| named(peer));
        let others: Vec<String> = peers.iter().skip(1).map(|peer| named(peer)).collect();
        let ratio = peers.first().map(|peer| ours.ratio_to(peer));
        let shown = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let goal = match &mut self.goals {
            Some(goals) => format!(" {} |", goals.compare(ratio, goal)),
            None => String::new(),
        };
        println!(
            "| {name} | {} | {fastest} | {} | {shown} |{goal}",
            number(ours.median()),
            others.join(", ")
        );
    }

    /// Ends the table.
    pub fn end(self) {
        if let Some(goals) = self.goals {
            goals.print();
        }
    }
}

/// A number with about three digits.
pub fn number(value: f64) -> String {
    let decimals = match value {
        ..1.0 => 3,
        1.0..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}
