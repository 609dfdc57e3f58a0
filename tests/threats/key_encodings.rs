//! SubjectPublicKeyInfo in other forms than KMS's own.

use kms_verify::{KeySpec, PublicKey};

use crate::forge::curve::{Key, curve};
use crate::forge::{assert_key_refused, der, ed25519, hex, ml_dsa, one_of_each, rsa};

/// One key in more than one encoding, and encodings that read differently elsewhere: aws-lc-rs takes a byte after the
/// end, hybrid points and id-RSASSA-PSS keys; josekit #49. Only KMS's own is taken.
#[test]
fn alternate_encodings() {
    for (key_spec, genuine) in one_of_each() {
        assert_eq!(PublicKey::from_der(&genuine).unwrap().to_der(), genuine);
        let (algorithm, key) = der::spki_parts(&genuine);
        assert_eq!(der::spki(&algorithm, &key), genuine);
        let identifier = der::element(0x30, &algorithm);
        let bits = [&[0][..], &key].concat();
        let bit_string = der::element(3, &bits);
        let inside = [&identifier[..], &bit_string].concat();
        let unused = |count: u8| {
            let mut bits = bits.clone();
            bits[0] = count;
            // The bits that are not used must be zero.
            *bits.last_mut().unwrap() &= 0xff_u8.checked_shl(count.into()).unwrap_or(0);
            der::sequence(&[&identifier, &der::element(3, &bits)])
        };
        let mut others: Vec<(String, Vec<u8>)> = [
            ("a byte behind", [&genuine[..], &[0]].concat()),
            ("a line end behind", [&genuine[..], b"\n"].concat()),
            ("itself behind", [&genuine[..], &genuine].concat()),
            ("a byte in front", [&[0][..], &genuine].concat()),
            ("a byte behind the BIT STRING", der::sequence(&[&inside, &[0]])),
            ("NULL behind the BIT STRING", der::sequence(&[&inside, &[5, 0]])),
            ("NULL in front", der::sequence(&[&[5, 0], &inside])),
            ("NULL between", der::sequence(&[&identifier, &[5, 0], &bit_string])),
            (
                "NULL behind the parameters",
                der::spki(&[&algorithm[..], &[5, 0]].concat(), &key),
            ),
            (
                "a byte behind the parameters",
                der::spki(&[&algorithm[..], &[0]].concat(), &key),
            ),
            ("no algorithm", der::sequence(&[&bit_string])),
            ("an empty algorithm", der::spki(&[], &key)),
            (
                "the OID alone in place of the algorithm",
                der::sequence(&[&algorithm, &bit_string]),
            ),
            ("no BIT STRING", der::sequence(&[&identifier])),
            ("an empty BIT STRING", der::sequence(&[&identifier, &[3, 0]])),
            ("an empty key", der::spki(&algorithm, &[])),
            (
                "a byte behind the key",
                der::spki(&algorithm, &[&key[..], &[0]].concat()),
            ),
            (
                "a byte in front of the key",
                der::spki(&algorithm, &[&[0][..], &key].concat()),
            ),
            ("a byte less", der::spki(&algorithm, &key[..key.len() - 1])),
            (
                "the key in an OCTET STRING",
                der::spki(&algorithm, &der::element(4, &key)),
            ),
            ("the key in a BIT STRING", der::spki(&algorithm, &bit_string)),
            (
                "an OCTET STRING",
                der::sequence(&[&identifier, &der::element(4, &bits)]),
            ),
            (
                "a constructed BIT STRING",
                der::sequence(&[&identifier, &der::element(0x23, &bit_string)]),
            ),
            ("a SET", der::element(0x31, &inside)),
            (
                "a SET as the algorithm",
                der::sequence(&[&der::element(0x31, &algorithm), &bit_string]),
            ),
            ("a SEQUENCE in a SEQUENCE", der::sequence(&[&genuine])),
            ("the other order", der::sequence(&[&bit_string, &identifier])),
            ("unused bits, all", unused(0xff)),
            ("the OID with a length of two bytes", {
                let oid = [&[6, 0x81][..], &algorithm[1..]].concat();
                der::spki(&oid, &key)
            }),
            ("the OID with a padded arc", {
                let length = usize::from(algorithm[1]);
                let oid = [&algorithm[2..4], &[0x80], &algorithm[4..2 + length]].concat();
                der::spki(&[&der::element(6, &oid), &algorithm[2 + length..]].concat(), &key)
            }),
        ]
        .map(|(what, form)| (what.to_owned(), form))
        .into();
        others.extend((1..=8).map(|count| (format!("{count} unused bits"), unused(count))));
        for (what, form) in der::ber_forms(0x30, &inside) {
            others.push((what.to_owned(), form));
        }
        for (what, form) in der::ber_forms(0x30, &algorithm) {
            others.push((format!("{what} in the algorithm"), der::sequence(&[&form, &bit_string])));
        }
        for (what, form) in der::ber_forms(3, &bits) {
            others.push((
                format!("{what} in the BIT STRING"),
                der::sequence(&[&identifier, &form]),
            ));
        }
        // Each bit of all that stands before the numbers of the key.
        let numbers = if key_spec <= KeySpec::Rsa4096 { 9 } else { 0 };
        for bit in 0..8 * (genuine.len() - key.len() + numbers) {
            let mut changed = genuine.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            others.push((format!("another bit {bit}"), changed));
        }
        for (what, form) in others {
            assert_ne!(form, genuine, "{what}");
            assert_key_refused(&form, "", format!("{key_spec}: {what}"));
        }
    }
}

/// The parameters of an algorithm that shall have none, or NULL: absent and NULL are two encodings of one thing.
#[test]
fn algorithm_parameters() {
    let rsa = rsa::key(2048).spki(65537);
    let (_, rsa) = der::spki_parts(&rsa);
    let curve_key = Key::new(curve(KeySpec::EccNistP256), "parameters");
    let point = curve_key.curve.uncompressed(&curve_key.public);
    let oid_rsa = "06092a864886f70d010101";
    let spki = |algorithm: &[&str], key: &[u8]| der::spki(&hex(&algorithm.concat()), key);
    let not_null = "the parameters of rsaEncryption are not NULL";
    for (parameters, words) in [
        ("", not_null),
        ("05000500", not_null),
        ("050100", not_null),
        ("058100", not_null),
    ] {
        assert_key_refused(&spki(&[oid_rsa, parameters], &rsa), words, parameters);
    }
    assert_key_refused(&spki(&[oid_rsa, "3000"], &rsa), not_null, "an empty SEQUENCE");
    let pss = "06092a864886f70d01010a";
    let pss_parameters =
        "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120";
    for parameters in ["", "0500", "3000", pss_parameters] {
        assert_key_refused(&spki(&[pss, parameters], &rsa), "id-RSASSA-PSS", parameters);
    }
    assert_key_refused(
        &spki(&["06092a864886f70d010107", "0500"], &rsa),
        "id-RSAES-OAEP",
        "OAEP",
    );
    assert_key_refused(
        &spki(&["06092a864886f70d01010b", "0500"], &rsa),
        "1.2.840.113549.1.1.11",
        "a signature's OID",
    );
    assert_key_refused(
        &spki(&["06052b8104010c", "06082a8648ce3d030107"], &point),
        "id-ecDH",
        "key agreement",
    );

    let ed25519 = ed25519::Key::new("parameters").encoded();
    for parameters in ["0500", "3000", "06032b6570", "00"] {
        assert_key_refused(
            &spki(&["06032b6570", parameters], &ed25519),
            "Ed25519 has parameters",
            parameters,
        );
    }
    for (oid, name) in [
        ("06032b656e", "X25519"),
        ("06032b6571", "Ed448"),
        ("06032b656f", "X448"),
    ] {
        assert_key_refused(&spki(&[oid], &ed25519), name, name);
    }
    for parameters in &ml_dsa::PARAMETER_SETS {
        let (oid, key) = der::spki_parts(&ml_dsa::Key::new(parameters, "parameters").spki());
        for more in [&[5, 0][..], &[0x30, 0], &[4, 0], &[0]] {
            let spki = der::spki(&[&oid, more].concat(), &key);
            assert_key_refused(&spki, "ML-DSA has parameters", format!("{more:x?}"));
        }
        let mut other = oid.clone();
        // HashML-DSA (id-hash-ml-dsa-44-with-sha512 and so on), and the other parameter sets.
        other[10] += 0x0f;
        assert_key_refused(&der::spki(&other, &key), "HashML-DSA", parameters.key_spec);
        for last in [0x11, 0x12, 0x13] {
            other[10] = last;
            if other != oid {
                assert_key_refused(
                    &der::spki(&other, &key),
                    "bytes, and such keys have",
                    parameters.key_spec,
                );
            }
        }
    }
}
