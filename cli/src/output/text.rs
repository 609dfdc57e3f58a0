//! `--output text`: lines of tab-separated values, for cut and awk.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::scalar;

pub(super) fn format(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, None, None);
    text
}

/// Writes a value. `name` is the field that contains it, and starts its lines. `columns` are the fields that have a
/// column in each object of a list.
fn write(text: &mut String, value: &Value, name: Option<&str>, columns: Option<&BTreeSet<&str>>) {
    match value {
        Value::Object(object) => write_object(text, object, name, columns),
        Value::Array(list) => write_list(text, list, name),
        _ => line(text, None, [scalar(value).unwrap_or_default()]),
    }
}

fn write_object(text: &mut String, object: &Map<String, Value>, name: Option<&str>, columns: Option<&BTreeSet<&str>>) {
    let own: BTreeSet<&str>;
    let columns = match columns {
        Some(columns) => columns,
        None => {
            own = scalar_fields(object).collect();
            &own
        }
    };
    if !columns.is_empty() {
        let values = columns
            .iter()
            .map(|field| object.get(*field).and_then(scalar).unwrap_or_default());
        line(text, name, values);
    }
    for (field, value) in object {
        if scalar(value).is_none() {
            write(text, value, Some(field), None);
        }
    }
}

fn write_list(text: &mut String, list: &[Value], name: Option<&str>) {
    if list.iter().any(Value::is_object) {
        let columns = list
            .iter()
            .filter_map(Value::as_object)
            .flat_map(scalar_fields)
            .collect();
        for value in list {
            write(text, value, name, Some(&columns));
        }
        return;
    }
    let scalars: Vec<String> = list.iter().filter_map(scalar).collect();
    match name {
        Some(_) => scalars.into_iter().for_each(|value| line(text, name, [value])),
        None if !scalars.is_empty() => line(text, None, scalars),
        None => {}
    }
    for value in list.iter().filter(|value| scalar(value).is_none()) {
        write(text, value, name, None);
    }
}

fn scalar_fields(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    object
        .iter()
        .filter(|(_, value)| scalar(value).is_some())
        .map(|(field, _)| field.as_str())
}

fn line(text: &mut String, name: Option<&str>, values: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = name.map(str::to_uppercase).into_iter().chain(values).collect();
    text.push_str(&cells.join("\t"));
    text.push('\n');
}
