//! Whole columns of signatures, over the Arrow C data interface.

mod column;
mod results;
mod rows;
mod task;

use std::num::NonZero;
use std::thread;

use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_pyarrow::FromPyArrow as _;
use arrow_pyarrow::PyArrowType;
use arrow_schema::ArrowError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::error::type_error;
use crate::key_ring::KeyRing;
use column::{Source, Text};
use rows::Sources;

pub(crate) use results::Results;
use task::{Keys, Plan};

/// Verify every row of a table of signatures: return a column of results.
///
/// ``batch_or_table`` is anything with the Arrow PyCapsule interface: tables, record batches and readers of pyarrow, data
/// frames of polars, arrays of nanoarrow, relations of DuckDB. Nothing is copied. Each of the other arguments names a
/// column; a member of ``SigningAlgorithm`` or ``MessageType`` stands for the same value in all rows. Without
/// ``message_type``, messages are RAW.
///
/// ``keys`` is a ``KeyRing``, in which the names in the column ``key_id`` are looked up; or ``None``, and ``public_key``
/// names a column of public keys, as DER or PEM, that is trusted.
///
/// The results have one row per row: ``valid``, and ``error`` with the code of the error, null if the signature is valid.
/// Both are null if any of the values is null. With ``explain=True``, each invalid row also has the first ``finding`` of
/// its diagnosis, which takes about 10 ms a row. A row that cannot be verified has an error and does not affect others.
///
/// ``threads`` is the number of threads, by default one for each core. The results are the same for every number.
#[pyfunction]
#[pyo3(signature = (
    batch_or_table,
    *,
    keys,
    public_key=None,
    key_id="key_id",
    algorithm=None,
    message="message",
    message_type=None,
    signature="signature",
    threads=None,
    explain=false,
), text_signature = "(batch_or_table, *, keys, public_key=None, key_id='key_id', algorithm='algorithm', \
    message='message', message_type=None, signature='signature', threads=None, explain=False)")]
#[allow(clippy::too_many_arguments, reason = "the interface of Python")]
pub(crate) fn verify_arrow(
    py: Python<'_>,
    batch_or_table: &Bound<'_, PyAny>,
    keys: &Bound<'_, PyAny>,
    public_key: Option<String>,
    key_id: &str,
    algorithm: Option<&Bound<'_, PyAny>>,
    message: &str,
    message_type: Option<&Bound<'_, PyAny>>,
    signature: &str,
    threads: Option<usize>,
    explain: bool,
) -> PyResult<Results> {
    let (keys, key) = match (keys.is_none(), public_key) {
        (true, Some(column)) => (Keys::InColumn, Source::column("public_key", column, Text::OrBinary)),
        (false, None) => match keys.cast::<KeyRing>() {
            Ok(ring) => (
                Keys::Ring(ring.get().now()),
                Source::column("key_id", key_id, Text::Only),
            ),
            Err(_) => return Err(type_error("keys", "KeyRing or None", keys)),
        },
        (true, None) => {
            return Err(PyValueError::new_err(
                "argument 'keys': expected a KeyRing, or the name of a column as argument 'public_key'",
            ));
        }
        (false, Some(_)) => {
            return Err(PyValueError::new_err(
                "argument 'public_key': a KeyRing has the keys; pass keys=None to trust the keys in the table",
            ));
        }
    };
    let sources = Sources {
        key,
        algorithm: match algorithm {
            Some(value) => column::name_or_constant(value, "algorithm", "SigningAlgorithm")?,
            None => Source::column("algorithm", "algorithm", Text::Only),
        },
        message: Source::column("message", message, Text::Never),
        message_type: match message_type {
            Some(value) => column::name_or_constant(value, "message_type", "MessageType")?,
            None => Source::Constant("RAW".into()),
        },
        signature: Source::column("signature", signature, Text::Never),
    };
    let threads = match threads {
        Some(0) => return Err(PyValueError::new_err("argument 'threads': expected at least 1, got 0")),
        Some(threads) => threads,
        None => thread::available_parallelism().map_or(1, NonZero::get),
    };
    let reader = reader(batch_or_table)?;
    let places = sources.places(py, &reader.schema())?;
    let plan = Plan { keys, threads, explain };
    py.detach(|| {
        let mut results = Results::new(explain);
        for batch in reader {
            let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
            results.start_chunk();
            let rows = sources.rows(&places, &batch);
            let mut first = 0;
            while first < batch.num_rows() {
                let last = batch.num_rows().min(first.saturating_add(plan.window()));
                plan.run(&rows, first..last, &mut results);
                first = last;
                // An interrupt from the keyboard ends even a very long batch.
                Python::attach(|py| py.check_signals())?;
            }
        }
        Ok(results)
    })
}

fn reader(table: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    // The stream first: it is not validated, which would reject a whole table for one value. Values are read with checks.
    if table.hasattr("__arrow_c_stream__")? {
        let PyArrowType(reader) = table.extract::<PyArrowType<arrow_array::ffi_stream::RecordBatchStreamReader>>()?;
        return Ok(Box::new(reader));
    }
    if table.hasattr("__arrow_c_array__")? {
        let batch = RecordBatch::from_pyarrow_bound(table)?;
        let schema = batch.schema();
        let batches: [Result<RecordBatch, ArrowError>; 1] = [Ok(batch)];
        return Ok(Box::new(RecordBatchIterator::new(batches, schema)));
    }
    let expected = "a table with the Arrow PyCapsule interface (__arrow_c_stream__ or __arrow_c_array__)";
    Err(type_error("batch_or_table", expected, table))
}
