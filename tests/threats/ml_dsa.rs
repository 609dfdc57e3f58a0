//! ML-DSA: signatures that a lenient decoder would accept, and the inputs of mu.

use kms_verify::{Error, Message, PublicKey};
use kms_verify_testing::forge::ml_dsa::{Key, PARAMETER_SETS, h};
use kms_verify_testing::forge::{Hash, MESSAGE, RAW, Verdicts};
use kms_verify_testing::hex;

/// Hints with several encodings: RustCrypto GHSA-5x2r-hc65-25f9 (CVE-2026-24850, an index twice), libcrux
/// RUSTSEC-2026-0076 (a panic). A lenient decoder reads the same hints from each of the first ones.
#[test]
fn hint_encodings() {
    for parameters in &PARAMETER_SETS {
        let key = Key::new(parameters, "hints");
        let verifying_key = key.verifying_key();
        let (k, omega) = (parameters.k, parameters.omega);
        let genuine = key.commit(&parameters.some_z(), &parameters.some_hints());
        let mu = key.mu(&[0, 0], MESSAGE);
        let signature = key.respond(&genuine, &mu);
        verifying_key.accepts(RAW, &signature, "genuine");
        let used = parameters.some_hints().len();
        let reject = |what: &str, change: &dyn Fn(&mut Vec<u8>)| {
            let mut changed = signature.clone();
            let mut hints = changed.split_off(parameters.hints_at());
            change(&mut hints);
            changed.extend(hints);
            assert_ne!(changed, signature, "{what}");
            verifying_key.rejects(RAW, &changed, what);
            verifying_key.rejects(Message::ExternalMu(&mu), &changed, what);
        };
        reject("the first index twice", &|hints| {
            hints.copy_within(0..used, 1);
            hints[omega..].iter_mut().for_each(|end| *end += 1);
        });
        reject("the last index twice", &|hints| {
            hints[used] = hints[used - 1];
            hints[omega + k - 1] += 1;
        });
        reject("two indices in the wrong order", &|hints| hints.swap(0, 1));
        reject("the last two of a polynomial in the wrong order", &|hints| {
            hints.swap(3, 4)
        });
        reject("a byte after the last index", &|hints| hints[used] = 1);
        reject("a byte at the end of the indices", &|hints| hints[omega - 1] = 0xff);
        reject("an end before the one before", &|hints| {
            hints[omega + 1] = hints[omega] - 1
        });
        reject("more indices than there is room for", &|hints| {
            hints[omega + k - 1] = omega as u8 + 1
        });
        reject("ends of 255", &|hints| hints[omega..].fill(0xff));
        reject("all 255", &|hints| hints.fill(0xff));
        reject("all zero", &|hints| hints.fill(0));
        for polynomial in 0..k {
            for end in 0..=0xff {
                if end != signature[parameters.hints_at() + omega + polynomial] {
                    reject("another end", &|hints| hints[omega + polynomial] = end);
                }
            }
        }

        // Signatures with the maximum number of hints are genuine.
        let hints = (0..omega).map(|i| (i * k / omega, i)).collect();
        let full = key.respond(&key.commit(&parameters.some_z(), &hints), &mu);
        verifying_key.accepts(RAW, &full, "all hints used");
    }
}

/// The bound on z, which libcrux RUSTSEC-2026-0077 had wrong. It is gamma1 - beta - 1, for every coefficient and either
/// sign.
#[test]
fn norm_of_z() {
    for parameters in &PARAMETER_SETS {
        let key = Key::new(parameters, "norm");
        let verifying_key = key.verifying_key();
        let mu = key.mu(&[0, 0], MESSAGE);
        let bound = parameters.gamma1 - parameters.beta;
        let sign = |polynomial: usize, coefficient: usize, value: i64| {
            let mut z = parameters.zero_z();
            z[polynomial][coefficient] = value;
            key.respond(&key.commit(&z, &vec![]), &mu)
        };
        for polynomial in 0..parameters.l {
            for coefficient in [0, 255] {
                let what = |z| format!("z[{polynomial}][{coefficient}] = {z}");
                for z in [bound - 1, 1 - bound] {
                    let signature = sign(polynomial, coefficient, z);
                    verifying_key.accepts(RAW, &signature, what(z));
                }
                // The last one is encoded as zero.
                for z in [bound, -bound, bound + 1, 1 - parameters.gamma1, parameters.gamma1] {
                    let signature = sign(polynomial, coefficient, z);
                    verifying_key.rejects(RAW, &signature, what(z));
                }
            }
        }
    }
}

/// UseHint where the low part of r is zero: zero is not positive, so the high part decreases, from 0 to the maximum
/// (RustCrypto GHSA-h37v-hp6w-2pp8; tink-go PR 48; libcrux RUSTSEC-2026-0125).
#[test]
fn hint_on_zero() {
    for parameters in &PARAMETER_SETS {
        let key = Key::new(parameters, "hint on zero");
        let verifying_key = key.verifying_key();
        let mu = key.mu(&[0, 0], MESSAGE);
        // z = 0, so w = 0.
        let commitment = key.commit(&parameters.zero_z(), &parameters.some_hints());
        let hinted = commitment.w1.iter().filter(|w1| **w1 != 0).count();
        assert_eq!(hinted, parameters.some_hints().len());
        let signature = key.respond(&commitment, &mu);
        verifying_key.accepts(RAW, &signature, "down");
        for (what, instead) in [("up", 1), ("neither", 0)] {
            let mut wrong = commitment.clone();
            wrong.w1.iter_mut().filter(|w1| **w1 != 0).for_each(|w1| *w1 = instead);
            let signature = key.respond(&wrong, &mu);
            verifying_key.rejects(RAW, &signature, what);
        }
    }
}

/// A different mode or context: KMS signs with pure ML-DSA and an empty context, never with HashML-DSA.
#[test]
fn mode_and_context() {
    for parameters in &PARAMETER_SETS {
        let key = Key::new(parameters, "mode");
        let verifying_key = key.verifying_key();
        let public_key = PublicKey::from_der(&key.spki()).unwrap();
        let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
        let other_key = Key::new(parameters, "another key");
        let genuine = key.mu(&[0, 0], MESSAGE);
        assert_eq!(public_key.external_mu(MESSAGE).unwrap()[..], genuine);
        let signature = key.respond(&commitment, &genuine);
        verifying_key.accepts(RAW, &signature, "pure");
        verifying_key.accepts(Message::ExternalMu(&genuine), &signature, "pure, by mu");

        let pre_hashed = |oid: &str, hash: Vec<u8>| [hex(oid), hash].concat();
        let sha512 = pre_hashed("0609608648016503040203", Hash::Sha512.digest(MESSAGE));
        let sha256 = pre_hashed("0609608648016503040201", Hash::Sha256.digest(MESSAGE));
        let shake256 = pre_hashed("060960864801650304020c", h(&[MESSAGE], 64));
        let others = [
            ("a context", key.mu(b"\x00\x01x", MESSAGE)),
            ("a context of one zero", key.mu(&[0, 1, 0], MESSAGE)),
            (
                "the longest context",
                key.mu(&[&[0, 255][..], &[b'x'; 255]].concat(), MESSAGE),
            ),
            ("HashML-DSA with SHA-512", key.mu(&[1, 0], &sha512)),
            ("HashML-DSA with SHA-256", key.mu(&[1, 0], &sha256)),
            ("HashML-DSA with SHAKE256", key.mu(&[1, 0], &shake256)),
            ("HashML-DSA and a context", key.mu(b"\x01\x01x", &sha512)),
            ("the pre-hash as a pure message", key.mu(&[0, 0], &sha512)),
            ("pure with the other domain separator", key.mu(&[1, 0], MESSAGE)),
            ("the message without domain separator", key.mu(&[], MESSAGE)),
            (
                "the digest of the message",
                key.mu(&[0, 0], &Hash::Sha512.digest(MESSAGE)),
            ),
            ("mu of another key", other_key.mu(&[0, 0], MESSAGE)),
            ("mu as a message", key.mu(&[0, 0], &genuine)),
            ("tr of 32 bytes", h(&[&key.tr()[..32], &[0, 0], MESSAGE], 64)),
            ("no tr", h(&[&[0, 0], MESSAGE], 64)),
        ];
        for (what, mu) in others {
            let signature = key.respond(&commitment, &mu);
            verifying_key.rejects(RAW, &signature, what);
            // A caller who passes this mu has asked for it.
            verifying_key.accepts(Message::ExternalMu(&mu), &signature, what);
        }
        for length in [0, 1, 32, 48, 63, 65, 128] {
            let verdict = verifying_key.verify(Message::ExternalMu(&vec![0; length]), &signature);
            assert!(matches!(verdict, Err(Error::MessageLength { given, expected: 64, .. }) if given == length));
        }
    }
}

/// A signature of another parameter set, at its own length and adjusted to the expected length.
#[test]
fn another_parameter_set() {
    let signed = PARAMETER_SETS.each_ref().map(|parameters| {
        let key = Key::new(parameters, "sets");
        let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
        (key.respond(&commitment, &key.mu(&[0, 0], MESSAGE)), key.verifying_key())
    });
    assert_eq!(
        signed.each_ref().map(|(signature, _)| signature.len()),
        [2420, 3309, 4627]
    );
    for (i, (genuine, key)) in signed.iter().enumerate() {
        for (j, (signature, _)) in signed.iter().enumerate() {
            if i == j {
                key.accepts(RAW, signature, "its own");
                continue;
            }
            key.rejects(RAW, signature, "another");
            let mut resized = signature.clone();
            resized.resize(genuine.len(), 0);
            key.rejects(RAW, &resized, "another, at this length");
        }
        for length in [0, 1, 32, genuine.len() - 1, genuine.len() + 1, 2 * genuine.len()] {
            let mut resized = genuine.clone();
            resized.resize(length, 0);
            key.rejects(RAW, &resized, format!("{length} bytes"));
        }
    }
}

/// A comparison of the challenge that ignores a byte.
#[test]
fn comparison_of_a_part() {
    for parameters in &PARAMETER_SETS {
        let key = Key::new(parameters, "comparison");
        let commitment = key.commit(&parameters.some_z(), &parameters.some_hints());
        let signature = key.respond(&commitment, &key.mu(&[0, 0], MESSAGE));
        // t1 = 0, so the challenge only matters in the comparison.
        for at in 0..parameters.challenge {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            key.verifying_key().rejects(RAW, &changed, format!("another byte {at}"));
        }
    }
}
