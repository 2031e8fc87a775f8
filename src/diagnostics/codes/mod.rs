//! Every code, by the stage that reports it. A stage's file holds its codes and their constructors.
//!
//! | in each file | what it is |
//! |---|---|
//! | `ALL` | its codes, in the order in which pages and `carat explain` list them |
//! | a constant | a [`Code`]: its stable id and the law that it says is broken; the page of that id explains it |
//! | a function | the one wording of one problem: what is wrong, what to write instead, and the place |
//!
//! A constructor is called as its problem is: it takes the names as they were written, without backquotes, and spans,
//! the first of which is where the message is shown. What a constant or a function says is its text; a comment
//! stands only where an argument is more than a name.

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
