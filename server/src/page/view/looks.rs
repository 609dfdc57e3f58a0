//! What an input was recognized as.

use maud::{Markup, html};

use super::super::ask::Part;
use super::super::look::{Look, Origin};
use crate::printable::{beginning, printable};

/// The most characters of a fact, and of a name.
const MAX_FACT: usize = 2000;
const MAX_NAME: usize = 120;

/// The line below the field of a part: its forms, from what was given to what was verified. Empty if nothing was given.
pub(in crate::page) fn looks(part: Part, look: Result<&Look, &String>) -> Markup {
    html! {
        div .look id={ "look-" (part.name()) } aria-live="polite" {
            @match look {
                Ok(look) => {
                    (chain(look))
                    @if look.is_rejected { p .problem { "Not accepted in this form: verify to see why." } }
                }
                Err(problem) => p .problem { (printable(problem)) },
            }
        }
    }
}

/// The same, empty.
pub(super) fn nothing(part: Part) -> Markup {
    html! {
        div .look id={ "look-" (part.name()) } aria-live="polite" {}
    }
}

/// The forms of an input, with their lengths.
pub(super) fn chain(look: &Look) -> Markup {
    html! {
        ol .chain aria-label={ "What the " (look.part.noun()) " was recognized as" } {
            @for step in &look.steps {
                li {
                    (printable(&step.name)) " "
                    span .length { (bytes(step.length)) }
                }
            }
        }
    }
}

/// Where an input comes from.
pub(super) fn origin(origin: &Origin) -> Markup {
    html! {
        @match origin {
            Origin::Nothing => "not given",
            Origin::Pasted => "pasted",
            Origin::File(name) => { "file " code { (beginning(name, MAX_NAME)) } },
            Origin::Ring(name) => { "key ring: " code { (beginning(name, MAX_NAME)) } },
        }
    }
}

/// What is known of an input.
pub(super) fn facts(look: &Look) -> Markup {
    html! {
        @if !look.facts.is_empty() {
            dl .facts {
                @for (name, value) in &look.facts {
                    dt { (name) }
                    dd { code { (beginning(value, MAX_FACT)) } }
                }
            }
        }
    }
}

/// A length in words.
pub(super) fn bytes(length: usize) -> String {
    match length {
        1 => "1 byte".to_owned(),
        length => {
            let digits = length.to_string();
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && digits.len().abs_diff(index).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            format!("{grouped} bytes")
        }
    }
}
