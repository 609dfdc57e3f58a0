//! SubjectPublicKeyInfo in forms that KMS does not use.

use kms_verify::{KeySpec, PublicKey};
use kms_verify_testing::der::{self, ber_forms, element, sequence};
use kms_verify_testing::forge::curve::{Key, curve};
use kms_verify_testing::forge::{assert_key_rejected, ed25519, ml_dsa, one_of_each, rsa};
use kms_verify_testing::hex;

/// Several encodings of one key, and encodings with another meaning elsewhere: aws-lc-rs accepts a trailing byte,
/// hybrid points and id-RSASSA-PSS keys; josekit #49. Only the encoding of KMS is accepted.
#[test]
fn alternate_encodings() {
    for (key_spec, genuine) in one_of_each() {
        assert_eq!(PublicKey::from_der(&genuine).unwrap().to_der(), genuine);
        let (algorithm, key) = der::spki_parts(&genuine);
        assert_eq!(der::spki(&algorithm, &key), genuine);
        let identifier = element(0x30, &algorithm);
        let bits = [&[0][..], &key].concat();
        let bit_string = element(3, &bits);
        let inside = [&identifier[..], &bit_string].concat();
        let with_algorithm = |algorithm: &[u8]| sequence(&[algorithm, &bit_string]);
        let with_contents = |contents: &[u8]| with_algorithm(&element(0x30, contents));
        let with_bits = |bits: &[u8]| sequence(&[&identifier, bits]);
        let with_key = |key: &[u8]| der::spki(&algorithm, key);
        let (oid, parameters) = algorithm.split_at(2 + usize::from(algorithm[1]));
        let padded_arc = element(6, &[&oid[2..4], &[0x80], &oid[4..]].concat());
        let mut others = vec![
            ("a byte behind", [&genuine[..], &[0]].concat()),
            ("a line end behind", [&genuine[..], b"\n"].concat()),
            ("itself behind", [&genuine[..], &genuine].concat()),
            ("a byte in front", [&[0], &genuine[..]].concat()),
            ("a SET", element(0x31, &inside)),
            ("a SEQUENCE in a SEQUENCE", sequence(&[&genuine])),
            ("the other order", sequence(&[&bit_string, &identifier])),
            ("NULL in front of the algorithm", sequence(&[&[5, 0], &inside])),
            (
                "NULL behind the algorithm",
                with_bits(&[&[5, 0], &bit_string[..]].concat()),
            ),
            ("NULL behind the BIT STRING", sequence(&[&inside, &[5, 0]])),
            ("a byte behind the BIT STRING", sequence(&[&inside, &[0]])),
            (
                "NULL behind the parameters",
                with_contents(&[&algorithm[..], &[5, 0]].concat()),
            ),
            (
                "a byte behind the parameters",
                with_contents(&[&algorithm[..], &[0]].concat()),
            ),
            ("no algorithm", with_algorithm(&[])),
            ("an empty algorithm", with_contents(&[])),
            ("the OID as the algorithm", with_algorithm(&algorithm)),
            ("a SET as the algorithm", with_algorithm(&element(0x31, &algorithm))),
            (
                "a length of two bytes in the OID",
                with_contents(&[&[6, 0x81], &algorithm[1..]].concat()),
            ),
            (
                "a padded arc in the OID",
                with_contents(&[&padded_arc, parameters].concat()),
            ),
            ("no BIT STRING", with_bits(&[])),
            ("an empty BIT STRING", with_bits(&[3, 0])),
            ("an OCTET STRING", with_bits(&element(4, &bits))),
            ("a constructed BIT STRING", with_bits(&element(0x23, &bit_string))),
            ("an empty key", with_key(&[])),
            ("a byte behind the key", with_key(&[&key[..], &[0]].concat())),
            ("a byte in front of the key", with_key(&[&[0], &key[..]].concat())),
            ("a byte less", with_key(&key[1..])),
            ("the key in an OCTET STRING", with_key(&element(4, &key))),
            ("the key in a BIT STRING", with_key(&bit_string)),
        ];
        for count in (1..=8).chain([0xff]) {
            let mut bits = bits.clone();
            bits[0] = count;
            // Unused bits must be zero.
            *bits.last_mut().unwrap() &= 0xff_u8.checked_shl(count.into()).unwrap_or(0);
            others.push(("unused bits", with_bits(&element(3, &bits))));
        }
        others.extend(ber_forms(0x30, &inside));
        others.extend(ber_forms(0x30, &algorithm).map(|(what, form)| (what, with_algorithm(&form))));
        others.extend(ber_forms(3, &bits).map(|(what, form)| (what, with_bits(&form))));
        // Each bit before the numbers of the key.
        let numbers = if key_spec <= KeySpec::Rsa4096 { 9 } else { 0 };
        for bit in 0..8 * (genuine.len() - key.len() + numbers) {
            let mut changed = genuine.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            others.push(("another bit", changed));
        }
        for (what, form) in others {
            assert_ne!(form, genuine, "{what}");
            assert_key_rejected(&form, "", format!("{key_spec}: {what}"));
        }
    }
}

/// Parameters of an algorithm that must have none, or NULL: absent and NULL are two encodings of the same thing.
#[test]
fn algorithm_parameters() {
    let spki = |algorithm: &[&str], key: &[u8]| der::spki(&hex(&algorithm.concat()), key);
    let (_, rsa) = der::spki_parts(&rsa::key(2048).spki(65537));
    let reject_rsa = |last_arc: &str, parameters: &str, words: &str| {
        let spki = spki(&["06092a864886f70d0101", last_arc, parameters], &rsa);
        assert_key_rejected(&spki, words, format!("{last_arc} {parameters}"));
    };
    for parameters in ["", "05000500", "050100", "058100", "3000"] {
        reject_rsa("01", parameters, "the parameters of rsaEncryption are not NULL");
    }
    // SHA-256, MGF1 with SHA-256, and a salt of 32 bytes.
    let sha256 = "300d06096086480165030402010500";
    let pss = [
        "3034a00f",
        sha256,
        "a11c301a06092a864886f70d010108",
        sha256,
        "a203020120",
    ]
    .concat();
    for parameters in ["", "0500", "3000", &pss] {
        reject_rsa("0a", parameters, "id-RSASSA-PSS");
    }
    reject_rsa("07", "0500", "id-RSAES-OAEP");
    reject_rsa("0b", "0500", "1.2.840.113549.1.1.11");

    let key = Key::new(curve(KeySpec::EccNistP256), "parameters");
    let point = key.curve.uncompressed(&key.public);
    let ec_dh = spki(&["06052b8104010c", "06082a8648ce3d030107"], &point);
    assert_key_rejected(&ec_dh, "id-ecDH", "key agreement");

    let ed25519 = ed25519::Key::new("parameters").encoded();
    for parameters in ["0500", "3000", "06032b6570", "00"] {
        let spki = spki(&["06032b6570", parameters], &ed25519);
        assert_key_rejected(&spki, "Ed25519 has parameters", parameters);
    }
    for (oid, name) in [
        ("06032b656e", "X25519"),
        ("06032b6571", "Ed448"),
        ("06032b656f", "X448"),
    ] {
        assert_key_rejected(&spki(&[oid], &ed25519), name, name);
    }
    for parameters in &ml_dsa::PARAMETER_SETS {
        let (oid, key) = der::spki_parts(&ml_dsa::Key::new(parameters, "parameters").spki());
        for more in [&[5, 0][..], &[0x30, 0], &[4, 0], &[0]] {
            let spki = der::spki(&[&oid, more].concat(), &key);
            assert_key_rejected(&spki, "ML-DSA has parameters", format!("{more:x?}"));
        }
        let mut other = oid.clone();
        // HashML-DSA (id-hash-ml-dsa-44-with-sha512 and so on), and the other parameter sets.
        other[10] += 0x0f;
        assert_key_rejected(&der::spki(&other, &key), "HashML-DSA", parameters.key_spec);
        for last in [0x11, 0x12, 0x13] {
            other[10] = last;
            if other != oid {
                let spki = der::spki(&other, &key);
                assert_key_rejected(&spki, "bytes inside it, got", parameters.key_spec);
            }
        }
    }
}
