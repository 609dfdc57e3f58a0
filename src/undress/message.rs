//! Messages: any dress may be part of what was signed, so that each is only tried.

use super::Thing;
use super::search::{Layer, offs};

/// The longest message that is undressed, in bytes. Reading one in all ways takes as long as hashing a few of them.
const MAX: usize = 256 * 1024;

/// The message without one dress, or without two, the fewest first.
pub(crate) fn dresses_of_message(message: &[u8]) -> Vec<(Vec<Layer>, Vec<u8>)> {
    let mut found: Vec<(Vec<Layer>, Vec<u8>)> = Vec::new();
    if message.len() > MAX {
        return found;
    }
    for (layer, inner) in offs(Thing::Message, message) {
        found.extend(inner.map(|inner| (vec![layer], inner)));
    }
    for (layers, bytes) in found.clone() {
        for (layer, inner) in offs(Thing::Message, &bytes) {
            let Some(inner) = inner else { continue };
            let is_new = inner != message && found.iter().all(|(_, known)| *known != inner);
            if is_new && found.len() < 12 {
                found.push(([layers.clone(), vec![layer]].concat(), inner));
            }
        }
    }
    found
}
