//! Names of KMS as members of the enums in `kms_verify/_names.py`.

use kms_verify::{KeySpec, SigningAlgorithm};
use pyo3::prelude::*;

pub(crate) fn signing_algorithm(py: Python<'_>, algorithm: SigningAlgorithm) -> PyResult<Bound<'_, PyAny>> {
    member(py, "SigningAlgorithm", algorithm.as_str())
}

pub(crate) fn key_spec(py: Python<'_>, key_spec: KeySpec) -> PyResult<Bound<'_, PyAny>> {
    member(py, "KeySpec", key_spec.as_str())
}

fn member<'py>(py: Python<'py>, class: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("kms_verify._names")?.getattr(class)?.call1((name,))
}
