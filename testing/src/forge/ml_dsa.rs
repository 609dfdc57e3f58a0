//! ML-DSA with a public key whose t1 is zero, for which anyone can sign (FIPS 204).
//!
//! In the equation of verification, w' = Az - c t1 2^d, the second term is then zero. So z and the hints h can be
//! chosen freely, and the challenge is computed from w1 = UseHint(h, Az): no secret is needed, and none of the bounds
//! of a signer apply.

use kms_verify::{KeySpec, SigningAlgorithm, VerifyingKey};
use shake::{ExtendableOutput, Shake128, Shake256, Update, XofReader};

use super::verifying_key;
use crate::{bytes_of, spki};

const Q: i64 = 8_380_417;
pub type Polynomial = [i64; 256];
/// The coefficients that have a hint: (polynomial, coefficient).
pub type Hints = Vec<(usize, usize)>;

/// The numbers of FIPS 204 table 1.
pub struct Parameters {
    pub key_spec: KeySpec,
    pub k: usize,
    pub l: usize,
    pub gamma1: i64,
    pub gamma2: i64,
    pub beta: i64,
    pub omega: usize,
    /// The length of the challenge in bytes.
    pub challenge: usize,
}

pub static PARAMETER_SETS: [Parameters; 3] = [
    Parameters {
        key_spec: KeySpec::MlDsa44,
        k: 4,
        l: 4,
        gamma1: 1 << 17,
        gamma2: (Q - 1) / 88,
        beta: 78,
        omega: 80,
        challenge: 32,
    },
    Parameters {
        key_spec: KeySpec::MlDsa65,
        k: 6,
        l: 5,
        gamma1: 1 << 19,
        gamma2: (Q - 1) / 32,
        beta: 196,
        omega: 55,
        challenge: 48,
    },
    Parameters {
        key_spec: KeySpec::MlDsa87,
        k: 8,
        l: 7,
        gamma1: 1 << 19,
        gamma2: (Q - 1) / 32,
        beta: 120,
        omega: 75,
        challenge: 64,
    },
];

impl Parameters {
    pub fn zero_z(&self) -> Vec<Polynomial> {
        vec![[0; 256]; self.l]
    }

    /// A z that looks like that of a signer.
    pub fn some_z(&self) -> Vec<Polynomial> {
        let mut bytes = bytes_of("z", 256 * self.l * 3).into_iter();
        let mut z = self.zero_z();
        for coefficient in z.as_flattened_mut() {
            let random = (0..3).fold(0, |sum, _| (sum << 8) | i64::from(bytes.next().unwrap()));
            *coefficient = random % (2 * (self.gamma1 - self.beta) - 1) - (self.gamma1 - self.beta - 1);
        }
        z
    }

    pub fn some_hints(&self) -> Hints {
        vec![(0, 3), (0, 7), (0, 200), (1, 0), (1, 255), (self.k - 1, 100)]
    }

    /// HintBitPack (FIPS 204 Algorithm 20).
    pub fn encode_hints(&self, hints: &Hints) -> Vec<u8> {
        let mut encoded = vec![0; self.omega + self.k];
        for (i, (_, coefficient)) in hints.iter().enumerate() {
            encoded[i] = *coefficient as u8;
        }
        for polynomial in 0..self.k {
            let end = hints.iter().filter(|hint| hint.0 <= polynomial).count();
            encoded[self.omega + polynomial] = end as u8;
        }
        encoded
    }

    /// The offset of the hints in a signature.
    pub fn hints_at(&self) -> usize {
        self.challenge + self.l * 32 * self.z_bits()
    }

    fn z_bits(&self) -> usize {
        if self.gamma1 == 1 << 17 { 18 } else { 20 }
    }

    /// UseHint (FIPS 204 Algorithm 40), implemented correctly.
    fn use_hint(&self, hint: bool, r: i64) -> i64 {
        let (r1, r0) = self.decompose(r);
        let m = (Q - 1) / (2 * self.gamma2);
        match hint {
            false => r1,
            true if r0 > 0 => (r1 + 1) % m,
            true => (r1 + m - 1) % m,
        }
    }

    /// Decompose (FIPS 204 Algorithm 36).
    fn decompose(&self, r: i64) -> (i64, i64) {
        let mut r0 = r % (2 * self.gamma2);
        if r0 > self.gamma2 {
            r0 -= 2 * self.gamma2;
        }
        if r - r0 == Q - 1 {
            (0, r0 - 1)
        } else {
            ((r - r0) / (2 * self.gamma2), r0)
        }
    }
}

pub struct Key {
    pub parameters: &'static Parameters,
    encoded: Vec<u8>,
}

/// Everything in a signature except the challenge: w1, and z and the hints in their encoding.
#[derive(Clone)]
pub struct Commitment {
    pub w1: Vec<i64>,
    z: Vec<u8>,
    hints: Vec<u8>,
}

impl Key {
    pub fn new(parameters: &'static Parameters, label: &str) -> Self {
        // rho, and t1 = 0 in 10 bits for each coefficient.
        let encoded = [bytes_of(&format!("rho of {label}"), 32), vec![0; parameters.k * 320]].concat();
        Self { parameters, encoded }
    }

    /// The encoding pk.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    pub fn spki(&self) -> Vec<u8> {
        spki::encode(self.parameters.key_spec, &self.encoded)
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        verifying_key(&self.spki(), SigningAlgorithm::MlDsaShake256)
    }

    /// tr, the first input to every mu.
    pub fn tr(&self) -> Vec<u8> {
        h(&[&self.encoded], 64)
    }

    /// The mu of a message: the hash of tr, the domain separator (0 for pure, 1 for pre-hash), the context with its
    /// length, and the message.
    pub fn mu(&self, domain_and_context: &[u8], message: &[u8]) -> Vec<u8> {
        h(&[&self.tr(), domain_and_context, message], 64)
    }

    pub fn commit(&self, z: &[Polynomial], hints: &Hints) -> Commitment {
        let parameters = self.parameters;
        let z_ntt: Vec<Polynomial> = z.iter().map(ntt).collect();
        let mut w1 = Vec::new();
        for row in 0..parameters.k {
            let mut product = [0; 256];
            for (column, z) in z_ntt.iter().enumerate().filter(|(_, z)| z.iter().any(|z| *z != 0)) {
                for (sum, (a, z)) in product.iter_mut().zip(self.matrix(row, column).iter().zip(z)) {
                    *sum = (*sum + a * z) % Q;
                }
            }
            let w = inverse_ntt(&product);
            w1.extend((0..256).map(|i| parameters.use_hint(hints.contains(&(row, i)), w[i])));
        }
        let packed = z.iter().flatten().map(|z| parameters.gamma1 - z);
        Commitment {
            w1,
            z: pack(packed, parameters.z_bits()),
            hints: parameters.encode_hints(hints),
        }
    }

    /// The signature over mu.
    pub fn respond(&self, commitment: &Commitment, mu: &[u8]) -> Vec<u8> {
        let bits = if self.parameters.key_spec == KeySpec::MlDsa44 {
            6
        } else {
            4
        };
        let w1 = pack(commitment.w1.iter().copied(), bits);
        let challenge = h(&[mu, &w1], self.parameters.challenge);
        [challenge, commitment.z.clone(), commitment.hints.clone()].concat()
    }

    /// An element of A, which is sampled in the NTT domain (FIPS 204 Algorithms 30 and 32).
    fn matrix(&self, row: usize, column: usize) -> Polynomial {
        let mut shake = Shake128::default();
        shake.update(&self.encoded[..32]);
        shake.update(&[column as u8, row as u8]);
        let mut reader = shake.finalize_xof();
        let mut polynomial = [0; 256];
        for coefficient in &mut polynomial {
            *coefficient = loop {
                let mut bytes = [0; 4];
                reader.read(&mut bytes[..3]);
                bytes[2] &= 0x7f;
                let candidate = i64::from(u32::from_le_bytes(bytes));
                if candidate < Q {
                    break candidate;
                }
            };
        }
        polynomial
    }
}

/// H (FIPS 204 section 3.7), with byte-by-byte input.
pub fn h(parts: &[&[u8]], length: usize) -> Vec<u8> {
    let mut shake = Shake256::default();
    parts.iter().copied().flatten().for_each(|byte| shake.update(&[*byte]));
    let mut output = vec![0; length];
    shake.finalize_xof().read(&mut output);
    output
}

/// The powers of zeta = 1753, whose order is 512.
fn powers_of_zeta() -> Vec<i64> {
    std::iter::successors(Some(1), |power| Some(power * 1753 % Q))
        .take(512)
        .collect()
}

/// The exponent of the power of zeta at which value i of the NTT is taken (FIPS 204 section 2.5).
fn exponent(i: usize) -> usize {
    2 * usize::from((i as u8).reverse_bits()) + 1
}

/// The values of a polynomial at the odd powers of zeta.
fn ntt(polynomial: &Polynomial) -> Polynomial {
    let zeta = powers_of_zeta();
    std::array::from_fn(|i| {
        (0..256)
            .map(|j| polynomial[j] * zeta[exponent(i) * j % 512] % Q)
            .sum::<i64>()
            % Q
    })
}

fn inverse_ntt(values: &Polynomial) -> Polynomial {
    let zeta = powers_of_zeta();
    // 256 * 8_347_681 = 1 modulo Q.
    std::array::from_fn(|j| {
        let sum: i64 = (0..256)
            .map(|i| values[i] * zeta[(512 - exponent(i) * j % 512) % 512] % Q)
            .sum();
        (sum % Q * 8_347_681).rem_euclid(Q)
    })
}

/// SimpleBitPack (FIPS 204 Algorithm 16).
fn pack(numbers: impl Iterator<Item = i64>, bits: usize) -> Vec<u8> {
    let (mut packed, mut buffer, mut filled) = (Vec::new(), 0_i64, 0);
    for number in numbers {
        buffer |= number << filled;
        filled += bits;
        while filled >= 8 {
            packed.push(buffer as u8);
            buffer >>= 8;
            filled -= 8;
        }
    }
    packed
}
