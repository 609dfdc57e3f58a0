//! What the AWS CLI prints in other formats than JSON.

use super::{Off, Thing, Worn};
use crate::text::{self, Base64};

/// The name of the field.
fn field(worn: &Worn<'_>) -> &'static str {
    match worn.thing {
        Thing::PublicKey => "PublicKey",
        Thing::Signature(_) => "Signature",
        Thing::Digest(_) | Thing::Message => "Message",
    }
}

fn is_value(worn: &Worn<'_>, text: &str) -> bool {
    matches!(text::from_base64(text.as_bytes()), Some((Base64::Standard, decoded)) if worn.is_long(&decoded))
}

/// Fields with tabs between them.
pub(super) fn text(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn
        .text
        .filter(|text| text.contains('\t') && !text.starts_with('{'))
        // As given: lines and fields are counted.
        .and_then(|_| core::str::from_utf8(worn.bytes).ok())
    else {
        return Vec::new();
    };
    let mut offs = Vec::new();
    for (line, number) in text.lines().zip(1_usize..).take(64) {
        for (value, place) in line.split('\t').zip(1_usize..) {
            if is_value(worn, value) && line.contains('\t') {
                offs.push(
                    Off::new(value)
                        .note(format!(
                            ": fields with tabs between them, of which {} is number {place}",
                            field(worn)
                        ))
                        .filter(format!("sed -n {number}p | cut -f {place}")),
                );
            }
        }
    }
    offs.truncate(4);
    offs
}

/// `Signature: MEUC...` beside another field.
pub(super) fn yaml(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let name = field(worn);
    let value_of = |line: &str| {
        let line = line.trim().trim_start_matches("- ");
        let value = line.strip_prefix(name)?.strip_prefix(':')?.trim();
        is_value(worn, value.trim_matches(['"', '\''])).then(|| value.to_owned())
    };
    // With --query, a list of the value alone in yaml-stream.
    if let Some(value) = text.strip_prefix("- ").map(str::trim)
        && is_value(worn, value.trim_matches(['"', '\'']))
        && !value.contains('\n')
    {
        return vec![
            Off::new(value)
                .note("-stream: a list of the value alone")
                .filter("sed 's/^- //'"),
        ];
    }
    if !text
        .lines()
        .any(|line| line.trim().trim_start_matches("- ").starts_with("KeyId:"))
    {
        return Vec::new();
    }
    let value = text.lines().find_map(value_of);
    value
        .map(|value| {
            Off::new(value)
                .note(format!(": the field {name}"))
                .filter(format!("sed -n 's/^[- ]*{name}: *//p' | head -n 1"))
        })
        .into_iter()
        .collect()
}

/// `|  Signature  |  MEUC...  |`
pub(super) fn table(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains('|') && text.contains("---")) else {
        return Vec::new();
    };
    let cells = || text.lines().flat_map(|line| line.split('|')).map(str::trim);
    // With --query, the AWS CLI prints the title of a table and not its only value.
    let is_title = |cell: &str| matches!(cell, "GetPublicKey" | "Sign");
    let is_line = |cell: &str| cell.chars().all(|c| matches!(c, '-' | '+'));
    if cells().any(is_title) && cells().all(|cell| is_title(cell) || is_line(cell)) {
        return vec![Off::lost().note(", which has the title and not the value")];
    }
    let name = field(worn);
    let named = text.lines().find_map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let value = cells.by_ref().skip_while(|cell| *cell != name).nth(1)?;
        is_value(worn, value).then_some(value)
    });
    if let Some(value) = named {
        let filter = format!("sed -n 's/^.*| *{name} *| *\\([A-Za-z0-9+/=]*\\) *|.*$/\\1/p' | head -n 1");
        return vec![Off::new(value).note(format!(": the cell {name}")).filter(filter)];
    }
    cells()
        .filter(|cell| is_value(worn, cell) && cell.len() >= 40)
        .take(4)
        .map(|cell| {
            Off::new(cell)
                .note(format!(": the cell {}", field(worn)))
                .filter(format!("grep -oE '[A-Za-z0-9+/=]{{{},}}' | head -n 1", cell.len()))
        })
        .collect()
}

/// `!!binary` and base64: in the rest of the line, or in the indented lines after it.
pub(super) fn yaml_binary(worn: &Worn<'_>) -> Vec<Off> {
    let off =
        || {
            let (_, after) = worn.text?.split_once("!!binary")?;
            let mut lines = after.lines();
            let value = lines.next()?.trim().trim_start_matches(['|', '>', '-']);
            let following = lines.take_while(|line| line.starts_with([' ', '\t']));
            let value: String = core::iter::once(value).chain(following.map(str::trim)).collect();
            Some(Off::new(value).filter(
                "sed -n '/!!binary/,$p' | sed '1s/^.*!!binary *[|>]*-*//; 2,$ { /^[^ ]/,$d; }' | tr -d ' \\r\\n'",
            ))
        };
    off().into_iter().collect()
}
