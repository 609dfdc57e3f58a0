//! The values of a column, read with checks: what a producer hands over may contradict itself.

use std::slice;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowDictionaryKeyType, BinaryType, BinaryViewType, ByteArrayType, ByteViewType, Int8Type, Int16Type, Int32Type,
    Int64Type, LargeBinaryType, LargeUtf8Type, StringViewType, UInt8Type, UInt16Type, UInt32Type, UInt64Type, Utf8Type,
};
use arrow_array::{Array, OffsetSizeTrait};
use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, ToByteSlice as _};
use arrow_schema::{DataType, Schema};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::{ColumnError, exception, type_error};

/// Where the values of all rows come from.
pub(super) enum Source {
    /// The column of this name, given as this argument.
    Column {
        argument: &'static str,
        name: Box<str>,
        text: Text,
    },
    /// The same value in all rows.
    Constant(Box<str>),
}

/// Whether a column is text or binary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Only,
    OrBinary,
    Never,
}

impl Source {
    pub(super) fn column(argument: &'static str, name: impl Into<Box<str>>, text: Text) -> Self {
        Self::Column {
            argument,
            name: name.into(),
            text,
        }
    }

    /// The index of the column, whose type is checked.
    pub(super) fn place(&self, py: Python<'_>, schema: &Schema) -> PyResult<Option<usize>> {
        let Self::Column { argument, name, text } = self else {
            return Ok(None);
        };
        let fields = schema.fields().iter().enumerate();
        let mut of_name = fields.filter(|(_, field)| field.name().as_str() == &**name);
        let error = match (of_name.next(), of_name.next()) {
            (Some((place, field)), None) if text.accepts(field.data_type()) => return Ok(Some(place)),
            (Some((_, field)), None) => ColumnError::Type {
                name: name.clone(),
                given: field.data_type().to_string(),
                expected: text.expected(),
            },
            (Some(_), Some(_)) => ColumnError::Duplicate { name: name.clone() },
            (None, _) => ColumnError::Missing {
                name: name.clone(),
                present: schema.fields().iter().map(|field| field.name().clone()).collect(),
            },
        };
        Err(exception(py, &error, Some(argument)))
    }
}

impl Text {
    fn accepts(self, data_type: &DataType) -> bool {
        match data_type {
            DataType::Null => true,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => self != Self::Never,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
                self != Self::Only
            }
            DataType::Dictionary(_, values) => !matches!(**values, DataType::Dictionary(..)) && self.accepts(values),
            _ => false,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Only => "text (utf8)",
            Self::OrBinary => "binary (DER) or text (PEM)",
            Self::Never => "binary, not text: decode base64, or encode the text that was signed as UTF-8",
        }
    }
}

/// A name of a column, or a member of an enum for all rows.
pub(super) fn name_or_constant(value: &Bound<'_, PyAny>, argument: &'static str, class: &str) -> PyResult<Source> {
    let enumeration = value.py().import("kms_verify._names")?.getattr(class)?;
    let text = value
        .cast::<PyString>()
        .map_err(|_| type_error(argument, &format!("the name of a column or {class}"), value))?
        .to_cow()?;
    Ok(if value.is_instance(&enumeration)? {
        Source::Constant(text.into())
    } else {
        Source::column(argument, text, Text::Only)
    })
}

/// A value that the buffers of its column do not contain.
#[derive(Debug)]
pub(super) struct Malformed;

/// The bytes of a value, `None` if it is null.
pub(super) type Value<'a> = Result<Option<&'a [u8]>, Malformed>;

/// A column of a batch. A utf8 column is read as bytes, because producers do not always check it.
pub(super) enum Column<'a> {
    Constant(&'a [u8]),
    Null,
    Array {
        nulls: Option<&'a NullBuffer>,
        values: Values<'a>,
    },
}

pub(super) enum Values<'a> {
    Offsets32(&'a [i32], &'a [u8]),
    Offsets64(&'a [i64], &'a [u8]),
    Fixed(usize, &'a [u8]),
    Views(&'a [u128], &'a [Buffer]),
    Dictionary(Indices<'a>, Box<Column<'a>>),
}

/// The keys of a dictionary.
pub(super) enum Indices<'a> {
    Int8(&'a [i8]),
    Int16(&'a [i16]),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    UInt8(&'a [u8]),
    UInt16(&'a [u16]),
    UInt32(&'a [u32]),
    UInt64(&'a [u64]),
}

impl Indices<'_> {
    fn get(&self, row: usize) -> Option<usize> {
        match self {
            Self::Int8(keys) => index(keys, row),
            Self::Int16(keys) => index(keys, row),
            Self::Int32(keys) => index(keys, row),
            Self::Int64(keys) => index(keys, row),
            Self::UInt8(keys) => index(keys, row),
            Self::UInt16(keys) => index(keys, row),
            Self::UInt32(keys) => index(keys, row),
            Self::UInt64(keys) => index(keys, row),
        }
    }
}

/// The key of a row, if it is not negative.
fn index<K: ArrowNativeType>(keys: &[K], row: usize) -> Option<usize> {
    keys.get(row)?.to_usize()
}

impl<'a> Column<'a> {
    /// The column, if its type is one that `Source::place` accepts.
    pub(super) fn new(array: &'a dyn Array) -> Option<Self> {
        let values = match array.data_type() {
            DataType::Null => return Some(Self::Null),
            DataType::Binary => offsets32::<BinaryType>(array)?,
            DataType::Utf8 => offsets32::<Utf8Type>(array)?,
            DataType::LargeBinary => offsets64::<LargeBinaryType>(array)?,
            DataType::LargeUtf8 => offsets64::<LargeUtf8Type>(array)?,
            DataType::BinaryView => views::<BinaryViewType>(array)?,
            DataType::Utf8View => views::<StringViewType>(array)?,
            DataType::FixedSizeBinary(_) => {
                let array = array.as_fixed_size_binary_opt()?;
                Values::Fixed(array.value_size(), array.values())
            }
            DataType::Dictionary(keys, _) => match **keys {
                DataType::Int8 => dictionary::<Int8Type>(array, Indices::Int8)?,
                DataType::Int16 => dictionary::<Int16Type>(array, Indices::Int16)?,
                DataType::Int32 => dictionary::<Int32Type>(array, Indices::Int32)?,
                DataType::Int64 => dictionary::<Int64Type>(array, Indices::Int64)?,
                DataType::UInt8 => dictionary::<UInt8Type>(array, Indices::UInt8)?,
                DataType::UInt16 => dictionary::<UInt16Type>(array, Indices::UInt16)?,
                DataType::UInt32 => dictionary::<UInt32Type>(array, Indices::UInt32)?,
                DataType::UInt64 => dictionary::<UInt64Type>(array, Indices::UInt64)?,
                _ => return None,
            },
            _ => return None,
        };
        Some(Self::Array {
            nulls: array.nulls(),
            values,
        })
    }

    pub(super) fn get(&self, row: usize) -> Value<'a> {
        let (nulls, values) = match self {
            Self::Constant(value) => return Ok(Some(value)),
            Self::Null => return Ok(None),
            Self::Array { nulls, values } => (nulls, values),
        };
        if nulls.is_some_and(|nulls| row >= nulls.len() || nulls.is_null(row)) {
            return Ok(None);
        }
        match values {
            Values::Offsets32(offsets, data) => between(offsets, data, row).map(Some),
            Values::Offsets64(offsets, data) => between(offsets, data, row).map(Some),
            Values::Fixed(width, data) => {
                let start = row.checked_mul(*width).ok_or(Malformed)?;
                part(data, start, *width).map(Some)
            }
            Values::Views(views, buffers) => view(views, buffers, row).map(Some),
            Values::Dictionary(indices, values) => values.get(indices.get(row).ok_or(Malformed)?),
        }
    }
}

fn offsets32<T: ByteArrayType<Offset = i32>>(array: &dyn Array) -> Option<Values<'_>> {
    let array = array.as_bytes_opt::<T>()?;
    Some(Values::Offsets32(array.value_offsets(), array.value_data()))
}

fn offsets64<T: ByteArrayType<Offset = i64>>(array: &dyn Array) -> Option<Values<'_>> {
    let array = array.as_bytes_opt::<T>()?;
    Some(Values::Offsets64(array.value_offsets(), array.value_data()))
}

fn views<T: ByteViewType>(array: &dyn Array) -> Option<Values<'_>> {
    let array = array.as_byte_view_opt::<T>()?;
    Some(Values::Views(array.views(), array.data_buffers()))
}

fn dictionary<'a, K: ArrowDictionaryKeyType>(
    array: &'a dyn Array,
    indices: impl FnOnce(&'a [K::Native]) -> Indices<'a>,
) -> Option<Values<'a>> {
    let array = array.as_dictionary_opt::<K>()?;
    let values = Column::new(array.values())?;
    Some(Values::Dictionary(indices(array.keys().values()), Box::new(values)))
}

fn part(data: &[u8], start: usize, length: usize) -> Result<&[u8], Malformed> {
    let end = start.checked_add(length).ok_or(Malformed)?;
    data.get(start..end).ok_or(Malformed)
}

fn between<'a, O: OffsetSizeTrait>(offsets: &[O], data: &'a [u8], row: usize) -> Result<&'a [u8], Malformed> {
    let at = |row: usize| offsets.get(row).and_then(|offset| offset.to_usize()).ok_or(Malformed);
    let (start, end) = (at(row)?, at(row.checked_add(1).ok_or(Malformed)?)?);
    data.get(start..end).ok_or(Malformed)
}

/// The longest value that a view itself contains.
const MAX_INLINE: usize = 12;

/// A view has 16 bytes: the length, and then either the value or its first four bytes, its buffer and its offset there.
fn view<'a>(views: &'a [u128], buffers: &'a [Buffer], row: usize) -> Result<&'a [u8], Malformed> {
    let view = views.get(row).ok_or(Malformed)?;
    let [length, buffer, start] = [*view, *view >> 64, *view >> 96].map(|word| word as u32 as usize);
    if length <= MAX_INLINE {
        return part(slice::from_ref(view).to_byte_slice(), 4, length);
    }
    part(buffers.get(buffer).ok_or(Malformed)?, start, length)
}
