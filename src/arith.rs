//! Arithmetic on public numbers, for speed. Its time varies with what it is given, and it keeps nothing secret.
//!
//! Knows no names, formats or hashes. [`rsa`] is s^e mod n.

pub(crate) mod rsa;
