//! Tests of the curves.

mod double_mul;
mod field;
mod oracle;
mod point;
mod scalar;
mod small_words;
