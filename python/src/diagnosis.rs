//! Why a signature does not verify.

use kms_verify::{Caller, Error, Inputs, Message};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::error::{Code, exception};
use crate::input;

/// The readers of an advice, by their names in this package.
const CALLERS: [(&str, Caller<'static>); 6] = [
    ("python", Caller::Python),
    (
        "shell",
        Caller::Shell(Inputs {
            public_key: kms_verify::Source::File("public_key.txt"),
            message: kms_verify::Source::File("message.txt"),
            signature: kms_verify::Source::File("signature.txt"),
        }),
    ),
    ("rust", Caller::Rust),
    ("node", Caller::Node),
    ("go", Caller::Go),
    ("java", Caller::Java),
];

/// A possible cause of a failed verification, with advice.
#[pyclass(frozen, module = "kms_verify")]
pub(crate) struct Finding {
    finding: kms_verify::Finding,
    caller: Caller<'static>,
}

#[pymethods]
impl Finding {
    /// The cause in kebab-case, such as ``"signature-is-base64"``. It will not change.
    #[getter]
    fn code(&self) -> &'static str {
        self.finding.cause().as_str()
    }

    /// Whether this is certain, and not a hint.
    #[getter]
    fn certain(&self) -> bool {
        self.finding.is_certain()
    }

    /// What was found, in full sentences.
    #[getter]
    fn text(&self) -> &str {
        self.finding.found()
    }

    /// What to do, with the calls or the commands of the caller that ``diagnose`` was given.
    #[getter]
    fn advice(&self) -> String {
        self.finding.advice_for(self.caller)
    }

    /// What to do, for another caller: ``"python"``, ``"shell"``, ``"rust"``, ``"node"``, ``"go"`` or ``"java"``.
    fn advice_for(&self, caller: &str) -> PyResult<String> {
        Ok(self.finding.advice_for(self::caller(caller)?))
    }

    fn __repr__(&self) -> String {
        let certain = if self.finding.is_certain() {
            "certain"
        } else {
            "perhaps"
        };
        format!("<Finding {} ({certain})>", self.finding.cause())
    }

    fn __str__(&self) -> String {
        let hint = if self.finding.is_certain() { "" } else { " (perhaps)" };
        format!(
            "{}{hint}: {} {}",
            self.finding.cause(),
            self.finding.found(),
            self.advice()
        )
    }
}

/// The outcome of a verification, and the findings that explain it.
#[pyclass(frozen, module = "kms_verify")]
pub(crate) struct Diagnosis {
    diagnosis: kms_verify::Diagnosis,
    caller: Caller<'static>,
}

#[pymethods]
impl Diagnosis {
    /// Whether the signature is valid for the inputs as they were given. A finding never changes this.
    #[getter]
    fn valid(&self) -> bool {
        self.diagnosis.outcome().is_ok()
    }

    /// The exception that verification raises, ``None`` if the signature is valid.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let error = self.diagnosis.outcome().err()?;
        let exception = exception(py, &error, Some(input::argument_of(&error)));
        Some(exception.into_value(py).into_bound(py).into_any())
    }

    /// Certain findings first, then hints, the most likely first.
    #[getter]
    fn findings(&self) -> Vec<Finding> {
        let findings = self.diagnosis.findings().iter();
        findings
            .map(|finding| Finding {
                finding: finding.clone(),
                caller: self.caller,
            })
            .collect()
    }

    /// The number of verifications in addition to the one that is the outcome.
    #[getter]
    fn verifications(&self) -> usize {
        self.diagnosis.verifications()
    }

    fn __repr__(&self) -> String {
        let outcome = match self.diagnosis.outcome() {
            Ok(()) => "valid",
            Err(error) => Code::from(&error).as_str(),
        };
        let codes: Vec<&str> = self
            .diagnosis
            .findings()
            .iter()
            .map(|finding| finding.cause().as_str())
            .collect();
        format!("<Diagnosis {outcome}: [{}]>", codes.join(", "))
    }
}

/// Explain why a signature does not verify, and how to fix it.
///
/// For people and logs, never for decisions: it takes about 10 ms for a short message. ``caller`` is who reads the advice:
/// ``"python"`` (with boto3), ``"shell"``, ``"rust"``, ``"node"``, ``"go"`` or ``"java"``. A public key that is not accepted
/// is explained too.
#[pyfunction]
#[pyo3(signature = (public_key, algorithm, message, signature, message_type="RAW", *, caller="python"))]
pub(crate) fn diagnose(
    py: Python<'_>,
    public_key: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = input::text_of_algorithm)] algorithm: &str,
    message: &Bound<'_, PyAny>,
    signature: &Bound<'_, PyAny>,
    #[pyo3(from_py_with = input::text_of_message_type)] message_type: &str,
    caller: &str,
) -> PyResult<Diagnosis> {
    let caller = self::caller(caller)?;
    let algorithm = input::algorithm(py, algorithm)?;
    let message_type = input::message_type(py, message_type)?;
    let message = input::bytes(message, "message")?;
    let signature = input::bytes(signature, "signature")?;
    let (message, signature) = (Message::new(message_type, message.as_bytes()), signature.as_bytes());
    let diagnosis = match parse(public_key)? {
        Ok(key) => py.detach(|| kms_verify::diagnose(&key, algorithm, message, signature)),
        Err(rejected) => py.detach(|| kms_verify::diagnose_public_key(&rejected)),
    };
    Ok(Diagnosis { diagnosis, caller })
}

/// The key, or the bytes that are not one.
fn parse(public_key: &Bound<'_, PyAny>) -> PyResult<Result<kms_verify::PublicKey, Vec<u8>>> {
    if let Ok(key) = public_key.cast::<crate::public_key::PublicKey>() {
        return Ok(Ok(key.get().0.clone()));
    }
    let input = match public_key.cast::<pyo3::types::PyString>() {
        Ok(pem) => pem.to_cow()?.into_owned().into_bytes(),
        Err(_) => input::bytes(public_key, "public_key")?.as_bytes().to_vec(),
    };
    let key: Result<_, Error> = kms_verify::PublicKey::from_der_or_pem(&input);
    Ok(key.map_err(|_| input))
}

fn caller(name: &str) -> PyResult<Caller<'static>> {
    let known = CALLERS.iter().find(|(known, _)| *known == name);
    known.map(|(_, caller)| *caller).ok_or_else(|| {
        let names = CALLERS.map(|(name, _)| name).join(", ");
        PyValueError::new_err(format!("argument 'caller': expected one of {names}, got {name:?}"))
    })
}
