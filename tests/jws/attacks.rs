//! Attacks on verifiers of tokens, each with its source. Every token here is rejected, and each by the rule that is meant:
//! where it is possible, its signature is genuine.

mod form;
mod key;
mod signature;

use super::*;

fn with_signature(alg: &str, signature: impl AsRef<[u8]>) -> String {
    let header = b64(format!(r#"{{"alg":"{alg}"}}"#));
    format!("{header}.{}.{}", b64(PAYLOAD), b64(signature))
}
