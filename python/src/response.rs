//! Responses of boto3. They go through the parser of the library for JSON, so that the rules are the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::GetPublicKeyResponse;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping, PyString};
use serde_json::{Map, Value};

use crate::error::{exception, type_error};

/// The fields that the library reads. Others are ignored: AWS adds fields, and boto3 adds `ResponseMetadata`.
const FIELDS: [&str; 6] = [
    "KeyId",
    "PublicKey",
    "KeyUsage",
    "KeySpec",
    "CustomerMasterKeySpec",
    "SigningAlgorithms",
];

/// Checks a response of GetPublicKey: a dict of boto3, whose `PublicKey` is bytes, or one read from the JSON of the AWS
/// CLI, whose `PublicKey` is base64.
pub(crate) fn get_public_key(response: &Bound<'_, PyAny>) -> PyResult<GetPublicKeyResponse> {
    let argument = "response";
    let mapping = response
        .cast::<PyMapping>()
        .map_err(|_| type_error(argument, "a response of GetPublicKey, a dict", response))?;
    let mut object = Map::new();
    for field in FIELDS {
        if mapping.contains(field)? {
            object.insert(field.into(), value(&mapping.get_item(field)?, field)?);
        }
    }
    let json = Value::Object(object).to_string();
    GetPublicKeyResponse::from_json(json.as_bytes()).map_err(|error| exception(response.py(), &error, Some(argument)))
}

fn value(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::String(text.to_cow()?.into_owned()));
    }
    if field == "PublicKey" {
        let bytes = crate::input::bytes(value, "response[\"PublicKey\"]")?;
        return Ok(Value::String(STANDARD.encode(bytes.as_bytes())));
    }
    if field == "SigningAlgorithms" && !value.is_instance_of::<PyBytes>() {
        let items = value.try_iter()?.map(|item| match item?.cast::<PyString>() {
            Ok(text) => Ok(Value::String(text.to_cow()?.into_owned())),
            // Rejected by the library, as a list of other values.
            Err(_) => Ok(Value::Null),
        });
        return Ok(Value::Array(items.collect::<PyResult<_>>()?));
    }
    Err(type_error(&format!("response[\"{field}\"]"), "str", value))
}
