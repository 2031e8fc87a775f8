//! Rows of other tables as the state of the row they belong to: each lets something in on one day and out
//! on another.

use sqlparser::ast::{BinaryOperator, Expr};

use super::edges::{Edge, From};
use super::sources::{Effect, Source};
use super::state_rows::{Kind, StateRows};
use super::turn::Turn;
use super::{in_turn, write};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::{Frame, RelationId};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::gold::Type;
use crate::plan::tree::Condition;

/// A leaf as a running sum, or whether a comparison with what a resolve says holds.
#[derive(Debug)]
pub struct State<'a> {
    pub of: Of<'a>,
    /// The sum, and for a latest value how many rows give it.
    pub column: String,
    pub present: Option<String>,
}

impl State<'_> {
    /// Its column, where that holds the latest whole number of a row.
    pub fn latest_integer(&self) -> Option<&str> {
        let Of::Leaf(leaf) = &self.of else { return None };
        let Measure::Of { operand: Some(operand), .. } = leaf.measure else { return None };
        (self.present.is_some() && operand.ty == Type::Integer).then_some(self.column.as_str())
    }
}

/// What a [`State`] says of the row it belongs to.
#[derive(Debug)]
pub enum Of<'a> {
    /// The value of a leaf at the row.
    Leaf(Box<Leaf<'a>>),
    /// Some row of one of these.
    Either(Vec<Leaf<'a>>),
    /// A comparison with what a resolve says, in its period.
    Resolved(&'a Condition, PeriodId),
}

impl<'a> Compiler<'a> {
    /// The value of a leaf at the row of a frame that stands on the day of a change.
    pub fn state_value(&mut self, frame: &Frame, leaf: &Leaf<'a>) -> Expr {
        let Some(at) = frame.at_change.as_ref().and_then(|at| at.steps) else { return ast::null() };
        let Some((column, present)) = self.state_column(at, leaf) else { return ast::null() };
        let value = self.state_at(&column);
        match present {
            Some(present) => {
                let some = self.state_at(&present);
                ast::when(ast::compare(some, BinaryOperator::Gt, ast::number(0)), value)
            }
            None => value,
        }
    }

    /// Adds the changes that a relation has by key and day to the state of the row with that key.
    pub fn add_changes(
        &mut self,
        at: usize,
        of: Of<'a>,
        (relation, key, amount): (RelationId, String, String),
        period: PeriodId,
    ) -> Option<String> {
        let column = self.free_state_name(at, &amount);
        let shifts = self.period(period).shifts;
        let turn = shifts.into_iter().try_fold(Turn::here(), Turn::moved)?;
        let enters = Edge { from: From::Day, turn };
        let effect = Effect {
            state: column.clone(),
            amount: Some(amount),
            enters,
            leaves: None,
            first: false,
            stay: None,
            asked: Vec::new(),
        };
        let steps = self.steps.get_mut(at)?;
        match steps.sources.iter_mut().find(|source| source.relation == relation && source.run.is_none()) {
            Some(source) => source.effects.push(effect),
            None => steps.sources.push(Source { relation, key, run: None, effects: vec![effect] }),
        }
        steps.states.push(State { of, column: column.clone(), present: None });
        Some(column)
    }

    /// The state as it is on the day of a change.
    pub fn state_at(&self, column: &str) -> Expr {
        common::column(write::STATES, column)
    }

    /// The columns of a leaf's state, made on first use.
    fn state_column(&mut self, at: usize, leaf: &Leaf<'a>) -> Option<(String, Option<String>)> {
        let is_it = |state: &&State<'a>| matches!(&state.of, Of::Leaf(known) if known.is(leaf));
        if let Some(state) = self.steps.get(at)?.states.iter().find(is_it) {
            return Some((state.column.clone(), state.present.clone()));
        }
        let Some(rows) = self.state_rows(leaf) else { return Some((self.nested_state(at, leaf)?, None)) };
        let column = self.free_state_name(at, &self.hint_of_period(leaf));
        let latest = matches!(rows.kind, Kind::Latest(_));
        let present = latest.then(|| self.free_state_name(at, &format!("{column}_present")));
        self.add_rows(at, leaf, &rows, (&column, present.as_deref()))?;
        let of = Of::Leaf(Box::new(leaf.clone()));
        self.steps.get_mut(at)?.states.push(State { of, column: column.clone(), present: present.clone() });
        Some((column, present))
    }

    /// Adds what the rows of a leaf let in and out to a column of the states, and how many give it to another.
    pub fn add_rows(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
        (column, present): (&str, Option<&str>),
    ) -> Option<()> {
        let (source, amount, asked) = self.source(at, leaf, rows)?;
        let (enters, leaves) = self.edges(leaf, rows)?;
        let stay = self.stay(leaf, rows);
        let first = leaf.measure == Measure::Exists && leaves.is_none();
        let source = self.steps.get_mut(at)?.sources.get_mut(source)?;
        let effect = |state: &str, amount| {
            let (enters, leaves, stay, asked) = (enters.clone(), leaves.clone(), stay.clone(), asked.clone());
            Effect { state: state.to_owned(), amount, enters, leaves, first, stay, asked }
        };
        source.effects.push(effect(column, amount));
        source.effects.extend(present.map(|present| effect(present, None)));
        Some(())
    }

    /// `hint`, or with a number where a column of these steps has the name.
    pub fn free_state_name(&self, at: usize, hint: &str) -> String {
        let hint = if hint.is_empty() { "value" } else { hint };
        let states = self.steps.get(at).map(|steps| steps.states.as_slice()).unwrap_or_default();
        let columns: Vec<&str> =
            states.iter().flat_map(|state| [Some(&*state.column), state.present.as_deref()]).flatten().collect();
        let own = [write::NEXT, write::UNTIL, in_turn::KINDS];
        let taken = |name: &str| columns.contains(&name) || own.contains(&name);
        let mut name = hint.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{hint}_{number}");
            number += 1;
        }
        name
    }
}
