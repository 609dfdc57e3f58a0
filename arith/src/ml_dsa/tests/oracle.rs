//! Comparison of whole verifications with the crate `ml-dsa`.

use std::{println, vec::Vec};

use ml_dsa::{EncodedSignature, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, SigningKey, VerifyingKey};

use crate::ml_dsa::{ParameterSet, PublicKey, Signature};
use crate::simd::Backend;
use crate::simd::tests::Random;
use crate::testing::count;

struct Key<P: MlDsaParams> {
    signing: SigningKey<P>,
    oracle: VerifyingKey<P>,
    /// With a precomputed matrix and without, on every backend.
    keys: Vec<PublicKey>,
}

impl<P: MlDsaParams> Key<P> {
    fn new(set: ParameterSet, random: &mut Random) -> Self {
        let seed: [u8; 32] = random.bytes(32).try_into().unwrap();
        let signing = SigningKey::<P>::from_seed(&seed.into());
        let oracle = signing.expanded_key().verifying_key();
        let encoded = oracle.encode();
        let keys = Backend::all()
            .into_iter()
            .flat_map(|backend| {
                let key = PublicKey::with_backend(set, &encoded, backend).unwrap();
                [key.precomputed(), key]
            })
            .collect();
        Self { signing, oracle, keys }
    }

    /// One of nine signatures is not valid, or is the only one that is, at every position; and all are.
    fn check_many(&self, set: ParameterSet, random: &mut Random) {
        let nine: Vec<(Vec<u8>, [u8; 64])> = (0..9)
            .map(|_| {
                let mu: [u8; 64] = random.bytes(64).try_into().unwrap();
                let signature = self.signing.expanded_key().sign_mu_deterministic(&mu.into()).encode();
                (signature.to_vec(), mu)
            })
            .collect();
        for key in &self.keys {
            let verdicts = |pairs: &[(Vec<u8>, [u8; 64])]| {
                let signatures: Vec<_> = pairs
                    .iter()
                    .map(|(bytes, _)| Signature::decode(key, bytes).unwrap())
                    .collect();
                let pairs: Vec<_> = signatures.iter().zip(pairs.iter().map(|(_, mu)| *mu)).collect();
                let one_by_one: Vec<_> = pairs.iter().map(|(signature, mu)| signature.verify(mu)).collect();
                let verdicts = Signature::verify_many(&pairs);
                assert_eq!(verdicts, one_by_one, "{set:?}, {}", key.backend.name());
                verdicts
            };
            assert!(verdicts(&[]).is_empty());
            for count in 1..=9 {
                assert_eq!(verdicts(&nine[..count]), std::vec![true; count]);
            }
            for position in 0..9 {
                // The challenge, the lowest bit of z, or mu.
                for change in 0..3 {
                    let changed = |pair: &(Vec<u8>, [u8; 64])| {
                        let (mut signature, mut mu) = pair.clone();
                        match change {
                            0 => signature[set.parameters().challenge_len - 1] ^= 0x80,
                            1 => signature[set.parameters().challenge_len] ^= 1,
                            _ => mu[63] ^= 0x80,
                        }
                        (signature, mu)
                    };
                    let mut pairs = nine.clone();
                    pairs[position] = changed(&nine[position]);
                    let got = verdicts(&pairs);
                    assert!((0..9).all(|i| got[i] == (i != position)));
                    let mut pairs: Vec<_> = nine.iter().map(changed).collect();
                    pairs[position] = nine[position].clone();
                    let got = verdicts(&pairs);
                    assert!((0..9).all(|i| got[i] == (i == position)));
                }
            }
        }
    }

    /// Whether the signature is valid, on which all agree.
    fn check(&self, mu: &[u8; 64], signature: &[u8]) -> bool {
        let expected = EncodedSignature::<P>::try_from(signature)
            .ok()
            .and_then(|encoded| ml_dsa::Signature::<P>::decode(&encoded))
            .is_some_and(|signature| self.oracle.verify_mu(&(*mu).into(), &signature));
        for key in &self.keys {
            let verdict = Signature::decode(key, signature).is_some_and(|signature| signature.verify(mu));
            assert_eq!(verdict, expected, "{:?}, {}", key.set, key.backend.name());
        }
        expected
    }
}

fn agrees<P: MlDsaParams>(set: ParameterSet) {
    let target = count("ML_DSA_VERIFICATIONS", 3_000);
    let mut random = Random::new(target);
    let parameters = set.parameters();
    let (mut done, mut keys, mut valid) = (0, 0, 0);
    while done < target {
        let key = Key::<P>::new(set, &mut random);
        keys += 1;
        for _ in 0..20 {
            let mu: [u8; 64] = random.bytes(64).try_into().unwrap();
            let signature = key.signing.expanded_key().sign_mu_deterministic(&mu.into()).encode();
            assert!(key.check(&mu, &signature));
            for i in 0..30 {
                let mut changed = signature.to_vec();
                let len = changed.len();
                // The challenge, z, the positions of hints, their ends, or any byte.
                let at = match i % 5 {
                    0 => random.below(parameters.challenge_len),
                    1 => parameters.challenge_len + random.below(parameters.z_len()),
                    2 => len - parameters.k - 1 - random.below(parameters.omega),
                    3 => len - 1 - random.below(parameters.k),
                    _ => random.below(len),
                };
                match random.below(4) {
                    0 => changed[at] ^= 1 << random.below(8),
                    1 => changed[at] = changed[at].wrapping_add(1),
                    2 => changed[at] = random.word() as u8,
                    _ => changed.swap(at, (at + 1) % len),
                }
                valid += u64::from(key.check(&mu, &changed));
            }
            let mut other_mu = mu;
            other_mu[random.below(64)] ^= 1 << random.below(8);
            assert!(!key.check(&other_mu, &signature));
            valid += 1;
            done += 32;
        }
    }
    Key::<P>::new(set, &mut random).check_many(set, &mut random);
    println!("{set:?}: {done} verifications of {keys} keys, {valid} valid");
}

/// `ML_DSA_VERIFICATIONS=1000000 cargo test --release -p kms-verify-arith ml_dsa::tests::oracle -- --nocapture` makes the
/// record of a long run.
#[test]
fn ml_dsa_44() {
    agrees::<MlDsa44>(ParameterSet::MlDsa44);
}

#[test]
fn ml_dsa_65() {
    agrees::<MlDsa65>(ParameterSet::MlDsa65);
}

#[test]
fn ml_dsa_87() {
    agrees::<MlDsa87>(ParameterSet::MlDsa87);
}
