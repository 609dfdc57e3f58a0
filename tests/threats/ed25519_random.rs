//! Whole verifications of Ed25519 beside `curve25519-dalek`, with parts of small order and changed bits.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use kms_verify::{Message, SigningAlgorithm, VerifyingKey};
use kms_verify_testing::bytes_of;
use kms_verify_testing::forge::ed25519::Key;

/// By the rules of `verify_strict`, of which the key obeys those for keys.
fn holds(key: &Key, message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, s) = signature.split_at(32);
    let Some(s) = Scalar::from_canonical_bytes(s.try_into().unwrap()).into_option() else {
        return false;
    };
    let k = key.challenge(r.try_into().unwrap(), &[], message);
    let sum = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-key.point, &s);
    sum.compress().0 == r && !sum.is_small_order()
}

/// All cases of a key at once.
fn check_many(key: Option<(Key, VerifyingKey, VerifyingKey)>, cases: &mut Vec<(Vec<u8>, Vec<u8>, bool)>) {
    let Some((_, precomputed, bare)) = key else {
        return;
    };
    let pairs: Vec<_> = cases
        .iter()
        .map(|(message, signature, _)| (Message::Raw(message), &signature[..]))
        .collect();
    for key in [bare, precomputed] {
        let verdicts: Vec<_> = key.verify_many(&pairs).iter().map(Result::is_ok).collect();
        let expected: Vec<_> = cases.iter().map(|(_, _, expected)| *expected).collect();
        assert_eq!(verdicts, expected);
    }
    cases.clear();
}

/// `CASES=1000000 cargo test --release -p kms-verify --test threats random_signatures` makes the record of a long run.
#[test]
fn random_signatures() {
    let cases: u32 = std::env::var("CASES").map_or(600, |cases| cases.parse().unwrap());
    let mut valid = 0;
    let mut key = None;
    let mut of_key = Vec::new();
    for case in 0..cases {
        // Every seventh key has parts of every small order, and so has every fifth R.
        let random = bytes_of(&format!("case {case}"), 80);
        let at = |i: usize| usize::from(random[i]);
        if case % 50 == 0 {
            check_many(key.take(), &mut of_key);
            let torsion = if at(0) % 7 == 0 { at(1) % 8 } else { 0 };
            let new = Key::with_torsion(&format!("key {case}"), torsion);
            let bare = new.verifying_key(SigningAlgorithm::Ed25519Sha512);
            key = Some((new, bare.clone().precomputed(), bare));
        }
        let (key, precomputed, bare) = key.as_ref().unwrap();
        let message = &random[4..4 + at(2) % 16];
        let nonce = Scalar::from_bytes_mod_order(random[20..52].try_into().unwrap());
        let torsion = if at(3) % 5 == 0 { at(52) % 8 } else { 0 };
        let big_r = (EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[torsion]).compress().0;
        let mut signature = key.sign_with(&big_r, nonce, &[], message);
        if at(53) % 4 == 0 {
            signature[at(54) % 64] ^= 1 << (at(55) % 8);
        }
        let expected = holds(key, message, signature[..].try_into().unwrap());
        for key in [bare, precomputed] {
            let verdict = key.verify(Message::Raw(message), &signature);
            assert_eq!(verdict.is_ok(), expected, "case {case}: {signature:02x?}");
        }
        valid += u32::from(expected);
        of_key.push((message.to_vec(), signature, expected));
    }
    check_many(key.take(), &mut of_key);
    println!("{valid} of {cases} are valid");
    assert!(valid > cases / 2 && valid < cases);
}
