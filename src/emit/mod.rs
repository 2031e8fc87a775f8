//! Plan -> files, one folder per target family.

mod blanks;
pub mod dax;
pub mod names;
pub mod powerbi;
pub mod sql;

/// A file to write, relative to the build folder, with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    pub path: String,
    pub text: String,
}
