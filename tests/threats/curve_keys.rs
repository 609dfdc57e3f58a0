//! Keys on the five curves: the accepted curves, and the accepted points.

use kms_verify::PublicKey;
use kms_verify_testing::der::{self, element, sequence};
use kms_verify_testing::forge::assert_key_rejected;
use kms_verify_testing::forge::curve::{CURVES, Key};
use kms_verify_testing::{hex, padded, power_of_two, spki};
use num_bigint::BigUint;

/// Curves that the key itself defines: CurveBall CVE-2020-0601 (a generator that makes any key one's own); endless
/// loops with invalid parameters, OpenSSL CVE-2022-0778; BoringSSL 0a2c993. Only named curves are accepted, and only
/// these five.
#[test]
fn curve_parameters() {
    let ec = |parameters: &[u8]| [hex("06072a8648ce3d0201"), parameters.to_vec()].concat();
    for curve in CURVES.iter() {
        let key = Key::new(curve, "parameters");
        let point = curve.uncompressed(&key.public);
        let number = |number: &BigUint| element(4, &padded(number, curve.bytes));
        let explicit = |generator: &[u8], cofactor: &[u8]| {
            let field = sequence(&[&hex("06072a8648ce3d0101"), &der::integer(&curve.p)]);
            let coefficients = sequence(&[&number(&curve.a), &number(&curve.b)]);
            let order = der::integer(&curve.n);
            let base = element(4, generator);
            sequence(&[&[2, 1, 1], &field, &coefficients, &base, &order, cofactor])
        };
        let base = curve.uncompressed(&curve.g);
        for (what, parameters) in [
            ("the curve's own parameters", explicit(&base, &[2, 1, 1])),
            ("no cofactor", explicit(&base, &[])),
            // With this generator, the private key is 1.
            ("the key as the generator", explicit(&point, &[2, 1, 1])),
        ] {
            assert_key_rejected(&der::spki(&ec(&parameters), &point), "explicit curve parameters", what);
        }
        for (what, parameters) in [
            ("implicitCurve", vec![5, 0]),
            ("nothing", vec![]),
            ("a number", vec![2, 1, 7]),
            ("the name as text", element(0x0c, b"P-256")),
            ("the name twice", [curve.oid(), curve.oid()].concat()),
            ("NULL after the name", [curve.oid(), vec![5, 0]].concat()),
            ("half a name", curve.oid()[..4].to_vec()),
        ] {
            assert_key_rejected(&der::spki(&ec(&parameters), &point), "malformed", what);
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
            assert_key_rejected(&der::spki(&ec(&hex(oid)), &point), "curve", what);
        }
    }
}

/// Points that are not on the curve, whose multiples reveal secrets or are predictable: invalid curve attacks
/// (Wycheproof), pyca CVE-2026-26007. Also points in a form that KMS does not use.
#[test]
fn point_validity() {
    for curve in CURVES.iter() {
        let key = Key::new(curve, "point");
        let (x, y) = &key.public;
        let p = &curve.p;
        let all_ones = power_of_two(8 * curve.bytes) - 1_u32;
        PublicKey::from_der(&curve.spki(&(x.clone(), y.clone()))).unwrap();
        PublicKey::from_der(&curve.spki(&(x.clone(), p - y))).unwrap();
        let reject = |what: &str, x: &BigUint, y: &BigUint| {
            let spki = curve.spki(&(x.clone(), y.clone()));
            assert_key_rejected(&spki, "not on its curve", format!("{}: {what}", curve.key_spec));
        };
        let (zero, one) = (BigUint::ZERO, BigUint::from(1_u32));
        reject("y + 1", x, &((y + 1_u32) % p));
        reject("x + 1", &((x + 1_u32) % p), y);
        reject("x and y exchanged", y, x);
        reject("(0, 0)", &zero, &zero);
        reject("(0, 1)", &zero, &one);
        reject("(1, 0)", &one, &zero);
        reject("(p, p)", p, p);
        reject("x = p", p, y);
        reject("y = p", x, p);
        reject("all ones", &all_ones, &all_ones);
        // x + p and y + p, if they fit: arithmetic that reduces them sees the same numbers.
        let low = curve.points_from(0).next().unwrap();
        PublicKey::from_der(&curve.spki(&low)).unwrap();
        reject("x + p", &(&low.0 + p), &low.1);
        if curve.bytes == 66 {
            reject("y + p", &low.0, &(&low.1 + p));
            reject("x + p and y + p", &(&low.0 + p), &(&low.1 + p));
        }

        let uncompressed = curve.uncompressed(&key.public);
        let sign = u8::from(y.bit(0));
        let both = &uncompressed[1..];
        let x_alone = &both[..curve.bytes];
        let with_first = |first: u8| [&[first], both].concat();
        let wrong_length = "match its curve";
        for (what, words, point) in [
            ("compressed", "compressed", [&[2 + sign], x_alone].concat()),
            ("compressed, not so", "compressed", [&[3 - sign], x_alone].concat()),
            ("hybrid", "hybrid", with_first(6 + sign)),
            ("hybrid, not so", "hybrid", with_first(7 - sign)),
            ("infinity", "infinity", vec![0]),
            ("infinity, with x and y", "not an encoded point", with_first(0)),
            ("another first byte", "not an encoded point", with_first(5)),
            ("no first byte", "malformed", both.to_vec()),
            ("x alone", wrong_length, [&[4], x_alone].concat()),
            ("a byte more", wrong_length, [&[4], both, &[0]].concat()),
            ("a byte less", wrong_length, [&[4], &both[1..]].concat()),
            ("the first byte alone", wrong_length, vec![4]),
            ("an OCTET STRING", wrong_length, element(4, &uncompressed)),
            ("nothing", "not an encoded point", vec![]),
        ] {
            let spki = der::spki(&spki::algorithm_identifier(curve.key_spec), &point);
            assert_key_rejected(&spki, words, format!("{}: {what}", curve.key_spec));
        }
    }
}

/// A point labelled with another curve.
#[test]
fn point_of_another_curve() {
    for curve in CURVES.iter() {
        let spki = Key::new(curve, "label").spki();
        for other in CURVES.iter().filter(|other| other.key_spec != curve.key_spec) {
            let (_, point) = der::spki_parts(&spki);
            let words = if curve.bytes == other.bytes {
                "not on its curve"
            } else {
                "match its curve"
            };
            let relabelled = der::spki(&spki::algorithm_identifier(other.key_spec), &point);
            assert_key_rejected(&relabelled, words, format!("{} as {}", curve.key_spec, other.key_spec));
        }
    }
}
