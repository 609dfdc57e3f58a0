//! Keys of the five curves: which curves, and which points of them.

use kms_verify::PublicKey;
use num_bigint::BigUint;

use crate::forge::curve::{CURVES, Key};
use crate::forge::{assert_key_refused, der, hex, padded, power_of_two};

/// Curves that the key brings along: CurveBall CVE-2020-0601 (a generator that makes any key one's own); endless loops
/// in the arithmetic of nonsense, OpenSSL CVE-2022-0778; BoringSSL 0a2c993. Only names are taken, and only five.
#[test]
fn curve_parameters() {
    let ec = |parameters: &[u8]| [hex("06072a8648ce3d0201"), parameters.to_vec()].concat();
    for curve in CURVES.iter() {
        let key = Key::new(curve, "parameters");
        let point = curve.uncompressed(&key.public);
        let number = |number: &BigUint| der::element(4, &padded(number, curve.bytes));
        let explicit = |generator: &[u8], cofactor: &[u8]| {
            let field = der::sequence(&[&hex("06072a8648ce3d0101"), &der::integer(&curve.p)]);
            let coefficients = der::sequence(&[&number(&curve.a), &number(&curve.b)]);
            let order = der::integer(&curve.n);
            let base = der::element(4, generator);
            der::sequence(&[&[2, 1, 1], &field, &coefficients, &base, &order, cofactor])
        };
        let base = curve.uncompressed(&curve.g);
        for (what, parameters) in [
            ("the curve's own parameters", explicit(&base, &[2, 1, 1])),
            ("no cofactor", explicit(&base, &[])),
            // With this generator the private key is 1.
            ("the key as the generator", explicit(&point, &[2, 1, 1])),
        ] {
            assert_key_refused(&der::spki(&ec(&parameters), &point), "explicit parameters", what);
        }
        for (what, parameters) in [
            ("implicitCurve", vec![5, 0]),
            ("nothing", vec![]),
            ("a number", vec![2, 1, 7]),
            ("the name as text", der::element(0x0c, b"P-256")),
            ("the name twice", [hex(curve.oid), hex(curve.oid)].concat()),
            ("NULL after the name", [hex(curve.oid), vec![5, 0]].concat()),
            ("half a name", hex(curve.oid)[..4].to_vec()),
        ] {
            assert_key_refused(&der::spki(&ec(&parameters), &point), "malformed", what);
        }
        for (what, oid) in [
            ("P-192", "06082a8648ce3d030101"),
            ("P-224", "06052b81040021"),
            ("secp192k1", "06052b8104001f"),
            ("secp224k1", "06052b81040020"),
            ("secp256k1 or so", "06052b8104000b"),
            ("sect233r1", "06052b8104001b"),
            ("brainpoolP256r1", "06092b2403030208010107"),
            ("wapip192v1", "06082a811ccf5501822e"),
            ("id-Ed25519 as a curve", "06032b6570"),
        ] {
            assert_key_refused(&der::spki(&ec(&hex(oid)), &point), "curve", what);
        }
    }
}

/// Points that are none of the curve's group, whose multiples tell or fix what they should not: invalid curve attacks
/// (Wycheproof), pyca CVE-2026-26007. And other forms of a point than KMS's.
#[test]
fn point_validity() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "point");
        let (x, y) = &key.public;
        let p = &curve.p;
        let all_ones = power_of_two(8 * curve.bytes) - 1_u32;
        PublicKey::from_der(&curve.spki(&(x.clone(), y.clone()))).unwrap();
        PublicKey::from_der(&curve.spki(&(x.clone(), p - y))).unwrap();
        for (what, point) in [
            ("y + 1", (x.clone(), (y + 1_u32) % p)),
            ("x + 1", ((x + 1_u32) % p, y.clone())),
            ("x and y exchanged", (y.clone(), x.clone())),
            ("(0, 0)", (BigUint::ZERO, BigUint::ZERO)),
            ("(0, 1)", (BigUint::ZERO, 1_u32.into())),
            ("(1, 0)", (1_u32.into(), BigUint::ZERO)),
            ("(p, p)", (p.clone(), p.clone())),
            ("x = p", (p.clone(), y.clone())),
            ("y = p", (x.clone(), p.clone())),
            ("all ones", (all_ones.clone(), all_ones)),
        ] {
            assert_key_refused(
                &curve.spki(&point),
                "not on its curve",
                format!("{}: {what}", curve.key_spec),
            );
        }
        // x + p and y + p, where there is room for them: the same numbers to arithmetic that reduces.
        let room = power_of_two(8 * curve.bytes) - p;
        let (low_x, its_y) = curve.points_from(0).next().unwrap();
        let mut unreduced = vec![
            ("x + p", (&low_x + p, its_y.clone())),
            ("y + p", (low_x.clone(), &its_y + p)),
        ];
        if curve.bytes == 66 {
            unreduced.push(("both", (&low_x + p, &its_y + p)));
        }
        PublicKey::from_der(&curve.spki(&(low_x.clone(), its_y.clone()))).unwrap();
        let mut tried = 0;
        for (what, point) in unreduced {
            if point.0.bits().max(point.1.bits()) <= 8 * curve.bytes as u64 {
                assert_key_refused(
                    &curve.spki(&point),
                    "not on its curve",
                    format!("{}: {what}", curve.key_spec),
                );
                tried += 1;
            }
        }
        assert!(tried > 0 && low_x < room);

        let uncompressed = curve.uncompressed(&key.public);
        let sign = u8::from(y.bit(0));
        let coordinate = &uncompressed[1..=curve.bytes];
        let with_first = |first: u8| [&[first][..], &uncompressed[1..]].concat();
        for (what, words, point) in [
            ("compressed", "compressed", [&[2 + sign][..], coordinate].concat()),
            (
                "compressed, the other",
                "compressed",
                [&[3 - sign][..], coordinate].concat(),
            ),
            ("compact", "compressed", [&[2][..], coordinate].concat()),
            ("hybrid", "hybrid", with_first(6 + sign)),
            ("hybrid, the other", "hybrid", with_first(7 - sign)),
            ("infinity", "infinity", vec![0]),
            ("infinity, with coordinates", "not a point", with_first(0)),
            ("another first byte", "not a point", with_first(5)),
            ("no first byte", "malformed", uncompressed[1..].to_vec()),
            ("x alone", "length of its curve", [&[4][..], coordinate].concat()),
            ("a byte more", "length of its curve", [&uncompressed[..], &[0]].concat()),
            (
                "a byte less",
                "length of its curve",
                uncompressed[..2 * curve.bytes].to_vec(),
            ),
            ("the first byte alone", "length of its curve", vec![4]),
            ("an OCTET STRING", "length of its curve", der::element(4, &uncompressed)),
            ("nothing", "not a point", vec![]),
        ] {
            let spki = der::spki(&curve.algorithm_identifier(), &point);
            assert_key_refused(&spki, words, format!("{}: {what}", curve.key_spec));
        }
    }
}

/// A point under the name of another curve.
#[test]
fn point_of_another_curve() {
    for curve in CURVES.iter() {
        let spki = Key::new(curve, "label").spki();
        for other in CURVES.iter().filter(|other| other.key_spec != curve.key_spec) {
            let (_, point) = der::spki_parts(&spki);
            let words = if curve.bytes == other.bytes {
                "not on its curve"
            } else {
                "length of its curve"
            };
            let relabelled = der::spki(&other.algorithm_identifier(), &point);
            assert_key_refused(&relabelled, words, format!("{} as {}", curve.key_spec, other.key_spec));
        }
    }
}
