//! The kinds of change, as data: `carat.yaml` names them (`settings`), `carat diff` finds them (`diff`).
//!
//! | question | where |
//! |---|---|
//! | which kinds there are | [`rule`] |
//! | what a class does to readers, and what is done about it | `class` |

mod class;
pub mod rule;

pub use class::{Class, Level};
pub use rule::Rule;
