//! Measures: what is added up, and what they take of a row on the day of a change.

use sqlparser::ast::Expr;

use super::life::WrittenLimit;
use super::shape::exact_part;
use super::state_rows::is_exact;
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::Frame;
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::gold::Type;
use crate::model::Operator;

/// What a measure adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    Count,
    Total(Type),
    Average(Type),
}

/// A measure: what it takes of a row on the day of a change.
#[derive(Debug, Clone)]
pub struct Changing {
    pub column: String,
    pub sum: Sum,
    pub taken: Taken,
    /// What else it asks of a row: to have begun, or not to have ended.
    pub limits: Vec<WrittenLimit>,
    /// But for its limits it may take something before anything has happened.
    pub may_hold_at_start: bool,
    /// Periods that must have days for the value to be there.
    pub moved: Vec<PeriodId>,
}

/// What a measure takes of a row: the operand where all conditions hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    pub conditions: Vec<Expr>,
    pub operand: Option<Expr>,
}

/// A measure, and what it takes on the day of a change.
pub type Measured<'s> = (&'s Changing, Taken);

impl Sum {
    /// It is of whole numbers that rows hold.
    fn is_of_integers(self) -> bool {
        matches!(self, Sum::Total(Type::Integer) | Sum::Average(Type::Integer))
    }
}

impl Changing {
    /// The sum of what its column of that name takes of rows: of ones, most often.
    pub fn added_up(&self, name: &str, value: Expr) -> Expr {
        let of_integers = name == self.column && self.sum.is_of_integers();
        if of_integers { common::sum_of_integers(value) } else { ast::call("SUM", [value]) }
    }

    /// A measure without limits of its own.
    pub fn plain(column: &str, sum: Sum, taken: Taken, moved: Vec<PeriodId>) -> Changing {
        let (limits, may_hold_at_start) = (Vec::new(), false);
        Changing { column: column.to_owned(), sum, taken, limits, may_hold_at_start, moved }
    }
}

impl<'a> Compiler<'a> {
    /// What is added up; none where differences of it would not be exact.
    pub fn sum_of(&self, leaf: &Leaf<'a>) -> Option<Sum> {
        let asked = leaf.link.is_none() && leaf.own.is_none() && self.by_unit(leaf.context.period);
        let period = self.period(leaf.context.period);
        let reached = leaf.context.groups.iter().all(|group| self.gold.active_path(leaf.table, group.table).is_some());
        if !asked || !period.shifts.is_empty() || !reached {
            return None;
        }
        let Measure::Of { operator, operand, .. } = leaf.measure else { return None };
        match (operator, operand) {
            (Operator::Count, None) => Some(Sum::Count),
            (Operator::Sum, Some(operand)) if is_exact(operand.ty) => Some(Sum::Total(operand.ty)),
            (Operator::Average, Some(operand)) => exact_part(operand).map(|exact| Sum::Average(exact.ty)),
            _ => None,
        }
    }

    /// What a leaf takes of the row of a frame that stands on the day of a change.
    pub fn taken(&mut self, frame: &mut Frame, leaf: &Leaf<'a>) -> Taken {
        let inner = self.inner_context(leaf);
        let mut conditions = self.own_filters(frame, leaf);
        let asked = self.asked_beside(leaf, &inner);
        for conjunct in &leaf.conjuncts {
            conditions.push(self.condition(frame, asked.context(conjunct), conjunct));
        }
        self.taken_under(frame, leaf, conditions)
    }

    /// The same, apart from the conditions that limit how long the row is there at all.
    pub fn taken_within(
        &mut self,
        (frame, own_frame): (&mut Frame, &mut Frame),
        leaf: &Leaf<'a>,
    ) -> (Taken, Vec<WrittenLimit>) {
        let inner = self.inner_context(leaf);
        let mut conditions = self.own_filters(frame, leaf);
        let mut limits = Vec::new();
        let asked = self.asked_beside(leaf, &inner);
        for (period, part) in self.parts(leaf) {
            let context = asked.context(part).at_period(period);
            match self.limit(&context, part) {
                Some(limit) => limits.push(self.written_limit((&mut *frame, &mut *own_frame), &limit, part)),
                None => conditions.push(self.condition(frame, &context, part)),
            }
        }
        (self.taken_under(frame, leaf, conditions), limits)
    }

    fn taken_under(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, conditions: Vec<Expr>) -> Taken {
        let inner = self.inner_context(leaf);
        let conditions = conditions.into_iter().flat_map(ast::conjuncts).collect();
        let operand = match leaf.measure {
            Measure::Of { operand: Some(operand), .. } => {
                let operand = exact_part(operand).unwrap_or(operand);
                Some(self.scalar(frame, &inner, operand))
            }
            _ => None,
        };
        Taken { conditions, operand }
    }
}

/// The hint, or the hint and a number where a key or another measure is called so.
pub fn free_column(hint: &str, keys: &[(String, Expr)], measures: &[Changing]) -> String {
    let hint = if hint.is_empty() { "value" } else { hint };
    let taken =
        |name: &str| measures.iter().any(|measure| measure.column == name) || keys.iter().any(|(key, _)| key == name);
    let mut column = hint.to_owned();
    let mut number = 2;
    while taken(&column) {
        column = format!("{hint}_{number}");
        number += 1;
    }
    column
}
