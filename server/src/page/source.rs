//! Where an input is, for the commands of an advice.

use kms_verify::{Dress, Source};

use super::ask::Part;
use super::look::Origin;

/// An owned [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owned {
    File(String),
    Command(String),
}

/// The longest name of a file that is repeated in a command, in bytes.
const MAX_NAME: usize = 80;

/// The file of an input. A name that would have to be quoted is not repeated.
pub(super) fn source(part: Part, origin: &Origin) -> Owned {
    let is_plain = |name: &&String| {
        name.len() <= MAX_NAME
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "_-.".contains(character))
    };
    let given = match origin {
        Origin::File(name) => Some(name).filter(is_plain),
        Origin::Nothing | Origin::Pasted | Origin::Ring(_) => None,
    };
    Owned::File(match given {
        Some(name) => name.clone(),
        None => format!("{}.txt", part.name()),
    })
}

impl Owned {
    pub(super) fn borrowed(&self) -> Source<'_> {
        match self {
            Self::File(name) => Source::File(name),
            Self::Command(command) => Source::Command(command),
        }
    }

    /// The source without this dress.
    pub(super) fn through(self, dress: Dress) -> Self {
        let filter = match dress {
            Dress::Base64 => "base64 --decode",
            Dress::Base64Url => "basenc --base64url --decode",
            Dress::Hex => "xxd -r -p",
            Dress::SignResponse => "jq -r .Signature | base64 --decode",
            _ => return self,
        };
        match self {
            Self::File(name) => Self::Command(match filter.split_once(" | ") {
                Some((first, rest)) => format!("{first} < {name} | {rest}"),
                None => format!("{filter} < {name}"),
            }),
            Self::Command(command) => Self::Command(format!("{command} | {filter}")),
        }
    }
}
