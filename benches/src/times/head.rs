//! The head of a record: what was measured, where and when.

use std::env;
use std::fs;
use std::process::Command;

use crate::implementations::OURS;

/// CPU features for which some implementation has code.
const FEATURES: [&str; 10] = [
    "avx2",
    "bmi2",
    "adx",
    "avx512f",
    "avx512ifma",
    "vpclmulqdq",
    "sha_ni",
    "asimd",
    "sha2",
    "sha512",
];

/// The peers, and the crates that they consist of.
const CRATES: [&str; 13] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "ring",
    "rsa",
    "p256",
    "k256",
    "sm2",
    "ml-dsa",
    "ed25519-dalek",
    "openssl",
    "graviola",
    "secp256k1",
    "libcrux-ml-dsa",
];

pub fn print(rounds: usize) {
    println!("# Times of {OURS} beside its peers\n");
    println!("Medians of {rounds} interleaved rounds, in microseconds. A ratio below 1 means that {OURS} is faster.\n");
    println!("- date: {}", output("date", &["-u", "+%Y-%m-%d %H:%M UTC"]));
    println!("- CPU: {}", cpu_info("model name"));
    println!("- CPU features: {}", cpu_features());
    println!("- load average: {}", load_average());
    println!("- compiler: {}", env!("RUSTC_VERSION"));
    println!(
        "- commit: {}",
        output("git", &["describe", "--always", "--dirty", "--abbrev=12"])
    );
    println!("- peers: {}; {}", versions(), openssl::version::version());
}

/// The output of a command that runs in the directory of this package.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    match output {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// A line of Linux's description of the first CPU.
fn cpu_info(key: &str) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = info
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned());
    value.unwrap_or_else(|| format!("unknown ({})", env::consts::ARCH))
}

fn cpu_features() -> String {
    let [x86, arm] = [cpu_info("flags"), cpu_info("Features")];
    let all: Vec<&str> = x86.split_whitespace().chain(arm.split_whitespace()).collect();
    let shown: Vec<&str> = FEATURES.into_iter().filter(|feature| all.contains(feature)).collect();
    shown.join(" ")
}

fn load_average() -> String {
    fs::read_to_string("/proc/loadavg")
        .map(|load| load.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .unwrap_or_else(|_| "unknown".to_owned())
}

/// The versions of the peers in the lock file.
fn versions() -> String {
    let lock = include_str!("../../Cargo.lock");
    let version = |name: &str| {
        let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", after.split('"').next()?))
    };
    CRATES.into_iter().filter_map(version).collect::<Vec<_>>().join(", ")
}
