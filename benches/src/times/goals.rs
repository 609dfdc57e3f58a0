//! The goals for the times, as ratios to the fastest peer.

use kms_verify::KeySpec;

/// The goal for a precomputed key.
pub fn prepared(key_spec: KeySpec) -> f64 {
    goals(key_spec).0
}

/// The goal for one shot, from the bytes of the key to the answer.
pub fn one_shot(key_spec: KeySpec) -> f64 {
    goals(key_spec).1
}

/// The goals with a precomputed key, and in one shot. They are lower for RSA and ML-DSA without AVX-512, and for ML-DSA on
/// plain words.
fn goals(key_spec: KeySpec) -> (f64, f64) {
    let (avx2, serial) = (cfg!(kms_verify_backend = "avx2"), cfg!(kms_verify_backend = "serial"));
    match key_spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 if avx2 || serial => (1.25, 1.25),
        KeySpec::MlDsa44 if avx2 => (0.35, 0.95),
        KeySpec::MlDsa65 if avx2 => (0.25, 0.9),
        KeySpec::MlDsa87 if avx2 => (0.22, 0.9),
        KeySpec::MlDsa44 if serial => (0.6, 2.1),
        KeySpec::MlDsa65 if serial => (0.45, 2.1),
        KeySpec::MlDsa87 if serial => (0.4, 2.1),
        KeySpec::Rsa2048 => (0.4, 0.6),
        KeySpec::Rsa3072 => (0.35, 0.6),
        KeySpec::Rsa4096 => (0.3, 0.5),
        KeySpec::EccNistP256 => (0.2, 0.8),
        KeySpec::EccNistP384 => (0.2, 0.75),
        KeySpec::EccNistP521 => (0.25, 0.85),
        KeySpec::EccSecgP256k1 => (0.3, 0.85),
        KeySpec::EccNistEdwards25519 => (0.35, 0.95),
        KeySpec::MlDsa44 => (0.3, 0.65),
        KeySpec::MlDsa65 => (0.22, 0.52),
        KeySpec::MlDsa87 => (0.2, 0.5),
        KeySpec::Sm2 => (0.04, 0.2),
        other => unimplemented!("{other}"),
    }
}

/// The goal for one verification with a bound key, as a ratio to one without.
pub const BIND: f64 = 1.1;

/// The goal for the first verification of a process, as a ratio to a later one.
pub const FIRST: f64 = 1.5;

/// The goal for many signatures at once, as a ratio to the fastest one by one, if there is one. It needs AVX-512 IFMA.
pub fn many(key_spec: KeySpec) -> Option<f64> {
    let ifma = !cfg!(kms_verify_backend = "serial") && !cfg!(kms_verify_backend = "avx2");
    match key_spec {
        KeySpec::EccNistP256 | KeySpec::EccSecgP256k1 | KeySpec::EccNistEdwards25519 if ifma => Some(0.55),
        _ => None,
    }
}

/// The maximum size of a precomputed key in KiB.
pub const PREPARED_KIB: f64 = 257.0;

/// The maximum time to compute the tables of a key in microseconds.
pub const PREPARE_US: f64 = 1200.0;

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
