//! How large a definition is once everything it is built on is written out in its place, as the targets do.
//!
//! Ten definitions that each read the one before them ten times would be a statement of ten thousand million
//! parts, and a chain of many thousands a statement too deep for any database.

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::names as codes;
use crate::model::{Definition, Model};

/// Parts of one definition, those of what it reads included. It bounds their depth as well.
pub const MAX_PARTS: usize = 5_000;

/// The definitions that are too large while everything they read is not: the others follow from them.
pub(super) fn check(model: &Model) -> Vec<Diagnostic> {
    let definitions: Vec<Definition> = model.definitions().collect();
    let own: Vec<Own> = definitions.par_iter().map(|definition| Own::of(model, *definition)).collect();
    let (known, seen) = (vec![None; own.len()], vec![false; own.len()]);
    let mut sizes = Sizes { model, own, known, seen };
    definitions.iter().for_each(|definition| sizes.visit(*definition));
    let large = |at: Definition| sizes.of(at) > MAX_PARTS;
    let first = |definition: &Definition| large(*definition) && !model.reads(*definition).into_iter().any(large);
    let heads = definitions.into_iter().filter(first).filter_map(|definition| model.head(definition));
    heads.map(|head| codes::definition_too_large(&head.name, head.name_span, MAX_PARTS)).collect()
}

/// A definition as it was written.
#[derive(Debug, Default)]
struct Own {
    parts: usize,
    /// What it reads, as often as it does.
    names: Vec<Definition>,
}

impl Own {
    fn of(model: &Model, definition: Definition) -> Own {
        let mut own = Own::default();
        for expr in model.expressions(definition) {
            expr.walk(&mut |part| {
                own.names.extend(part.name());
                own.parts = own.parts.saturating_add(1);
            });
        }
        own
    }
}

/// Everything by the places of the definitions.
struct Sizes<'m> {
    model: &'m Model,
    own: Vec<Own>,
    known: Vec<Option<usize>>,
    /// It was looked at: when it is on top again, all that it reads was measured.
    seen: Vec<bool>,
}

impl Sizes<'_> {
    /// What leads back to itself has no size; that it does so is said elsewhere.
    fn of(&self, definition: Definition) -> usize {
        self.known.get(self.model.place(definition)).copied().flatten().unwrap_or(0)
    }

    /// Depth first with a stack of its own, so that a chain of any length is measured.
    fn visit(&mut self, start: Definition) {
        let mut open = vec![start];
        while let Some(at) = open.last().map(|last| self.model.place(*last)) {
            let Some(own) = self.own.get(at).filter(|_| self.known.get(at) == Some(&None)) else {
                open.pop();
                continue;
            };
            if self.seen.get(at) == Some(&true) {
                let named = own.names.iter().map(|name| self.of(*name));
                let size = named.fold(own.parts, usize::saturating_add);
                self.known.get_mut(at).into_iter().for_each(|known| *known = Some(size));
                continue;
            }
            let unseen = |name: &&Definition| self.seen.get(self.model.place(**name)) == Some(&false);
            open.extend(own.names.iter().filter(unseen));
            self.seen.get_mut(at).into_iter().for_each(|seen| *seen = true);
        }
    }
}
