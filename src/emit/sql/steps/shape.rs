//! Whether a leaf changes by steps: everything in it that depends on time is a date compared with a bound
//! that follows `next`, or a count, a sum or an existence of rows that such bounds let in and out.

use super::state::is_exact;
use super::turn::Turn;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::{Context, PeriodId};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::model::{Literal, Operator};
use crate::plan::tree::{Aggregate, Condition, Rows, Scalar, ScalarKind, Shift};
use crate::syntax::tree::CompareOp;

/// What was found out about a leaf.
#[derive(Debug, Default)]
pub struct Shape<'a> {
    /// Dates of the rows themselves, and where a change they bring shows.
    pub dates: Vec<OwnDate<'a>>,
    /// Rows of other tables are read.
    pub has_states: bool,
    /// Periods that must have days.
    pub moved: Vec<PeriodId>,
    /// It may hold before anything happens.
    pub from_the_start: bool,
}

#[derive(Debug, Clone)]
pub struct OwnDate<'a> {
    pub context: Context<'a>,
    pub date: &'a Scalar,
    pub turn: Turn,
}

/// The value before it is made a double, where that value is exact.
pub fn exact_part(operand: &Scalar) -> Option<&Scalar> {
    match &operand.kind {
        ScalarKind::ToNumber(inner) if is_exact(inner.ty) => Some(inner),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    pub fn shape(&mut self, leaf: &Leaf<'a>) -> Option<Shape<'a>> {
        let mut shape = Shape::default();
        let inner = self.inner_context(leaf);
        for filter in &leaf.context.filters {
            if !self.is_timeless(filter.condition) {
                return None;
            }
        }
        let mut may_hold = true;
        for conjunct in &leaf.conjuncts {
            match conjunct {
                Condition::Shifted { condition, shift: shift @ Shift::Prior { .. } } => {
                    let moved = self.shifted(inner.period, *shift);
                    shape.moved.push(moved);
                    self.inspect(&mut shape, &inner.at_period(moved), condition)?;
                    may_hold &= self.at_start(condition).0;
                }
                _ => {
                    self.inspect(&mut shape, &inner, conjunct)?;
                    may_hold &= self.at_start(conjunct).0;
                }
            }
        }
        if let Measure::Of { operand: Some(operand), .. } = leaf.measure {
            let operand = exact_part(operand).unwrap_or(operand);
            self.inspect_scalar(&mut shape, &inner, operand)?;
        }
        shape.from_the_start = may_hold;
        (shape.has_states || !shape.dates.is_empty()).then_some(shape)
    }

    fn inspect(&self, shape: &mut Shape<'a>, context: &Context<'a>, condition: &'a Condition) -> Option<()> {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().try_for_each(|part| self.inspect(shape, context, part))
            }
            Condition::Not(inner) => self.inspect(shape, context, inner),
            Condition::Filter { path, id } => {
                let plan = self.plan;
                let condition = plan.filters.get(id.0 as usize)?;
                self.inspect(shape, &self.re_rooted(context, path), condition)
            }
            Condition::Any(rows) => self.inspect_rows(shape, context, rows, Measure::Exists),
            Condition::Within { date, from, before } => {
                for day in [from, before].into_iter().flatten() {
                    self.own_date(shape, context, date, Turn::behind(*day)?)?;
                }
                Some(())
            }
            Condition::Compare { operator, left, right } => {
                self.inspect_compare(shape, context, *operator, left, right)
            }
            Condition::Between { value, low, high } => {
                [value, low, high].into_iter().try_for_each(|part| self.inspect_scalar(shape, context, part))
            }
            Condition::In { value, .. }
            | Condition::StartsWith { value, .. }
            | Condition::Contains { value, .. }
            | Condition::IsMissing(value) => self.inspect_scalar(shape, context, value),
            Condition::True | Condition::False | Condition::Exists(_) | Condition::Segment { .. } => Some(()),
            Condition::InPeriod { .. } | Condition::Policy { .. } | Condition::Shifted { .. } => None,
        }
    }

    fn inspect_compare(
        &self,
        shape: &mut Shape<'a>,
        context: &Context<'a>,
        operator: CompareOp,
        left: &'a Scalar,
        right: &'a Scalar,
    ) -> Option<()> {
        let (date, day, operator) = match (&left.kind, &right.kind) {
            (_, ScalarKind::Day(day)) => (left, *day, operator),
            (ScalarKind::Day(day), _) => (right, *day, mirrored(operator)),
            _ => {
                self.inspect_scalar(shape, context, left)?;
                return self.inspect_scalar(shape, context, right);
            }
        };
        // `date <= day` and `date > day` change where the day reaches the date, the others where it is behind it.
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        if matches!(operator, LessOrEqual | Greater | Equal | NotEqual) {
            self.own_date(shape, context, date, Turn::reached(day)?)?;
        }
        if matches!(operator, Less | GreaterOrEqual | Equal | NotEqual) {
            self.own_date(shape, context, date, Turn::behind(day)?)?;
        }
        Some(())
    }

    /// A date of the row that is compared with a day of the period at hand, moved as that is.
    fn own_date(&self, shape: &mut Shape<'a>, context: &Context<'a>, date: &'a Scalar, turn: Turn) -> Option<()> {
        if !matches!(date.kind, ScalarKind::Column(_)) {
            return None;
        }
        let turn = self.period(context.period).shifts.into_iter().try_fold(turn, Turn::moved)?;
        shape.dates.push(OwnDate { context: context.clone(), date, turn });
        Some(())
    }

    fn inspect_scalar(&self, shape: &mut Shape<'a>, context: &Context<'a>, scalar: &'a Scalar) -> Option<()> {
        let plan = self.plan;
        match &scalar.kind {
            ScalarKind::Literal(_) | ScalarKind::Column(_) => Some(()),
            ScalarKind::Arithmetic { left: a, right: b, .. }
            | ScalarKind::Coalesce(a, b)
            | ScalarKind::MonthsBetween(a, b)
            | ScalarKind::FullMonths(a, b)
            | ScalarKind::DaysBetween(a, b) => {
                self.inspect_scalar(shape, context, a)?;
                self.inspect_scalar(shape, context, b)
            }
            ScalarKind::Round { value, .. }
            | ScalarKind::ToNumber(value)
            | ScalarKind::Rounded(value)
            | ScalarKind::Zero(value) => self.inspect_scalar(shape, context, value),
            ScalarKind::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    self.inspect(shape, context, condition)?;
                    self.inspect_scalar(shape, context, value)?;
                }
                self.inspect_scalar(shape, context, otherwise)
            }
            ScalarKind::Metric(id) => self.inspect_scalar(shape, context, plan.metrics.get(id.0 as usize)?),
            ScalarKind::Aggregate(aggregate) => self.inspect_rows(shape, context, &aggregate.rows, measure(aggregate)),
            _ => None,
        }
    }

    fn inspect_rows(
        &self,
        shape: &mut Shape<'a>,
        context: &Context<'a>,
        rows: &'a Rows,
        measure: Measure<'a>,
    ) -> Option<()> {
        let leaf = self.leaf_of(context, rows, measure);
        self.state_rows(&leaf)?;
        shape.has_states = true;
        Some(())
    }

    /// The condition does not depend on the period.
    pub fn is_timeless(&self, condition: &'a Condition) -> bool {
        let mut shape = Shape::default();
        let context = self.no_context();
        self.inspect(&mut shape, &context, condition).is_some() && shape.dates.is_empty() && !shape.has_states
    }

    pub fn is_timeless_value(&self, scalar: &'a Scalar) -> bool {
        let mut shape = Shape::default();
        let context = self.no_context();
        self.inspect_scalar(&mut shape, &context, scalar).is_some() && shape.dates.is_empty() && !shape.has_states
    }

    fn no_context(&self) -> Context<'a> {
        Context { period: PeriodId(0), filters: Vec::new(), groups: Vec::new(), hand: None, hint: String::new() }
    }

    /// Whether a condition may hold, and may fail, before anything has happened.
    fn at_start(&self, condition: &Condition) -> (bool, bool) {
        let all = |parts: &[Condition]| parts.iter().map(|part| self.at_start(part)).collect::<Vec<_>>();
        match condition {
            Condition::True => (true, false),
            Condition::False | Condition::Any(_) | Condition::Within { before: Some(_), .. } => (false, true),
            Condition::And(parts) => {
                let parts = all(parts);
                (parts.iter().all(|part| part.0), parts.iter().any(|part| part.1))
            }
            Condition::Or(parts) => {
                let parts = all(parts);
                (parts.iter().any(|part| part.0), parts.iter().all(|part| part.1))
            }
            Condition::Not(inner) => {
                let (holds, fails) = self.at_start(inner);
                (fails, holds)
            }
            Condition::Filter { id, .. } => {
                let held = self.plan.filters.get(id.0 as usize).map_or((true, true), |inner| self.at_start(inner));
                (held.0, true)
            }
            Condition::Compare { operator, left, right } => self.compared_at_start(*operator, left, right),
            _ => (true, true),
        }
    }

    fn compared_at_start(&self, operator: CompareOp, left: &Scalar, right: &Scalar) -> (bool, bool) {
        use CompareOp::{Equal, Less, LessOrEqual};
        if matches!(right.kind, ScalarKind::Day(_)) && matches!(operator, Less | LessOrEqual | Equal) {
            return (false, true);
        }
        let ScalarKind::Literal(Literal::Integer(number)) = &right.kind else { return (true, true) };
        if !self.is_nothing_at_start(left) {
            return (true, true);
        }
        let holds = match operator {
            CompareOp::Equal => *number == 0,
            CompareOp::NotEqual => *number != 0,
            CompareOp::Less => 0 < *number,
            CompareOp::LessOrEqual => 0 <= *number,
            CompareOp::Greater => 0 > *number,
            CompareOp::GreaterOrEqual => 0 >= *number,
        };
        (holds, !holds)
    }

    /// A count or a sum of rows.
    fn is_nothing_at_start(&self, scalar: &Scalar) -> bool {
        match &scalar.kind {
            ScalarKind::Zero(inner) => self.is_nothing_at_start(inner),
            ScalarKind::Metric(id) => {
                self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_nothing_at_start(value))
            }
            ScalarKind::Aggregate(aggregate) => {
                matches!(aggregate.operator, Operator::Count | Operator::CountDistinct | Operator::Sum)
            }
            _ => false,
        }
    }
}

pub fn measure(aggregate: &Aggregate) -> Measure<'_> {
    Measure::Of { operator: &aggregate.operator, operand: aggregate.operand.as_ref(), by: aggregate.by.as_ref() }
}

/// The operator with its sides exchanged.
fn mirrored(operator: CompareOp) -> CompareOp {
    match operator {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        other => other,
    }
}
