//! How large a definition is once everything it is built on is written out in its place, as the targets do.
//!
//! Ten definitions that each read the one before them ten times would be a statement of ten thousand million
//! parts, and a chain of many thousands a statement too deep for any database.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::names as codes;
use crate::model::{Definition, Model};

/// Parts of one definition, those of what it reads included. It bounds their depth as well.
pub const MAX_PARTS: usize = 5_000;

/// The definitions that are too large while everything they read is not: the others follow from them.
pub(super) fn check(model: &Model) -> Vec<Diagnostic> {
    let definitions: Vec<Definition> = model.definitions().collect();
    let own = definitions.par_iter().map(|definition| (*definition, Own::of(model, *definition))).collect();
    let mut sizes = Sizes { own, known: BTreeMap::new() };
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

struct Sizes {
    own: BTreeMap<Definition, Own>,
    known: BTreeMap<Definition, usize>,
}

impl Sizes {
    /// What leads back to itself has no size; that it does so is said elsewhere.
    fn of(&self, definition: Definition) -> usize {
        self.known.get(&definition).copied().unwrap_or(0)
    }

    /// Depth first with a stack of its own, so that a chain of any length is measured.
    fn visit(&mut self, start: Definition) {
        let mut open = vec![start];
        let mut seen = BTreeSet::new();
        while let Some(at) = open.last().copied() {
            let Some(own) = self.own.get(&at).filter(|_| !self.known.contains_key(&at)) else {
                open.pop();
                continue;
            };
            if !seen.insert(at) {
                let named = own.names.iter().map(|name| self.of(*name));
                self.known.insert(at, named.fold(own.parts, usize::saturating_add));
                continue;
            }
            open.extend(own.names.iter().filter(|name| !self.known.contains_key(name) && !seen.contains(name)));
        }
    }
}
