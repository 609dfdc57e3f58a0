//! The search: dresses are taken off breadth first, so that the simplest explanation comes first.

use std::collections::HashSet;

use super::{Dress, Off, Thing, Worn};

/// The most dresses that are taken off one input.
const MAX_DEPTH: usize = 5;

/// The most inputs that are inspected, and the most bytes in them.
const MAX_INPUTS: usize = 160;
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// A dress that was taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) dress: Dress,
    /// What is known beyond the name of the dress.
    pub(crate) note: String,
    /// A shell command that takes the dress off as a filter.
    pub(crate) filter: Option<String>,
}

/// An input, and what was taken off it, the outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bare {
    pub(crate) layers: Vec<Layer>,
    /// What is left. `None` if the last dress shows that the bytes are lost.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Bare {
    /// Whether a value was cut out of text whose format is unknown.
    pub(crate) fn is_cut_out(&self) -> bool {
        self.layers.iter().any(|layer| layer.dress == Dress::Embedded)
    }

    /// Whether the form of the input does not show one of its dresses.
    pub(crate) fn is_guessed(&self) -> bool {
        self.layers.iter().any(|layer| layer.dress.row().is_guess)
    }
}

/// The result of a search.
pub(crate) struct Search {
    /// What fits, the fewest dresses first.
    pub(crate) fitting: Vec<Bare>,
    /// The input without the dresses that its form shows, if it wears any.
    pub(crate) apparent: Option<Bare>,
}

/// Takes dresses off an input until it fits.
pub(crate) fn undress(input: &[u8], thing: Thing, fits: impl Fn(&[u8]) -> bool) -> Search {
    let (mut fitting, lost) = search(input, thing, &fits, false);
    if fitting.is_empty() && lost.is_none() {
        // A value that is cut out of text of any format explains least.
        (fitting, _) = search(input, thing, &fits, true);
    }
    Search {
        fitting,
        apparent: lost.or_else(|| apparent(input, thing)),
    }
}

/// What fits, and what shows that the bytes are lost.
fn search(input: &[u8], thing: Thing, fits: &impl Fn(&[u8]) -> bool, cuts_out: bool) -> (Vec<Bare>, Option<Bare>) {
    let mut queue = vec![Bare {
        layers: Vec::new(),
        bytes: Some(input.to_vec()),
    }];
    let mut seen = HashSet::from([input.to_vec()]);
    let (mut fitting, mut lost) = (Vec::new(), None);
    let (mut next, mut bytes_left) = (0_usize, MAX_BYTES);
    while let Some(worn) = queue.get(next).cloned() {
        next = next.saturating_add(1);
        let Some(bytes) = &worn.bytes else {
            lost.get_or_insert(worn);
            continue;
        };
        if fits(bytes) {
            fitting.push(worn);
            continue;
        }
        if worn.layers.len() >= MAX_DEPTH {
            continue;
        }
        for (layer, inner) in offs(thing, bytes) {
            if layer.dress == Dress::Embedded && !cuts_out {
                continue;
            }
            if let Some(inner) = &inner {
                if !seen.insert(inner.clone()) {
                    continue;
                }
                match bytes_left.checked_sub(inner.len()) {
                    Some(left) if queue.len() < MAX_INPUTS => bytes_left = left,
                    _ => break,
                }
            }
            let mut layers = worn.layers.clone();
            layers.push(layer);
            queue.push(Bare { layers, bytes: inner });
        }
    }
    (fitting, lost)
}

/// Takes off the first dress of text, again and again.
fn apparent(input: &[u8], thing: Thing) -> Option<Bare> {
    let mut layers = Vec::new();
    let mut bytes = input.to_vec();
    while layers.len() < MAX_DEPTH {
        let shown = offs(thing, &bytes).into_iter().find(|(layer, inner)| {
            let row = layer.dress.row();
            inner.is_none() || (row.is_text && !row.is_guess && layer.dress != Dress::Embedded)
        });
        let Some((layer, Some(inner))) = shown else { break };
        layers.push(layer);
        bytes = inner;
    }
    (!layers.is_empty()).then_some(Bare {
        layers,
        bytes: Some(bytes),
    })
}

/// Takes each dress off an input that wears it, in each possible way.
pub(super) fn offs(thing: Thing, bytes: &[u8]) -> Vec<(Layer, Option<Vec<u8>>)> {
    let worn = Worn::new(thing, bytes);
    let mut all = Vec::new();
    for dress in Dress::ALL {
        let row = dress.row();
        if row.things & thing.mask() == 0 {
            continue;
        }
        for Off { bytes, note, filter } in (row.take_off)(&worn) {
            let is_lost = bytes.is_none();
            let layer = Layer {
                dress: *dress,
                note,
                filter,
            };
            if is_lost {
                // There is nothing else to be found.
                return vec![(layer, None)];
            }
            all.push((layer, bytes));
        }
    }
    all
}

/// See [`Dress::of`].
pub(super) fn outermost(input: &[u8]) -> Option<Dress> {
    let worn = Worn::new(Thing::Message, input);
    Dress::ALL.iter().copied().find(|dress| {
        let row = dress.row();
        row.is_text && !row.is_guess && !(row.take_off)(&worn).is_empty()
    })
}

/// See [`Dress::take_off`].
pub(super) fn take_off(dress: Dress, input: &[u8]) -> Option<Vec<u8>> {
    let worn = Worn::new(Thing::Message, input);
    (dress.row().take_off)(&worn).into_iter().find_map(|off| off.bytes)
}
