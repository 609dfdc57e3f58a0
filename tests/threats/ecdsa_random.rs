//! Whole verifications of ECDSA, one by one and at once, beside RustCrypto's arithmetic, with changed bits.

use k256::elliptic_curve::point::AffineCoordinates as _;
use kms_verify::{KeySpec, Message, PublicKey, SigningAlgorithm};
use kms_verify_testing::der::integer_pair;
use kms_verify_testing::{SplitMix64, spki};
use num_bigint::BigUint;

/// Numbers as bytes, big-endian.
struct Case {
    digest: [u8; 32],
    r: [u8; 32],
    s: [u8; 32],
}

/// A test with keys and signatures on a curve.
macro_rules! on_curve {
    ($test:ident, $curve:ident, $key_spec:expr) => {
        /// `CASES=1000000 cargo test --release -p kms-verify --test threats random_signatures` makes the record of a long run.
        #[test]
        fn $test() {
            use $curve::elliptic_curve::sec1::ToSec1Point as _;
            use $curve::{ProjectivePoint, Scalar};

            let cases: u32 = std::env::var("CASES").map_or(600, |cases| cases.parse().unwrap());
            let mut random = SplitMix64(u64::from(cases));
            let mut bytes = || {
                let mut bytes = [0; 32];
                random.fill(&mut bytes);
                bytes
            };
            let reduced = |bytes: [u8; 32]| {
                <Scalar as $curve::elliptic_curve::ops::Reduce<$curve::FieldBytes>>::reduce(&bytes.into())
            };
            let (mut valid, mut done) = (0, 0);
            while done < cases {
                let secret: Scalar = reduced(bytes());
                let point = (ProjectivePoint::GENERATOR * secret)
                    .to_affine()
                    .to_sec1_point(false);
                let key = PublicKey::from_der(&spki::encode($key_spec, point.as_bytes())).unwrap();
                let bare = key.verifying_key(SigningAlgorithm::EcdsaSha256).unwrap();
                let precomputed = bare.clone().precomputed();
                let mut nonce: Scalar = reduced(bytes());
                let mut sum = ProjectivePoint::GENERATOR * nonce;
                let some: Vec<Case> = (0..1000.min(cases - done))
                    .map(|_| {
                        nonce += Scalar::ONE;
                        sum += ProjectivePoint::GENERATOR;
                        let digest = bytes();
                        let r: Scalar = reduced(sum.to_affine().x().into());
                        let s = nonce.invert().unwrap() * (reduced(digest) + r * secret);
                        let mut case = Case {
                            digest,
                            r: r.to_bytes().into(),
                            s: s.to_bytes().into(),
                        };
                        let change = bytes();
                        let number = match change[0] % 12 {
                            0 => &mut case.digest,
                            1 => &mut case.r,
                            2 => &mut case.s,
                            _ => return case,
                        };
                        number[usize::from(change[1]) % 32] ^= 1 << (change[2] % 8);
                        case
                    })
                    .collect();
                let signatures: Vec<_> = some
                    .iter()
                    .map(|case| integer_pair(&BigUint::from_bytes_be(&case.r), &BigUint::from_bytes_be(&case.s)))
                    .collect();
                let pairs: Vec<_> = some
                    .iter()
                    .zip(&signatures)
                    .map(|(case, signature)| (Message::Digest(&case.digest), &signature[..]))
                    .collect();
                let verdicts = precomputed.verify_many(&pairs);
                for (verdict, (message, signature)) in verdicts.iter().zip(&pairs) {
                    assert_eq!(*verdict, bare.verify(*message, signature), "{signature:02x?}");
                    assert_eq!(
                        *verdict,
                        precomputed.verify(*message, signature),
                        "{signature:02x?}"
                    );
                    valid += u32::from(verdict.is_ok());
                }
                done += some.len() as u32;
            }
            println!("{valid} of {cases} are valid");
            assert!(valid > cases / 2 && valid < cases);
        }
    };
}

on_curve!(random_signatures_p256, p256, KeySpec::EccNistP256);
on_curve!(random_signatures_secp256k1, k256, KeySpec::EccSecgP256k1);
