//! Cases of Ed25519 (RFC 8032), whose A and R may have parts of small order.
//!
//! With A = a B + T and R = r B + U, S = r + k a solves the equation without the cofactor exactly if U + k T is neutral.

use std::rc::Rc;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use kms_verify::SigningAlgorithm;
use num_bigint::BigUint;

use super::choices::Choices;
use super::{Case, Key, Kind};
use crate::forge::ed25519 as forge;

/// Secrets that are used repeatedly, each with every T.
const SECRETS: usize = 4;

thread_local! {
    static KEYS: Vec<(forge::Key, usize, Rc<Key>)> = (0..SECRETS)
        .flat_map(|label| (0..8).map(move |t| (forge::Key::with_torsion(&label.to_string(), t), t)))
        .map(|(key, t)| {
            let own = Rc::new(Key::ed25519(&key.encoded()));
            (key, t, own)
        })
        .collect();
}

/// Constructs a case from `choices`.
pub fn case(choices: &mut Choices<'_>) -> Case {
    let way = choices.byte() % 16;
    let mut kinds = Vec::new();
    let (secret, t, key) = if way == 15 {
        kinds.push(Kind::NewKey);
        let a = scalar(choices);
        let point = EdwardsPoint::mul_base(&a);
        let key = Rc::new(Key::ed25519(&point.compress().0));
        (forge::Key { a, point }, 0, key)
    } else {
        KEYS.with(|keys| choices.one_of(keys).clone())
    };
    if t != 0 {
        kinds.push(Kind::TorsionInKey);
    }
    let length = choices.below(100);
    let message = choices.bytes(length);
    let r = scalar(choices);
    let first = usize::from(choices.byte() % 8);
    // Any U, or the first that makes the signature valid.
    let with = |u: usize| {
        let big_r = (EdwardsPoint::mul_base(&r) + EIGHT_TORSION[u]).compress().0;
        let k = secret.challenge(&big_r, b"", &message);
        let rest = EIGHT_TORSION[u] + k * EIGHT_TORSION[t];
        (big_r, rest.is_identity())
    };
    let u = (0..8)
        .map(|i| (first + i) % 8)
        .find(|u| way < 6 && with(*u).1)
        .unwrap_or(first);
    if u != 0 {
        kinds.push(Kind::TorsionInR);
    }
    let (big_r, solves) = with(u);
    let mut signature = secret.sign_with(&big_r, r, b"", &message);
    let mut valid = Some(solves);
    match way {
        // S + L, which fits in 32 bytes.
        10 | 11 => {
            kinds.push(Kind::SNotBelowOrder);
            let s = BigUint::from_bytes_le(&signature[32..]) + forge::order();
            let mut s = s.to_bytes_le();
            s.resize(32, 0);
            signature[32..].copy_from_slice(&s);
            valid = Some(false);
        }
        // R of small order, also in encodings that are not canonical.
        12 => {
            kinds.push(Kind::SmallOrderR);
            let encoded: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
            let other = forge::non_canonical_encodings()
                .into_iter()
                .map(|found| found.unwrap_or_else(|other| other));
            let all: Vec<[u8; 32]> = encoded.into_iter().chain(other).collect();
            let big_r = *choices.one_of(&all);
            signature = secret.sign_with(&big_r, Scalar::ZERO, b"", &message);
            valid = None;
        }
        13 | 14 => {
            let at = choices.below(64);
            signature[at] ^= 1 << (choices.byte() % 8);
            valid = None;
        }
        _ => {}
    }
    Case {
        key,
        algorithm: SigningAlgorithm::Ed25519Sha512,
        digest: message,
        signature,
        valid,
        kinds,
    }
}

/// Not zero, and not often small.
fn scalar(choices: &mut Choices<'_>) -> Scalar {
    let number: [u8; 32] = choices.bytes(32).try_into().expect("32 bytes");
    Scalar::from_bytes_mod_order(number) + Scalar::from(u8::from(number == [0; 32]))
}
