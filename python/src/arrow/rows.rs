//! The columns of a batch that are read.

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use pyo3::prelude::*;

use super::column::{Column, Malformed, Source};

/// Where each value of a row comes from.
pub(super) struct Sources {
    /// A key ID, or a public key.
    pub(super) key: Source,
    pub(super) algorithm: Source,
    pub(super) message_type: Source,
    pub(super) message: Source,
    pub(super) signature: Source,
}

/// The indices of the columns, in the order of `Row`.
pub(super) struct Places([Option<usize>; 5]);

/// The columns of a batch.
pub(super) struct Rows<'a>([Column<'a>; 5]);

/// The values of a row, none of which is null.
pub(super) struct Row<'a> {
    pub(super) key: &'a [u8],
    pub(super) algorithm: &'a [u8],
    pub(super) message_type: &'a [u8],
    pub(super) message: &'a [u8],
    pub(super) signature: &'a [u8],
}

impl Sources {
    fn all(&self) -> [&Source; 5] {
        [
            &self.key,
            &self.algorithm,
            &self.message_type,
            &self.message,
            &self.signature,
        ]
    }

    /// Finds the columns in a schema, and checks their types.
    pub(super) fn places(&self, py: Python<'_>, schema: &Schema) -> PyResult<Places> {
        let mut places = [None; 5];
        for (place, source) in places.iter_mut().zip(self.all()) {
            *place = source.place(py, schema)?;
        }
        Ok(Places(places))
    }

    pub(super) fn rows<'a>(&'a self, places: &Places, batch: &'a RecordBatch) -> Rows<'a> {
        let mut places = places.0.iter();
        Rows(self.all().map(|source| {
            let place = places.next().copied().flatten();
            match source {
                Source::Constant(value) => Column::Constant(value.as_bytes()),
                // The type was checked.
                Source::Column { .. } => place
                    .and_then(|place| batch.columns().get(place))
                    .and_then(|array| Column::new(array))
                    .unwrap_or(Column::Null),
            }
        }))
    }
}

impl<'a> Rows<'a> {
    /// The values of a row, `None` if any of them is null.
    pub(super) fn get(&self, row: usize) -> Result<Option<Row<'a>>, Malformed> {
        let [key, algorithm, message_type, message, signature] = &self.0;
        let (Some(key), Some(algorithm), Some(message_type), Some(message), Some(signature)) = (
            key.get(row)?,
            algorithm.get(row)?,
            message_type.get(row)?,
            message.get(row)?,
            signature.get(row)?,
        ) else {
            return Ok(None);
        };
        Ok(Some(Row {
            key,
            algorithm,
            message_type,
            message,
            signature,
        }))
    }
}
