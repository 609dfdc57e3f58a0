//! Tokens in the compact serialization of JSON Web Signature.

use std::sync::{PoisonError, RwLock};

use kms_verify::jws::{self, Keys, Options};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyType};

use crate::error::exception;
use crate::input;
use crate::verifying_key::VerifyingKey;

/// The header of a verified token.
#[pyclass(frozen, module = "kms_verify.jws")]
pub(crate) struct Header(jws::Header);

#[pymethods]
impl Header {
    /// The algorithm, by its name in JOSE.
    #[getter]
    fn alg(&self) -> &str {
        self.0.alg()
    }

    /// The name of the key, in the header.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    /// The type of the token.
    #[getter]
    fn typ(&self) -> Option<&str> {
        self.0.typ()
    }

    /// The type of the payload.
    #[getter]
    fn cty(&self) -> Option<&str> {
        self.0.cty()
    }

    /// The whole header, as JSON.
    fn to_json(&self) -> &str {
        self.0.as_json()
    }

    fn __repr__(&self) -> String {
        format!("<Header {}>", self.0.as_json())
    }
}

/// A verified token.
#[pyclass(frozen, module = "kms_verify.jws")]
pub(crate) struct Verified(jws::Verified);

#[pymethods]
impl Verified {
    /// The header.
    #[getter]
    fn header(&self) -> Header {
        Header(self.0.header().clone())
    }

    /// The payload, which the signature is over. Claims such as ``exp`` and ``aud`` are left to the caller.
    #[getter]
    fn payload<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.payload())
    }

    /// The ``kid`` of the header, if it has one.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.kid()
    }

    fn __repr__(&self) -> String {
        format!("<Verified {}>", self.0.header().as_json())
    }
}

/// A set of keys, each bound to one algorithm, by the names that tokens have for them as ``kid``.
///
/// The key determines the algorithm, and the token must agree. Threads can share a set.
#[pyclass(frozen, module = "kms_verify.jws")]
pub(crate) struct KeySet(RwLock<jws::KeySet>);

impl KeySet {
    fn now(&self) -> jws::KeySet {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[pymethods]
impl KeySet {
    #[new]
    fn new() -> Self {
        Self(RwLock::new(jws::KeySet::new()))
    }

    /// Read a JWK Set, as text or bytes. Every key must be one that can be used.
    #[staticmethod]
    fn from_jwks(py: Python<'_>, jwks: &Bound<'_, PyAny>) -> PyResult<Self> {
        let set = match jwks.cast::<PyString>() {
            Ok(text) => jws::KeySet::from_jwks(text.to_cow()?.as_bytes()),
            Err(_) => jws::KeySet::from_jwks(input::bytes(jwks, "jwks")?.as_bytes()),
        };
        set.map(|set| Self(RwLock::new(set)))
            .map_err(|error| exception(py, &error, Some("jwks")))
    }

    /// Insert a key by its name. Raise if the set has a key with this name.
    fn insert(&self, py: Python<'_>, kid: &str, key: &VerifyingKey) -> PyResult<()> {
        let mut set = self.0.write().unwrap_or_else(PoisonError::into_inner);
        set.insert(kid, key.0.clone())
            .map_err(|error| exception(py, &error, Some("kid")))
    }

    /// Remove and return the key with this name.
    fn remove(&self, kid: &str) -> Option<VerifyingKey> {
        let mut set = self.0.write().unwrap_or_else(PoisonError::into_inner);
        set.remove(kid).map(VerifyingKey)
    }

    /// Return the key with this name, if there is one.
    fn get(&self, kid: &str) -> Option<VerifyingKey> {
        self.now().get(kid).cloned().map(VerifyingKey)
    }

    /// Return the same set with precomputed tables for all keys.
    fn precomputed(&self, py: Python<'_>) -> Self {
        let set = self.now();
        Self(RwLock::new(py.detach(|| set.precomputed())))
    }

    /// The JWK Set, as JSON.
    fn to_jwks(&self) -> String {
        self.now().to_jwks()
    }

    /// Verify a token: return its header and payload, or raise ``InvalidToken``, whose ``code`` is the rule it breaks.
    ///
    /// ``typ`` is the type that the header must have, ``max_length`` the limit on the token in bytes (1 MiB), and
    /// ``padded_base64`` reads the padded tokens of AWS's load balancers, and no others.
    #[pyo3(signature = (token, *, typ=None, max_length=None, padded_base64=false))]
    fn verify(
        &self,
        py: Python<'_>,
        token: &str,
        typ: Option<&str>,
        max_length: Option<usize>,
        padded_base64: bool,
    ) -> PyResult<Verified> {
        let set = self.now();
        attached(py, Keys::Set(&set), token, &options(typ, max_length, padded_base64))
    }

    /// Verify a token whose payload is detached: return its header, or raise ``InvalidToken``.
    #[pyo3(signature = (token, payload, *, typ=None, max_length=None, padded_base64=false))]
    fn verify_detached(
        &self,
        py: Python<'_>,
        token: &str,
        payload: &Bound<'_, PyAny>,
        typ: Option<&str>,
        max_length: Option<usize>,
        padded_base64: bool,
    ) -> PyResult<Header> {
        let set = self.now();
        detached(
            py,
            Keys::Set(&set),
            token,
            payload,
            &options(typ, max_length, padded_base64),
        )
    }

    fn __len__(&self) -> usize {
        self.now().len()
    }

    fn __contains__(&self, kid: &str) -> bool {
        self.now().get(kid).is_some()
    }

    fn __repr__(&self) -> String {
        format!("<KeySet of {} keys>", self.now().len())
    }

    /// For `pickle` and `copy`: without tables.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        Ok((class.getattr("from_jwks")?, (self.to_jwks(),)))
    }
}

/// Verify a token with one key: return its header and payload, or raise ``InvalidToken``.
#[pyfunction]
#[pyo3(signature = (key, token, *, typ=None, max_length=None, padded_base64=false))]
pub(crate) fn verify_token(
    py: Python<'_>,
    key: &VerifyingKey,
    token: &str,
    typ: Option<&str>,
    max_length: Option<usize>,
    padded_base64: bool,
) -> PyResult<Verified> {
    attached(py, Keys::One(&key.0), token, &options(typ, max_length, padded_base64))
}

/// Verify a token with one key whose payload is detached: return its header, or raise ``InvalidToken``.
#[pyfunction]
#[pyo3(signature = (key, token, payload, *, typ=None, max_length=None, padded_base64=false))]
pub(crate) fn verify_detached_token(
    py: Python<'_>,
    key: &VerifyingKey,
    token: &str,
    payload: &Bound<'_, PyAny>,
    typ: Option<&str>,
    max_length: Option<usize>,
    padded_base64: bool,
) -> PyResult<Header> {
    detached(
        py,
        Keys::One(&key.0),
        token,
        payload,
        &options(typ, max_length, padded_base64),
    )
}

fn options(typ: Option<&str>, max_length: Option<usize>, padded_base64: bool) -> Options {
    let mut options = Options::new();
    if let Some(typ) = typ {
        options = options.typ(typ);
    }
    if let Some(bytes) = max_length {
        options = options.max_length(bytes);
    }
    if padded_base64 {
        options = options.padded_base64();
    }
    options
}

fn attached(py: Python<'_>, keys: Keys<'_>, token: &str, options: &Options) -> PyResult<Verified> {
    // `Keys` may have a function that threads cannot share, so the lock of the interpreter is kept: tokens are short.
    options
        .verify(keys, token)
        .map(Verified)
        .map_err(|error| exception(py, &error, Some("token")))
}

fn detached(
    py: Python<'_>,
    keys: Keys<'_>,
    token: &str,
    payload: &Bound<'_, PyAny>,
    options: &Options,
) -> PyResult<Header> {
    let payload = input::bytes(payload, "payload")?;
    let payload = payload.as_bytes();
    let mut stream = options
        .stream_detached(keys, token)
        .map_err(|error| exception(py, &error, Some("token")))?;
    py.detach(|| {
        stream.update(payload);
        stream.finish()
    })
    .map(Header)
    .map_err(|error| exception(py, &error, Some("token")))
}
