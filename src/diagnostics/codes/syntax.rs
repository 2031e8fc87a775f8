//! Text that is not a definition.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
