//! Problems of the project's files and of `carat.yaml`.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
