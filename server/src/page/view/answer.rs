//! The answer.

use maud::{Markup, html};

use super::super::answer::{Answer, Changes, Found, Note, Repair, Verdict};
use super::super::ask::Tongue;
use super::super::look::{Look, base64};
use super::looks;
use crate::printable::printable;

/// The verdict in two or three words.
pub(super) fn title(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Valid { .. } => "Valid",
        Verdict::Invalid { .. } => "Not valid",
        Verdict::KeyRejected(_) => "Key rejected",
        Verdict::Incomplete(_) => "Not complete",
        Verdict::Failed(_) => "Not verified",
    }
}

pub(super) fn answer(answer: &Answer, tongue: Tongue) -> Markup {
    let is_valid = matches!(answer.verdict, Verdict::Valid { .. });
    html! {
        (verdict(&answer.verdict))
        @if !answer.findings.is_empty() {
            section .why {
                h3 { @if is_valid { "In a program" } @else { "Why, and what to do" } }
                @if is_valid {
                    p { "This page decoded what was given. A program has to decode it, too." }
                }
                @if answer.findings.iter().any(|found| common_advice(found).is_none()) { (tongues(tongue)) }
                ol .findings { @for found in &answer.findings { (finding(found)) } }
            }
        }
        @if !answer.changes.is_empty() { (changes(&answer.changes)) }
        @if !answer.looks.is_empty() { (given(&answer.looks)) }
    }
}

fn verdict(verdict: &Verdict) -> Markup {
    let class = match verdict {
        Verdict::Valid { .. } => "valid",
        Verdict::Invalid { .. } | Verdict::KeyRejected(_) => "invalid",
        Verdict::Incomplete(_) | Verdict::Failed(_) => "incomplete",
    };
    html! {
        div class={ "verdict " (class) } {
            h2 #answer-title tabindex="-1" { (title(verdict)) }
            @match verdict {
                Verdict::Valid { algorithm, notes } => {
                    p { "This key made this signature over this message, with " code { (algorithm) } "." }
                    @for note in notes { p { (sentence(*note)) } }
                }
                Verdict::Invalid { exception, sentence } => {
                    p { (printable(sentence)) }
                    @if let Some(exception) = exception { p { "KMS responds with " code { (exception) } "." } }
                }
                Verdict::KeyRejected(sentence) | Verdict::Failed(sentence) => p { (printable(sentence)) },
                Verdict::Incomplete(problems) => {
                    @for problem in problems { p { (printable(problem)) } }
                }
            }
        }
    }
}

fn sentence(note: Note) -> &'static str {
    match note {
        Note::AlgorithmFound => "A verifier must expect one algorithm, and not try all.",
        Note::ClaimsNotChecked => "Whom the token is for, and until when, was not checked.",
        Note::LengthRejectedByKms => "KMS itself rejects RAW messages that are empty or longer than 4096 bytes.",
    }
}

fn given(all: &[Look]) -> Markup {
    html! {
        section .given {
            h3 { "What was given" }
            dl {
                @for look in all {
                    dt { (look.part.noun()) " " span .origin { (looks::origin(&look.origin)) } }
                    dd { (looks::chain(look)) (looks::facts(look)) }
                }
            }
        }
    }
}

/// The choice of whose advice is shown. It belongs to the form, so that the next answer keeps it.
fn tongues(chosen: Tongue) -> Markup {
    html! {
        fieldset .tongues {
            legend { "Advice for" }
            @for tongue in Tongue::ALL {
                span {
                    input type="radio" name="tongue" form="ask" id={ "tongue-" (tongue.value()) } value=(tongue.value())
                        checked[tongue == chosen];
                    label for={ "tongue-" (tongue.value()) } { (tongue.name()) }
                }
            }
        }
    }
}

fn finding(found: &Found) -> Markup {
    html! {
        li {
            p .code-line {
                code { (found.code) } " "
                @if found.certain { span .certain { "certain" } } @else { span .perhaps { "perhaps" } }
            }
            p { (printable(&found.found)) }
            @match common_advice(found) {
                Some("") => {},
                Some(advice) => p .advice { (words(&printable(advice))) },
                None => {
                    @for (tongue, advice) in &found.advice {
                        p class={ "advice for-" (tongue.value()) } {
                            span .unseen { "For " (tongue.name()) ": " }
                            (words(&printable(advice)))
                        }
                    }
                }
            }
        }
    }
}

/// The advice, if it is the same for everyone.
fn common_advice(found: &Found) -> Option<&str> {
    let mut all = found.advice.iter().map(|(_, advice)| advice.as_str());
    let first = all.next().unwrap_or_default();
    all.all(|advice| advice == first).then_some(first)
}

/// Text in which no line breaks after the first hyphen of an option.
fn words(text: &str) -> Markup {
    html! {
        @for (index, word) in text.split(' ').enumerate() {
            @if index > 0 { " " }
            @if word.starts_with("--") && word.len() < 32 { span .option { (word) } } @else { (word) }
        }
    }
}

fn changes(changes: &Changes) -> Markup {
    let is_key = changes.files.iter().any(|(repair, _)| *repair == Repair::PublicKey);
    html! {
        section .repaired {
            h3 { @if is_key { "The key inside it" } @else { "What verifies" } }
            ul {
                @if let Some(algorithm) = changes.algorithm { li { "Algorithm: " code { (algorithm) } } }
                @if let Some(message_type) = changes.message_type { li { "Message type: " code { (message_type) } } }
                @for (repair, bytes) in &changes.files {
                    li {
                        form method="post" action="/page/file" enctype="multipart/form-data" {
                            input type="hidden" name="what" value=(repair.value());
                            input type="hidden" name="base64" value=(base64(bytes));
                            button type="submit" { "Download the " (repair.noun()) }
                            " " code { (repair.file()) } ", " (looks::bytes(bytes.len()))
                        }
                    }
                }
            }
            p .hint {
                @if is_key {
                    "A key proves something only if it comes from KMS, or from someone you trust, and not from whoever signed."
                } @else {
                    "Check that this is what should have been signed before you use it. A verifier must never accept a signature \
                     because changed inputs verify."
                }
            }
        }
    }
}
