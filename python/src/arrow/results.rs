//! The results of all rows, one byte each, which become Arrow arrays when they are asked for.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchIterator, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::error::Code;

/// The result of a row: null, valid, or an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome(u8);

impl Outcome {
    const NULL: Self = Self(0);
    pub(super) const VALID: Self = Self(1);

    pub(super) fn invalid(code: Code) -> Self {
        Self((code as u8).saturating_add(2))
    }

    pub(super) fn is_invalid(self) -> bool {
        self.code().is_some()
    }

    fn code(self) -> Option<Code> {
        Code::ALL.get(usize::from(self.0.checked_sub(2)?)).copied()
    }

    fn is_valid(self) -> Option<bool> {
        (self != Self::NULL).then_some(self == Self::VALID)
    }
}

/// The first finding of a diagnosis.
#[derive(Clone)]
pub(super) struct Finding {
    code: &'static str,
    certain: bool,
    text: String,
    advice: String,
}

impl From<&kms_verify::Finding> for Finding {
    fn from(finding: &kms_verify::Finding) -> Self {
        Self {
            code: finding.cause().as_str(),
            certain: finding.is_certain(),
            text: finding.found().to_owned(),
            advice: finding.advice_for(kms_verify::Caller::Python),
        }
    }
}

/// The results of ``verify_arrow``: a column of structs, or a table, for anything that reads Arrow.
///
/// ``pyarrow.table(results)`` and ``polars.DataFrame(results)`` make a table of it, with the chunks of the input, and
/// ``pyarrow.array(results)`` one array of structs, such as a column beside those of a record batch.
#[pyclass(frozen, module = "kms_verify")]
pub(crate) struct Results(Arc<Inner>);

#[derive(Clone, Default)]
struct Inner {
    outcomes: Vec<Outcome>,
    /// The first row of each chunk.
    chunks: Vec<usize>,
    /// With `explain`: the rows that have a finding, in their order.
    findings: Option<Vec<(usize, Finding)>>,
}

impl Results {
    pub(super) fn new(explain: bool) -> Self {
        Self(Arc::new(Inner {
            findings: explain.then(Vec::new),
            ..Inner::default()
        }))
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.outcomes.len()
    }

    /// What is appended from here on is a chunk.
    pub(super) fn start_chunk(&mut self) {
        let start = self.len();
        self.inner().chunks.push(start);
    }

    /// Appends rows, which are null until they are set.
    pub(super) fn append(&mut self, rows: usize) -> &mut [Outcome] {
        let start = self.len();
        let outcomes = &mut self.inner().outcomes;
        outcomes.resize(start.saturating_add(rows), Outcome::NULL);
        outcomes.get_mut(start..).unwrap_or_default()
    }

    pub(super) fn add_findings(&mut self, findings: impl Iterator<Item = (usize, Finding)>) {
        if let Some(all) = &mut self.inner().findings {
            all.extend(findings);
        }
    }
}

#[pymethods]
impl Results {
    fn __len__(&self) -> usize {
        self.len()
    }

    /// How many rows have each result: ``"valid"``, ``"null"``, and the codes of errors. Results without rows are left out.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut counts = [0_usize; 256];
        for outcome in &self.0.outcomes {
            if let Some(count) = counts.get_mut(usize::from(outcome.0)) {
                *count = count.saturating_add(1);
            }
        }
        let named = PyDict::new(py);
        for (value, count) in (0_u8..=255).zip(counts) {
            let outcome = Outcome(value);
            let name = match (outcome.is_valid(), outcome.code()) {
                (None, _) => "null",
                (Some(true), _) => "valid",
                (Some(false), Some(code)) => code.as_str(),
                (Some(false), None) => continue,
            };
            if count > 0 {
                named.set_item(name, count)?;
            }
        }
        Ok(named)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Results of {} rows: {}>", self.len(), self.counts(py)?))
    }

    /// For consumers of Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        PyCapsule::new_with_value(py, self.0.ffi_schema()?, c"arrow_schema")
    }

    /// For consumers of Arrow: one array of structs.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let batch = py.detach(|| self.0.batch(0, self.len())).map_err(value_error)?;
        let array = FFI_ArrowArray::new(&StructArray::from(batch).to_data());
        Ok((
            self.__arrow_c_schema__(py)?,
            PyCapsule::new_with_value(py, array, c"arrow_array")?,
        ))
    }

    /// For consumers of Arrow: the chunks of the input.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let inner = Arc::clone(&self.0);
        let starts = inner.chunks.clone();
        let mut ends = inner.chunks.clone();
        ends.push(inner.outcomes.len());
        let chunks = starts.into_iter().zip(ends.into_iter().skip(1));
        let batches = chunks.map(move |(start, end)| inner.batch(start, end));
        let reader = RecordBatchIterator::new(batches, self.0.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

fn value_error(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

impl Inner {
    fn schema(&self) -> SchemaRef {
        let mut fields = vec![
            Field::new("valid", DataType::Boolean, true),
            Field::new("error", DataType::Utf8, true),
        ];
        if self.findings.is_some() {
            fields.push(Field::new("finding", DataType::Struct(finding_fields()), true));
        }
        Arc::new(Schema::new(fields))
    }

    fn ffi_schema(&self) -> PyResult<FFI_ArrowSchema> {
        let fields = self.schema().fields().clone();
        FFI_ArrowSchema::try_from(DataType::Struct(fields)).map_err(value_error)
    }

    /// The results of a range of rows.
    fn batch(&self, start: usize, end: usize) -> Result<RecordBatch, ArrowError> {
        let outcomes = self.outcomes.get(start..end).unwrap_or_default();
        let codes = || outcomes.iter().map(|outcome| outcome.code().map(Code::as_str));
        let mut valid = BooleanBuilder::with_capacity(outcomes.len());
        outcomes
            .iter()
            .for_each(|outcome| valid.append_option(outcome.is_valid()));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(valid.finish()), strings(codes)?];
        if let Some(findings) = &self.findings {
            let from = findings.partition_point(|(row, _)| *row < start);
            let to = findings.partition_point(|(row, _)| *row < end);
            let findings = findings.get(from..to).unwrap_or_default();
            columns.push(finding_column(findings, start, outcomes.len())?);
        }
        RecordBatch::try_new(self.schema(), columns)
    }
}

fn finding_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("certain", DataType::Boolean, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("advice", DataType::Utf8, true),
    ])
}

/// The findings of the rows from `start` on, null where there is none.
fn finding_column(findings: &[(usize, Finding)], start: usize, rows: usize) -> Result<ArrayRef, ArrowError> {
    let mut of_rows: Vec<Option<&Finding>> = vec![None; rows];
    for (row, finding) in findings {
        if let Some(place) = row.checked_sub(start).and_then(|row| of_rows.get_mut(row)) {
            *place = Some(finding);
        }
    }
    let mut certain = BooleanBuilder::with_capacity(rows);
    of_rows
        .iter()
        .for_each(|finding| certain.append_option(finding.map(|finding| finding.certain)));
    let columns: Vec<ArrayRef> = vec![
        strings(|| of_rows.iter().map(|finding| finding.map(|finding| finding.code)))?,
        Arc::new(certain.finish()),
        strings(|| {
            of_rows
                .iter()
                .map(|finding| finding.map(|finding| finding.text.as_str()))
        })?,
        strings(|| {
            of_rows
                .iter()
                .map(|finding| finding.map(|finding| finding.advice.as_str()))
        })?,
    ];
    let nulls: NullBuffer = of_rows.iter().map(Option::is_some).collect();
    Ok(Arc::new(StructArray::try_new(finding_fields(), columns, Some(nulls))?))
}

/// A utf8 column. Its offsets have 32 bits.
fn strings<'a, I: Iterator<Item = Option<&'a str>>>(values: impl Fn() -> I) -> Result<ArrayRef, ArrowError> {
    let bytes = values().flatten().map(str::len).fold(0, usize::saturating_add);
    if i32::try_from(bytes).is_err() {
        return Err(ArrowError::OffsetOverflowError(bytes));
    }
    let mut builder = StringBuilder::with_capacity(values().count(), bytes);
    values().for_each(|value| builder.append_option(value));
    Ok(Arc::new(builder.finish()))
}
