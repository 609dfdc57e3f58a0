//! Keys bound to an algorithm, and streams.

use std::sync::{Mutex, PoisonError};

use kms_verify::{Error, Message, StreamVerifier};
use pyo3::exceptions::{PyBlockingIOError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyType};

use crate::error::{exception, type_error};
use crate::public_key::PublicKey;
use crate::{input, names};

/// How much of a file is read at a time, in bytes.
const PIECE: usize = 256 * 1024;

/// A public key bound to one of its algorithms, for any number of signatures. Threads can share it.
#[pyclass(frozen, eq, hash, module = "kms_verify")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct VerifyingKey(pub(crate) kms_verify::VerifyingKey);

#[pymethods]
impl VerifyingKey {
    /// The key.
    #[getter]
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public_key().clone())
    }

    /// The algorithm.
    #[getter]
    fn algorithm<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        names::signing_algorithm(py, self.0.algorithm())
    }

    /// The size in bytes of the tables of ``precomputed()``, 0 without tables.
    #[getter]
    fn table_size(&self) -> usize {
        self.0.table_size()
    }

    /// Return the same key with precomputed tables.
    ///
    /// They make verification two to four times as fast, take up to 2 ms to compute and up to 256 KiB to keep. RSA keys
    /// need none.
    fn precomputed(&self, py: Python<'_>) -> Self {
        Self(py.detach(|| self.0.clone().precomputed()))
    }

    /// Verify one signature over a whole message: return ``None`` or raise.
    #[pyo3(signature = (message, signature, message_type="RAW"))]
    fn verify(
        &self,
        py: Python<'_>,
        message: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = input::text_of_message_type)] message_type: &str,
    ) -> PyResult<()> {
        let message_type = input::message_type(py, message_type)?;
        let message = input::bytes(message, "message")?;
        let signature = input::bytes(signature, "signature")?;
        let (message, signature) = (Message::new(message_type, message.as_bytes()), signature.as_bytes());
        py.detach(|| self.0.verify(message, signature))
            .map_err(|error| failed(py, &error))
    }

    /// Start the verification of a signature over a message in pieces, in constant memory.
    ///
    /// The stream is a context manager: leaving its block verifies, and raises ``InvalidSignature`` if verification fails.
    /// The pieces are the message itself, as in RAW; for ``ED25519_PH_SHA_512``, they are hashed to its DIGEST.
    fn stream(&self, py: Python<'_>, signature: &Bound<'_, PyAny>) -> PyResult<Stream> {
        let signature = input::bytes(signature, "signature")?;
        match self.0.stream(signature.as_bytes()) {
            Ok(stream) => Ok(Stream(Mutex::new(Some(stream)))),
            Err(error) => Err(failed(py, &error)),
        }
    }

    /// Verify a signature over a file, in constant memory: a path, or a binary file object, which is read to its end.
    ///
    /// Errors of the file are raised as they are: the signature was not verified.
    fn verify_file(&self, py: Python<'_>, file: &Bound<'_, PyAny>, signature: &Bound<'_, PyAny>) -> PyResult<()> {
        let stream = self.stream(py, signature)?;
        if file.hasattr("read")? {
            return stream.read(file);
        }
        let arguments = PyDict::new(py);
        arguments.set_item("buffering", 0)?;
        let file = py
            .import("builtins")?
            .getattr("open")?
            .call((file, "rb"), Some(&arguments))?;
        let outcome = stream.read(&file);
        file.call_method0("close")?;
        outcome
    }

    /// Normalize an ECDSA signature to its low-S form. This does not verify it.
    ///
    /// ECDSA signatures are malleable: never use their bytes as an identifier.
    fn normalized_signature<'py>(
        &self,
        py: Python<'py>,
        signature: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let signature = input::bytes(signature, "signature")?;
        match self.0.normalized_signature(signature.as_bytes()) {
            Ok(signature) => Ok(PyBytes::new(py, &signature)),
            Err(error) => Err(failed(py, &error)),
        }
    }

    fn __repr__(&self) -> String {
        let key = self.0.public_key();
        format!(
            "<VerifyingKey {} {} {}>",
            self.0.algorithm(),
            key.key_spec(),
            key.fingerprint()
        )
    }

    /// For `pickle` and `copy`: the tables are left out.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (PublicKey, &'static str))> {
        let class: Bound<'py, PyType> = py.get_type::<PublicKey>();
        Ok((
            class.getattr("verifying_key")?,
            (self.public_key(), self.0.algorithm().as_str()),
        ))
    }
}

fn failed(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error, Some(input::argument_of(error)))
}

/// A verification in progress: see ``VerifyingKey.stream``.
#[pyclass(frozen, module = "kms_verify")]
pub(crate) struct Stream(Mutex<Option<StreamVerifier>>);

#[pymethods]
impl Stream {
    /// Append a piece of any length to the message.
    fn update(&self, py: Python<'_>, piece: &Bound<'_, PyAny>) -> PyResult<()> {
        let piece = input::bytes(piece, "piece")?;
        let piece = piece.as_bytes();
        py.detach(|| match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(stream) => {
                stream.update(piece);
                Ok(())
            }
            None => Err(PyValueError::new_err("the stream is finished")),
        })
    }

    /// Verify the signature over all pieces: return ``None`` or raise. Without a ``with`` block, nothing is verified
    /// before this.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        match self.take() {
            Some(stream) => py.detach(|| stream.finish()).map_err(|error| failed(py, &error)),
            None => Err(PyValueError::new_err("the stream is finished")),
        }
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (exc_type, exc_value, traceback))]
    fn __exit__(
        &self,
        py: Python<'_>,
        exc_type: &Bound<'_, PyAny>,
        exc_value: &Bound<'_, PyAny>,
        traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _ = (exc_value, traceback);
        match self.take() {
            // The exception of the block is raised, and nothing is verified.
            Some(_) if !exc_type.is_none() => Ok(()),
            Some(stream) => py.detach(|| stream.finish()).map_err(|error| failed(py, &error)),
            // `finish` was called in the block.
            None => Ok(()),
        }
    }
}

impl Stream {
    fn take(&self) -> Option<StreamVerifier> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Verifies what is left of a file object.
    fn read(&self, file: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = file.py();
        loop {
            let piece = file.call_method1("read", (PIECE,))?;
            if piece.is_none() {
                return Err(PyBlockingIOError::new_err(
                    "argument 'file': nothing to read now; open it in blocking mode",
                ));
            }
            if piece.is_instance_of::<PyString>() {
                return Err(type_error(
                    "file",
                    "a file opened in binary mode, whose read() returns bytes",
                    &piece,
                ));
            }
            let piece = input::bytes(&piece, "file")?;
            if piece.as_bytes().is_empty() {
                return self.finish(py);
            }
            self.update(py, &piece)?;
        }
    }
}
