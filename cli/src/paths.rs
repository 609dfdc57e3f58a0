//! Expands `~` and variables in paths, as the AWS CLI does.

use std::path::{Path, PathBuf};

/// Expands `~/` at the beginning, then `$NAME` and `${NAME}`. A variable that is not set stays as it is written.
pub(crate) fn expand(path: &str) -> PathBuf {
    let path = expand_variables(path, |name| std::env::var(name).ok());
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// The path that a variable of the environment names, expanded, or else the default.
pub(crate) fn from_environment(variable: &str, default: &str) -> PathBuf {
    match std::env::var_os(variable) {
        // A path that is not text contains nothing that could be expanded as text.
        Some(path) => path.to_str().map_or_else(|| PathBuf::from(&path), expand),
        None => expand(default),
    }
}

fn expand_variables(path: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let (name, end) = match after.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
            Some((name, end)) => (name, end),
            None => {
                let length = after
                    .find(|next: char| !(next.is_ascii_alphanumeric() || next == '_'))
                    .unwrap_or(after.len());
                after.split_at_checked(length).unwrap_or((after, ""))
            }
        };
        match value(name).filter(|_| !name.is_empty()) {
            Some(value) => {
                expanded.push_str(&value);
                rest = end;
            }
            None => {
                expanded.push('$');
                rest = after;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

/// Whether this is a regular file. Like the AWS CLI, which ignores a config file that is not one.
pub(crate) fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::expand_variables;

    #[test]
    fn variables_that_are_set_are_expanded() {
        let value = |name: &str| match name {
            "A" => Some("x".to_owned()),
            "A_1" => Some("$A".to_owned()),
            "a b" => Some("y".to_owned()),
            _ => None,
        };
        for (path, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("$A/file", "x/file"),
            ("${A}file$A", "xfilex"),
            // Values are not expanded again.
            ("$A_1.pem", "$A.pem"),
            ("${a b}", "y"),
            ("$B/${B}/$", "$B/${B}/$"),
            ("${A", "${A"),
            ("${}$$A", "${}$x"),
            ("\u{e4}$A\u{e4}", "\u{e4}x\u{e4}"),
        ] {
            assert_eq!(expand_variables(path, value), expected, "{path}");
        }
    }
}
