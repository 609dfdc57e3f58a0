//! `kms-verify verify`: prints the response of KMS, or its exception.

use std::io::{self, IsTerminal as _};

use serde::Serialize;

use crate::args::VerifyArgs;
use crate::explain::{self, Origins};
use crate::failure::Failure;
use crate::output::Output;
use crate::request::Request;
use crate::settings::Settings;
use crate::style::note;

/// The response of the Verify operation, in the order in which the AWS CLI prints it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    key_id: &'a str,
    signature_valid: bool,
    signing_algorithm: &'static str,
}

pub(crate) fn run(args: &VerifyArgs, settings: &Settings, output: &Output) -> Result<(), Failure> {
    let request = match Request::read(&args.request, settings.binary_format) {
        Ok(request) => request,
        Err(Failure::PublicKey { name, diagnosis }) if args.explain => {
            let origins = Origins::of_key(&name);
            let failure = Failure::Parameter(format!("{name} is rejected"));
            let status = failure.status();
            failure.report(settings.error_format);
            explain::print_to_stderr(&diagnosis, origins.caller(args.request.advice), output);
            return Err(Failure::AlreadyReported(status));
        }
        Err(failure) => return Err(failure),
    };
    let (key_id, algorithm) = (request.key.key_id.clone(), request.algorithm);
    let decision = request.decide(args.explain)?;
    let failure = match &decision.outcome {
        Ok(()) => {
            return output.print(
                "Verify",
                &Answer {
                    key_id: &key_id,
                    // KMS never returns `false`: it returns an exception instead.
                    signature_valid: true,
                    signing_algorithm: algorithm.as_str(),
                },
            );
        }
        Err(failure) => failure,
    };
    failure.report(settings.error_format);
    if decision.diagnosed.is_some() {
        explain::print_decision_to_stderr(&decision, args.request.advice, output);
    } else if io::stderr().is_terminal() && !args.explain {
        note("to see why, add --explain, or run kms-verify explain instead of kms-verify verify");
    }
    Err(Failure::AlreadyReported(failure.status()))
}
