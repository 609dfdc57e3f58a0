//! Signatures that KMS really made, through every way in; and none of them once anything is changed.

mod common;

use common::{Vector, kms_vectors};
use kms_verify::{PublicKey, verify_kms_signature};
use sha2::{Digest, Sha256};

/// What the vectors are: (key spec, algorithm, message type) and how many.
#[test]
fn every_artefact_of_kms_verifies_in_every_way() {
    let vectors = kms_vectors();
    for vector in &vectors {
        let Vector {
            algorithm, signature, ..
        } = vector;
        let name = &vector.name;
        let message = vector.message();
        verify_kms_signature(&vector.der, *algorithm, message, signature).expect(name);
        verify_kms_signature(vector.pem.as_bytes(), *algorithm, message, signature).expect(name);

        let key = PublicKey::from_pem(&vector.pem).unwrap();
        assert_eq!(key, PublicKey::from_der(&vector.der).unwrap(), "{name}");
        assert_eq!(key.key_spec(), vector.key_spec, "{name}");
        assert_eq!(key.to_der(), vector.der, "{name}");
        assert_eq!(key.to_pem(), vector.pem, "{name}");
        assert_eq!(key.fingerprint()[..], Sha256::digest(&vector.der)[..], "{name}");
        key.verify(*algorithm, message, signature).expect(name);
        key.verifying_key(*algorithm)
            .unwrap()
            .verify(message, signature)
            .expect(name);
    }
    println!("{} signatures of KMS verify", vectors.len());
    assert_eq!(vectors.len(), 24);
}
