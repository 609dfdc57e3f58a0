//! Against the crate `ml-dsa`, and against FIPS 204 word for word, on every backend.

mod encodings;
mod oracle;
mod ring;
mod sampling;
mod vectors;

use super::ParameterSet;

const SETS: [ParameterSet; 3] = [ParameterSet::MlDsa44, ParameterSet::MlDsa65, ParameterSet::MlDsa87];
