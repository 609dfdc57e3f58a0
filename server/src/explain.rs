//! Why a signature is not valid.

use std::time::Instant;

use kms_verify::diagnose;

use crate::protocol::Rejected;
use crate::state::State;

/// The first finding of a diagnosis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explanation {
    /// The code of its cause, or `none` if nothing was found.
    pub(crate) cause: &'static str,
    pub(crate) is_certain: bool,
}

/// Diagnoses on a thread for blocking work, if a diagnosis may begin now, and passes on what was found. Returns `done` if
/// not.
pub(crate) fn explain<F: FnOnce(Option<Explanation>) + Send + 'static>(
    state: &State,
    rejected: Option<Box<Rejected>>,
    done: F,
) {
    let begin = Instant::now();
    let may_begin = state.diagnoses().is_some_and(|diagnoses| diagnoses.begin(begin));
    let Some(rejected) = rejected.filter(|_| may_begin) else {
        done(None);
        return;
    };
    let state = state.clone();
    tokio::task::spawn_blocking(move || {
        // If the diagnosis panics, none is begun any more.
        let explanation = first_finding(&rejected);
        if let Some(diagnoses) = state.diagnoses() {
            let end = Instant::now();
            diagnoses.end(end, end.saturating_duration_since(begin));
        }
        done(Some(explanation));
    });
}

fn first_finding(rejected: &Rejected) -> Explanation {
    let diagnosis = diagnose(
        &rejected.public_key,
        rejected.algorithm,
        rejected.message(),
        &rejected.signature,
    );
    diagnosis.findings().first().map_or(
        Explanation {
            cause: "none",
            is_certain: false,
        },
        |finding| Explanation {
            cause: finding.cause().as_str(),
            is_certain: finding.is_certain(),
        },
    )
}
