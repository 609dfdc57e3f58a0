//! `kms-verify explain`: prints the diagnosis, as text or in a machine-readable format.

use std::borrow::Cow;

use kms_verify::{Caller, Cause, Diagnosis, Finding, Inputs};
use serde::Serialize;

use crate::args::{AdviceFor, BinaryFormat, RequestArgs};
use crate::failure::Failure;
use crate::input::{Origin, quoted};
use crate::output::Output;
use crate::request::{Decision, Request};
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
    pub(crate) found: Cow<'a, str>,
    pub(crate) r#try: String,
}

impl<'a> Explanation<'a> {
    pub(crate) fn new(outcome: &'static str, findings: &'a [Finding], caller: Caller<'_>) -> Self {
        Self {
            outcome,
            findings: findings
                .iter()
                .map(|finding| Found {
                    code: finding.cause().as_str(),
                    certain: finding.is_certain(),
                    found: finding.found().into(),
                    r#try: finding.advice_for(caller),
                })
                .collect(),
        }
    }

    /// That of a decision.
    fn of(decision: &'a Decision, outcome: &'static str, advice: AdviceFor) -> Self {
        let Some((diagnosis, origins)) = &decision.diagnosed else {
            return Self::new(outcome, &[], Caller::Rust);
        };
        let mut explanation = Self::new(outcome, diagnosis.findings(), origins.caller(advice));
        if let Some(signer) = &decision.signer {
            // Nothing else has to be changed.
            explanation.findings = vec![made_by(signer)];
        }
        explanation
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

/// The finding that another key of the ring made the signature.
fn made_by(signer: &str) -> Found<'_> {
    Found {
        code: Cause::WrongKey.as_str(),
        certain: true,
        found: format!("The key {signer} of the key ring made this signature over this message.").into(),
        r#try: format!(
            "If the signer should use that key, pass --key-id {}. Otherwise, ask for a signature with the requested key.",
            quoted(signer)
        ),
    }
}

/// Adds a numbered list of the findings.
fn list(lines: &mut Lines, findings: &[Found<'_>]) {
    for (number, finding) in (1..).zip(findings) {
        lines.end().plain(&format!("{number}. ")).bold(finding.code);
        lines.plain(if finding.certain { "" } else { " (perhaps)" }).end();
        lines.prose("   Found: ", &finding.found);
        lines.plain("   Try:   ").plain(&finding.r#try).end();
    }
}

const VALID: &str = "valid";

pub(crate) fn run(args: &RequestArgs, format: BinaryFormat, output: &Output) -> Result<(), Failure> {
    let request = match Request::read(args, format) {
        Err(failure) => return Err(print_rejected_key(failure, args.advice, output)),
        Ok(request) => request,
    };
    let decision = request.decide(true)?;
    let diagnosed = decision.diagnosed.as_ref();
    let explanation = |outcome| Explanation::of(&decision, outcome, args.advice);
    match &decision.outcome {
        Ok(()) => print(
            &explanation(VALID),
            "the signature is valid for this key, algorithm and message",
            output,
        ),
        Err(failure) => {
            let sentence = match (failure, diagnosed) {
                (Failure::Parameter(text), _) => Some(text.clone()),
                (_, Some((diagnosis, _))) => diagnosis.outcome().err().map(|error| error.to_string()),
                (_, None) => None,
            };
            let sentence = sentence.unwrap_or_else(|| failure.sentence());
            print(&explanation(failure.name()), &sentence, output)?;
            Err(Failure::AlreadyReported(failure.status()))
        }
    }
}

/// Prints the diagnosis of a rejected public key. Returns any other failure as it is, still to be reported.
pub(crate) fn print_rejected_key(failure: Failure, advice: AdviceFor, output: &Output) -> Failure {
    let Failure::PublicKey { name, diagnosis } = &failure else {
        return failure;
    };
    let origins = Origins::of_key(name);
    let explanation = Explanation::new(failure.name(), diagnosis.findings(), origins.caller(advice));
    match print(&explanation, &format!("{name} is rejected"), output) {
        Ok(()) => Failure::AlreadyReported(failure.status()),
        Err(unprinted) => unprinted,
    }
}

/// Where the inputs come from.
pub(crate) struct Origins {
    pub(crate) public_key: Origin,
    pub(crate) message: Origin,
    pub(crate) signature: Origin,
}

impl Origins {
    /// Those of a rejected public key, by its name in errors.
    pub(crate) fn of_key(name: &str) -> Self {
        Self {
            public_key: Origin::File(name.strip_prefix("public key ").unwrap_or(name).to_owned()),
            message: Origin::Unknown,
            signature: Origin::Unknown,
        }
    }

    pub(crate) fn caller(&self, advice: AdviceFor) -> Caller<'_> {
        match advice {
            AdviceFor::Shell => Caller::Shell(Inputs {
                public_key: self.public_key.source("public_key.txt"),
                message: self.message.source("message.txt"),
                signature: self.signature.source("signature.txt"),
            }),
            AdviceFor::Rust => Caller::Rust,
            AdviceFor::Python => Caller::Python,
            AdviceFor::Node => Caller::Node,
            AdviceFor::Go => Caller::Go,
            AdviceFor::Java => Caller::Java,
        }
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
pub(crate) fn print_to_stderr(diagnosis: &Diagnosis, caller: Caller<'_>, output: &Output) {
    print_found_to_stderr(&Explanation::new("", diagnosis.findings(), caller).findings, output);
}

/// The same for a decision, if it was diagnosed.
pub(crate) fn print_decision_to_stderr(decision: &Decision, advice: AdviceFor, output: &Output) {
    print_found_to_stderr(&Explanation::of(decision, "", advice).findings, output);
}

/// The same for findings of another source.
pub(crate) fn print_found_to_stderr(findings: &[Found<'_>], output: &Output) {
    let mut lines = Lines::new(output.style_for_stderr());
    list(&mut lines, findings);
    lines.write_to_stderr();
}
