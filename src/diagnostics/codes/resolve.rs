//! Problems of names, types, grain and paths in definitions.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
