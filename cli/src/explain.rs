//! `kms-verify explain`: prints the diagnosis, as text or in a machine-readable format.

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
pub(crate) struct Found<'a> {
    pub(crate) code: &'static str,
    pub(crate) certain: bool,
    pub(crate) found: &'a str,
    pub(crate) r#try: &'a str,
}

impl<'a> Explanation<'a> {
    pub(crate) fn new(outcome: &'static str, findings: &'a [Finding]) -> Self {
        Self {
            outcome,
            findings: findings
                .iter()
                .map(|finding| Found {
                    code: finding.cause().as_str(),
                    certain: finding.is_certain(),
                    found: finding.found(),
                    r#try: finding.advice(),
                })
                .collect(),
        }
    }

    fn human_readable(&self, sentence: &str, style: Style) -> Lines {
        let mut lines = Lines::new(style);
        match self.outcome {
            VALID => lines.good(VALID),
            outcome => lines.bad(outcome),
        };
        // Escaped: it may contain a file name.
        lines.plain(": ").plain(sentence).end();
        list(&mut lines, &self.findings);
        lines
    }
}

/// Adds a numbered list of the findings.
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
        Err(failure) => return Err(print_rejected_key(failure, output)),
        Ok(request) => request,
    };
    let decision = request.decide(true)?;
    let findings = decision.diagnosis.as_ref().map_or(&[][..], Diagnosis::findings);
    match decision.outcome {
        Ok(()) => {
            let explanation = Explanation::new(VALID, findings);
            print(
                &explanation,
                "the signature is valid for this key, algorithm and message",
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
            Err(Failure::AlreadyReported(failure.status()))
        }
    }
}

/// Prints the diagnosis of a rejected public key. Returns any other failure as it is, still to be reported.
pub(crate) fn print_rejected_key(failure: Failure, output: &Output) -> Failure {
    let Failure::PublicKey { diagnosis, .. } = &failure else {
        return failure;
    };
    let explanation = Explanation::new(failure.name(), diagnosis.findings());
    match print(&explanation, &failure.sentence(), output) {
        Ok(()) => Failure::AlreadyReported(failure.status()),
        Err(unprinted) => unprinted,
    }
}

fn print(explanation: &Explanation<'_>, sentence: &str, output: &Output) -> Result<(), Failure> {
    if output.is_human_readable() {
        output.write_lines(&explanation.human_readable(sentence, output.style()))
    } else {
        output.print("Explain", explanation)
    }
}

/// Prints the findings to standard error, beside the answer on standard output.
pub(crate) fn print_to_stderr(diagnosis: &Diagnosis, output: &Output) {
    print_found_to_stderr(&Explanation::new("", diagnosis.findings()).findings, output);
}

/// The same for findings of another source.
pub(crate) fn print_found_to_stderr(findings: &[Found<'_>], output: &Output) {
    let mut lines = Lines::new(output.style_for_stderr());
    list(&mut lines, findings);
    lines.write_to_stderr();
}
