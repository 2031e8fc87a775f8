//! Every code, by the stage that reports it. A stage's file holds its codes and their constructors.

pub mod braces;
pub mod changes;
pub mod consent;
pub mod files;
pub mod gold;
pub mod grain;
pub mod import;
pub mod names;
pub mod project;
pub mod rules;
pub mod syntax;
pub mod target;
pub mod types;
pub mod views;

use super::Code;

/// All codes, in the order of the pipeline; what `docs/errors` and `carat explain CODE` list.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        files::ALL,
        project::ALL,
        syntax::ALL,
        gold::ALL,
        import::ALL,
        names::ALL,
        types::ALL,
        grain::ALL,
        consent::ALL,
        views::ALL,
        braces::ALL,
        rules::ALL,
        target::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
