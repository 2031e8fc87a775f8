//! The days on which rows let something in and out.

use super::state_rows::{Kind, StateRows};
use super::turn::Turn;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::model::Operator;
use crate::plan::tree::Day;

/// From when a row counts, and until when; no row comes or goes before one of a day before.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    pub enters: Edge,
    pub leaves: Edge,
}

/// A day on which something enters or leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    pub from: From,
    pub turn: Turn,
}

/// The date that a turn starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum From {
    Day,
    Until,
    /// The end of what a row says: its own, or the beginning of what the next one says.
    Cut {
        enters: Turn,
        leaves: Option<Turn>,
    },
    /// Where a row of those that go together begins, unless the one before has not ended.
    Begin {
        enters: Turn,
        bound: Day,
    },
    /// Where it ends, unless the next one has begun.
    End {
        enters: Turn,
        leaves: Turn,
        bound: Day,
    },
}

impl<'a> Compiler<'a> {
    /// When each row lets its value in, and when out.
    pub fn edges(&self, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<(Edge, Option<Edge>)> {
        let moved = |from: From, turn: Turn| self.moved_edge(leaf, from, turn);
        let enters = match rows.kind {
            Kind::Some => moved(From::Begin { enters: rows.enters.clone(), bound: rows.bound? }, Turn::here())?,
            _ => moved(From::Day, rows.enters.clone())?,
        };
        let leaves = match (&rows.kind, &rows.until, &rows.leaves) {
            (Kind::Rows, Some(_), _) => Some(moved(From::Until, Turn::behind(Day::Next)?)?),
            (Kind::Rows, None, Some(leaves)) => Some(moved(From::Day, leaves.clone())?),
            (Kind::Rows, None, None) => None,
            (Kind::Some, _, Some(leaves)) => {
                let (enters, leaves) = (rows.enters.clone(), leaves.clone());
                Some(moved(From::End { enters, leaves, bound: rows.bound? }, Turn::here())?)
            }
            (_, _, leaves) => {
                let cut = From::Cut { enters: rows.enters.clone(), leaves: leaves.clone() };
                Some(moved(cut, Turn::here())?)
            }
        };
        Some((enters, leaves))
    }

    /// From when until when each row counts by itself, where it does.
    pub fn stay(&self, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<Stay> {
        let one_a_day = match (&rows.kind, leaf.measure) {
            (Kind::Some, _) => true,
            (Kind::Rows, Measure::Of { operator, .. }) => *operator == Operator::CountDistinct,
            _ => false,
        };
        let (enters, leaves) = (rows.enters.clone(), rows.leaves.clone().filter(|_| one_a_day)?);
        let of_day = |turn| self.moved_edge(leaf, From::Day, turn);
        Some(Stay { enters: of_day(enters)?, leaves: of_day(leaves)? })
    }

    /// An edge, moved as the period of a leaf is.
    fn moved_edge(&self, leaf: &Leaf<'a>, from: From, turn: Turn) -> Option<Edge> {
        let turn = self.period(leaf.context.period).shifts.into_iter().try_fold(turn, Turn::moved)?;
        Some(Edge { from, turn })
    }
}
