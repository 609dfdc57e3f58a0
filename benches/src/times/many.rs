//! Many signatures of one key at once, beside one after the other.

use std::hint::black_box;

use ed25519_dalek::Signer as _;
use kms_verify::{KeySpec, Message, PublicKey, SigningAlgorithm};

use super::comparison::Comparison;
use super::goals::{self, Goals};
use super::interleaved::Timed;
use crate::cases::Case;
use crate::implementations;

/// As many as fill lanes several times, and different ones, as in practice: the same one would find its part of the tables
/// in the cache.
const SIGNATURES: u32 = 64;

pub fn print(filter: &str, rounds: usize, check_goals: bool) {
    let mut comparison = Comparison::new(
        &format!("many: {SIGNATURES} signatures of a precomputed key, ours at once, others one by one"),
        "ours at once",
        rounds,
        check_goals.then(Goals::default),
    );
    for cases in all() {
        let Some(first) = cases.first() else { continue };
        if !first.name.to_lowercase().contains(&filter.to_lowercase()) {
            continue;
        }
        let implementations = implementations::of(first);
        implementations
            .iter()
            .for_each(|implementation| implementation.check(first));
        let mut functions = vec![at_once(&cases)];
        functions.extend(implementations.iter().map(|implementation| {
            let cases = &cases;
            Timed {
                name: implementation.name,
                call: Box::new(move || black_box(cases).iter().all(|case| (implementation.verify)(case))),
            }
        }));
        comparison.row(first.name, goals::MANY.filter(|_| check_goals), &functions);
    }
    comparison.end();
}

/// `VerifyingKey::verify_many`, which must find a changed signature among the others.
fn at_once(cases: &[Case]) -> Timed<'_> {
    let key = PublicKey::from_der(&cases[0].public_key)
        .and_then(|key| key.verifying_key(cases[0].algorithm))
        .expect("the key has the algorithm")
        .precomputed();
    let pairs: Vec<(Message<'_>, &[u8])> = cases
        .iter()
        .map(|case| (Message::Raw(&case.message), &case.signature[..]))
        .collect();
    let mut changed = pairs.clone();
    changed[7].0 = Message::Raw(b"another");
    let rejected = key.verify_many(&changed).iter().position(Result::is_err);
    assert_eq!(rejected, Some(7), "{}", cases[0].name);
    Timed {
        name: "ours at once",
        call: Box::new(move || key.verify_many(black_box(&pairs)).iter().all(Result::is_ok)),
    }
}

/// Cases of one key for each algorithm that is verified at once.
fn all() -> [Vec<Case>; 3] {
    let p256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number in range");
    let k256 = k256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number in range");
    let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let [for_p256, for_k256, for_ed25519] = [
        spki(P256, p256.verifying_key().to_sec1_point(false).as_bytes()),
        spki(SECP256K1, k256.verifying_key().to_sec1_point(false).as_bytes()),
        spki(ED25519, ed25519.verifying_key().as_bytes()),
    ];
    let sign = |name, key_spec, algorithm, public_key: Vec<u8>, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let case = |i: u32| {
            let message = format!("message {i:02} of a batch").into_bytes();
            Case {
                name,
                key_spec,
                algorithm,
                public_key: public_key.clone(),
                signature: sign(&message),
                message,
            }
        };
        (0..SIGNATURES).map(case).collect()
    };
    let ecdsa = SigningAlgorithm::EcdsaSha256;
    [
        sign("P-256", KeySpec::EccNistP256, ecdsa, for_p256, &|message| {
            let signature: p256::ecdsa::Signature = p256.sign(message);
            signature.to_der().as_bytes().to_vec()
        }),
        sign("secp256k1", KeySpec::EccSecgP256k1, ecdsa, for_k256, &|message| {
            // Low-S, which libsecp256k1 requires.
            let signature: k256::ecdsa::Signature = k256.sign(message);
            signature.normalize_s().to_der().as_bytes().to_vec()
        }),
        sign(
            "Ed25519",
            KeySpec::EccNistEdwards25519,
            SigningAlgorithm::Ed25519Sha512,
            for_ed25519,
            &|message| ed25519.sign(message).to_bytes().to_vec(),
        ),
    ]
}

/// What is before the key in each SubjectPublicKeyInfo (RFC 5480 and 8410).
const P256: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
const SECP256K1: &[u8] =
    b"\x30\x56\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a\x03\x42\x00";
const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

fn spki(head: &[u8], key: &[u8]) -> Vec<u8> {
    [head, key].concat()
}
