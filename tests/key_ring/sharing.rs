//! Rotation, and use by many threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;

use kms_verify::{KeyId, KeyIdError, KeyRing, KeyRingError, PublicKey};
use kms_verify_testing::response::ARN;

use super::*;

/// Rotation of a KMS signing key: a new KMS key is added beside the old one, which stays until nothing that it signed
/// is left.
#[test]
fn rotation() {
    let (old, new) = p256();
    let (old_name, new_name) = (arn_of(&old), arn_of(&new));
    let (old_response, new_response) = (sign_response(&old, &old_name), sign_response(&new, &new_name));

    let before = ring(&[(&old_name, &old)]);
    let mut during = before.clone();
    during.insert(&new_name, new.public_key()).unwrap();
    let mut after = during.clone();
    after.remove(&old_name).unwrap();

    for (ring, old_is_good, new_is_good) in [(&before, true, false), (&during, true, true), (&after, false, true)] {
        assert_eq!(ring.verify(&old_response, old.message()).is_ok(), old_is_good);
        assert_eq!(ring.verify(&new_response, new.message()).is_ok(), new_is_good);
    }
}

/// Readers verify while another thread swaps rings. Each reader sees one complete ring or the other.
#[test]
fn rings_are_swapped_while_others_verify() {
    let (old, new) = p256();
    let (old_response, new_response) = (sign_response(&old, ARN), sign_response(&new, ARN));
    let rings = [ring(&[(ARN, &old)]), ring(&[(ARN, &new)])];
    let shared = RwLock::new(rings[0].clone());
    let stop = AtomicBool::new(false);
    let first = Arc::new(rings[0].clone());

    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = [0_u32; 2];
                    while !stop.load(Ordering::Relaxed) {
                        let ring = shared.read().unwrap().clone();
                        let old = ring.verify(&old_response, old.message()).is_ok();
                        let new = ring.verify(&new_response, new.message()).is_ok();
                        assert_ne!(old, new, "a reader's ring changed in its hands");
                        seen[usize::from(new)] += 1;
                    }
                    seen
                })
            })
            .collect();
        for round in 0..200_usize {
            let mut next = shared.read().unwrap().clone();
            let key = if round % 2 == 0 { &new } else { &old };
            next.replace(ARN, key.public_key()).unwrap();
            *shared.write().unwrap() = next;
            thread::yield_now();
            // The owner of an older ring continues to use it.
            first.verify(&old_response, old.message()).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        let seen: u32 = readers.into_iter().flat_map(|reader| reader.join().unwrap()).sum();
        assert!(seen > 0);
    });
}

#[test]
fn types_are_small_and_can_be_shared() {
    fn shared<T: Send + Sync + Clone + std::fmt::Debug + 'static>() {}
    fn compared<T: Eq>() {}
    shared::<KeyRing>();
    shared::<KeyRingError>();
    compared::<KeyRingError>();
    shared::<KeyId>();
    compared::<KeyId>();
    shared::<KeyIdError>();
    compared::<KeyIdError>();
    assert_eq!(size_of::<KeyRing>(), 2 * size_of::<usize>());
    assert!(size_of::<KeyRingError>() <= 88, "{}", size_of::<KeyRingError>());
    let _: fn(&KeyRing, &str) -> Option<PublicKey> = |ring, name| ring.get(name).ok().cloned();
}
