//! What may have been signed in place of the given message.
//!
//! A form of the message is a list of changes to it. Forms are made one after another, the likely and cheap ones first,
//! and only as long as they are needed.

mod change;
mod digester;
mod explanation;
mod form_findings;
mod forms;
mod structure;

pub(super) use change::Change;
pub(super) use digester::{DEFAULT_SM2_ID, Digester};
pub(super) use explanation::findings;
pub(super) use forms::{Form, find};
