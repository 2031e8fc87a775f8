//! Plan -> files, one folder per target family.

mod blanks;
pub mod dax;
mod devices;
mod months;
pub mod names;
pub mod powerbi;
pub mod sql;

pub use crate::source::OutputFile;
