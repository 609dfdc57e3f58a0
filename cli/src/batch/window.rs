//! Limits the lines in progress: enough that one long message does not idle the other cores, in a bounded number of
//! bytes.

use std::sync::{Condvar, Mutex, PoisonError};

const MAX_LINES: usize = 4096;
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Counts the lines that were read and whose results are not written yet.
#[derive(Default)]
pub(super) struct Window {
    inside: Mutex<Inside>,
    left: Condvar,
}

#[derive(Default)]
struct Inside {
    lines: usize,
    bytes: usize,
}

impl Inside {
    fn has_room(&self, lines: usize, bytes: usize) -> bool {
        self.lines == 0
            || (self.lines.saturating_add(lines) <= MAX_LINES && self.bytes.saturating_add(bytes) <= MAX_BYTES)
    }
}

impl Window {
    /// Waits until there is room for these lines.
    pub(super) fn enter(&self, lines: usize, bytes: usize) {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inside = self
            .left
            .wait_while(inside, |inside| !inside.has_room(lines, bytes))
            .unwrap_or_else(PoisonError::into_inner);
        inside.lines = inside.lines.saturating_add(lines);
        inside.bytes = inside.bytes.saturating_add(bytes);
    }

    pub(super) fn leave(&self, lines: usize, bytes: usize) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.lines = inside.lines.saturating_sub(lines);
        inside.bytes = inside.bytes.saturating_sub(bytes);
        self.left.notify_one();
    }
}
