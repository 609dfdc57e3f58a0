//! Reads the config file of the AWS CLI exactly as the AWS CLI does, which is as Python's `configparser` does.
//!
//! A section begins with `[NAME]`. Options are `NAME = VALUE` or `NAME: VALUE`; names are not case-sensitive. A line
//! that is indented more than its option continues the value. Lines that begin with `#` or `;` are comments. A section
//! or an option of a section that occurs twice is an error, and so is any other line.

/// The sections of a file, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ConfigFile {
    /// The options of `[DEFAULT]`, which every section inherits.
    defaults: Vec<(String, String)>,
    sections: Vec<(String, Vec<(String, String)>)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The line with this number is not one of the format, or repeats a section or an option.
    Line(usize),
    /// The value of this option is a group of options, and one of them has no value.
    Group(String),
}

/// The section that every other one inherits from. Another section than `[default]`.
const DEFAULTS: &str = "DEFAULT";

impl ConfigFile {
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let mut file = Self::default();
        let mut section: Option<&mut Vec<(String, String)>> = None;
        let mut names = Vec::new();
        // Whether the last line was an option or continued one, and the indentation of that option.
        let (mut in_option, mut indentation) = (false, 0);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for (number, line) in (1..).zip(text.split('\n')) {
            let content = line.trim_matches(is_space);
            if content.is_empty() {
                // An empty line can be within a value.
                if let Some((_, value)) = section
                    .as_mut()
                    .filter(|_| in_option)
                    .and_then(|section| section.last_mut())
                {
                    value.push('\n');
                }
                continue;
            }
            if content.starts_with(['#', ';']) {
                continue;
            }
            let indented = line.chars().take_while(|first| is_space(*first)).count();
            if let Some((_, value)) = section
                .as_mut()
                .filter(|_| in_option && indented > indentation)
                .and_then(|section| section.last_mut())
            {
                value.push('\n');
                value.push_str(content);
                continue;
            }
            indentation = indented;
            if let Some(name) = header(content) {
                in_option = false;
                if name == DEFAULTS {
                    section = Some(&mut file.defaults);
                    continue;
                }
                if names.iter().any(|earlier| earlier == name) {
                    return Err(Malformed::Line(number));
                }
                names.push(name.to_owned());
                file.sections.push((name.to_owned(), Vec::new()));
                section = file.sections.last_mut().map(|(_, options)| options);
                continue;
            }
            let (Some(options), Some((name, value))) = (section.as_mut(), content.split_once(['=', ':'])) else {
                return Err(Malformed::Line(number));
            };
            let name = name.trim_matches(is_space).to_lowercase();
            if name.is_empty() || options.iter().any(|(earlier, _)| *earlier == name) {
                return Err(Malformed::Line(number));
            }
            options.push((name, value.trim_matches(is_space).to_owned()));
            in_option = true;
        }
        let sections = file.sections.iter_mut().map(|(_, options)| options);
        for (name, value) in sections.chain(std::iter::once(&mut file.defaults)).flatten() {
            value.truncate(value.trim_end_matches(is_space).len());
            // Such a value is a group of options, each of which has a value.
            if value.starts_with('\n') && value.lines().any(|line| !line.is_empty() && !line.contains('=')) {
                return Err(Malformed::Group(name.clone()));
            }
        }
        Ok(file)
    }

    /// The names of the sections, in their order.
    pub(super) fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }

    /// An option of a section.
    pub(super) fn get(&self, section: &str, option: &str) -> Option<&str> {
        let (_, options) = self.sections.iter().find(|(name, _)| name == section)?;
        let value = |options: &'_ [(String, String)]| options.iter().position(|(name, _)| name == option);
        match value(options) {
            Some(at) => options.get(at),
            None => self.defaults.get(value(&self.defaults)?),
        }
        .map(|(_, value)| value.as_str())
    }
}

/// The name in the header of a section. What follows its last bracket is ignored.
fn header(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

/// The name of the profile that a section of the config file holds: `default`, or the second word of the header of a
/// section like `[profile NAME]`. Words are split and unquoted as by a shell.
pub(super) fn profile(section: &str) -> Option<String> {
    if section == "default" {
        return Some(section.to_owned());
    }
    if !section.starts_with("profile") {
        return None;
    }
    let mut words = words(section)?.into_iter();
    match (words.next(), words.next(), words.next()) {
        (Some(_), Some(name), None) => Some(name),
        _ => None,
    }
}

/// Splits a text into words like Python's `shlex.split`. `None` if a quote or an escape is not finished.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        quoted => word.push(quoted),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => match rest.next()? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        quoted => word.push(quoted),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(rest.next()?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

/// What Python counts as white space.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, Malformed, profile};

    fn value(text: &str) -> Result<Option<String>, Malformed> {
        Ok(ConfigFile::parse(text)?.get("default", "output").map(str::to_owned))
    }

    /// The expected values are what `configparser` of Python 3.11 returned, and the AWS CLI 2.9.19 made of it.
    #[test]
    fn values_are_those_of_the_aws_cli() {
        for (text, expected) in [
            ("", None),
            ("[default]", None),
            ("[default]\noutput = text\n", Some("text")),
            ("[default]\r\noutput = text\r\nregion = x\r\n", Some("text")),
            ("[default]\routput=text\r", Some("text")),
            ("  [default]  # note\n  OutPut :text", Some("text")),
            ("[default] output = text", None),
            // No comments at the end of a line.
            ("[default]\noutput = text # note", Some("text # note")),
            ("[default]\n# output = text\n;output = text\noutput=", Some("")),
            ("[default]\noutput = a = b : c", Some("a = b : c")),
            // Continued values, and groups.
            (
                "[default]\noutput = a\n b\n\n # note\n\tc\n\nregion = x",
                Some("a\nb\n\nc"),
            ),
            ("[default]\ns3 =\n  output = text\noutput = json", Some("json")),
            ("[default]\n  region = x\n output = text", Some("text")),
            ("[default]\n  output = x\n   region = text", Some("x\nregion = text")),
            ("[DEFAULT]\noutput = text\n[default]\nregion = x", Some("text")),
            ("[DEFAULT]\noutput = text\n[default]\noutput = json", Some("json")),
            ("[DEFAULT]\noutput = text", None),
            ("[other]\noutput = text\n[default]", None),
        ] {
            assert_eq!(value(text), Ok(expected.map(str::to_owned)), "{text:?}");
        }
    }

    #[test]
    fn malformed_files_are_rejected() {
        for (text, line) in [
            ("output = text", 1),
            ("\u{feff}[default]\noutput = text", 1),
            ("[default]\noutput text", 2),
            ("[default\noutput = text", 1),
            ("[]\noutput = text", 1),
            ("[default]\n= text", 2),
            ("[default]\noutput = text\n[default]\n", 3),
            ("[default]\noutput = text\nOUTPUT = text", 3),
            ("[DEFAULT]\na = b\n[DEFAULT]\na = b", 4),
        ] {
            assert_eq!(value(text), Err(Malformed::Line(line)), "{text:?}");
        }
        let group = "[default]\ns3 =\n  a = b\n\n  c\n";
        assert_eq!(value(group), Err(Malformed::Group("s3".to_owned())));
    }

    #[test]
    fn profiles_are_named_in_headers() {
        for (section, expected) in [
            ("default", Some("default")),
            ("profile default", Some("default")),
            ("profile  a", Some("a")),
            ("profile 'a b'", Some("a b")),
            (r#"profile "a\"b\c""#, Some(r#"a"b\c"#)),
            (r"profile a\ b", Some("a b")),
            ("profile ''", Some("")),
            ("profile x'y'\"z\"", Some("xyz")),
            ("profiles a", Some("a")),
            ("profile", None),
            ("profile a b", None),
            ("profile 'a", None),
            ("profile \"a", None),
            ("profile a\\", None),
            (" profile a", None),
            ("a", None),
            ("sso-session a", None),
        ] {
            assert_eq!(profile(section).as_deref(), expected, "{section:?}");
        }
    }
}
