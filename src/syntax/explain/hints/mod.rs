//! Forms that are often written wrong, as data: a file for each part of the language.

mod behind;
mod branches;
mod clauses;
mod conditions;
mod heads;
mod time;

use super::failure::Failure;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::grammar::Rule;
use crate::syntax::scan::Kind;

/// What stands at the place of a failure.
#[derive(Clone, Copy)]
enum Found {
    Any,
    /// The text ends too early.
    Nothing,
    /// One of these words or marks.
    One(&'static [&'static str]),
    Text,
}

/// When all of the first four fit, the rest is said. `{found}` and `{before}` are what stands there.
struct Hint {
    /// Empty for all.
    constructs: &'static [Rule],
    /// What the parser wanted, one of these; empty for anything.
    wants: &'static [Rule],
    /// The token before; empty for any.
    before: &'static [&'static str],
    found: Found,
    message: &'static str,
    label: &'static str,
    help: &'static str,
}

const ANY: Hint =
    Hint { constructs: &[], wants: &[], before: &[], found: Found::Any, message: "", label: "", help: "" };

/// The first that fits is said.
const ALL: [&[Hint]; 6] =
    [heads::HINTS, behind::HINTS, conditions::HINTS, time::HINTS, branches::HINTS, clauses::HINTS];

pub(super) fn hint(failure: &Failure) -> Option<Diagnostic> {
    let hint = ALL.into_iter().flatten().find(|hint| hint.fits(failure))?;
    let said = |text: &str| {
        text.replace("{found}", failure.found())
            .replace("{before}", failure.before(1))
            .replace("{key}", failure.before(2))
    };
    Some(codes::unexpected(failure.span(), said(hint.message), hint.label, Some(said(hint.help))))
}

impl Hint {
    fn fits(&self, failure: &Failure) -> bool {
        (self.constructs.is_empty() || self.constructs.contains(&failure.construct))
            && (self.wants.is_empty() || self.wants.iter().any(|wanted| failure.wants(*wanted)))
            && (self.before.is_empty() || self.before.contains(&failure.before(1)))
            && self.found.fits(failure)
    }
}

impl Found {
    fn fits(self, failure: &Failure) -> bool {
        match self {
            Found::Any => true,
            Found::Nothing => failure.found_token().is_none(),
            Found::One(words) => words.contains(&failure.found()),
            Found::Text => failure.found_token().is_some_and(|token| token.kind == Kind::Text),
        }
    }
}
