//! The groups of the program `times`, and their parts.

mod comparison;
pub mod first;
mod goals;
pub mod hash;
pub mod head;
mod interleaved;
pub mod many;
pub mod prepare;
pub mod threads;
pub mod verify;
