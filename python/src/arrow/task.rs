//! Verification of a range of rows, on several threads.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;
use std::str;
use std::sync::{Mutex, PoisonError};
use std::thread;

use kms_verify::{
    Error, KeyRing, KeySpec, Message, MessageType, PublicKey, SigningAlgorithm, VerifyingKey, diagnose,
    diagnose_public_key,
};

use super::results::{Finding, Outcome, Results};
use super::rows::{Row, Rows};
use crate::error::Code;

/// How many rows a thread takes at a time, at least and at most.
const ROWS_OF_TASK: Range<usize> = 128..16 * 1024;

/// How many of the largest tasks there are for each thread in a window.
const TASKS_OF_WINDOW: usize = 8;

/// How many signatures are verified before a ring is asked again for the tables of their key.
const ROWS_WITHOUT_TABLES: usize = 64;

/// From how many signatures on the tables of a key pay off, roughly.
const PAYS_FROM: usize = 32;

/// Where the keys are.
pub(super) enum Keys {
    /// A column has their names in this ring.
    Ring(KeyRing),
    /// A column has the keys.
    InColumn,
}

pub(super) struct Plan {
    pub(super) keys: Keys,
    pub(super) threads: usize,
    pub(super) explain: bool,
}

impl Plan {
    /// How many rows to pass to `run` at once.
    pub(super) fn window(&self) -> usize {
        self.threads
            .saturating_mul(TASKS_OF_WINDOW)
            .saturating_mul(ROWS_OF_TASK.end)
    }

    /// Verifies a range of rows, and appends their results. They do not depend on the number of threads: each row has
    /// one result, whatever the others are.
    pub(super) fn run(&self, rows: &Rows<'_>, range: Range<usize>, results: &mut Results) {
        let first = results.len();
        let tasks = Tasks {
            plan: self,
            rows,
            start: range.start,
            outcomes: results.append(range.len()),
        };
        let findings = Mutex::new(Vec::new());
        let most = range.len().div_ceil(ROWS_OF_TASK.start);
        for_each(self.threads.min(most), tasks, |mut task| {
            task.verify();
            if self.explain {
                let found = task.explain();
                findings.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            }
        });
        let mut findings = findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        findings.sort_unstable_by_key(|(row, _)| *row);
        let moved = findings
            .into_iter()
            .map(|(row, finding)| (row.saturating_sub(range.start).saturating_add(first), finding));
        results.add_findings(moved);
    }

    /// The key of a group of rows.
    fn public_key(&self, key: &[u8]) -> Result<PublicKey, Code> {
        match &self.keys {
            Keys::Ring(ring) => {
                let name = str::from_utf8(key).map_err(|_| Code::InvalidKeyId)?;
                Ok(ring.get(name).map_err(|error| Code::from(&error))?.clone())
            }
            Keys::InColumn => PublicKey::from_der_or_pem(key).map_err(|error| Code::from(&error)),
        }
    }
}

/// Does some work for each item, on up to this many threads, of which the calling thread is one.
fn for_each<T: Send>(threads: usize, items: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        while let Some(item) = next() {
            work(item);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Without this thread, the others do its work.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
}

/// The tasks of a range of rows. Each is a share of the rows that remain: the first are large, because many rows of a key
/// are verified faster than a few, and the last are small, so that no thread waits for long at the end.
struct Tasks<'a, 'r> {
    plan: &'a Plan,
    rows: &'a Rows<'r>,
    start: usize,
    outcomes: &'a mut [Outcome],
}

impl<'a, 'r> Iterator for Tasks<'a, 'r> {
    type Item = Task<'a, 'r>;

    fn next(&mut self) -> Option<Self::Item> {
        // All rows for one thread, a third for two, a fifth for three: the others are at work meanwhile.
        let shares = self.plan.threads.saturating_mul(2).saturating_sub(1).max(1);
        let count = self.outcomes.len().div_ceil(shares);
        let count = count
            .clamp(ROWS_OF_TASK.start, ROWS_OF_TASK.end)
            .min(self.outcomes.len());
        let (outcomes, later) = mem::take(&mut self.outcomes).split_at_mut_checked(count)?;
        self.outcomes = later;
        let task = Task {
            plan: self.plan,
            rows: self.rows,
            start: self.start,
            outcomes,
        };
        self.start = self.start.saturating_add(count);
        (count > 0).then_some(task)
    }
}

/// Consecutive rows, for one thread.
struct Task<'a, 'r> {
    plan: &'a Plan,
    rows: &'a Rows<'r>,
    start: usize,
    outcomes: &'a mut [Outcome],
}

/// The rows of a task with the same key and algorithm, by their offsets in the task.
struct Group<'r> {
    key: &'r [u8],
    algorithm: &'r [u8],
    members: Vec<usize>,
}

impl<'r> Task<'_, 'r> {
    fn verify(&mut self) {
        for group in self.groups() {
            match self.key(&group) {
                Ok(key) => self.verify_group(&group, key),
                Err(code) => {
                    for member in group.members {
                        self.set(member, Outcome::invalid(code));
                    }
                }
            }
        }
    }

    /// The rows that can be read, by key and algorithm. The outcomes of all others are set.
    fn groups(&mut self) -> Vec<Group<'r>> {
        let mut groups: Vec<Group<'r>> = Vec::new();
        let mut by_names: HashMap<(&[u8], &[u8]), usize> = HashMap::new();
        let mut last = 0;
        for member in 0..self.outcomes.len() {
            let row = match self.row(member) {
                Ok(Some(row)) => row,
                Ok(None) => continue,
                Err(code) => {
                    self.set(member, Outcome::invalid(code));
                    continue;
                }
            };
            let names = (row.key, row.algorithm);
            // Most rows have the key of the row before.
            if groups
                .get(last)
                .is_none_or(|group| (group.key, group.algorithm) != names)
            {
                let next = groups.len();
                last = *by_names.entry(names).or_insert_with(|| {
                    groups.push(Group {
                        key: row.key,
                        algorithm: row.algorithm,
                        members: Vec::new(),
                    });
                    next
                });
            }
            if let Some(group) = groups.get_mut(last) {
                group.members.push(member);
            }
        }
        groups
    }

    /// The key of a group, or why there is none. The key is looked up before the algorithm, as everywhere.
    fn key(&self, group: &Group<'_>) -> Result<VerifyingKey, Code> {
        let key = self.plan.public_key(group.key)?;
        let key = key
            .verifying_key(algorithm(group.algorithm)?)
            .map_err(|error| Code::from(&error))?;
        match self.plan.keys {
            Keys::Ring(_) => Ok(key),
            Keys::InColumn if group.members.len() < PAYS_FROM => Ok(key),
            Keys::InColumn => Ok(key.precomputed()),
        }
    }

    fn verify_group(&mut self, group: &Group<'_>, mut key: VerifyingKey) {
        let mut members = group.members.as_slice();
        while !members.is_empty() {
            let mut count = members.len();
            if let Keys::Ring(ring) = &self.plan.keys
                && has_tables(key.public_key().key_spec())
            {
                // Every signature is a use, until the ring decides that the key deserves tables.
                let uses = count.min(ROWS_WITHOUT_TABLES);
                let name = str::from_utf8(group.key).unwrap_or_default();
                for _ in 0..uses {
                    if let Ok(again) = ring.verifying_key(name, key.algorithm()) {
                        key = again;
                    }
                    if key.table_size() > 0 {
                        break;
                    }
                }
                if key.table_size() == 0 {
                    count = uses;
                }
            }
            let (now, later) = members.split_at(count);
            self.verify_members(&key, now);
            members = later;
        }
    }

    fn verify_members(&mut self, key: &VerifyingKey, members: &[usize]) {
        let mut places = Vec::with_capacity(members.len());
        let mut pairs = Vec::with_capacity(members.len());
        for &member in members {
            let Ok(Some(row)) = self.row(member) else {
                continue;
            };
            match message(&row) {
                Ok(message) => {
                    places.push(member);
                    pairs.push((message, row.signature));
                }
                Err(code) => self.set(member, Outcome::invalid(code)),
            }
        }
        for (member, result) in places.into_iter().zip(key.verify_many(&pairs)) {
            self.set(
                member,
                result.map_or_else(|error| Outcome::invalid((&error).into()), |()| Outcome::VALID),
            );
        }
    }

    /// The first finding of each invalid row that has one, with the number of the row.
    fn explain(&self) -> Vec<(usize, Finding)> {
        let invalid = self
            .outcomes
            .iter()
            .enumerate()
            .filter(|(_, outcome)| outcome.is_invalid());
        invalid
            .filter_map(|(member, _)| {
                let row = self.row(member).ok()??;
                Some((self.start.saturating_add(member), self.finding(&row)?))
            })
            .collect()
    }

    fn finding(&self, row: &Row<'_>) -> Option<Finding> {
        let diagnosis = match (self.plan.public_key(row.key), &self.plan.keys) {
            (Ok(key), _) => diagnose(&key, algorithm(row.algorithm).ok()?, message(row).ok()?, row.signature),
            (Err(_), Keys::InColumn) => diagnose_public_key(row.key),
            (Err(_), Keys::Ring(_)) => return None,
        };
        diagnosis.findings().first().map(Finding::from)
    }

    fn row(&self, member: usize) -> Result<Option<Row<'r>>, Code> {
        self.rows
            .get(self.start.saturating_add(member))
            .map_err(|_| Code::MalformedValue)
    }

    fn set(&mut self, member: usize, outcome: Outcome) {
        if let Some(place) = self.outcomes.get_mut(member) {
            *place = outcome;
        }
    }
}

fn algorithm(name: &[u8]) -> Result<SigningAlgorithm, Code> {
    let name = str::from_utf8(name).map_err(|_| Code::UnknownSigningAlgorithm)?;
    name.parse().map_err(|error| Code::from(&Error::UnknownName(error)))
}

fn message<'r>(row: &Row<'r>) -> Result<Message<'r>, Code> {
    let name = str::from_utf8(row.message_type).map_err(|_| Code::UnknownMessageType)?;
    let message_type: MessageType = name.parse().map_err(|error| Code::from(&Error::UnknownName(error)))?;
    Ok(Message::new(message_type, row.message))
}

/// Whether `VerifyingKey::precomputed` makes a difference.
fn has_tables(key_spec: KeySpec) -> bool {
    !matches!(key_spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
}
