//! SampleInBall (FIPS 204 Algorithm 29).

use super::ntt::Rows;
use super::parameters::{COEFFICIENTS, Parameters, Q};
use crate::keccak::Output;

/// Writes the challenge c of a commitment hash, from its SHAKE256, over zeros: tau coefficients become 1 or q - 1.
#[inline(always)]
pub(super) fn sample_in_ball(parameters: &Parameters, mut output: Output, rows: &mut Rows) {
    let mut signs = u64::from_le_bytes(core::array::from_fn(
        #[inline(always)]
        |_| output.byte(),
    ));
    let c = rows.as_flattened_mut();
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
}
