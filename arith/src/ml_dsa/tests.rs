//! Comparison with the crate `ml-dsa` and with FIPS 204 taken literally, on every backend.

mod encodings;
mod oracle;
mod ring;
mod sampling;
mod vectors;

use super::ParameterSet;

const SETS: [ParameterSet; 3] = [ParameterSet::MlDsa44, ParameterSet::MlDsa65, ParameterSet::MlDsa87];
