//! SampleInBall (FIPS 204 Algorithm 29).

use super::ntt::Polynomial;
use super::parameters::{COEFFICIENTS, Parameters, Q};
use crate::keccak::Output;

/// The challenge c of a commitment hash, from its SHAKE256: tau coefficients are 1 or q - 1, and the others 0.
#[inline(always)]
pub(super) fn sample_in_ball(parameters: &Parameters, mut output: Output) -> Polynomial {
    let mut signs = u64::from_le_bytes(core::array::from_fn(
        #[inline(always)]
        |_| output.byte(),
    ));
    let mut challenge = Polynomial::ZERO;
    let c = challenge.0.as_flattened_mut();
    for i in COEFFICIENTS - parameters.tau..COEFFICIENTS {
        // Terminates: each byte is at most i with a probability above three quarters.
        let j = loop {
            let j = usize::from(output.byte());
            if j <= i {
                break j;
            }
        };
        c[i] = c[j];
        c[j] = if signs & 1 == 0 { 1 } else { Q - 1 };
        signs >>= 1;
    }
    challenge
}
