//! The goals for the times, as ratios to the fastest peer.

use kms_verify::KeySpec;

/// The goal for a precomputed key.
pub fn prepared(key_spec: KeySpec) -> f64 {
    match key_spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 => 0.5,
        KeySpec::Rsa4096 => 0.45,
        KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::Sm2 => 0.4,
        KeySpec::EccSecgP256k1 | KeySpec::EccNistEdwards25519 => 0.6,
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => 0.6,
        other => unimplemented!("{other}"),
    }
}

/// The goal for one shot, from the bytes of the key to the answer.
pub fn one_shot(key_spec: KeySpec) -> f64 {
    match key_spec {
        KeySpec::Sm2 => 0.6,
        _ => 1.0,
    }
}

/// The goal for one verification with a bound key, as a ratio to one without.
pub const BIND: f64 = 1.1;

/// The maximum size of a precomputed key in KiB.
pub const PREPARED_KIB: f64 = 256.0;

/// The maximum time to compute the tables of a key in microseconds.
pub const PREPARE_US: f64 = 2000.0;

/// Counts goals that are met.
#[derive(Default)]
pub struct Goals {
    met: usize,
    all: usize,
}

impl Goals {
    /// Prints whether a value is within its goal.
    pub fn compare(&mut self, value: Option<f64>, goal: Option<f64>) -> String {
        let (Some(value), Some(goal)) = (value, goal) else {
            return String::new();
        };
        let met = value <= goal;
        self.all += 1;
        self.met += usize::from(met);
        format!("{goal} {}", word(met))
    }

    pub fn print(&self) {
        println!("\nGoals met: {} of {}.", self.met, self.all);
    }
}

pub fn word(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}
