//! `kms-verify explain`: prints the diagnosis, as text or in a machine-readable format.

use std::borrow::Cow;
use std::path::Path;

use kms_verify::{Caller, Cause, Diagnosis, Finding, Inputs};
use serde::Serialize;

use crate::args::{AdviceFor, BinaryFormat, ExplainArgs};
use crate::failure::Failure;
use crate::input::{Origin, quoted};
use crate::output::Output;
use crate::repair;
use crate::request::{Decision, Request};
use crate::style::{Lines, Style};

#[derive(Serialize)]
pub(crate) struct Explanation<'a> {
    /// `valid`, or the name of the failure.
    outcome: &'static str,
    findings: Vec<Found<'a>>,
    /// Only with `--repair`.
    #[serde(skip_serializing_if = "Option::is_none")]
    repair: Option<Repair>,
}

#[derive(Serialize)]
pub(crate) struct Found<'a> {
    pub(crate) code: &'static str,
    pub(crate) certain: bool,
    pub(crate) found: Cow<'a, str>,
    pub(crate) r#try: String,
    /// Whether the advice has nothing to copy, so that its lines may be wrapped.
    #[serde(skip)]
    pub(crate) is_prose: bool,
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
                    // What names no command and no call is the same for every caller.
                    is_prose: finding.advice_for(caller) == finding.advice_for(Caller::Rust)
                        && finding.advice_for(caller) == finding.advice_for(Caller::Python),
                })
                .collect(),
            repair: None,
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
        if let Some(repair) = &self.repair {
            repair.add_to(&mut lines);
        }
        lines
    }
}

/// What `--repair` did.
#[derive(Serialize)]
struct Repair {
    /// The new folder, if it was written.
    folder: Option<String>,
    /// The parameters whose values in the folder differ from the given ones.
    changed: Vec<&'static str>,
    /// The files in the folder.
    files: &'static [&'static str],
    /// Why nothing was written.
    reason: Option<&'static str>,
}

impl Repair {
    fn not(reason: &'static str) -> Self {
        Self {
            folder: None,
            changed: Vec::new(),
            files: &[],
            reason: Some(reason),
        }
    }

    /// Writes the inputs that verify, if there are any.
    fn write(folder: &Path, decision: &Decision) -> Result<Self, Failure> {
        match (&decision.corrected, &decision.outcome, &decision.diagnosed) {
            (Some(corrected), ..) => {
                repair::write(folder, corrected)?;
                Ok(Self {
                    folder: Some(folder.display().to_string()),
                    changed: corrected.changed.clone(),
                    files: &repair::FILES,
                    reason: None,
                })
            }
            (None, Ok(()), _) => Ok(Self::not("the signature is valid as it was given")),
            (None, Err(_), None) => Ok(Self::not("the message is too long for a diagnosis")),
            (None, Err(_), Some(_)) => Ok(Self::not(NOTHING_VERIFIES)),
        }
    }

    fn add_to(&self, lines: &mut Lines) {
        lines.end();
        match (&self.folder, self.reason) {
            (Some(folder), _) => {
                let words = format!(
                    "the inputs in {folder} verify. They differ from the given ones in {}. Verify them again with:",
                    self.changed.join(", ")
                );
                // Not an option of the shell.
                let here = if folder.starts_with('-') { "./" } else { "" };
                let script = format!("{here}{folder}/{}", repair::SCRIPT);
                lines.prose("Repaired: ", &words);
                lines.plain(&format!("    sh {}", quoted(&script))).end();
            }
            (None, reason) => {
                let words = format!("nothing was written, because {}.", reason.unwrap_or(NOTHING_VERIFIES));
                lines.prose("Not repaired: ", &words);
            }
        }
    }
}

const NOTHING_VERIFIES: &str = "no change to the inputs made the signature verify";

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
        is_prose: false,
    }
}

/// Adds a numbered list of the findings.
fn list(lines: &mut Lines, findings: &[Found<'_>]) {
    for (number, finding) in (1..).zip(findings) {
        lines.end().plain(&format!("{number}. ")).bold(finding.code);
        lines.plain(if finding.certain { "" } else { " (perhaps)" }).end();
        lines.prose("   Found: ", &finding.found);
        if finding.is_prose {
            lines.prose("   Try:   ", &finding.r#try);
        } else {
            lines.plain("   Try:   ").plain(&finding.r#try).end();
        }
    }
}

const VALID: &str = "valid";

pub(crate) fn run(args: &ExplainArgs, format: BinaryFormat, output: &Output) -> Result<(), Failure> {
    let (args, folder) = (&args.request, args.repair.as_deref());
    folder.map_or(Ok(()), repair::require_new)?;
    let (request, rejected) = match Request::read_with_any_key(args, format) {
        Ok(read) => read,
        Err(failure) => {
            let repair = folder.map(|_| Repair::not(NOTHING_VERIFIES));
            return Err(print_rejected(failure, args.advice, repair, output));
        }
    };
    let decision = request.decide(true)?;
    let (repair, failed) = match folder.map(|folder| Repair::write(folder, &decision)).transpose() {
        Ok(repair) => (repair, None),
        Err(failure) => (None, Some(failure)),
    };
    let explained = match (rejected, &decision.outcome) {
        (Some(rejected), _) => Err(print_key_and_decision(rejected, &decision, args.advice, repair, output)),
        (None, outcome) => print_decision(outcome, &decision, args.advice, repair, output),
    };
    match failed {
        Some(failure) => Err(failure),
        None => explained,
    }
}

fn print_decision(
    outcome: &Result<(), Failure>,
    decision: &Decision,
    advice: AdviceFor,
    repair: Option<Repair>,
    output: &Output,
) -> Result<(), Failure> {
    let explanation = |outcome| Explanation {
        repair,
        ..Explanation::of(decision, outcome, advice)
    };
    match outcome {
        Ok(()) => print(
            &explanation(VALID),
            "the signature is valid for this key, algorithm and message",
            output,
        ),
        Err(failure) => {
            let sentence = match (failure, &decision.diagnosed) {
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

/// Prints what is wrong with the public key, and with the other inputs for the key inside it.
fn print_key_and_decision(
    rejected: Failure,
    decision: &Decision,
    advice: AdviceFor,
    repair: Option<Repair>,
    output: &Output,
) -> Failure {
    let Failure::PublicKey { name, diagnosis } = &rejected else {
        return rejected;
    };
    let origins = Origins::of_key(name);
    let mut explanation = Explanation::new(rejected.name(), diagnosis.findings(), origins.caller(advice));
    explanation
        .findings
        .extend(Explanation::of(decision, "", advice).findings);
    explanation.repair = repair;
    print_or_fail(&explanation, name, &rejected, output)
}

/// Prints the diagnosis of a rejected public key. Returns any other failure as it is, still to be reported.
pub(crate) fn print_rejected_key(failure: Failure, advice: AdviceFor, output: &Output) -> Failure {
    print_rejected(failure, advice, None, output)
}

fn print_rejected(failure: Failure, advice: AdviceFor, repair: Option<Repair>, output: &Output) -> Failure {
    let Failure::PublicKey { name, diagnosis } = &failure else {
        return failure;
    };
    let origins = Origins::of_key(name);
    let explanation = Explanation {
        repair,
        ..Explanation::new(failure.name(), diagnosis.findings(), origins.caller(advice))
    };
    print_or_fail(&explanation, name, &failure, output)
}

/// Prints the explanation of a rejected public key. Returns the failure that is left.
fn print_or_fail(explanation: &Explanation<'_>, name: &str, failure: &Failure, output: &Output) -> Failure {
    match print(explanation, &format!("{name} is rejected"), output) {
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
