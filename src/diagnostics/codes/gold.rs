//! Problems of `gold.yaml` itself.

use crate::diagnostics::Code;

pub const ALL: &[&Code] = &[];
