//! Which keys of a ring have tables, and how much memory they all take. An allocator counts it, so this is a separate
//! binary.

#![cfg(all(
    feature = "default",
    // The RustCrypto backend has no tables.
    not(kms_verify_backend = "portable")
))]

use std::sync::{Mutex, PoisonError};
use std::thread;

use kms_verify::{KeyRing, KeySpec, PublicKey, SigningAlgorithm};
use kms_verify_testing::vectors::kms_vectors;
use num_bigint::BigUint;
use peak_alloc::PeakAlloc;

/// Counts the allocated bytes of the program.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Runs one test at a time, because allocations are counted for the whole program.
static ALONE: Mutex<()> = Mutex::new(());

const MIB: usize = 1 << 20;
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::EcdsaSha256;

/// The number of uses from which tables pay off for P-256.
const PAYS: u32 = 30;

/// Different keys on P-256: the points with the smallest x, with y one of the two square roots of x^3 - 3x + b.
fn p256_keys(count: usize) -> Vec<PublicKey> {
    let number = |hex: &[u8]| BigUint::parse_bytes(hex, 16).unwrap();
    let p = number(b"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let b = number(b"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    let quarter = (&p + 1_u32) >> 2;
    let algorithm = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
    (0_u32..)
        .filter_map(|x| {
            let x = BigUint::from(x);
            let square = (&x * &x * &x + (&p - 3_u32) * &x + &b) % &p;
            let y = square.modpow(&quarter, &p);
            (&y * &y % &p == square).then(|| {
                let der = number(format!("{algorithm}{x:064x}{y:064x}").as_bytes()).to_bytes_be();
                PublicKey::from_der(&der).unwrap()
            })
        })
        .take(count)
        .collect()
}

fn name(i: usize) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{i}")
}

fn ring_of(budget: usize, keys: &[PublicKey]) -> KeyRing {
    let mut ring = KeyRing::with_table_budget(budget);
    for (i, key) in keys.iter().enumerate() {
        ring.insert(&name(i), key.clone()).unwrap();
    }
    ring
}

/// Gets a key this many times, and returns whether it has tables in the end.
fn use_key(ring: &KeyRing, i: usize, times: u32) -> bool {
    let mut has_tables = false;
    for _ in 0..times {
        has_tables = ring.verifying_key(&name(i), ALGORITHM).unwrap().table_size() > 0;
    }
    has_tables
}

/// Whether a key has tables. Finding out counts as one use.
fn has_tables(ring: &KeyRing, i: usize) -> bool {
    use_key(ring, i, 1)
}

/// The size of the tables of one key.
fn size() -> usize {
    let key = p256_keys(1)[0].verifying_key(ALGORITHM).unwrap();
    key.precomputed().table_size()
}

#[test]
fn five_thousand_keys_used_a_hundred_times_stay_within_the_budget() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(5000);
    let names: Vec<_> = (0..5000).map(name).collect();
    let most = 64 * MIB / size();
    // In rounds, and key by key, where the last keys evict the first ones; with the ring and with clones.
    for (count, in_rounds) in [(5000, true), (1500, false)] {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let ring = {
            let mut ring = KeyRing::new();
            for (i, key) in keys.iter().enumerate() {
                ring.insert(&name(i), PublicKey::from_der(&key.to_der()).unwrap())
                    .unwrap();
            }
            ring
        };
        let clone = ring.clone();
        let mut changed = ring.clone();
        changed.insert("alias/another", keys[0].clone()).unwrap();
        let rings = [&ring, &clone, &changed];
        for i in 0..count * 100 {
            let key = if in_rounds { i % count } else { i / 100 };
            rings[i % 3].verifying_key(&names[key], ALGORITHM).unwrap();
            assert!(ring.table_size() <= 64 * MIB);
        }
        let peak = ALLOCATOR.peak_usage() - before;
        assert!(peak <= 100 * MIB, "{} MiB", peak / MIB);
        // The tables are used.
        let have = (0..count).filter(|i| has_tables(&ring, *i)).count();
        assert!(have <= most && have >= most * 9 / 10, "{have} of {most}");
        assert!(in_rounds || has_tables(&ring, count - 1) && !has_tables(&ring, 0));
        drop((ring, clone, changed));
        assert!(ALLOCATOR.current_usage() <= before + MIB, "something was not freed");
    }
}

#[test]
fn a_key_gets_tables_once_they_pay() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut seen = Vec::new();
    for vector in kms_vectors() {
        let (pays, kibibytes) = match vector.key_spec {
            KeySpec::EccNistP256 | KeySpec::Sm2 => (30, 257),
            KeySpec::EccSecgP256k1 => (50, 257),
            KeySpec::EccNistP384 => (10, 193),
            KeySpec::EccNistP521 => (10, 227),
            KeySpec::EccNistEdwards25519 => (30, 241),
            KeySpec::MlDsa44 => (2, 21),
            KeySpec::MlDsa65 => (2, 37),
            KeySpec::MlDsa87 => (2, 65),
            _ => (u32::MAX, 0),
        };
        let mut ring = KeyRing::new();
        ring.insert("alias/key", vector.public_key()).unwrap();
        for used in 1..100 {
            let key = ring.verifying_key("alias/key", vector.algorithm).unwrap();
            assert_eq!(key.table_size() > 0, used >= pays, "{} used {used} times", vector.name);
            // The count of the ring is the size of the tables, and no more was reserved for them.
            assert_eq!(key.table_size(), ring.table_size());
            assert!(
                key.table_size() <= kibibytes << 10,
                "{}: {}",
                vector.name,
                key.table_size()
            );
            if used == 1 || used == pays {
                key.verify(vector.message(), &vector.signature).unwrap();
                seen.push((vector.key_spec, used == pays));
            }
        }
        // A rejected name or algorithm does not count as a use.
        let other = SigningAlgorithm::Sm2Dsa;
        assert!(vector.key_spec == KeySpec::Sm2 || ring.verifying_key("alias/key", other).is_err());
    }
    for key_spec in [
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
        KeySpec::EccSecgP256k1,
        KeySpec::EccNistEdwards25519,
        KeySpec::MlDsa44,
        KeySpec::MlDsa65,
        KeySpec::MlDsa87,
    ] {
        assert!(
            seen.contains(&(key_spec, false)) && seen.contains(&(key_spec, true)),
            "{key_spec}"
        );
    }
}

#[test]
fn the_least_used_key_is_evicted() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(4);
    // The reserved room is slightly larger than the tables.
    let ring = ring_of(2 * size() + 2048, &keys);
    assert!(use_key(&ring, 0, 2 * PAYS));
    assert!(use_key(&ring, 1, PAYS + 5));
    // Not for a key that was used equally often, but for one that was used more than twice as often.
    assert!(!use_key(&ring, 2, 2 * PAYS));
    assert!(has_tables(&ring, 0) && has_tables(&ring, 1));
    assert!(use_key(&ring, 2, 30));
    assert!(has_tables(&ring, 0) && !has_tables(&ring, 1) && has_tables(&ring, 2));
    assert_eq!(ring.table_size(), 2 * size());
    // Then it is the turn of the next.
    assert!(use_key(&ring, 3, 2 * 2 * PAYS + 30));
    assert!(!has_tables(&ring, 0) && has_tables(&ring, 2) && has_tables(&ring, 3));
    assert_eq!(ring.table_size(), 2 * size());
}

/// A key that was used often, but long ago, is evicted in the end.
#[test]
fn old_uses_count_less() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ring = ring_of(2 * size() + 2048, &p256_keys(3));
    for i in [0, 1] {
        assert!(use_key(&ring, i, 10_000));
    }
    assert!(!use_key(&ring, 2, 500));
    assert!(use_key(&ring, 2, 1500));
}

#[test]
fn clones_share_tables_and_budget() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(4);
    let first = ring_of(2 * size() + 2048, &keys[..2]);
    let mut second = first.clone();
    for i in [2, 3] {
        second.insert(&name(i), keys[i].clone()).unwrap();
    }
    // The uses in both add up to 30, and both share the tables.
    assert!(!use_key(&first, 0, 20));
    assert!(use_key(&second, 0, 10));
    assert!(has_tables(&first, 0));
    assert_eq!((first.table_size(), second.table_size()), (size(), size()));
    // Room that one takes is not available to the other.
    assert!(use_key(&second, 2, PAYS));
    assert!(!use_key(&first, 1, PAYS) && !use_key(&second, 3, PAYS));
    assert_eq!((first.table_size(), second.table_size()), (2 * size(), 2 * size()));
    // The room of a key is released when no ring has the key any more.
    drop(second);
    assert_eq!(first.table_size(), size());
    assert!(use_key(&first, 1, PAYS));
}

/// Endless rotation: nothing remains of a replaced key.
#[test]
fn removed_keys_leave_no_tables() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(2);
    let mut ring = ring_of(usize::MAX, &keys[..1]);
    let rotate = |ring: &mut KeyRing, i: usize| {
        ring.replace(&name(0), keys[i % 2].clone()).unwrap();
        assert!(use_key(ring, 0, PAYS));
        assert_eq!(ring.table_size(), size());
    };
    rotate(&mut ring, 0);
    let before = ALLOCATOR.current_usage();
    for i in 1..=100 {
        rotate(&mut ring, i);
    }
    let more = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(more < 8 << 10, "{more} bytes");
}

#[test]
fn without_room_there_are_no_tables() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(2);
    for budget in [0, 1, size() - 1] {
        let ring = ring_of(budget, &keys);
        ring.precompute();
        assert!(!use_key(&ring, 0, 1000));
        assert_eq!(ring.table_size(), 0);
    }
    let ring = ring_of(usize::MAX, &keys);
    assert!(use_key(&ring, 0, PAYS) && use_key(&ring, 1, PAYS));
}

#[test]
fn tables_can_be_precomputed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ring = ring_of(2 * size() + 2048, &p256_keys(3));
    ring.precompute();
    ring.precompute();
    assert_eq!(ring.table_size(), 2 * size());
    assert!(has_tables(&ring, 0) && has_tables(&ring, 1) && !has_tables(&ring, 2));
    // They are evicted like others.
    assert!(use_key(&ring, 2, PAYS));
    assert_eq!(ring.table_size(), 2 * size());
}

#[test]
fn threads_share_the_budget() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ring = ring_of(3 * size() + 2048, &p256_keys(8));
    thread::scope(|scope| {
        for thread in 0..4 {
            let ring = &ring;
            scope.spawn(move || {
                for round in 0..20_000_usize {
                    let key = (round / 500 + thread) % 8;
                    ring.verifying_key(&name(key), ALGORITHM).unwrap();
                    assert!(ring.table_size() <= 3 * size_of_one());
                }
            });
        }
    });
    assert_eq!((0..8).filter(|i| has_tables(&ring, *i)).count(), 3);
}

/// The size that is reserved while tables are computed.
fn size_of_one() -> usize {
    257 << 10
}

/// Whatever the names have in common. A search through the whole ring would take half a minute.
#[test]
fn a_large_ring_is_small_and_finds_each_name_at_once() {
    const COUNT: usize = 10_000;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = p256_keys(2);
    let key = |i: usize| &keys[usize::from(i == COUNT / 2)];
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let namings: [fn(usize) -> String; 6] = [
        |i| format!("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-{i:012x}"),
        |i| format!("arn:aws:kms:us-east-1:{i:012}:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        |i| format!("arn:aws:kms:region-{i}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        |i| format!("arn:aws:kms:us-east-1:{i:012}:key/mrk-1234abcd12ab34cd56ef1234567890ab"),
        |i| format!("alias/release-signing-{i}"),
        |i| format!("1234abcd-12ab-34cd-56ef-{i:012x}"),
    ];
    for naming in namings {
        let names: Vec<_> = (0..COUNT).map(naming).collect();
        let before = ALLOCATOR.current_usage();
        let mut ring = KeyRing::new();
        for (i, name) in names.iter().enumerate() {
            ring.insert(name, key(i).clone()).unwrap();
        }
        let each = (ALLOCATOR.current_usage() - before) / COUNT;
        assert!(each <= 600, "{each} bytes");
        for (i, name) in names.iter().enumerate() {
            assert_eq!(ring.get(name), Ok(key(i)));
            assert_eq!(ring.len(), COUNT);
            // A bare key ID that none of them has, and one that all of them have.
            assert!(ring.get(id).is_err());
            assert!(ring.get("mrk-1234abcd12ab34cd56ef1234567890ab").is_err());
        }
    }
}
