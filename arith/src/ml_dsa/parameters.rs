//! The parameter sets (FIPS 204 section 4, table 1), and values derived from them.

use super::ParameterSet;

/// The modulus.
pub(super) const Q: u32 = 8_380_417;
/// The number of coefficients of a polynomial.
pub(super) const COEFFICIENTS: usize = 256;
/// The number of bits of t that t1 omits.
pub(super) const D: u32 = 13;
/// The number of bits of a coefficient of t1: those of q - 1, minus d.
pub(super) const T1_BITS: usize = 10;

/// The maxima over all parameter sets.
pub(super) const MAX_K: usize = 8;
pub(super) const MAX_L: usize = 7;
pub(super) const MAX_OMEGA: usize = 80;
pub(super) const MAX_W1_LEN: usize = 1024;

/// A parameter set, with the names of FIPS 204.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) k: usize,
    pub(super) l: usize,
    /// The number of non-zero coefficients of the challenge.
    pub(super) tau: usize,
    /// tau eta: the bound on the coefficients of c s1.
    pub(super) beta: u32,
    /// The maximum number of hints that are 1.
    pub(super) omega: usize,
    pub(super) gamma1: Gamma1,
    pub(super) gamma2: Gamma2,
    /// The length of the commitment hash in bytes: lambda / 4.
    pub(super) challenge_len: usize,
}

/// The range of the coefficients of z.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gamma1 {
    TwoTo17,
    TwoTo19,
}

/// The range of low parts, as a fraction of q - 1.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gamma2 {
    Part88,
    Part32,
}

static ML_DSA_44: Parameters = Parameters {
    k: 4,
    l: 4,
    tau: 39,
    beta: 39 * 2,
    omega: 80,
    gamma1: Gamma1::TwoTo17,
    gamma2: Gamma2::Part88,
    challenge_len: 128 / 4,
};

static ML_DSA_65: Parameters = Parameters {
    k: 6,
    l: 5,
    tau: 49,
    beta: 49 * 4,
    omega: 55,
    gamma1: Gamma1::TwoTo19,
    gamma2: Gamma2::Part32,
    challenge_len: 192 / 4,
};

static ML_DSA_87: Parameters = Parameters {
    k: 8,
    l: 7,
    tau: 60,
    beta: 60 * 2,
    omega: 75,
    gamma1: Gamma1::TwoTo19,
    gamma2: Gamma2::Part32,
    challenge_len: 256 / 4,
};

impl ParameterSet {
    pub(super) fn parameters(self) -> &'static Parameters {
        match self {
            Self::MlDsa44 => &ML_DSA_44,
            Self::MlDsa65 => &ML_DSA_65,
            Self::MlDsa87 => &ML_DSA_87,
        }
    }
}

impl Parameters {
    /// rho and t1 (Algorithm 22).
    pub(super) const fn public_key_len(&self) -> usize {
        32 + self.k * T1_BITS * COEFFICIENTS / 8
    }

    /// The commitment hash, z and the hints (Algorithm 26).
    pub(super) const fn signature_len(&self) -> usize {
        self.challenge_len + self.z_len() + self.omega + self.k
    }

    pub(super) const fn z_len(&self) -> usize {
        self.l * self.gamma1.bits() * COEFFICIENTS / 8
    }

    pub(super) const fn w1_len(&self) -> usize {
        self.k * self.w1_polynomial_len()
    }

    /// 6 or 4 bits for each coefficient (Algorithm 28).
    pub(super) const fn w1_polynomial_len(&self) -> usize {
        match self.gamma2 {
            Gamma2::Part88 => COEFFICIENTS * 6 / 8,
            Gamma2::Part32 => COEFFICIENTS * 4 / 8,
        }
    }
}

impl Gamma1 {
    /// The number of bits of a coefficient of z: 1 + bitlen(gamma1 - 1).
    pub(super) const fn bits(self) -> usize {
        match self {
            Self::TwoTo17 => 18,
            Self::TwoTo19 => 20,
        }
    }
}

const _: () = {
    let sets = [&ML_DSA_44, &ML_DSA_65, &ML_DSA_87];
    let mut i = 0;
    while i < sets.len() {
        let set = sets[i];
        assert!(set.k <= MAX_K && set.l <= MAX_L && set.omega <= MAX_OMEGA);
        // The position of a hint in the list of hints fits in a byte, and so does its position in a polynomial.
        assert!(set.omega <= u8::MAX as usize && COEFFICIENTS - 1 <= u8::MAX as usize);
        // The signs of the challenge have 64 bits.
        assert!(set.tau <= 64);
        assert!(set.challenge_len <= 64);
        assert!(set.w1_len() <= MAX_W1_LEN);
        i += 1;
    }
    // Table 2 of FIPS 204.
    assert!(ML_DSA_44.public_key_len() == 1312 && ML_DSA_44.signature_len() == 2420);
    assert!(ML_DSA_65.public_key_len() == 1952 && ML_DSA_65.signature_len() == 3309);
    assert!(ML_DSA_87.public_key_len() == 2592 && ML_DSA_87.signature_len() == 4627);
};
