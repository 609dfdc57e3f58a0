//! One line in the log for each request, and its numbers. Neither has a byte of a message or a signature.

use std::time::Duration;

use crate::explain::{Explanation, explain};
use crate::metrics::Labels;
use crate::protocol::{Exception, Facts, Operation, Rejected};
use crate::state::State;

/// How many characters of a text with names from a request are logged.
const MAX_TEXT: usize = 512;

/// Records an answered request. If its signature is not valid and the server explains, that follows later.
pub(crate) fn record(state: &State, id: String, facts: Facts, exception: Option<Exception>, took: Duration) {
    let Facts {
        operation,
        key_id,
        algorithm,
        verification,
        rejected,
        details,
    } = facts;
    let line = Line {
        id,
        labels: Labels {
            operation: operation.map_or("unknown", Operation::name),
            algorithm: algorithm.map_or("", kms_verify::SigningAlgorithm::as_str),
            outcome: match &exception {
                Some(exception) => exception.kind().name(),
                None => "ok",
            },
            cause: "",
        },
        key_id: key_id.map(shortened),
        details: details.map(shortened),
        took,
    };
    if let Some(took) = verification {
        state.metrics().verification(line.labels.algorithm, took);
    }
    match rejected {
        None => line.write(state, None),
        rejected @ Some(_) => later(state, rejected, line),
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        None => text,
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
    }
}

fn later(state: &State, rejected: Option<Box<Rejected>>, line: Line) {
    let recorder = state.clone();
    explain(state, rejected, move |explanation| line.write(&recorder, explanation));
}

struct Line {
    id: String,
    labels: Labels,
    key_id: Option<String>,
    details: Option<String>,
    took: Duration,
}

impl Line {
    fn write(self, state: &State, explanation: Option<Explanation>) {
        let labels = Labels {
            cause: explanation.map_or("", |explanation| explanation.cause),
            ..self.labels
        };
        tracing::info!(
            target: "kms_verify_server::request",
            id = self.id,
            operation = labels.operation,
            // Escaped, because it is from anyone.
            key_id = self.key_id.as_deref().map(tracing::field::debug),
            algorithm = Some(labels.algorithm).filter(|name| !name.is_empty()),
            outcome = labels.outcome,
            cause = explanation.map(|explanation| explanation.cause),
            certain = explanation.map(|explanation| explanation.is_certain),
            details = self.details.as_deref().map(tracing::field::debug),
            microseconds = u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
        );
        state.metrics().request(labels, self.took);
    }
}
