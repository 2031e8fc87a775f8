//! What conditions and values depend on: dates of the row, rows of other tables, what resolves say. Nothing is
//! found out where something depends on time in any other way.

use super::shape::{Months, OwnDate, Shape};
use super::turn::Turn;
use crate::emit::months::some_months;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::Context;
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::plan::tree::{Condition, Day, Rows, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

impl<'a> Compiler<'a> {
    /// Adds what a condition depends on to a shape.
    pub fn inspect(&self, shape: &mut Shape<'a>, context: &Context<'a>, condition: &'a Condition) -> Option<()> {
        if self.is_settled(context, condition) {
            return Some(());
        }
        let plan = self.plan;
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().try_for_each(|part| self.inspect(shape, context, part))
            }
            Condition::Not(inner) => self.inspect(shape, context, inner),
            Condition::Filter { path, id } => {
                self.inspect(shape, &self.re_rooted(context, path), plan.filters.get(id.0 as usize)?)
            }
            Condition::Any(rows) => self.inspect_any(shape, context, rows),
            Condition::Compare { .. } | Condition::In { .. } if self.resolved(context, condition).is_some() => {
                shape.has_states = true;
                shape.resolved.push(condition);
                Some(())
            }
            Condition::Policy { path, instances } => {
                let allowed = self.allowed_at_hand(context, path, instances)?;
                self.inspect(shape, &context.cleared(context.period), allowed)
            }
            test => self.inspect_test(shape, context, test),
        }
    }

    fn inspect_any(&self, shape: &mut Shape<'a>, context: &Context<'a>, rows: &'a Rows) -> Option<()> {
        let leaf = self.any_leaf(context, rows);
        if let Some(owner) = self.owner_of(&leaf) {
            self.inspect(shape, &context.cleared(context.period), &owner.asked)?;
        }
        self.inspect_leaf(shape, &leaf)
    }

    fn inspect_test(&self, shape: &mut Shape<'a>, context: &Context<'a>, test: &'a Condition) -> Option<()> {
        match test {
            Condition::Within { date, from, before } => self.inspect_window(shape, context, date, [*from, *before]),
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
            // The last six are taken apart before.
            Condition::InPeriod { .. }
            | Condition::Shifted { .. }
            | Condition::And(_)
            | Condition::Or(_)
            | Condition::Not(_)
            | Condition::Any(_)
            | Condition::Filter { .. }
            | Condition::Policy { .. } => None,
        }
    }

    fn inspect_window(
        &self,
        shape: &mut Shape<'a>,
        context: &Context<'a>,
        date: &'a Scalar,
        bounds: [Option<Day>; 2],
    ) -> Option<()> {
        for day in bounds.into_iter().flatten() {
            shape.dates.push(self.own_date(context, (date, None), Turn::behind(day)?)?);
        }
        Some(())
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
            (ScalarKind::Day(day), _) => (right, *day, operator.mirrored()),
            (ScalarKind::FullMonths(date, end), _) if matches!(end.kind, ScalarKind::Day(_)) && some_months(right) => {
                return self.inspect_full_months(shape, context, operator, (date, end), right);
            }
            _ => {
                self.inspect_scalar(shape, context, left)?;
                return self.inspect_scalar(shape, context, right);
            }
        };
        // `date <= day` and `date > day` change where the day reaches the date, the others where it is behind it.
        if tells_equal_from_greater(operator) {
            shape.dates.push(self.own_date(context, (date, None), Turn::reached(day)?)?);
        }
        if tells_less_from_equal(operator) {
            shape.dates.push(self.own_date(context, (date, None), Turn::behind(day)?)?);
        }
        Some(())
    }

    /// A date is so many full months back from the day that reaches the day so many months after it.
    fn inspect_full_months(
        &self,
        shape: &mut Shape<'a>,
        context: &Context<'a>,
        operator: CompareOp,
        (date, end): (&'a Scalar, &'a Scalar),
        number: &'a Scalar,
    ) -> Option<()> {
        let ScalarKind::Day(day) = end.kind else { return None };
        let changes = [(tells_less_from_equal(operator), false), (tells_equal_from_greater(operator), true)];
        for (tells, exceeded) in changes {
            if tells {
                let months = Months { number, exceeded };
                shape.dates.push(self.own_date(context, (date, Some(months)), Turn::reached(day)?)?);
            }
        }
        Some(())
    }

    /// A date of the row that is compared with a day of the period at hand, moved as that is.
    pub fn own_date(
        &self,
        context: &Context<'a>,
        (date, months): (&'a Scalar, Option<Months<'a>>),
        turn: Turn,
    ) -> Option<OwnDate<'a>> {
        if !matches!(date.kind, ScalarKind::Column(_)) {
            return None;
        }
        let turn = self.period(context.period).shifts.into_iter().try_fold(turn, Turn::moved)?;
        Some(OwnDate { context: context.clone(), date, months, turn })
    }

    /// Adds to `shape` what the value depends on; none where it depends on time in another way.
    pub fn inspect_scalar(&self, shape: &mut Shape<'a>, context: &Context<'a>, scalar: &'a Scalar) -> Option<()> {
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
            ScalarKind::Aggregate(aggregate) => {
                self.inspect_leaf(shape, &self.leaf_of(context, &aggregate.rows, Measure::of(aggregate)))
            }
            _ => None,
        }
    }

    fn inspect_leaf(&self, shape: &mut Shape<'a>, leaf: &Leaf<'a>) -> Option<()> {
        if self.state_rows(leaf).is_none() {
            self.nested_shape(leaf)?;
        }
        shape.has_states = true;
        shape.leaves.push(leaf.clone());
        Some(())
    }
}

fn tells_less_from_equal(operator: CompareOp) -> bool {
    use CompareOp::{Equal, GreaterOrEqual, Less, NotEqual};
    matches!(operator, Less | GreaterOrEqual | Equal | NotEqual)
}

fn tells_equal_from_greater(operator: CompareOp) -> bool {
    use CompareOp::{Equal, Greater, LessOrEqual, NotEqual};
    matches!(operator, LessOrEqual | Greater | Equal | NotEqual)
}
