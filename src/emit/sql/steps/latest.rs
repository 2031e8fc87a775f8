//! Latest values: what each row says lasts until the next one says something, or its window no longer sees it.

use super::Steps;
use super::edges::Edge;
use super::layers::name_of;
use super::sources::{Effect, Run, Source};
use super::write::{NEXT, UNTIL, state_columns};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;

impl<'a> Compiler<'a> {
    /// What each row says, from when on and until when.
    pub fn latest_as_said(&self, steps: &Steps<'a>, source: &Source, turns: &str) -> Selection {
        let column = |edge: &Edge| common::column("t", &name_of(edge));
        let mut items = vec![self.item(common::column("t", &source.key), &source.key)];
        if let Some(effect) = source.effects.first() {
            items.push(self.item(column(&effect.enters), NEXT));
            items.extend(effect.leaves.iter().map(|leaves| self.item(column(leaves), UNTIL)));
            let states = state_columns(steps).map(|state| (self.change(source, &effect.enters, state), state));
            items.extend(states.map(|(value, state)| ast::named(value, common::ident(state))));
        }
        ast::select(Parts { items, ..self.from(turns, "t") })
    }
}

impl Steps<'_> {
    /// The one source of its states, whose rows follow one another in each key and say when they end: nothing
    /// is to be added up.
    pub fn latest_in_turn(&self) -> Option<&Source> {
        let [source] = self.sources.as_slice() else { return None };
        let (first, rest) = source.effects.split_first()?;
        let as_first = |effect: &Effect| (&effect.enters, &effect.leaves) == (&first.enters, &first.leaves);
        let ends = first.leaves.is_some() && rest.iter().all(as_first);
        (source.run == Some(Run::OfKey) && ends && self.is_moved_by_states()).then_some(source)
    }

    /// Nothing but its states changes what is taken of a row, and nothing is taken while they all say nothing.
    pub fn is_moved_by_states(&self) -> bool {
        self.changing_days().is_empty() && !self.may_hold_at_start()
    }
}
