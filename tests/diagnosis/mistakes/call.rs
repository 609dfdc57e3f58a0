//! A key or an algorithm other than that of the signature.

use kms_verify::{Cause, KeySpec, MessageType, SigningAlgorithm};
use kms_verify_testing::vectors::kms_vector;

use super::{Mistake, another_key, is_ml_dsa, raw};
use crate::case::{Case, digest};

use Cause::*;
use MessageType::{Digest, Raw};

/// Mistakes with the key or the algorithm.
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "algorithm with the other padding",
        apply: |v| Some((WrongPadding, Case::of(v).with_algorithm(other_padding(v.algorithm)?))),
    },
    Mistake {
        name: "algorithm with another hash",
        apply: |v| Some((WrongHash, Case::of(v).with_algorithm(other_hash(v.algorithm)?))),
    },
    Mistake {
        name: "algorithm and digest with another hash",
        apply: |v| {
            let algorithm = other_hash(v.algorithm)?;
            let (_, digest) = digest(&v.public_key(), algorithm, raw(v)?)?;
            Some((
                WrongHash,
                Case::of(v).with_algorithm(algorithm).with_message(Digest, digest),
            ))
        },
    },
    Mistake {
        name: "algorithm with another hash and padding",
        apply: |v| {
            Some((
                WrongPadding,
                Case::of(v).with_algorithm(other_padding(other_hash(v.algorithm)?)?),
            ))
        },
    },
    Mistake {
        name: "algorithm of another key",
        apply: |v| {
            let algorithm = if v.algorithm == SigningAlgorithm::EcdsaSha384 {
                SigningAlgorithm::EcdsaSha256
            } else {
                SigningAlgorithm::EcdsaSha384
            };
            Some((KeyIsForAnotherAlgorithm, Case::of(v).with_algorithm(algorithm)))
        },
    },
    Mistake {
        name: "key of another algorithm",
        apply: |v| {
            let other = if is_ml_dsa(v) {
                "stackd-ed25519-pure-raw"
            } else {
                "stackd-ml_dsa_44-raw"
            };
            let key = kms_vector(other).public_key();
            Some((KeyIsForAnotherAlgorithm, Case::of(v).with_key(key)))
        },
    },
    Mistake {
        name: "key of another size",
        apply: |v| {
            let other = match v.key_spec {
                KeySpec::Rsa2048 => KeySpec::Rsa4096,
                KeySpec::Rsa3072 | KeySpec::Rsa4096 => KeySpec::Rsa2048,
                KeySpec::MlDsa44 => KeySpec::MlDsa87,
                KeySpec::MlDsa65 | KeySpec::MlDsa87 => KeySpec::MlDsa44,
                _ => return None,
            };
            Some((SignatureWrongLength, Case::of(v).with_key(another_key(other))))
        },
    },
    Mistake {
        name: "Ed25519 taken for Ed25519ph",
        apply: |v| {
            let case = Case::of(v).with_algorithm(SigningAlgorithm::Ed25519PhSha512);
            (v.algorithm == SigningAlgorithm::Ed25519Sha512).then_some((Ed25519PureAndPh, case))
        },
    },
    Mistake {
        name: "Ed25519ph taken for Ed25519",
        apply: |v| {
            let case = Case::of(v).with_algorithm(SigningAlgorithm::Ed25519Sha512);
            (v.algorithm == SigningAlgorithm::Ed25519PhSha512).then_some((Ed25519PureAndPh, case))
        },
    },
    Mistake {
        name: "Ed25519ph taken for Ed25519, over the message",
        apply: |v| {
            // The preimage of the recorded digest.
            let message = kms_vector("stackd-ed25519-pure-raw").message;
            let case = Case::of(v)
                .with_algorithm(SigningAlgorithm::Ed25519Sha512)
                .with_message(Raw, message);
            (v.algorithm == SigningAlgorithm::Ed25519PhSha512).then_some((Ed25519PureAndPh, case))
        },
    },
    Mistake {
        name: "another key of the key spec",
        apply: |v| Some((WrongKey, Case::of(v).with_key(another_key(v.key_spec)))),
    },
];

fn other_padding(algorithm: SigningAlgorithm) -> Option<SigningAlgorithm> {
    let name = algorithm.as_str();
    let other = match name.strip_prefix("RSASSA_PSS") {
        Some(hash) => format!("RSASSA_PKCS1_V1_5{hash}"),
        None => format!("RSASSA_PSS{}", name.strip_prefix("RSASSA_PKCS1_V1_5")?),
    };
    Some(other.parse().unwrap())
}

fn other_hash(algorithm: SigningAlgorithm) -> Option<SigningAlgorithm> {
    let name = algorithm.as_str().strip_prefix("RSASSA")?;
    let other = if name.ends_with("256") {
        name.replace("256", "384")
    } else {
        name.replace(&name[name.len() - 3..], "256")
    };
    Some(format!("RSASSA{other}").parse().unwrap())
}
