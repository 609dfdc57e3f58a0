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

/// Diagnoses on a thread for blocking work, if a diagnosis may begin now, and passes on what was found: `None` if it may
/// not, or if it failed.
pub(crate) fn explain<F: FnOnce(Option<Explanation>) + Send + 'static>(
    state: &State,
    rejected: Option<Box<Rejected>>,
    done: F,
) {
    explain_by(state, rejected, first_finding, done);
}

fn explain_by<F: FnOnce(Option<Explanation>) + Send + 'static>(
    state: &State,
    rejected: Option<Box<Rejected>>,
    diagnose: fn(&Rejected) -> Explanation,
    done: F,
) {
    let begin = Instant::now();
    let may_begin = state.diagnoses().is_some_and(|diagnoses| diagnoses.begin(begin));
    let Some(rejected) = rejected.filter(|_| may_begin) else {
        done(None);
        return;
    };
    let state = state.clone();
    tokio::spawn(async move {
        let diagnosis = tokio::task::spawn_blocking(move || diagnose(&rejected));
        let explanation = match diagnosis.await {
            Ok(explanation) => {
                if let Some(diagnoses) = state.diagnoses() {
                    let end = Instant::now();
                    diagnoses.end(end, end.saturating_duration_since(begin));
                }
                Some(explanation)
            }
            Err(_) => {
                // What made it panic could be sent again and again. What it says may repeat an input.
                tracing::error!("a diagnosis panicked, and no other begins");
                None
            }
        };
        done(explanation);
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use kms_verify::{MessageType, SigningAlgorithm};

    use super::*;
    use crate::state::tests::explaining_state;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_diagnosis_that_panics_is_the_last_and_loses_no_line() {
        let state = explaining_state();
        let rejected = || {
            let ring = state.ring();
            let (_, public_key) = ring.iter().next().unwrap();
            Some(Box::new(Rejected {
                public_key: public_key.clone(),
                algorithm: SigningAlgorithm::EcdsaSha256,
                message_type: MessageType::Raw,
                message: Vec::new(),
                signature: Vec::new(),
            }))
        };
        for diagnose in [|_: &Rejected| panic!("of a test"), first_finding] {
            let (send, receive) = channel();
            explain_by(&state, rejected(), diagnose, move |explanation| {
                send.send(explanation.is_some()).unwrap();
            });
            assert_eq!(receive.recv_timeout(Duration::from_secs(20)), Ok(false));
        }
    }
}
