//! Laws that a resolved project must keep.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
