//! The native half of the Python package `kms_verify`, whose Python half is in `kms_verify/`.
//!
//! Everything is decided by the library. Here are only its types as classes and its errors as exceptions.

#![forbid(unsafe_code)]
// As in the library: no input may make this panic.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub
)]

mod arrow;
mod diagnosis;
mod error;
mod input;
mod jws;
mod key_ring;
mod names;
mod public_key;
mod response;
mod verifying_key;

use pyo3::prelude::*;

/// The native half of ``kms_verify``. Import that.
#[pymodule(gil_used = false)]
mod _native {
    use kms_verify::{KeySpec, Message, MessageType, SigningAlgorithm};
    use pyo3::prelude::*;

    use crate::error::exception;
    use crate::input;

    #[pymodule_export]
    use crate::arrow::{Results, verify_arrow};
    #[pymodule_export]
    use crate::diagnosis::{Diagnosis, Finding, diagnose};
    #[pymodule_export]
    use crate::jws::{Header, KeySet, Verified, verify_detached_token, verify_token};
    #[pymodule_export]
    use crate::key_ring::KeyRing;
    #[pymodule_export]
    use crate::public_key::PublicKey;
    #[pymodule_export]
    use crate::verifying_key::{Stream, VerifyingKey};

    /// Verify one signature: return ``None`` or raise.
    #[pyfunction]
    #[pyo3(signature = (public_key, algorithm, message, signature, message_type="RAW"))]
    fn verify(
        py: Python<'_>,
        public_key: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = input::text_of_algorithm)] algorithm: &str,
        message: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = input::text_of_message_type)] message_type: &str,
    ) -> PyResult<()> {
        let key = input::public_key(public_key)?;
        let algorithm = input::algorithm(py, algorithm)?;
        let message_type = input::message_type(py, message_type)?;
        let message = input::bytes(message, "message")?;
        let signature = input::bytes(signature, "signature")?;
        let (message, signature) = (Message::new(message_type, message.as_bytes()), signature.as_bytes());
        py.detach(|| key.verify(algorithm, message, signature))
            .map_err(|error| exception(py, &error, Some(input::argument_of(&error))))
    }

    /// The names in the tables of the library, for the tests: signing algorithms, key specs, message types, and the codes
    /// of errors in tables.
    #[pyfunction]
    fn _names() -> [Vec<&'static str>; 4] {
        [
            SigningAlgorithm::ALL.iter().map(|name| name.as_str()).collect(),
            KeySpec::ALL.iter().map(|name| name.as_str()).collect(),
            MessageType::ALL.iter().map(|name| name.as_str()).collect(),
            crate::error::Code::ALL.iter().map(|code| code.as_str()).collect(),
        ]
    }
}
