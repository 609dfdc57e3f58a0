//! The form.

use kms_verify::{KeyRing, MessageType, PublicKey, SigningAlgorithm};
use maud::{Markup, PreEscaped, html};

use super::super::ask::{Ask, Part};
use super::super::look::Look;
use super::looks;
use crate::printable::{beginning, is_printable, printable};

/// The most keys of the ring that are offered.
const MAX_OFFERED: usize = 1000;

pub(super) fn form(ask: &Ask, ring: &KeyRing, key: Option<&PublicKey>, looked_at: &[Look]) -> Markup {
    html! {
        // The answer is also the target of the address, so that a browser without scripts goes to it.
        form #ask method="post" action="/page/answer#answer-title" enctype="multipart/form-data" {
            (part(ask, Part::PublicKey, ring, looked_at))
            (part(ask, Part::Message, ring, looked_at))
            (part(ask, Part::Signature, ring, looked_at))
            fieldset .choices {
                legend { "How it was signed" }
                (algorithm(ask.algorithm, key))
                (message_type(ask.message_type.0))
            }
            p .send {
                button type="submit" { "Verify" }
                span .busy #busy role="status" {}
            }
        }
    }
}

fn part(ask: &Ask, part: Part, ring: &KeyRing, looked_at: &[Look]) -> Markup {
    let (field, name) = (ask.field(part), part.name());
    let (legend, hint, rows, code) = match part {
        Part::PublicKey => ("Public key", "PEM, base64, or JSON of GetPublicKey", "5", true),
        Part::Message => ("Message", "Text, exactly as it was signed", "3", false),
        Part::Signature => ("Signature", "Base64, hex, JSON of Sign, or a whole JWT", "3", true),
    };
    let look = looked_at.iter().find(|look| look.part == part);
    html! {
        fieldset .part id={ "part-" (name) } {
            legend { (legend) }
            @if part == Part::PublicKey && !ring.is_empty() { (ring_keys(&ask.ring_key, ring)) }
            label for={ (name) "_text" } { (hint) }
            textarea id={ (name) "_text" } name={ (name) "_text" } rows=(rows) .code[code] spellcheck="false"
                autocomplete="off" autocapitalize="off" aria-describedby={ "look-" (name) }
            {
                // Parsers drop a line end at the beginning.
                "\n" (PreEscaped(kept(&field.text)))
            }
            div .file {
                label for={ (name) "_file" } { "or a file" }
                input type="file" id={ (name) "_file" } name={ (name) "_file" } aria-describedby={ "look-" (name) };
                button .remove type="button" hidden { "Remove" span .unseen { " the file of the " (part.noun()) } }
                span .drop aria-hidden="true" { "or drop one here" }
            }
            @if let Some(file) = &field.file {
                p .again { "The browser forgot the file " code { (beginning(&file.name, 60)) } ". Choose it again to verify again." }
            }
            @match look {
                Some(look) => (looks::looks(part, Ok(look))),
                None => (looks::nothing(part)),
            }
        }
    }
}

/// Pasted text, so that the field has the same text again. What no reader can see is a character reference; the controls
/// from U+0080 on have none, and are left as they are.
fn kept(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\u{80}'..='\u{9f}' => out.push(character),
            character if is_printable(character) => out.push(character),
            character => out.push_str(&format!("&#x{:x};", u32::from(character))),
        }
    }
    out
}

fn ring_keys(chosen: &str, ring: &KeyRing) -> Markup {
    html! {
        label for="ring_key" { "From the key ring" }
        select #ring_key name="ring_key" {
            option value="" selected[chosen.is_empty()] { "none: given below" }
            @for (name, key) in ring.iter().take(MAX_OFFERED) {
                option value=(name) selected[name.as_str() == chosen] {
                    (printable(&key_name(name.as_str(), key)))
                }
            }
        }
        @if ring.len() > MAX_OFFERED {
            p .hint { "These are the first " (MAX_OFFERED) " of " (ring.len()) " keys." }
        }
    }
}

/// A name with what tells keys apart first: the key ID and the key spec, and then the Region and the account of an ARN.
fn key_name(name: &str, key: &PublicKey) -> String {
    let key_spec = key.key_spec();
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, _, region, account, id] => {
            format!(
                "{} ({key_spec}, {region}, {account})",
                id.strip_prefix("key/").unwrap_or(id)
            )
        }
        _ => format!("{name} ({key_spec})"),
    }
}

/// The choice of an algorithm: those of the key first.
pub(super) fn algorithm(chosen: Option<SigningAlgorithm>, key: Option<&PublicKey>) -> Markup {
    let of_key = key.map_or(&[][..], |key| key.signing_algorithms());
    let option = |algorithm: SigningAlgorithm| {
        html! {
            option value=(algorithm) selected[chosen == Some(algorithm)] { (algorithm) }
        }
    };
    html! {
        div .choice #algorithm-field {
            label for="algorithm" { "Algorithm" }
            select #algorithm name="algorithm" {
                option value="" selected[chosen.is_none()] {
                    @match of_key {
                        [] => "Any that the key supports",
                        [only] => { "The key's: " (only) },
                        all => { "Any of the " (all.len()) " of the key" },
                    }
                }
                @if of_key.is_empty() {
                    @for algorithm in SigningAlgorithm::ALL { (option(*algorithm)) }
                } @else {
                    optgroup label={ "Of this key" @if let Some(key) = key { " (" (key.key_spec()) ")" } } {
                        @for algorithm in of_key { (option(*algorithm)) }
                    }
                    optgroup label="Of other keys" {
                        @for algorithm in SigningAlgorithm::ALL.iter().filter(|algorithm| !of_key.contains(algorithm)) {
                            (option(*algorithm))
                        }
                    }
                }
            }
        }
    }
}

fn message_type(chosen: MessageType) -> Markup {
    html! {
        div .choice {
            label for="message_type" { "Message type" }
            select #message_type name="message_type" {
                @for message_type in MessageType::ALL {
                    option value=(message_type) selected[*message_type == chosen] {
                        (message_type)
                        @match message_type {
                            MessageType::Raw => " (as it is)",
                            MessageType::Digest => " (its hash)",
                            MessageType::ExternalMu => " (ML-DSA)",
                            _ => {},
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_1000_keys_of_the_ring_are_offered() {
        let pem = include_str!("../../../../tests/vectors/kms/eksa-bundle-minimal/public_key.pem");
        let key = PublicKey::from_pem(pem).unwrap();
        let mut ring = KeyRing::new();
        for number in 0..1000 {
            ring.insert(&format!("key-{number:04}"), key.clone()).unwrap();
        }
        for is_cut in [false, true] {
            let page = ring_keys("", &ring).into_string();
            ring.insert("last", key.clone()).unwrap();
            // One is for none.
            assert_eq!(page.matches("<option").count(), 1001);
            assert_eq!(page.contains("These are the first 1000 of 1001 keys."), is_cut);
        }
    }
}
