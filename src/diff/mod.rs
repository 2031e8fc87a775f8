//! Two versions of a project -> what changed, in whose words, of which class, and whom it reaches.

mod class;
mod clauses;

pub use class::{Class, Level};
pub use clauses::Versions;
