//! A choice in which rows of several kinds suffice: what all of them let in and out is one state of the row at hand.

use sqlparser::ast::Expr;

use super::state::{Of, State};
use super::state_rows::StateRows;
use crate::emit::sql::ast;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::condition::{Sense, counted};
use crate::emit::sql::context::Context;
use crate::emit::sql::frame::Frame;
use crate::emit::sql::leaf::Leaf;
use crate::plan::tree::Condition;

type Rows<'a> = (Leaf<'a>, StateRows<'a>);

impl<'a> Compiler<'a> {
    /// Where a frame stands on the day of a change: a choice whose parts ask more than once for some rows.
    pub fn either_state(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        condition: &'a Condition,
        sense: Sense,
    ) -> Option<Expr> {
        let at = frame.at_change.as_ref()?.steps.filter(|_| matches!(condition, Condition::Or(_)))?;
        let mut choices = Vec::new();
        self.choices(condition, Sense::Holds, &mut choices);
        if choices.iter().any(|(choice, _)| self.is_settled(context, choice)) {
            return None;
        }
        let (mut rows, mut others) = (Vec::new(), Vec::new());
        for (choice, sense) in choices {
            match self.some_rows(context, choice).filter(|_| sense == Sense::Holds) {
                Some(some) => rows.push(some),
                None => others.push((choice, sense)),
            }
        }
        if rows.len() < 2 {
            return None;
        }
        let some = counted(self.joint_state(at, rows)?, sense);
        let mut told = vec![some];
        for (other, own) in others {
            let own = if sense == Sense::Holds { own } else { own.opposite() };
            told.push(self.sense(frame, context, other, own));
        }
        Some(if sense == Sense::Holds { ast::any(told) } else { ast::all(told) })
    }

    /// Rows that let in and out whether there are some, of which nothing is asked at the row at hand.
    fn some_rows(&self, context: &Context<'a>, condition: &'a Condition) -> Option<Rows<'a>> {
        let Condition::Any(rows) = condition else { return None };
        let leaf = self.any_leaf(context, rows);
        let rows = self.state_rows(&leaf)?;
        self.owner_of(&leaf).is_none().then_some((leaf, rows))
    }

    /// `has_order_or_visit`.
    fn joint_name(&self, rows: &[Rows<'a>]) -> String {
        let mut name = String::new();
        for (at, (leaf, _)) in rows.iter().enumerate() {
            let last = at + 1 == rows.len();
            let hint = if last { self.hint_of_period(leaf) } else { leaf.context.hint.clone() };
            name.push_str(if at == 0 { "" } else { "_or_" });
            name.push_str(hint.strip_prefix("has_").filter(|_| at > 0).unwrap_or(&hint));
        }
        name
    }

    fn joint_state(&mut self, at: usize, rows: Vec<Rows<'a>>) -> Option<Expr> {
        let same = |known: &[Leaf<'a>]| {
            known.len() == rows.len() && known.iter().zip(&rows).all(|(known, (leaf, _))| known.is(leaf))
        };
        let is_it = |state: &&State<'a>| matches!(&state.of, Of::Either(known) if same(known));
        if let Some(state) = self.steps.get(at)?.states.iter().find(is_it) {
            return Some(self.state_at(&state.column));
        }
        let column = self.free_state_name(at, &self.joint_name(&rows));
        for (leaf, rows) in &rows {
            self.add_rows(at, leaf, rows, (&column, None))?;
        }
        let of = Of::Either(rows.into_iter().map(|(leaf, _)| leaf).collect());
        self.steps.get_mut(at)?.states.push(State { of, column: column.clone(), present: None });
        Some(self.state_at(&column))
    }
}
