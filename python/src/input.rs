//! Arguments of calls.

use kms_verify::{Error, MessageType, SigningAlgorithm, UnknownName};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::error::{exception, type_error};
use crate::public_key::PublicKey;

/// The bytes of an argument. Those of `bytes` are borrowed, because they cannot change. Those of any other object with the
/// buffer protocol are copied: another thread may change them while they are hashed, and the limited API of Python 3.10
/// has no other way to read them.
pub(crate) fn bytes<'py>(value: &Bound<'py, PyAny>, argument: &str) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    let view = PyMemoryView::from(value)
        .map_err(|_| type_error(argument, "bytes or another object with the buffer protocol", value))?;
    Ok(view.call_method0("tobytes")?.cast_into::<PyBytes>()?)
}

fn text<'a>(value: &'a Bound<'_, PyAny>, argument: &str) -> PyResult<&'a str> {
    value
        .cast::<PyString>()
        .map_err(|_| type_error(argument, "str", value))?
        .to_str()
}

// PyO3 names an argument of the wrong type in a note of the exception, which Python has from 3.11 on. These name it in the
// text, as everything else here does.

pub(crate) fn text_of_algorithm<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    text(value, "algorithm")
}

pub(crate) fn text_of_message_type<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    text(value, "message_type")
}

pub(crate) fn text_of_key_id<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    text(value, "key_id")
}

pub(crate) fn algorithm(py: Python<'_>, name: &str) -> PyResult<SigningAlgorithm> {
    name.parse().map_err(|error| unknown(py, error, "algorithm"))
}

pub(crate) fn message_type(py: Python<'_>, name: &str) -> PyResult<MessageType> {
    name.parse().map_err(|error| unknown(py, error, "message_type"))
}

fn unknown(py: Python<'_>, error: UnknownName, argument: &str) -> PyErr {
    exception(py, &Error::from(error), Some(argument))
}

/// A public key: a `PublicKey`, DER or PEM as bytes, or PEM as text.
pub(crate) fn public_key(value: &Bound<'_, PyAny>) -> PyResult<kms_verify::PublicKey> {
    let argument = "public_key";
    let py = value.py();
    if let Ok(key) = value.cast::<PublicKey>() {
        return Ok(key.get().0.clone());
    }
    let key = if let Ok(pem) = value.cast::<PyString>() {
        kms_verify::PublicKey::from_pem(&pem.to_cow()?)
    } else {
        kms_verify::PublicKey::from_der_or_pem(bytes(value, argument)?.as_bytes())
    };
    key.map_err(|error| exception(py, &error, Some(argument)))
}

/// The argument that an error of verification is about.
pub(crate) fn argument_of(error: &Error) -> &'static str {
    match error {
        Error::InvalidSignature => "signature",
        Error::IncompatibleMessageType { .. } => "message_type",
        Error::MessageLength { .. } => "message",
        Error::PublicKey(_) | Error::FeatureDisabled { .. } => "public_key",
        _ => "algorithm",
    }
}
