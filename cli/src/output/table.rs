//! `--output table`: boxes drawn with characters, in the layout of the AWS CLI.

use std::collections::BTreeSet;
use std::io;
use std::iter::repeat_n;

use serde_json::{Map, Value};

use super::scalar;

/// The width that the AWS CLI assumes if standard output is not a terminal.
const WIDTH: usize = 80;

/// The padding of each cell, before and after its value together.
const PADDING: usize = 4;

pub(super) fn format(title: &str, value: &Value) -> String {
    let mut table = Table { sections: Vec::new() };
    if !table.add(Some(title), value, 0) {
        return String::new();
    }
    let terminal = terminal_size::terminal_size_of(io::stdout()).map_or(WIDTH, |(width, _)| usize::from(width.0));
    if table.width() > terminal {
        table.sections.iter_mut().for_each(Section::transpose);
    }
    table.render()
}

struct Table {
    sections: Vec<Section>,
}

#[derive(Default)]
struct Section {
    title: String,
    depth: usize,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds the sections of a value. Returns whether there is anything to show.
    fn add(&mut self, title: Option<&str>, value: &Value, depth: usize) -> bool {
        let empty = match value {
            Value::Null | Value::Bool(false) => true,
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.is_empty(),
            _ => false,
        };
        if empty {
            return false;
        }
        if let Some(title) = title {
            self.section(title, depth);
        }
        match value {
            Value::Array(list) if list.first().is_some_and(Value::is_object) => {
                self.add_objects(title.unwrap_or_default(), list, depth);
            }
            Value::Array(list) => {
                for item in list {
                    match (scalar(item), item.as_array()) {
                        (Some(cell), _) => self.row(vec![cell]),
                        (None, Some(cells)) if cells.iter().all(|cell| scalar(cell).is_some()) => {
                            self.row(cells.iter().filter_map(scalar).collect());
                        }
                        _ => drop(self.add(None, item, depth)),
                    }
                }
            }
            Value::Object(object) => self.add_object(object, depth),
            _ => {}
        }
        true
    }

    fn add_object(&mut self, object: &Map<String, Value>, depth: usize) {
        let scalars: Vec<(&String, String)> = object
            .iter()
            .filter_map(|(field, value)| Some((field, scalar(value)?)))
            .collect();
        match scalars.as_slice() {
            [] => {}
            [(field, value)] => self.row(vec![(*field).clone(), value.clone()]),
            _ => {
                self.headers(scalars.iter().map(|(field, _)| (*field).clone()).collect());
                self.row(scalars.into_iter().map(|(_, value)| value).collect());
            }
        }
        for (field, value) in object.iter().filter(|(_, value)| scalar(value).is_none()) {
            self.add(Some(field), value, depth.saturating_add(1));
        }
    }

    fn add_objects(&mut self, title: &str, list: &[Value], depth: usize) {
        let objects: Vec<&Map<String, Value>> = list.iter().filter_map(Value::as_object).collect();
        let fields = |are_scalars: bool| -> BTreeSet<&String> {
            let all = objects.iter().flat_map(|object| object.iter());
            all.filter(|(_, value)| scalar(value).is_some() == are_scalars)
                .map(|(field, _)| field)
                .collect()
        };
        let (headers, more) = (fields(true), fields(false));
        let header_row = || headers.iter().map(|field| (*field).clone()).collect();
        self.headers(header_row());
        for (index, object) in objects.iter().enumerate() {
            if index > 0 && !more.is_empty() {
                self.section(title, depth);
                self.headers(header_row());
            }
            self.row(
                headers
                    .iter()
                    .map(|field| object.get(*field).and_then(scalar).unwrap_or_default())
                    .collect(),
            );
            for field in &more {
                if let Some(value) = object.get(*field) {
                    self.add(Some(field), value, depth.saturating_add(1));
                }
            }
        }
    }

    fn section(&mut self, title: &str, depth: usize) {
        self.sections.push(Section {
            title: title.to_owned(),
            depth,
            ..Section::default()
        });
    }

    fn headers(&mut self, headers: Vec<String>) {
        if let Some(section) = self.sections.last_mut() {
            section.headers = headers;
        }
    }

    fn row(&mut self, row: Vec<String>) {
        if let Some(section) = self.sections.last_mut() {
            section.rows.push(row);
        }
    }

    fn width(&self) -> usize {
        self.sections.iter().map(Section::width).max().unwrap_or_default()
    }

    fn render(&self) -> String {
        let width = self.width();
        let mut text = format!("{}\n", "-".repeat(width));
        for section in &self.sections {
            let edge = "|".repeat(section.depth);
            for line in section.lines(width.saturating_sub(section.depth.saturating_mul(2))) {
                text.push_str(&format!("{edge}{line}{edge}\n"));
            }
        }
        text
    }
}

impl Section {
    /// Turns a single row with headers into two columns, header and value, which are narrower.
    fn transpose(&mut self) {
        if self.headers.is_empty() || self.rows.len() != 1 {
            return;
        }
        let headers = std::mem::take(&mut self.headers);
        let row = self.rows.pop().unwrap_or_default();
        self.rows = headers
            .into_iter()
            .zip(row)
            .map(|(header, cell)| vec![header, cell])
            .collect();
    }

    /// The width of the widest cell of each column.
    fn columns(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in std::iter::once(&self.headers).chain(&self.rows) {
            for (column, cell) in row.iter().enumerate() {
                match widths.get_mut(column) {
                    Some(width) => *width = length(cell).max(*width),
                    None => widths.push(length(cell)),
                }
            }
        }
        widths
    }

    fn width(&self) -> usize {
        let cells = self
            .columns()
            .iter()
            .map(|width| width.saturating_add(PADDING))
            .sum::<usize>();
        // The two edges of this section, and those of the sections around it.
        let edges = self.depth.saturating_mul(2).saturating_add(2);
        cells.max(length(&self.title)).saturating_add(edges)
    }

    /// The widths of the columns, including their edges, stretched to the whole width.
    fn stretched(&self, whole: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns()
            .iter()
            .map(|width| width.saturating_add(PADDING))
            .collect();
        let sum: usize = widths.iter().sum();
        for width in &mut widths {
            // Rounded to the nearest.
            let twice = width.saturating_mul(whole).saturating_mul(2).saturating_add(sum);
            *width = twice.checked_div(sum.saturating_mul(2)).unwrap_or_default();
        }
        // The rounding error is spread over the columns: missing width from the last one on, surplus from the first.
        let mut turn = 0_usize;
        while !widths.is_empty() && widths.iter().sum::<usize>() != whole {
            let missing = widths.iter().sum::<usize>() < whole;
            let count = widths.len();
            let step = turn.checked_rem(count).unwrap_or_default();
            let at = if missing {
                count.saturating_sub(1).saturating_sub(step)
            } else {
                step
            };
            if let Some(width) = widths.get_mut(at) {
                *width = if missing {
                    width.saturating_add(1)
                } else {
                    width.saturating_sub(1)
                };
            }
            turn = turn.saturating_add(1);
        }
        widths
    }

    fn lines(&self, whole: usize) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(centered(&self.title, whole, "|"));
            if self.headers.is_empty() && self.rows.is_empty() {
                lines.push(format!("+{}+", "-".repeat(whole.saturating_sub(2))));
            }
        }
        let widths = self.stretched(whole);
        if widths.is_empty() {
            return lines;
        }
        let edge = |column: usize| if column == 0 { "|" } else { "" };
        let mut rule = String::from("+");
        for (column, width) in widths.iter().enumerate() {
            let corners = if column == 0 { 2 } else { 1 };
            rule.extend(repeat_n('-', width.saturating_sub(corners)));
            rule.push('+');
        }
        if !self.headers.is_empty() {
            lines.push(rule.clone());
            let cells = self.headers.iter().zip(&widths).enumerate();
            lines.push(
                cells
                    .map(|(column, (cell, width))| centered(cell, *width, edge(column)))
                    .collect(),
            );
        }
        if !self.rows.is_empty() {
            lines.push(rule.clone());
            for row in &self.rows {
                let cells = row.iter().zip(&widths).enumerate();
                lines.push(
                    cells
                        .map(|(column, (cell, width))| left(cell, *width, edge(column)))
                        .collect(),
                );
            }
            lines.push(rule);
        }
        lines
    }
}

fn centered(text: &str, width: usize, edge: &str) -> String {
    let before = (width / 2).saturating_sub(length(text) / 2).saturating_sub(1);
    finished(format!("{edge}{}{text}", " ".repeat(before)), width)
}

fn left(text: &str, width: usize, edge: &str) -> String {
    let needed = length(text).saturating_add(length(edge)).saturating_add(3);
    let before = if width >= needed { "  " } else { "" };
    finished(format!("{edge}{before}{text}"), width)
}

fn finished(mut cell: String, width: usize) -> String {
    let missing = width.saturating_sub(length(&cell)).saturating_sub(1);
    cell.extend(repeat_n(' ', missing));
    cell.push('|');
    cell
}

fn length(text: &str) -> usize {
    text.chars().count()
}
