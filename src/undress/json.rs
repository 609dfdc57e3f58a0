//! JSON (RFC 8259), read into values and written in the forms in which people sign it.

/// A JSON value. Numbers keep their text, and objects the order of their members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// How JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) between_items: &'static str,
    pub(crate) after_name: &'static str,
    /// The number of spaces for each level, each item on a line of its own.
    pub(crate) indent: Option<usize>,
    /// Whether characters beyond ASCII are escaped, as by Python.
    pub(crate) ascii: bool,
    /// Whether `<`, `>` and `&` are escaped, as by Go.
    pub(crate) html: bool,
    /// Whether the members of objects are sorted by name.
    pub(crate) sorted: bool,
    /// Whether numbers are written as by ECMAScript (RFC 8785 section 3.2.2.3).
    pub(crate) ecma_numbers: bool,
}

impl Style {
    /// Without white space, as written by `jq -c` and `JSON.stringify`.
    pub(crate) const COMPACT: Self = Self {
        between_items: ",",
        after_name: ":",
        indent: None,
        ascii: false,
        html: false,
        sorted: false,
        ecma_numbers: false,
    };
    /// As written by `json.dumps` of Python.
    pub(crate) const PYTHON: Self = Self {
        between_items: ", ",
        after_name: ": ",
        ascii: true,
        ..Self::COMPACT
    };
}

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

impl Json {
    /// Parses text that is one JSON value, with white space around it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(MAX_DEPTH)?;
        reader.space();
        reader.rest.is_empty().then_some(value)
    }

    /// Whether jq, Python and Node read and write this value as it is here: integers that a double holds, no name twice,
    /// and no name that is a number, which Node writes first.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain_text = |text: &str| !text.contains('\u{7f}');
        match self {
            Self::Null | Self::Bool(_) => true,
            Self::Number(number) => {
                let digits = number.strip_prefix('-').unwrap_or(number);
                digits.len() <= 15
                    && digits.chars().all(|c| c.is_ascii_digit())
                    && !number.starts_with("-0")
                    && (digits == "0" || !digits.starts_with('0'))
            }
            Self::String(text) => is_plain_text(text),
            Self::Array(items) => items.iter().all(Self::is_plain),
            Self::Object(members) => {
                let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                let is_number = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_digit());
                names.len() == members.len()
                    && members
                        .iter()
                        .all(|(name, value)| is_plain_text(name) && !is_number(name) && value.is_plain())
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn write(&self, style: Style) -> String {
        let mut text = String::new();
        self.write_to(&mut text, style, 0, usize::MAX);
        text
    }

    /// The same, unless the text is longer than this number of bytes.
    pub(crate) fn write_up_to(&self, style: Style, max: usize) -> Option<String> {
        let mut text = String::new();
        self.write_to(&mut text, style, 0, max);
        (text.len() <= max).then_some(text)
    }

    /// Appends the value, or at least a part of it beyond `max` bytes.
    fn write_to(&self, text: &mut String, style: Style, level: usize, max: usize) {
        if text.len() > max {
            return;
        }
        let inner = level.saturating_add(1);
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => match number.parse::<f64>() {
                Ok(value) if style.ecma_numbers && value.is_finite() => text.push_str(&ecma_number(value)),
                _ => text.push_str(number),
            },
            Self::String(value) => write_string(text, value, style),
            Self::Array(items) => {
                text.push('[');
                for (place, item) in items.iter().enumerate() {
                    separate(text, style, place, inner);
                    if text.len() > max {
                        return;
                    }
                    item.write_to(text, style, inner, max);
                }
                close(text, style, items.is_empty(), level);
                text.push(']');
            }
            Self::Object(members) => {
                let mut members: Vec<&(String, Self)> = members.iter().collect();
                if style.sorted {
                    members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
                }
                text.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    separate(text, style, place, inner);
                    if text.len() > max {
                        return;
                    }
                    write_string(text, name, style);
                    text.push_str(style.after_name);
                    value.write_to(text, style, inner, max);
                }
                close(text, style, members.is_empty(), level);
                text.push('}');
            }
        }
    }
}

fn separate(text: &mut String, style: Style, place: usize, level: usize) {
    if place > 0 {
        text.push_str(style.between_items);
    }
    new_line(text, style, level);
}

fn close(text: &mut String, style: Style, is_empty: bool, level: usize) {
    if !is_empty {
        new_line(text, style, level);
    }
}

fn new_line(text: &mut String, style: Style, level: usize) {
    if let Some(indent) = style.indent {
        text.push('\n');
        text.extend(core::iter::repeat_n(' ', indent.saturating_mul(level)));
    }
}

fn write_string(text: &mut String, value: &str, style: Style) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '<' | '>' | '&' if style.html => escape(text, character),
            '\0'..' ' => escape(text, character),
            _ if style.ascii && !character.is_ascii() => escape(text, character),
            _ => text.push(character),
        }
    }
    text.push('"');
}

fn escape(text: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        text.push_str(&format!("\\u{unit:04x}"));
    }
}

/// A number as ECMAScript writes it.
fn ecma_number(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let size = value.abs();
    if (1e-6..1e21).contains(&size) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Skips this text, if it comes next.
    fn skip(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.rest.chars().next()? {
            '{' => {
                self.skip("{")?;
                let mut members = Vec::new();
                self.items("}", |reader| {
                    reader.space();
                    let name = reader.string()?;
                    reader.space();
                    reader.skip(":")?;
                    members.push((name, reader.value(depth)?));
                    Some(())
                })?;
                Some(Json::Object(members))
            }
            '[' => {
                self.skip("[")?;
                let mut items = Vec::new();
                self.items("]", |reader| {
                    items.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Json::Array(items))
            }
            '"' => self.string().map(Json::String),
            'n' => self.skip("null").map(|()| Json::Null),
            't' => self.skip("true").map(|()| Json::Bool(true)),
            'f' => self.skip("false").map(|()| Json::Bool(false)),
            _ => self.number(),
        }
    }

    /// Items with commas between them, up to this end.
    fn items(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.space();
        if self.skip(end).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.skip(end).is_some() {
                return Some(());
            }
            self.skip(",")?;
        }
    }

    fn number(&mut self) -> Option<Json> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        number.parse::<f64>().ok()?;
        self.rest = rest;
        Some(Json::Number(number.to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        self.skip("\"")?;
        let mut text = String::new();
        loop {
            let at = self.rest.find(['"', '\\'])?;
            let (plain, rest) = self.rest.split_at_checked(at)?;
            // RFC 8259, section 7: they must be escaped.
            if plain.contains(|c: char| c < ' ') {
                return None;
            }
            text.push_str(plain);
            self.rest = rest;
            if self.skip("\"").is_some() {
                return Some(text);
            }
            self.skip("\\")?;
            let escape = self.rest.chars().next()?;
            self.skip(escape.encode_utf8(&mut [0; 4]))?;
            text.push(match escape {
                '"' | '\\' | '/' => escape,
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        let mut units = vec![first];
        if (0xd800..0xdc00).contains(&first) {
            self.skip("\\u")?;
            units.push(self.unit()?);
        }
        char::decode_utf16(units).next()?.ok()
    }

    fn unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        let is_hex = digits.chars().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let text = r#"{"b":[1,2.50,-3e4,null,true,false,[],{}],"a":"\"\\\n\u001f é"}"#;
        let value = Json::parse(text).unwrap();
        assert_eq!(value.write(Style::COMPACT), text);
        let python = r#"{"b": [1, 2.50, -3e4, null, true, false, [], {}], "a": "\"\\\n\u001f \u00e9"}"#;
        assert_eq!(value.write(Style::PYTHON), python);
        let sorted = value.write(Style {
            sorted: true,
            indent: Some(2),
            after_name: ": ",
            ..Style::COMPACT
        });
        assert!(
            sorted.starts_with("{\n  \"a\": \"") && sorted.ends_with("[],\n    {}\n  ]\n}"),
            "{sorted}"
        );
    }

    #[test]
    fn malformed_text_is_rejected() {
        let deep = "[".repeat(65) + &"]".repeat(65);
        for not in [
            "",
            "{",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{a:1}",
            "\"a",
            r#""\q""#,
            r#""\ud800""#,
            r#""\u00g0""#,
            "1 2",
            "--1",
            "+",
            &deep,
        ] {
            assert_eq!(Json::parse(not), None, "{not}");
        }
        assert_eq!(
            Json::parse(" \"\\ud83d\\ude00\\/\" "),
            Some(Json::String("\u{1f600}/".into()))
        );
    }

    /// RFC 8785 appendix B.
    #[test]
    fn numbers_of_ecmascript() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5e-324, "5e-324"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (295_147_905_179_352_830_000.0, "295147905179352830000"),
            (9.999_999_999_999_997e22, "9.999999999999997e+22"),
            (1e21, "1e+21"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (333_333_333.333_333_3, "333333333.3333333"),
        ] {
            assert_eq!(ecma_number(value), text);
        }
    }
}
