//! Certificates of each kind of issuer, made by PyCA's cryptography: see `make-certificates`.

use std::time::Duration;

use kms_verify_integration_rustls_webpki::ALGORITHMS;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// What KMS signs: a certificate of each must verify.
const ISSUERS: [&str; 14] = [
    "p256",
    "p256k1",
    "p384",
    "p521",
    "ed25519",
    "rsa-2048-sha256",
    "rsa-3072-sha384",
    "rsa-4096-sha512",
    "pss-sha256",
    "pss-sha384",
    "pss-sha512",
    "ml-dsa-44",
    "ml-dsa-65",
    "ml-dsa-87",
];

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/certificates/{name}.der", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn verify(issuer: &str, device: &[u8]) -> Result<(), Error> {
    let issuer = CertificateDer::from(read(&format!("{issuer}.issuer")));
    let anchors = [anchor_from_trusted_cert(&issuer)?];
    let device = CertificateDer::from(device);
    let device = EndEntityCert::try_from(&device)?;
    // 2026-11-25.
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1_795_600_000));
    device.verify_for_usage(ALGORITHMS, &anchors, &[], now, KeyUsage::client_auth(), None, None)?;
    device.verify_is_valid_for_subject_name(&ServerName::try_from("device.example.com").unwrap())
}

#[test]
fn certificates_of_each_issuer_verify() {
    for issuer in ISSUERS {
        let device = read(&format!("{issuer}.device"));
        assert_eq!(verify(issuer, &device), Ok(()), "{issuer}");
        // The signature is at the end of the certificate.
        let mut changed = device.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(
            verify(issuer, &changed),
            Err(Error::InvalidSignatureForPublicKey),
            "{issuer}"
        );
        // The name is part of what is signed.
        let at = device.windows(6).position(|bytes| bytes == b"device").unwrap();
        let mut changed = device.clone();
        changed[at] = b'D';
        assert_eq!(
            verify(issuer, &changed),
            Err(Error::InvalidSignatureForPublicKey),
            "{issuer}"
        );
    }
}

#[test]
fn a_certificate_of_another_issuer_does_not_verify() {
    for issuer in ISSUERS {
        for other in ISSUERS.iter().filter(|other| **other != issuer) {
            let device = read(&format!("{other}.device"));
            assert!(
                matches!(verify(issuer, &device), Err(Error::UnknownIssuer)),
                "{issuer} {other}"
            );
        }
    }
}

#[test]
fn what_kms_does_not_sign_is_rejected() {
    for issuer in ["p256-sha384", "pss-sha256-salt-20"] {
        let error = verify(issuer, &read(&format!("{issuer}.device"))).unwrap_err();
        let text = format!("{error:?}");
        assert!(text.starts_with("UnsupportedSignatureAlgorithm"), "{issuer}: {text}");
    }
}

/// Keys of the right algorithm in the wrong form, and of absurd length.
#[test]
fn no_key_panics() {
    for algorithm in ALGORITHMS {
        for length in [0, 1, 31, 32, 65, 127, 128, 255, 256, 65_535, 65_536, 200_000] {
            assert!(
                algorithm
                    .verify_signature(&vec![4; length], b"message", &[0; 64])
                    .is_err()
            );
        }
    }
}
