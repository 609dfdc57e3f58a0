//! Public keys.

use kms_verify::{Error, KeyError, Message, PemProblem};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use crate::error::exception;
use crate::response;
use crate::verifying_key::VerifyingKey;
use crate::{input, names};

/// The public key of a KMS signing key, in the encoding that KMS exports and no other.
///
/// Equality and hash are those of the encoding. Threads can share a key.
#[pyclass(frozen, eq, hash, module = "kms_verify")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct PublicKey(pub(crate) kms_verify::PublicKey);

#[pymethods]
impl PublicKey {
    /// Parse the DER that GetPublicKey returns as `PublicKey`.
    #[staticmethod]
    fn from_der(py: Python<'_>, der: &Bound<'_, PyAny>) -> PyResult<Self> {
        parsed(
            py,
            kms_verify::PublicKey::from_der(input::bytes(der, "der")?.as_bytes()),
            "der",
        )
    }

    /// Parse PEM with the label PUBLIC KEY.
    #[staticmethod]
    fn from_pem(py: Python<'_>, pem: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = pem.cast::<PyString>() {
            return parsed(py, kms_verify::PublicKey::from_pem(&text.to_cow()?), "pem");
        }
        let bytes = input::bytes(pem, "pem")?;
        let key = match str::from_utf8(bytes.as_bytes()) {
            Ok(text) => kms_verify::PublicKey::from_pem(text),
            Err(_) => Err(Error::from(KeyError::Pem {
                problem: PemProblem::NotText,
            })),
        };
        parsed(py, key, "pem")
    }

    /// Take the key out of a response of GetPublicKey, as boto3 returns it.
    #[staticmethod]
    fn from_kms(response: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(response::get_public_key(response)?.public_key().clone()))
    }

    /// The key spec.
    #[getter]
    fn key_spec<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        names::key_spec(py, self.0.key_spec())
    }

    /// The algorithms that the key supports, in the order in which GetPublicKey lists them.
    #[getter]
    fn signing_algorithms<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let algorithms = self.0.signing_algorithms();
        algorithms
            .iter()
            .map(|name| names::signing_algorithm(py, *name))
            .collect()
    }

    /// The SHA-256 of the DER, in hexadecimal.
    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// The DER of the SubjectPublicKeyInfo.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_der())
    }

    /// The key as PEM.
    fn to_pem(&self) -> String {
        self.0.to_pem()
    }

    /// Verify one signature: return ``None`` or raise.
    #[pyo3(signature = (algorithm, message, signature, message_type="RAW"))]
    fn verify(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_algorithm)] algorithm: &str,
        message: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = input::text_of_message_type)] message_type: &str,
    ) -> PyResult<()> {
        let algorithm = input::algorithm(py, algorithm)?;
        let message_type = input::message_type(py, message_type)?;
        let message = input::bytes(message, "message")?;
        let signature = input::bytes(signature, "signature")?;
        let (message, signature) = (Message::new(message_type, message.as_bytes()), signature.as_bytes());
        py.detach(|| self.0.verify(algorithm, message, signature))
            .map_err(|error| exception(py, &error, Some(input::argument_of(&error))))
    }

    /// Bind the key to one of its algorithms.
    fn verifying_key(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_algorithm)] algorithm: &str,
    ) -> PyResult<VerifyingKey> {
        let algorithm = input::algorithm(py, algorithm)?;
        match self.0.verifying_key(algorithm) {
            Ok(key) => Ok(VerifyingKey(key)),
            Err(error) => Err(exception(py, &error, Some("algorithm"))),
        }
    }

    /// Compute the mu of a message for ML-DSA (FIPS 204 section 6.2), of 64 bytes.
    fn external_mu<'py>(&self, py: Python<'py>, message: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let message = input::bytes(message, "message")?;
        let message = message.as_bytes();
        match py.detach(|| self.0.external_mu(message)) {
            Ok(mu) => Ok(PyBytes::new(py, &mu)),
            Err(error) => Err(exception(py, &error, None)),
        }
    }

    /// Compute the digest of a message for SM2. The distinguishing ID of KMS is ``1234567812345678``.
    #[pyo3(signature = (message, distinguishing_id=None))]
    fn sm2_digest<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'py, PyAny>,
        distinguishing_id: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let message = input::bytes(message, "message")?;
        let id = match distinguishing_id {
            Some(id) => input::bytes(id, "distinguishing_id")?,
            None => PyBytes::new(py, b"1234567812345678"),
        };
        let (id, message) = (id.as_bytes(), message.as_bytes());
        match py.detach(|| self.0.sm2_digest(id, message)) {
            Ok(digest) => Ok(PyBytes::new(py, &digest)),
            Err(error) => Err(exception(py, &error, None)),
        }
    }

    fn __repr__(&self) -> String {
        format!("<PublicKey {} {}>", self.0.key_spec(), self.0.fingerprint())
    }

    /// For `pickle` and `copy`.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        Ok((class.getattr("from_der")?, (self.to_der(py),)))
    }
}

fn parsed(
    py: Python<'_>,
    key: Result<kms_verify::PublicKey, kms_verify::Error>,
    argument: &str,
) -> PyResult<PublicKey> {
    key.map(PublicKey)
        .map_err(|error| exception(py, &error, Some(argument)))
}
