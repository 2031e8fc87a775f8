//! What one target cannot express exactly.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
