//! Key rings.

use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use kms_verify::{KeyRingError, Message};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};

use crate::error::exception;
use crate::input;
use crate::public_key::PublicKey;
use crate::response;
use crate::verifying_key::VerifyingKey;

const DEFAULT_TABLE_BUDGET: usize = 64 << 20;

/// A set of trusted public keys, indexed by the ``KeyId`` of their KMS key.
///
/// A signature only *names* its key: the ring looks that name up, and never tries another key. A key ARN is found by that
/// ARN or by its key ID, a multi-Region key by its ARN in any Region, and an alias by exactly its name. Tables are
/// precomputed for the keys that are used most, in at most ``table_budget`` bytes.
///
/// Threads can share a ring. A method that fails leaves it as it was.
#[pyclass(frozen, module = "kms_verify")]
pub(crate) struct KeyRing {
    ring: RwLock<kms_verify::KeyRing>,
    table_budget: usize,
}

impl KeyRing {
    /// The ring as it is now: a clone shares keys and tables, and later changes do not affect it.
    pub(crate) fn now(&self) -> kms_verify::KeyRing {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut kms_verify::KeyRing) -> T) -> T {
        change(&mut self.ring.write().unwrap_or_else(PoisonError::into_inner))
    }
}

fn failed(py: Python<'_>, error: &KeyRingError) -> PyErr {
    let argument = match error {
        KeyRingError::Verify(error) => input::argument_of(error),
        _ => "key_id",
    };
    exception(py, error, Some(argument))
}

#[pymethods]
impl KeyRing {
    #[new]
    #[pyo3(signature = (*, table_budget=DEFAULT_TABLE_BUDGET))]
    fn new(table_budget: usize) -> Self {
        Self {
            ring: RwLock::new(kms_verify::KeyRing::with_table_budget(table_budget)),
            table_budget,
        }
    }

    /// Read a directory of public keys, by the rules of the command ``kms-verify``.
    ///
    /// ``FILE.json`` has the output of ``aws kms get-public-key``, ``KEYID.pem``, ``KEYID.der`` and ``KEYID.pub`` have a key
    /// by the name of the file, and ``alias/NAME.json`` is also found by that alias.
    #[staticmethod]
    #[pyo3(signature = (path, *, table_budget=DEFAULT_TABLE_BUDGET))]
    fn from_dir(py: Python<'_>, path: PathBuf, table_budget: usize) -> PyResult<Self> {
        let ring = Self::new(table_budget);
        ring.reload(py, path)?;
        Ok(ring)
    }

    /// Make a ring from responses of GetPublicKey, as boto3 returns them: a list, or anything to iterate over.
    #[staticmethod]
    #[pyo3(signature = (responses, *, table_budget=DEFAULT_TABLE_BUDGET))]
    fn from_responses(py: Python<'_>, responses: &Bound<'_, PyAny>, table_budget: usize) -> PyResult<Self> {
        let ring = Self::new(table_budget);
        for response in responses.try_iter()? {
            ring.insert_response(py, &response?)?;
        }
        Ok(ring)
    }

    /// Read the public keys of all enabled keys for signatures that the pages of a ListKeys paginator name.
    ///
    /// ``client`` is a client of boto3 for KMS, and ``pages`` what ``client.get_paginator("list_keys").paginate()`` returns,
    /// which is the default. Needs ``kms:ListKeys``, ``kms:DescribeKey`` and ``kms:GetPublicKey``.
    #[staticmethod]
    #[pyo3(signature = (client, pages=None, *, table_budget=DEFAULT_TABLE_BUDGET))]
    fn from_paginator(
        py: Python<'_>,
        client: &Bound<'_, PyAny>,
        pages: Option<&Bound<'_, PyAny>>,
        table_budget: usize,
    ) -> PyResult<Self> {
        let pages = match pages {
            Some(pages) => pages.clone(),
            None => client
                .call_method1("get_paginator", ("list_keys",))?
                .call_method0("paginate")?,
        };
        let ring = Self::new(table_budget);
        for page in pages.try_iter()? {
            for listed in page?.get_item("Keys")?.try_iter()? {
                let name = PyDict::new(py);
                name.set_item("KeyId", listed?.get_item("KeyArn")?)?;
                let described = client
                    .call_method("describe_key", (), Some(&name))?
                    .get_item("KeyMetadata")?;
                let is = |field: &str, expected: &str| described.call_method1("get", (field,))?.eq(expected);
                if is("KeyUsage", "SIGN_VERIFY")? && is("KeyState", "Enabled")? {
                    let response = client.call_method("get_public_key", (), Some(&name))?;
                    ring.insert_named(py, described.get_item("Arn")?.extract()?, &response)?;
                }
            }
        }
        Ok(ring)
    }

    /// Insert a key with a name: a key ARN, a key ID or an alias. Raise if the ring has a different key with this name.
    fn insert(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str,
        public_key: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let key = input::public_key(public_key)?;
        self.change(|ring| ring.insert(key_id, key))
            .map_err(|error| failed(py, &error))
    }

    /// Insert the key of a response of GetPublicKey, as boto3 returns it, with its ``KeyId``.
    fn insert_response(&self, py: Python<'_>, response: &Bound<'_, PyAny>) -> PyResult<()> {
        let response = response::get_public_key(response)?;
        self.change(|ring| ring.insert_response(&response))
            .map_err(|error| failed(py, &error))
    }

    /// Insert a key in the place of the one that the ring has with this name, which is returned.
    fn replace(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str,
        public_key: &Bound<'_, PyAny>,
    ) -> PyResult<Option<PublicKey>> {
        let key = input::public_key(public_key)?;
        match self.change(|ring| ring.replace(key_id, key)) {
            Ok(old) => Ok(old.map(PublicKey)),
            Err(error) => Err(failed(py, &error)),
        }
    }

    /// Remove and return the key that was inserted with this name.
    fn remove(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str,
    ) -> PyResult<Option<PublicKey>> {
        match self.change(|ring| ring.remove(key_id)) {
            Ok(old) => Ok(old.map(PublicKey)),
            Err(error) => Err(failed(py, &error)),
        }
    }

    /// Replace all keys with those of a directory: as a whole or not at all. Keys that stay keep their tables.
    fn reload(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let mut next = self.now();
        py.detach(|| next.reload(&path).map(|()| next))
            .map(|next| self.change(|ring| *ring = next))
            .map_err(|error| exception(py, &error, Some("path")))
    }

    /// Return the key with this name.
    fn get(&self, py: Python<'_>, #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str) -> PyResult<PublicKey> {
        match self.now().get(key_id) {
            Ok(key) => Ok(PublicKey(key.clone())),
            Err(error) => Err(failed(py, &error)),
        }
    }

    /// Return the key with this name, bound to an algorithm, with its tables if the ring has computed them.
    ///
    /// Each call counts as a use: call this for every signature, or use ``verify``.
    fn verifying_key(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str,
        #[pyo3(from_py_with = input::text_of_algorithm)] algorithm: &str,
    ) -> PyResult<VerifyingKey> {
        let algorithm = input::algorithm(py, algorithm)?;
        let ring = self.now();
        match py.detach(|| ring.verifying_key(key_id, algorithm)) {
            Ok(key) => Ok(VerifyingKey(key)),
            Err(error) => Err(failed(py, &error)),
        }
    }

    /// Verify a signature with the key of this name: return ``None`` or raise.
    #[pyo3(signature = (key_id, algorithm, message, signature, message_type="RAW"))]
    fn verify(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str,
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
        let ring = self.now();
        let verified = py.detach(|| -> Result<(), KeyRingError> {
            Ok(ring.verifying_key(key_id, algorithm)?.verify(message, signature)?)
        });
        verified.map_err(|error| failed(py, &error))
    }

    /// Compute the tables of all keys now, until the budget is exhausted.
    fn precompute(&self, py: Python<'_>) {
        let ring = self.now();
        py.detach(|| ring.precompute());
    }

    /// The size in bytes of the tables of the ring.
    #[getter]
    fn table_size(&self) -> usize {
        self.now().table_size()
    }

    /// The names and their keys, ordered by key ID.
    fn items(&self) -> Vec<(String, PublicKey)> {
        let ring = self.now();
        ring.iter()
            .map(|(name, key)| (name.as_str().to_owned(), PublicKey(key.clone())))
            .collect()
    }

    fn __len__(&self) -> usize {
        self.now().len()
    }

    /// Whether the name identifies a key.
    fn __contains__(&self, #[pyo3(from_py_with = input::text_of_key_id)] key_id: &str) -> bool {
        self.now().get(key_id).is_ok()
    }

    fn __repr__(&self) -> String {
        format!("<KeyRing of {} names>", self.now().len())
    }

    /// For `pickle` and `copy`: the names and the keys, without tables.
    #[allow(clippy::type_complexity)]
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Vec<(String, Bound<'py, PyBytes>)>, usize))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        let items = self.now();
        let items = items
            .iter()
            .map(|(name, key)| (name.as_str().to_owned(), PyBytes::new(py, key.as_der())))
            .collect();
        Ok((class.getattr("_from_items")?, (items, self.table_budget)))
    }

    #[staticmethod]
    fn _from_items(py: Python<'_>, items: Vec<(String, Bound<'_, PyAny>)>, table_budget: usize) -> PyResult<Self> {
        let mut ring = kms_verify::KeyRing::with_table_budget(table_budget);
        for (name, der) in items {
            let key = input::public_key(&der)?;
            ring.insert(&name, key).map_err(|error| failed(py, &error))?;
        }
        Ok(Self {
            ring: RwLock::new(ring),
            table_budget,
        })
    }
}

impl KeyRing {
    /// Inserts the key of a response for a key that was asked for by its ARN. (moto returns the key ID in place of the ARN.)
    fn insert_named(&self, py: Python<'_>, arn: &str, response: &Bound<'_, PyAny>) -> PyResult<()> {
        let response = response::get_public_key(response)?;
        let is_asked = |asked: &kms_verify::KeyId, given: &kms_verify::KeyId| asked.names(given) || given.names(asked);
        match (arn.parse(), response.key_id().parse()) {
            (Ok(asked), Ok(given)) if is_asked(&asked, &given) => {}
            _ => {
                return Err(PyValueError::new_err(format!(
                    "asked for the key {arn}, but the response is that of {}",
                    response.key_id()
                )));
            }
        }
        self.change(|ring| ring.insert(arn, response.public_key().clone()))
            .map_err(|error| failed(py, &error))
    }
}
