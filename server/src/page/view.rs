//! The page as HTML. The templates escape all text, and `printable` what no reader can see.

mod answer;
mod form;
mod looks;

use axum::response::Html;
use kms_verify::KeyRing;
use maud::{DOCTYPE, Markup, html};

use super::answer::Answer;
use super::ask::Ask;
use super::look::Looks;

/// The whole page: the form as it was filled in, and the answer to it.
pub(super) fn page(ask: &Ask, ring: &KeyRing, answer: Option<&Answer>) -> Html<String> {
    let title = answer.map_or("kms-verify", |answer| answer::title(&answer.verdict));
    let key = answer.and_then(|answer| answer.key.as_ref());
    document(
        title,
        &html! {
            header {
                h1 { "kms-verify" }
                p { "Verifies a signature of AWS KMS, and explains why one does not verify." }
            }
            main {
                (form::form(ask, ring, key, answer.map(|answer| answer.looks.as_slice()).unwrap_or_default()))
                section #answer aria-live="polite" aria-labelledby="answer-title" {
                    @match answer {
                        Some(answer) => (answer::answer(answer, ask.tongue)),
                        None => (about()),
                    }
                }
            }
            footer {
                p {
                    "The server that sent this page verifies with public keys only. It stores nothing, logs nothing of what you \
                     give it, and asks no other server. Whether a key is enabled, and who may use it, only KMS knows."
                }
            }
        },
    )
}

/// The parts of a form that depend on its key, and what was recognized, for the script.
pub(super) fn looked_at(ask: &Ask, given: &Looks) -> Html<String> {
    document(
        "kms-verify",
        &html! {
            (form::algorithm(ask.algorithm, given.key.as_ref()))
            @for (part, look) in &given.parts { (looks::looks(*part, look.as_ref())) }
        },
    )
}

fn document(title: &str, body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) @if title != "kms-verify" { " - kms-verify" } }
                link rel="icon" type="image/svg+xml" href="/page/icon.svg";
                link rel="stylesheet" href="/page/style.css";
                script type="module" src="/page/page.js" {}
            }
            body { (body) }
        }
    };
    Html(page.into_string())
}

/// What stands in the place of an answer until there is one.
fn about() -> Markup {
    html! {
        h2 #answer-title tabindex="-1" { "What you get" }
        ul .about {
            li { "Whether the signature is valid." }
            li { "If not, the cause where it can be shown, the likely causes where it cannot, and what to change, in your language." }
            li { "The repaired input as a file, where a change made the signature verify." }
        }
        h3 { "How inputs are read" }
        dl .rules {
            dt { "Public key" }
            dd { "DER, PEM, base64 of DER, or the JSON that " code { "aws kms get-public-key" } " prints." }
            dt { "Message" }
            dd {
                "A file is taken byte by byte. Pasted text is taken as UTF-8, with nothing after the last character, and with LF \
                 as line ends: browsers do not keep others, so choose a file for text with CR. A digest may also be pasted as \
                 hexadecimal text or base64."
            }
            dt { "Signature" }
            dd {
                "Bytes, base64, hexadecimal text, or the JSON that " code { "aws kms sign" } " prints. A whole JWT goes here; \
                 its message is in it."
            }
        }
    }
}
