//! ECDSA on the four curves, and SM2 where the class of defects is the same: the numbers r and s, and their encoding.

use kms_verify::{Error, Message};
use kms_verify_testing::der::{ber_forms, element, integer_contents, integer_pair, sequence};
use kms_verify_testing::forge::curve::{CURVES, Curve, Key};
use kms_verify_testing::forge::{MESSAGE, RAW, Verdicts, verifying_key};
use kms_verify_testing::vectors::kms_vectors;
use kms_verify_testing::{bytes_of, padded, power_of_two};
use num_bigint::BigUint;

/// Numbers around the bounds of r and s: all that fit in the encoding, and two that do not.
fn border_numbers(curve: &Curve) -> Vec<BigUint> {
    let one = BigUint::from(1_u32);
    let all_ones = power_of_two(8 * curve.bytes) - 1_u32;
    let mut numbers = vec![BigUint::ZERO, one, all_ones.clone(), all_ones + 1_u32];
    for border in [&curve.n, &curve.p, &(&curve.n * 2_u32)] {
        numbers.extend([border - 1_u32, border.clone(), border + 1_u32]);
    }
    numbers
}

/// r = 0 or s = 0: the equation holds for every message if the inverse of zero is not rejected. CVE-2022-21449 (Java),
/// CVE-2021-43568 to -43572 (Stark Bank), CVE-2022-41340. Also all other bounds, in every combination.
#[test]
fn r_and_s_zero() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "zero");
        let verifying_key = key.verifying_key();
        let digests = [vec![0; curve.digest_length()], key.digest(MESSAGE)];
        for digest in &digests {
            let (r, s) = key.sign(digest);
            verifying_key.accepts(Message::Digest(digest), &integer_pair(&r, &s), "genuine");
            let numbers = border_numbers(curve);
            let with_genuine = numbers.iter().flat_map(|number| [(&r, number), (number, &s)]);
            let all = numbers.iter().flat_map(|r| numbers.iter().map(move |s| (r, s)));
            for (r, s) in with_genuine.chain(all) {
                let what = format!("r = {r:x}, s = {s:x}");
                verifying_key.rejects(Message::Digest(digest), &integer_pair(r, s), &what);
                // As two numbers of equal length, which KMS never returns.
                if r.max(s).bits() <= 8 * curve.bytes as u64 {
                    let raw = [padded(r, curve.bytes), padded(s, curve.bytes)].concat();
                    verifying_key.rejects(Message::Digest(digest), &raw, &what);
                }
            }
        }
    }
}

/// Scalars that are reduced instead of rejected: RUSTSEC-2021-0076 (libsecp256k1 accepted r and s not less than n). The
/// key is made for a signature so small that r + n and s + n still fit.
#[test]
fn scalars_not_range_checked() {
    for curve in CURVES.iter() {
        let (spki, digest, r, s) = curve.small_signature(&BigUint::ZERO);
        let key = verifying_key(&spki, curve.algorithm);
        let message = Message::Digest(&digest);
        key.accepts(message, &integer_pair(&r, &s), "small");
        let (more_r, more_s) = (&r + &curve.n, &s + &curve.n);
        assert!(
            [&more_r, &more_s]
                .iter()
                .all(|number| number.bits() <= 8 * curve.bytes as u64)
        );
        key.rejects(message, &integer_pair(&more_r, &s), "r + n");
        key.rejects(message, &integer_pair(&r, &more_s), "s + n");
        key.rejects(message, &integer_pair(&more_r, &more_s), "r + n and s + n");
        // A multiple of 2^(8 N), which a reader that keeps only the last N bytes ignores.
        let beyond = power_of_two(8 * curve.bytes);
        key.rejects(message, &integer_pair(&(&r + &beyond), &s), "r with a byte more");
        key.rejects(message, &integer_pair(&r, &(&s + &beyond)), "s with a byte more");
    }
}

/// An incomplete comparison of r: the key is made so that all but one bit of r is correct.
#[test]
fn comparison_of_a_part() {
    for curve in CURVES.iter() {
        for quarter in 0..4 {
            let bit = power_of_two(2 * curve.bytes * quarter + 1);
            let (spki, digest, r, s) = curve.small_signature(&bit);
            let key = verifying_key(&spki, curve.algorithm);
            let signature = integer_pair(&r, &s);
            key.rejects(Message::Digest(&digest), &signature, format!("r and {bit:x}"));
        }
    }
}

/// R = infinity, which has no x: with r = -z / d, u1 G + u2 Q is infinity for every s.
#[test]
fn point_at_infinity_as_r() {
    for curve in CURVES.iter().filter(|curve| !curve.is_sm2()) {
        let key = Key::new(curve, "infinity");
        for digest in [padded(&1_u32.into(), curve.digest_length()), key.digest(MESSAGE)] {
            let z = BigUint::from_bytes_be(&digest) % &curve.n;
            let r = (&curve.n - z) * key.d.modinv(&curve.n).unwrap() % &curve.n;
            for s in [1_u32.into(), 2_u32.into(), &curve.n - 1_u32, r.clone()] {
                let signature = integer_pair(&r, &s);
                key.verifying_key()
                    .rejects(Message::Digest(&digest), &signature, "infinity");
            }
        }
    }
}

/// Sums for which a formula for distinct points is wrong: keys and nonces of 1, 2 and n - 1, for which the two points
/// are equal, opposite or infinity.
#[test]
fn exceptional_sums_of_points() {
    for curve in CURVES.iter() {
        let scalars = [BigUint::from(1_u32), 2_u32.into(), &curve.n - 1_u32];
        for d in &scalars {
            // For SM2, 1 + d must be invertible.
            if curve.is_sm2() && *d == &curve.n - 1_u32 {
                continue;
            }
            for k in &scalars {
                let key = Key::with(curve, d.clone(), k.clone());
                for digest in [vec![0; curve.digest_length()], key.digest(MESSAGE)] {
                    let (r, s) = key.sign(&digest);
                    let signature = integer_pair(&r, &s);
                    let what = format!("d = {d:x}, k = {k:x}");
                    if s == BigUint::ZERO || (&r + &s) % &curve.n == BigUint::ZERO && curve.is_sm2() {
                        key.verifying_key().rejects(Message::Digest(&digest), &signature, what);
                    } else {
                        key.verifying_key().accepts(Message::Digest(&digest), &signature, what);
                    }
                }
            }
        }
    }
}

/// Encodings that are not DER: CVE-2016-1000342, CVE-2019-14859, CVE-2020-13822, CVE-2020-14966; elliptic
/// CVE-2024-42459 and -42461. A lenient reader decodes each of them to the same two numbers.
#[test]
fn not_der() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "der");
        let verifying_key = key.verifying_key();
        // Both numbers have their highest bit set, so each needs a leading zero.
        let top = 8 * curve.bytes as u64 - 1;
        let (message, r, s) = (0_u32..)
            .map(|counter| counter.to_be_bytes())
            .map(|message| {
                let (r, s) = key.sign(&key.digest(&message));
                (message, r, s)
            })
            // The r of ECDSA depends only on the nonce, and the numbers of P-521 never use all bits of their bytes.
            .find(|(_, r, s)| curve.bytes == 66 || s.bit(top) && (r.bit(top) || !curve.is_sm2()))
            .unwrap();
        let message = Message::Raw(&message);
        let genuine = integer_pair(&r, &s);
        verifying_key.accepts(message, &genuine, "genuine");

        let (r, s) = (integer_contents(&r), integer_contents(&s));
        let (int_r, int_s) = (element(2, &r), element(2, &s));
        let both = [&int_r[..], &int_s].concat();
        let with_r = |r: &[u8]| sequence(&[r, &int_s]);
        let with_s = |s: &[u8]| sequence(&[&int_r, s]);
        let mut forged = vec![
            ("a byte behind", [&genuine[..], &[0]].concat()),
            ("NULL behind", [&genuine[..], &[5, 0]].concat()),
            ("itself behind", [&genuine[..], &genuine].concat()),
            ("a byte in front", [&[0], &genuine[..]].concat()),
            ("a byte behind s", sequence(&[&both, &[0]])),
            ("NULL behind s", sequence(&[&both, &[5, 0]])),
            ("a third INTEGER", sequence(&[&both, &[2, 1, 1]])),
            ("NULL in front of r", sequence(&[&[5, 0], &both])),
            ("NULL between r and s", sequence(&[&int_r, &[5, 0], &int_s])),
            ("r alone", sequence(&[&int_r])),
            ("no SEQUENCE", both.clone()),
            ("a SET", element(0x31, &both)),
            ("a primitive SEQUENCE", element(0x10, &both)),
            ("a SEQUENCE of application class", element(0x70, &both)),
            ("r as an OCTET STRING", with_r(&element(4, &r))),
            ("s as an ENUMERATED", with_s(&element(10, &s))),
            ("s as a constructed INTEGER", with_s(&element(0x22, &s))),
            ("s with a tag of two bytes", with_s(&[&[0x1f, 2], &int_s[1..]].concat())),
            ("an empty r", with_r(&[2, 0])),
            ("an empty s", with_s(&[2, 0])),
            ("a SEQUENCE in a SEQUENCE", sequence(&[&genuine])),
            ("an OCTET STRING around it", element(4, &genuine)),
            ("a BIT STRING around it", element(3, &[&[0], &genuine[..]].concat())),
            ("a SEQUENCE that ends inside s", {
                let mut shorter = genuine.clone();
                shorter[if curve.bytes == 66 { 2 } else { 1 }] -= 1;
                shorter
            }),
            ("base64 text", b"MEUCIQDx".to_vec()),
        ];
        for zeros in [1, 2, 64] {
            let longer = |contents: &[u8]| element(2, &[&vec![0; zeros], contents].concat());
            forged.push(("zeros before r", with_r(&longer(&r))));
            forged.push(("zeros before s", with_s(&longer(&s))));
        }
        if r[0] == 0 {
            forged.push(("r without its zero", with_r(&element(2, &r[1..]))));
        }
        if s[0] == 0 {
            forged.push(("s without its zero", with_s(&element(2, &s[1..]))));
        }
        forged.extend(ber_forms(0x30, &both));
        forged.extend(ber_forms(2, &r).map(|(what, form)| (what, with_r(&form))));
        forged.extend(ber_forms(2, &s).map(|(what, form)| (what, with_s(&form))));
        for (what, form) in forged {
            assert_ne!(form, genuine, "{what}");
            verifying_key.rejects(message, &form, what);
        }
    }
}

/// Two numbers of equal length without DER (P1363), for which a converter to DER might write beyond its buffer
/// (haproxy, a heap overflow before verification). KMS never returns them, whatever their length.
#[test]
fn raw_signatures() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "raw");
        let verifying_key = key.verifying_key();
        let (r, s) = key.sign(&key.digest(MESSAGE));
        let raw = [padded(&r, curve.bytes), padded(&s, curve.bytes)].concat();
        verifying_key.accepts(RAW, &integer_pair(&r, &s), "DER");
        verifying_key.rejects(RAW, &raw, "raw");
        for length in 0..2 * raw.len() {
            let endless = raw.iter().cycle();
            let cut: Vec<u8> = endless.copied().take(length).collect();
            verifying_key.rejects(RAW, &cut, format!("{length} bytes of raw"));
            for byte in [0, 0x30, 0xff] {
                verifying_key.rejects(RAW, &vec![byte; length], format!("{length} times {byte}"));
            }
        }
    }
}

/// Digests with leading zeros, which elliptic treated as shorter numbers and then did not shift (CVE-2024-48948). A
/// digest is the number that its bytes encode. For P-521, all 64 bytes count, and nothing is truncated.
#[test]
fn digest_with_leading_zeros() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "leading zeros");
        let verifying_key = key.verifying_key();
        let length = curve.digest_length();
        let mut digests: Vec<Vec<u8>> = (0..length)
            .step_by(3)
            .chain([1, length - 1, length])
            .map(|zeros| [vec![0; zeros], bytes_of("digest", length - zeros)].concat())
            .collect();
        digests.push(vec![0xff; length]);
        digests.push(padded(&1_u32.into(), length));
        let n_bytes = padded(&curve.n, curve.bytes);
        if length == curve.bytes {
            // z = n is equivalent to 0, and z = n + 1 to 1.
            digests.push(n_bytes);
            digests.push(padded(&(&curve.n + 1_u32), length));
        }
        for digest in &digests {
            let (r, s) = key.sign(digest);
            let signature = integer_pair(&r, &s);
            verifying_key.accepts(Message::Digest(digest), &signature, format!("{digest:x?}"));
            for bit in [0, 7, 8, 8 * length - 1] {
                let mut changed = digest.clone();
                changed[bit / 8] ^= 0x80 >> (bit % 8);
                verifying_key.rejects(Message::Digest(&changed), &signature, format!("bit {bit}"));
            }
            // Shifted as if leading zeros did not count.
            let shifted = [&digest[1..], &[0]].concat();
            if shifted != *digest {
                verifying_key.rejects(Message::Digest(&shifted), &signature, "shifted");
            }
        }
    }
}

/// Two signatures for one message: if signature bytes are used as an identifier, (r, n - s) is a second one (Nebula's
/// blocklist, CVE-2026-25793). Both verify, because KMS makes both, and both have the same normal form.
#[test]
fn malleability() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "twins");
        let verifying_key = key.verifying_key();
        for counter in 0_u8..8 {
            let message = [counter];
            let (r, s) = key.sign(&key.digest(&message));
            let twin_s = &curve.n - &s;
            let (one, twin) = (integer_pair(&r, &s), integer_pair(&r, &twin_s));
            let other_r = integer_pair(&(&curve.n - &r), &s);
            verifying_key.accepts(Message::Raw(&message), &one, "s");
            verifying_key.rejects(Message::Raw(&message), &other_r, "n - r");
            if curve.is_sm2() {
                // The equation of SM2 does not have this symmetry.
                verifying_key.rejects(Message::Raw(&message), &twin, "n - s");
                assert_eq!(verifying_key.normalized_signature(&one).as_ref(), Ok(&one));
                continue;
            }
            verifying_key.accepts(Message::Raw(&message), &twin, "n - s");
            let low = integer_pair(&r, &s.clone().min(twin_s));
            assert_eq!(verifying_key.normalized_signature(&one).as_ref(), Ok(&low));
            assert_eq!(verifying_key.normalized_signature(&twin).as_ref(), Ok(&low));
            assert_eq!(verifying_key.normalized_signature(&low).as_ref(), Ok(&low));
        }
        // n is odd, so the two numbers next to n / 2 are negatives of each other.
        let low = (&curve.n - 1_u32) >> 1;
        let low_form = integer_pair(&7_u32.into(), &low);
        let high_form = integer_pair(&7_u32.into(), &(&low + 1_u32));
        if !curve.is_sm2() {
            assert_eq!(verifying_key.normalized_signature(&low_form).as_ref(), Ok(&low_form));
            assert_eq!(verifying_key.normalized_signature(&high_form).as_ref(), Ok(&low_form));
        }
        for wrong in [&[][..], &[0x30, 0], &[0; 64], &integer_pair(&curve.n, &7_u32.into())] {
            let normalized = verifying_key.normalized_signature(wrong);
            assert_eq!(normalized, Err(Error::InvalidSignature), "{wrong:x?}");
        }
    }
}

/// Strictness that rejects genuine signatures: k256 accepts only the lower s, and KMS returns the higher one equally
/// often.
#[test]
fn low_s_only() {
    let mut high = Vec::new();
    for vector in kms_vectors().iter().filter(|vector| vector.high_s) {
        vector
            .verifying_key()
            .accepts(vector.message(), &vector.signature, &vector.name);
        high.push(vector.key_spec);
    }
    high.sort();
    high.dedup();
    println!("KMS made signatures with a high s on {high:?}");
    assert!(high.len() > 1);
    for curve in CURVES.iter() {
        let key = Key::new(curve, "high s");
        let signed_with = |s_is_high: bool| {
            (0_u32..)
                .map(|counter| counter.to_be_bytes())
                .map(|message| (message, key.sign(&key.digest(&message))))
                .find(|(_, (_, s))| (s * 2_u32 > curve.n) == s_is_high)
                .unwrap()
        };
        for s_is_high in [false, true] {
            let (message, (r, s)) = signed_with(s_is_high);
            let signature = integer_pair(&r, &s);
            key.verifying_key()
                .accepts(Message::Raw(&message), &signature, format!("{s_is_high}"));
        }
    }
}
