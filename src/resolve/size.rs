//! How large a definition is once everything it is built on is written out in its place, as the targets do.
//!
//! Ten definitions that each read the one before them ten times would be a statement of ten thousand million
//! parts, and a chain of many thousands a statement too deep for any database.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::names as codes;
use crate::model::{Definition, Model};

/// Parts of one definition, those of what it reads included. It bounds their depth as well.
pub const MAX_PARTS: usize = 5_000;

/// The definitions that are too large while everything they read is not: the others follow from them.
pub(super) fn check(model: &Model) -> Vec<Diagnostic> {
    let mut sizes = Sizes { model, known: BTreeMap::new() };
    let large = |sizes: &Sizes<'_>, at| sizes.of(at) > MAX_PARTS;
    model.definitions().for_each(|definition| sizes.visit(definition));
    let first = |definition: &Definition| {
        large(&sizes, *definition) && !model.reads(*definition).into_iter().any(|read| large(&sizes, read))
    };
    let heads = model.definitions().filter(first).filter_map(|definition| model.head(definition));
    heads.map(|head| codes::definition_too_large(&head.name, head.name_span, MAX_PARTS)).collect()
}

struct Sizes<'m> {
    model: &'m Model,
    known: BTreeMap<Definition, usize>,
}

impl Sizes<'_> {
    /// What leads back to itself has no size; that it does so is said elsewhere.
    fn of(&self, definition: Definition) -> usize {
        self.known.get(&definition).copied().unwrap_or(0)
    }

    /// Depth first with a stack of its own, so that a chain of any length is measured.
    fn visit(&mut self, start: Definition) {
        let mut open = vec![start];
        let mut seen = BTreeSet::new();
        while let Some(at) = open.last().copied() {
            if self.known.contains_key(&at) {
                open.pop();
                continue;
            }
            if !seen.insert(at) {
                self.known.insert(at, self.measured(at));
                continue;
            }
            let reads = self.model.reads(at).into_iter();
            open.extend(reads.filter(|read| !self.known.contains_key(read) && !seen.contains(read)));
        }
    }

    fn measured(&self, definition: Definition) -> usize {
        let mut size = 0_usize;
        for expr in self.model.expressions(definition) {
            expr.walk(&mut |part| {
                let named = part.name().map_or(0, |name| self.of(name));
                size = size.saturating_add(named).saturating_add(1);
            });
        }
        size
    }
}
