//! Plan -> DAX tree -> text.

pub mod print;
pub mod tree;
