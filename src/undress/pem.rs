//! PEM text (RFC 7468) that is not as it should be.

use super::{Off, Thing, Worn, key, words};
use crate::text;

const BEGIN: &str = "-----BEGIN ";

/// A block of PEM in text.
struct Block<'a> {
    before: &'a str,
    /// From BEGIN to the end of the END line.
    text: &'a str,
    after: &'a str,
    label: &'a str,
    body: &'a str,
}

/// The first block, or the first one with this label.
fn find<'a>(text: &'a str, wanted: Option<&str>) -> Option<Block<'a>> {
    text.match_indices(BEGIN).take(16).find_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        let (label, body) = rest.strip_prefix(BEGIN)?.split_once("-----")?;
        if wanted.is_some_and(|wanted| wanted != label) || label.len() > 64 {
            return None;
        }
        let is_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        let end = format!("-----END {label}-----");
        let (body, after) = body.split_once(&end).filter(|_| label.chars().all(is_label))?;
        let length = rest.len().saturating_sub(after.len());
        Some(Block {
            before,
            text: rest.get(..length)?,
            after,
            label,
            body,
        })
    })
}

/// The label and the bytes of PEM text that is a single block.
pub(super) fn only_block(worn: &Worn<'_>) -> Option<(String, Vec<u8>)> {
    let block = find(worn.text?, None).filter(|block| block.before.is_empty() && block.after.is_empty())?;
    Some((block.label.to_owned(), decode(block.body)?))
}

/// The bytes of the lines between BEGIN and END, without headers.
fn decode(body: &str) -> Option<Vec<u8>> {
    let lines: String = body.lines().filter(|line| !line.contains(": ")).collect();
    text::from_base64(lines.as_bytes()).map(|(_, decoded)| decoded)
}

pub(super) fn escaped(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains(BEGIN) && text.contains("\\n")) else {
        return Vec::new();
    };
    // Escaped once, or again by each tool on the way.
    let is_twice = text.contains("\\\\n");
    let mut restored = text.to_owned();
    while restored.contains("\\\\") {
        restored = restored.replace("\\\\", "\\");
    }
    let restored = restored.replace("\\r", "").replace("\\n", "\n");
    let filter = if is_twice {
        "perl -pe 's/\\\\+r//g; s/\\\\+n/\\n/g'"
    } else {
        "{ printf '%b\\n' \"$(cat)\" | tr -d '\\r'; }"
    };
    vec![Off::new(restored).filter(filter)]
}

pub(super) fn indented(worn: &Worn<'_>) -> Vec<Off> {
    // As given: white space before the first line counts.
    let Some(text) = worn.untrimmed() else {
        return Vec::new();
    };
    let text = text.trim_end_matches(['\r', '\n']);
    // Also the marks of a quotation in mail.
    let bare = |line: &'_ str| line.trim_start_matches(['>', ' ', '\t']).trim_end().to_owned();
    let begins = text.trim_start_matches(['>', ' ', '\t', '\r', '\n']).starts_with(BEGIN);
    if !begins
        || !text
            .lines()
            .any(|line| bare(line) != line.strip_suffix('\r').unwrap_or(line))
    {
        return Vec::new();
    }
    let lines: Vec<String> = text.lines().map(bare).collect();
    let note = if text.starts_with([' ', '\t']) {
        ", as in YAML"
    } else {
        ""
    };
    vec![
        Off::new(lines.join("\n"))
            .note(note)
            .filter("sed 's/^[>[:space:]]*//; s/[[:space:]]*$//'"),
    ]
}

pub(super) fn surrounded(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.untrimmed() else {
        return Vec::new();
    };
    let block = find(text, Some("PUBLIC KEY")).or_else(|| find(text, None));
    let Some(block) = block.filter(|block| !block.before.is_empty() || !block.after.trim().is_empty()) else {
        return Vec::new();
    };
    let label = block.label;
    let mut filter = format!("sed -n '/-----BEGIN {label}-----/,/-----END {label}-----/p'");
    let is_alone = |text: Option<&str>| text.unwrap_or_default().is_empty();
    let before_ends = block.before.rsplit('\n').next();
    let after_begins = block.after.trim_start_matches('\r').split('\n').next();
    if !is_alone(before_ends) || !is_alone(after_begins) {
        filter.push_str(" | sed 's/^.*-----BEGIN/-----BEGIN/; s/\\(-----END [A-Z0-9 ]*-----\\).*$/\\1/'");
    }
    if block.after.contains(BEGIN) {
        filter.push_str(" | sed '/-----END/q'");
    }
    let note = if block.before.contains("<<") {
        ", as in a heredoc; terraform output -raw NAME prints the value alone"
    } else {
        ""
    };
    vec![Off::new(block.text).note(note).filter(filter)]
}

/// A hyphen, and what word processors write for it: U+2010 to U+2015, and the minus sign.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

pub(super) fn dashes(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text.filter(|text| text.contains("BEGIN ")) else {
        return Vec::new();
    };
    // BEGIN or END and a label, between dashes.
    let restored = |line: &str| {
        let inner = line.trim().trim_matches(is_dash);
        let is_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        let is_bound = (inner.starts_with("BEGIN ") || inner.starts_with("END ")) && inner.chars().all(is_label);
        if is_bound && line.trim().starts_with(is_dash) {
            format!("-----{inner}-----")
        } else {
            line.to_owned()
        }
    };
    let lines: Vec<String> = text.lines().map(restored).collect();
    let restored = lines.join("\n");
    let is_as_given = text.lines().eq(restored.lines());
    if is_as_given || find(&restored, None).is_none() {
        return Vec::new();
    }
    let dash = "[-\\x{2010}-\\x{2015}\\x{2212}]";
    vec![Off::new(restored).filter(format!(
        "perl -CSD -pe 's/^\\s*{dash}+((BEGIN|END) [A-Z0-9 ]+?){dash}*\\s*$/-----$1-----\\n/'"
    ))]
}

/// PEM whose lines are not lines: its bytes.
pub(super) fn reflowed(worn: &Worn<'_>) -> Vec<Off> {
    let Some(text) = worn.text else { return Vec::new() };
    let Some(block) = find(text, None).filter(|block| block.before.is_empty() && block.after.is_empty()) else {
        return Vec::new();
    };
    let lines: Vec<&str> = block.body.trim_matches(['\r', '\n']).split('\n').collect();
    let is_line = |line: &&str| {
        let line = line.trim_end_matches('\r');
        !line.is_empty() && !line.contains(' ')
    };
    let is_well_formed = block.body.starts_with(['\r', '\n']) && lines.iter().all(is_line);
    let characters = text::without_white_space(block.body.as_bytes());
    match text::from_base64(&characters) {
        Some((_, decoded)) if !is_well_formed && worn.is_long(&decoded) => {
            vec![Off::new(decoded).filter("sed 's/-----[A-Z0-9 ]*-----//g' | tr -d '[:space:]' | base64 --decode")]
        }
        _ => Vec::new(),
    }
}

/// The bytes of a well-formed block.
pub(super) fn block(worn: &Worn<'_>) -> Vec<Off> {
    let Some((label, decoded)) = only_block(worn) else {
        return Vec::new();
    };
    // A key or a certificate is not a signature. But certutil -encode writes BEGIN CERTIFICATE around anything.
    let is_other = label.contains("KEY") || (label.contains("CERT") && key::is_certificate(&decoded));
    if worn.thing != Thing::PublicKey && is_other {
        return Vec::new();
    }
    let has_feeds = worn.bytes.contains(&b'\n');
    let (ends, note) = if has_feeds {
        ("", "")
    } else {
        ("tr '\\r' '\\n' | ", ", whose lines end with CR alone")
    };
    let spaces = words::without_spaces(worn);
    vec![
        Off::new(decoded)
            .note(format!(" labelled \"{label}\"{note}"))
            .filter(format!("{ends}sed '/-----/d; /: /d' | {spaces}base64 --decode")),
    ]
}
