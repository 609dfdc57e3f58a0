//! Cases of ML-DSA (FIPS 204), over representatives mu.
//!
//! Genuine signatures of random keys, and signatures for keys whose t1 is zero: for these, z and the hints can be chosen
//! freely, up to their bounds and above.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use kms_verify::SigningAlgorithm;
use ml_dsa::{MlDsa44, MlDsa65, MlDsa87, MlDsaParams, SigningKey};

use super::choices::Choices;
use super::{Case, Family, Key, Kind};
use crate::bytes_of;
use crate::forge::ml_dsa::{self as forge, Parameters};

/// Keys of each kind that are used repeatedly.
const KEYS: usize = 3;

thread_local! {
    static WORKSHOPS: RefCell<HashMap<usize, Rc<Workshop>>> = RefCell::default();
}

/// Constructs a case of this parameter set from `choices`.
pub fn case(family: Family, choices: &mut Choices<'_>) -> Case {
    let workshop = WORKSHOPS.with_borrow_mut(|workshops| {
        let workshop = || Rc::new(Workshop::new(family));
        workshops.entry(family as usize).or_insert_with(workshop).clone()
    });
    match choices.byte() % 16 {
        0..=4 => workshop.genuine(choices, true),
        5..=8 => workshop.changed(choices),
        9 => workshop.genuine(choices, false),
        10..=12 => workshop.forged(choices, None),
        13 => workshop.forged(choices, Some(Kind::NormTooLarge)),
        _ => workshop.forged(choices, Some(Kind::HintDefect)),
    }
}

/// A secret key: signs a mu.
type Sign = Box<dyn Fn(&[u8; 64]) -> Vec<u8>>;

struct Workshop {
    family: Family,
    parameters: &'static Parameters,
    genuine: Vec<(Sign, Rc<Key>)>,
    forged: Vec<(forge::Key, Rc<Key>)>,
}

impl Workshop {
    fn new(family: Family) -> Self {
        let (place, _) = Family::ML_DSA
            .iter()
            .enumerate()
            .find(|(_, set)| **set == family)
            .expect("ML-DSA");
        let parameters = &forge::PARAMETER_SETS[place];
        let seed = |label: usize| bytes_of(&format!("seed {label}"), 32).try_into().expect("32 bytes");
        Self {
            family,
            parameters,
            genuine: (0..KEYS).map(|label| signer(family, seed(label))).collect(),
            forged: (0..KEYS)
                .map(|label| {
                    let key = forge::Key::new(parameters, &label.to_string());
                    let own = Rc::new(Key::ml_dsa(family, key.encoded()));
                    (key, own)
                })
                .collect(),
        }
    }

    fn genuine(&self, choices: &mut Choices<'_>, known_key: bool) -> Case {
        let mu = mu(choices);
        let (signature, key) = if known_key {
            let (sign, key) = choices.one_of(&self.genuine);
            (sign(&mu), key.clone())
        } else {
            let (sign, key) = signer(self.family, choices.bytes(32).try_into().expect("32 bytes"));
            (sign(&mu), key)
        };
        made(key, &mu, signature, Some(true), (!known_key).then_some(Kind::NewKey))
    }

    /// A genuine signature with a byte of the challenge, z or the hints changed.
    fn changed(&self, choices: &mut Choices<'_>) -> Case {
        let mu = mu(choices);
        let (sign, key) = choices.one_of(&self.genuine);
        let mut signature = sign(&mu);
        let (start, end) = match choices.byte() % 4 {
            0 => (0, self.parameters.challenge),
            1 | 2 => (self.parameters.challenge, self.parameters.hints_at()),
            _ => (self.parameters.hints_at(), signature.len()),
        };
        let at = start + choices.below(end - start);
        match choices.byte() % 4 {
            0 => signature[at] ^= 1 << (choices.byte() % 8),
            1 => signature[at] = signature[at].wrapping_add(1),
            2 => signature[at] = choices.byte(),
            _ => {
                let other = start + choices.below(end - start);
                signature.swap(at, other);
            }
        }
        made(key.clone(), &mu, signature, None, None)
    }

    /// A signature with z up to its bound, and as many hints as there may be.
    fn forged(&self, choices: &mut Choices<'_>, defect: Option<Kind>) -> Case {
        let mu = mu(choices);
        let Parameters {
            k, omega, gamma1, beta, ..
        } = *self.parameters;
        let bound = gamma1 - beta;
        let mut z = self.parameters.zero_z();
        // One of the polynomials, so that a case is soon made. In the others, only single coefficients.
        let full = choices.below(z.len());
        for (i, polynomial) in z.iter_mut().enumerate() {
            for j in 0..if i == full { 256 } else { 2 } {
                polynomial[(j * 131) % 256] = match choices.byte() % 4 {
                    0 => bound - 1,
                    1 => 1 - bound,
                    2 => 0,
                    _ => choices.below(1 << 16) as i64 % (2 * bound - 1) - (bound - 1),
                };
            }
        }
        if defect == Some(Kind::NormTooLarge) {
            let beyond = *choices.one_of(&[bound, -bound, gamma1, 1 - gamma1]);
            let place = choices.below(z.len());
            z[place][choices.below(256)] = beyond;
        }
        let count = match choices.byte() % 4 {
            0 => omega,
            1 => 0,
            _ => choices.below(omega + 1),
        };
        let mut hints: forge::Hints = (0..count).map(|_| (choices.below(k), choices.below(256))).collect();
        hints.sort_unstable();
        hints.dedup();
        let (forger, key) = choices.one_of(&self.forged);
        let mut signature = forger.respond(&forger.commit(&z, &hints), &mu);
        if defect == Some(Kind::HintDefect) {
            let (positions, ends) = signature[self.parameters.hints_at()..].split_at_mut(omega);
            match choices.byte() % 4 {
                // An unused position that is not zero.
                0 if hints.len() < omega => positions[hints.len() + choices.below(omega - hints.len())] = 1,
                // A position twice.
                1 if hints.len() < omega => {
                    positions[hints.len()] = 7;
                    positions[(hints.len() + 1).min(omega - 1)] = 7;
                    ends[k - 1] = ((hints.len() + 2).min(omega)) as u8;
                }
                // More hints than there may be.
                2 => ends[k - 1] = omega as u8 + 1 + choices.byte() % 8,
                // Ends that decrease.
                _ => (ends[k - 2], ends[k - 1]) = (omega as u8, omega as u8 - 1),
            }
        }
        let valid = match defect {
            None => Some(true),
            Some(Kind::NormTooLarge) => Some(false),
            // A position may come to be valid by chance.
            Some(_) => None,
        };
        made(key.clone(), &mu, signature, valid, Some(defect.unwrap_or(Kind::ZeroT1)))
    }
}

fn made(key: Rc<Key>, mu: &[u8; 64], signature: Vec<u8>, valid: Option<bool>, kind: Option<Kind>) -> Case {
    Case {
        key,
        algorithm: SigningAlgorithm::MlDsaShake256,
        digest: mu.to_vec(),
        signature,
        valid,
        kinds: kind.into_iter().collect(),
    }
}

fn mu(choices: &mut Choices<'_>) -> [u8; 64] {
    choices.bytes(64).try_into().expect("64 bytes")
}

/// The secret key of this seed, and its public key.
fn signer(family: Family, seed: [u8; 32]) -> (Sign, Rc<Key>) {
    fn with<P: MlDsaParams + 'static>(family: Family, seed: [u8; 32]) -> (Sign, Rc<Key>) {
        let signing = SigningKey::<P>::from_seed(&seed.into());
        let key = Rc::new(Key::ml_dsa(family, &signing.expanded_key().verifying_key().encode()));
        let sign = move |mu: &[u8; 64]| {
            let signature = signing.expanded_key().sign_mu_deterministic(&(*mu).into());
            signature.encode().to_vec()
        };
        (Box::new(sign), key)
    }
    match family {
        Family::MlDsa44 => with::<MlDsa44>(family, seed),
        Family::MlDsa65 => with::<MlDsa65>(family, seed),
        Family::MlDsa87 => with::<MlDsa87>(family, seed),
        _ => unreachable!("ML-DSA"),
    }
}
