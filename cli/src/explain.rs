//! `kms-verify explain`: the diagnosis, for people and for programs.

use kms_verify::{Diagnosis, Finding};
use serde::Serialize;

use crate::args::{BinaryFormat, RequestArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::request::Request;
use crate::style::{Lines, Style};

#[derive(Serialize)]
pub(crate) struct Explanation<'a> {
    /// `valid`, or the name of the failure.
    outcome: &'static str,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    code: &'static str,
    certain: bool,
    found: &'a str,
    r#try: &'a str,
}

impl<'a> Explanation<'a> {
    pub(crate) fn new(outcome: &'static str, findings: &'a [Finding]) -> Self {
        Self {
            outcome,
            findings: findings
                .iter()
                .map(|finding| Found {
                    code: finding.code().as_str(),
                    certain: finding.is_certain(),
                    found: finding.found(),
                    r#try: finding.advice(),
                })
                .collect(),
        }
    }

    fn for_people(&self, sentence: &str, style: Style) -> Lines {
        let mut lines = Lines::new(style);
        match self.outcome {
            VALID => lines.good(VALID),
            outcome => lines.bad(outcome),
        };
        // It may have the name of a file in it.
        lines.plain(": ").plain(sentence).end();
        list(&mut lines, &self.findings);
        lines
    }
}

/// The findings, numbered.
fn list(lines: &mut Lines, findings: &[Found<'_>]) {
    for (number, finding) in (1..).zip(findings) {
        lines.end().plain(&format!("{number}. ")).bold(finding.code);
        lines.plain(if finding.certain { "" } else { " (perhaps)" }).end();
        lines.plain("   Found: ").plain(finding.found).end();
        lines.plain("   Try:   ").plain(finding.r#try).end();
    }
}

const VALID: &str = "valid";

pub(crate) fn run(args: &RequestArgs, format: BinaryFormat, output: &Output) -> Result<(), Failure> {
    let request = match Request::read(args, format) {
        Err(failure) => return Err(explained(failure, output)),
        Ok(request) => request,
    };
    let decision = request.decide(true)?;
    let findings = decision.diagnosis.as_ref().map_or(&[][..], Diagnosis::findings);
    match decision.outcome {
        Ok(()) => {
            let explanation = Explanation::new(VALID, findings);
            print(
                &explanation,
                "the signature was made with this key and this algorithm over this message",
                output,
            )
        }
        Err(failure) => {
            let explanation = Explanation::new(failure.name(), findings);
            let sentence = match &decision.diagnosis {
                Some(diagnosis) => diagnosis.outcome().err().map(|error| error.to_string()),
                None => None,
            };
            print(&explanation, &sentence.unwrap_or_else(|| failure.sentence()), output)?;
            Err(Failure::Said(failure.status()))
        }
    }
}

/// Prints what is wrong with a public key, if that is the failure. Gives back what is left to report.
pub(crate) fn explained(failure: Failure, output: &Output) -> Failure {
    let Failure::PublicKey { diagnosis, .. } = &failure else {
        return failure;
    };
    let explanation = Explanation::new(failure.name(), diagnosis.findings());
    match print(&explanation, &failure.sentence(), output) {
        Ok(()) => Failure::Said(failure.status()),
        Err(unprinted) => unprinted,
    }
}

fn print(explanation: &Explanation<'_>, sentence: &str, output: &Output) -> Result<(), Failure> {
    if output.is_for_people() {
        output.write_lines(&explanation.for_people(sentence, output.style()))
    } else {
        output.print("Explain", explanation)
    }
}

/// The findings, beside an answer that goes to standard output.
pub(crate) fn print_to_stderr(diagnosis: &Diagnosis, output: &Output) {
    let explanation = Explanation::new("", diagnosis.findings());
    let mut lines = Lines::new(output.style_of_stderr());
    list(&mut lines, &explanation.findings);
    lines.write_to_stderr();
}
