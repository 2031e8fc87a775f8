//! Every code, by the stage that reports it. A stage's file holds its codes and their constructors.

pub mod files;
pub mod gold;
pub mod project;
pub mod resolve;
pub mod rules;
pub mod syntax;
pub mod target;

use super::Code;

/// All codes, in the order of the pipeline; what `docs/errors` and `carat explain CODE` list.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [files::ALL, project::ALL, syntax::ALL, gold::ALL, resolve::ALL, rules::ALL, target::ALL]
        .into_iter()
        .flatten()
        .copied()
}
