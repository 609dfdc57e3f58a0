//! The traits of RustCrypto, used as generic code uses them.

#![cfg(all(feature = "default", feature = "signature", feature = "pkcs8"))]

use kms_verify::{KeySpec, PublicKey, Signature, SigningAlgorithm as A, VerifyingKey};
use kms_verify_testing::forge::{Hash, Signer, one_of_each, signers};
use kms_verify_testing::hex;
use signature::hazmat::PrehashVerifier;
use signature::{MultipartVerifier, Verifier};
use spki::der::Encode as _;
use spki::{
    DecodePublicKey, DynAssociatedAlgorithmIdentifier, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    SubjectPublicKeyInfoRef,
};

const MESSAGE: &[u8] = b"a message of several pieces";

/// Verifies with what the traits offer, knowing nothing of the key.
fn verifies<K, S>(key: &K, message: &[u8], signature: &S) -> bool
where
    K: Verifier<S> + MultipartVerifier<S>,
{
    let whole = key.verify(message, signature).is_ok();
    for split in [0, 1, message.len() / 2, message.len()] {
        let (begin, end) = message.split_at(split);
        assert_eq!(key.multipart_verify(&[begin, &[], end], signature).is_ok(), whole);
    }
    whole
}

/// Whether a digest in place of the message verifies.
fn verifies_prehash<K: PrehashVerifier<S>, S>(key: &K, prehash: &[u8], signature: &S) -> bool {
    key.verify_prehash(prehash, signature).is_ok()
}

/// Encodes and decodes a key.
fn comes_back<K: EncodePublicKey + DecodePublicKey + DynAssociatedAlgorithmIdentifier + Eq>(key: &K) -> bool {
    let document = key.to_public_key_der().unwrap();
    let spki = SubjectPublicKeyInfoRef::try_from(document.as_bytes()).unwrap();
    let algorithm = key.algorithm_identifier().unwrap();
    assert_eq!(algorithm.to_der().unwrap(), spki.algorithm.to_der().unwrap());
    K::from_public_key_der(document.as_bytes()).is_ok_and(|decoded| decoded == *key)
}

/// The digest that KMS accepts in place of the message.
fn digest(signer: &Signer, message: &[u8]) -> Option<Vec<u8>> {
    match signer.key.algorithm() {
        A::Sm2Dsa => {
            let digest = signer.key.public_key().sm2_digest(b"1234567812345678", message);
            Some(digest.unwrap().to_vec())
        }
        algorithm => Hash::of(algorithm).map(|hash| hash.digest(message)),
    }
}

#[test]
fn a_generic_function_verifies_with_every_algorithm() {
    let mut algorithms = Vec::new();
    for signer in signers() {
        let key = &signer.key;
        let signature = Signature::from_kms(key.algorithm(), &signer.sign(MESSAGE)).unwrap();
        assert!(verifies(key, MESSAGE, &signature), "{}", signer.name);
        assert!(!verifies(key, b"another message", &signature), "{}", signer.name);
        match digest(signer, MESSAGE) {
            Some(mut digest) => {
                assert!(verifies_prehash(key, &digest, &signature), "{}", signer.name);
                assert!(!verifies_prehash(key, &digest[1..], &signature), "{}", signer.name);
                digest[0] ^= 1;
                assert!(!verifies_prehash(key, &digest, &signature), "{}", signer.name);
            }
            None => {
                assert!(matches!(key.algorithm(), A::Ed25519Sha512 | A::MlDsaShake256));
                for length in [0, 32, 64] {
                    assert!(!verifies_prehash(key, &vec![0; length], &signature), "{}", signer.name);
                }
            }
        }
        // A signature of another algorithm, even with the same bytes.
        for other in signers() {
            if other.key.algorithm() != key.algorithm() {
                assert!(!verifies(&other.key, MESSAGE, &signature));
            }
        }
        algorithms.push(key.algorithm());
    }
    algorithms.sort_unstable();
    algorithms.dedup();
    assert_eq!(algorithms, A::ALL);
}

#[test]
fn keys_of_every_key_spec_come_back() {
    for (key_spec, der) in one_of_each() {
        let key = PublicKey::from_der(&der).unwrap();
        assert!(comes_back(&key), "{key_spec}");
        assert_eq!(key.to_public_key_der().unwrap().as_bytes(), der);
        assert_eq!(PublicKey::from_rustcrypto(&key).as_ref(), Ok(&key));
        // Exactly what `from_der` accepts.
        let longer = [&der[..], &[0]].concat();
        assert!(PublicKey::from_public_key_der(&longer).is_err());
    }
    assert!(PublicKey::from_public_key_der(b"").is_err());
    // A compressed point is a key elsewhere.
    let compressed = hex(
        "3039301306072a8648ce3d020106082a8648ce3d030107032200036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    );
    assert!(p256::PublicKey::from_public_key_der(&compressed).is_ok());
    assert!(PublicKey::from_public_key_der(&compressed).is_err());
}

#[test]
fn keys_of_rustcrypto_crates_become_public_keys() {
    let of_spec = |key_spec: KeySpec| {
        let (_, der) = one_of_each()
            .into_iter()
            .find(|(of_key, _)| *of_key == key_spec)
            .unwrap();
        der
    };
    fn through<K: DecodePublicKey + EncodePublicKey>(der: &[u8]) -> PublicKey {
        let theirs = K::from_public_key_der(der).unwrap();
        PublicKey::from_rustcrypto(&theirs).unwrap()
    }
    for key_spec in [KeySpec::Rsa2048, KeySpec::Rsa3072, KeySpec::Rsa4096] {
        let der = of_spec(key_spec);
        assert_eq!(through::<rsa::PublicKey>(&der).as_der(), der);
    }
    let der = of_spec(KeySpec::EccNistP256);
    assert_eq!(through::<p256::PublicKey>(&der).as_der(), der);
    let der = of_spec(KeySpec::EccNistP384);
    assert_eq!(through::<p384::PublicKey>(&der).as_der(), der);
    let der = of_spec(KeySpec::EccSecgP256k1);
    assert_eq!(through::<k256::PublicKey>(&der).as_der(), der);
}

/// The AlgorithmIdentifiers of signatures, as RFC 4055 section 6 and appendix A, RFC 5758, RFC 8410, RFC 9881 and GM/T 0006
/// have them.
#[test]
fn signatures_have_their_algorithm_identifiers() {
    let identifier = |key: &VerifyingKey| {
        key.signature_algorithm_identifier()
            .map(|found| found.to_der().unwrap())
    };
    let pss = |hash: u8, salt: u8| {
        hex(&format!(
            "304106092a864886f70d01010a3034a00f300d06096086480165030402{hash:02x}0500a11c301a06092a864886f70d010108300d0609\
             6086480165030402{hash:02x}0500a2030201{salt:02x}"
        ))
    };
    for signer in signers() {
        let key = &signer.key;
        let expected = match key.algorithm() {
            A::RsassaPkcs1V15Sha256 => hex("300d06092a864886f70d01010b0500"),
            A::RsassaPkcs1V15Sha384 => hex("300d06092a864886f70d01010c0500"),
            A::RsassaPkcs1V15Sha512 => hex("300d06092a864886f70d01010d0500"),
            A::RsassaPssSha256 => pss(1, 32),
            A::RsassaPssSha384 => pss(2, 48),
            A::RsassaPssSha512 => pss(3, 64),
            A::EcdsaSha256 => hex("300a06082a8648ce3d040302"),
            A::EcdsaSha384 => hex("300a06082a8648ce3d040303"),
            A::EcdsaSha512 => hex("300a06082a8648ce3d040304"),
            A::Sm2Dsa => hex("300a06082a811ccf55018375"),
            A::Ed25519Sha512 => hex("300506032b6570"),
            A::MlDsaShake256 => match key.public_key().key_spec() {
                KeySpec::MlDsa44 => hex("300b0609608648016503040311"),
                KeySpec::MlDsa65 => hex("300b0609608648016503040312"),
                _ => hex("300b0609608648016503040313"),
            },
            _ => {
                assert!(identifier(key).is_err(), "{}", signer.name);
                continue;
            }
        };
        assert_eq!(identifier(key).unwrap(), expected, "{}", signer.name);
        let document = key.to_public_key_der().unwrap();
        assert_eq!(document.as_bytes(), key.public_key().as_der());
    }
}
