//! Whether a leaf changes by steps: everything in it that depends on time is a date compared with a bound
//! that follows `next`, or a count, a sum or an existence of rows that such bounds let in and out.

use super::resolved::resolve_in;
use super::state_rows::is_exact;
use super::turn::Turn;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::{Context, PeriodId};
use crate::emit::sql::full_months::some_months;
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::emit::sql::settled::Asked;
use crate::model::{Literal, Operator};
use crate::plan::tree::{Aggregate, Condition, PolicyPlanId, Rows, Scalar, ScalarKind, Shift};
use crate::syntax::tree::CompareOp;

/// What was found out about a leaf.
#[derive(Debug, Default)]
pub struct Shape<'a> {
    /// Dates of the rows themselves, and where a change they bring shows.
    pub dates: Vec<OwnDate<'a>>,
    /// Rows of other tables are read.
    pub has_states: bool,
    /// What of them, and which comparisons with what a resolve says.
    pub leaves: Vec<Leaf<'a>>,
    pub resolved: Vec<&'a Condition>,
    /// Periods that must have days.
    pub moved: Vec<PeriodId>,
    /// It may hold before anything happens.
    pub from_the_start: bool,
    /// The same of what no date of the row limits, and the dates that do more than that.
    pub lasting_from_the_start: bool,
    pub changing_dates: Vec<OwnDate<'a>>,
}

#[derive(Debug, Clone)]
pub struct OwnDate<'a> {
    pub context: Context<'a>,
    pub date: &'a Scalar,
    /// So many full months after it.
    pub months: Option<Months<'a>>,
    pub turn: Turn,
}

/// A number of months, and one more where they must be exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Months<'a> {
    pub number: &'a Scalar,
    pub exceeded: bool,
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
        let parts = self.parts(leaf);
        for conjunct in &leaf.conjuncts {
            if let Condition::Shifted { shift: shift @ Shift::Prior { .. }, .. } = conjunct {
                shape.moved.push(self.shifted(inner.period, *shift));
            }
        }
        let asked = self.asked_beside(leaf, &inner);
        self.inspect_parts(&mut shape, &asked, &parts)?;
        if let Measure::Of { operand: Some(operand), .. } = leaf.measure {
            let operand = exact_part(operand).unwrap_or(operand);
            let known = shape.dates.len();
            self.inspect_scalar(&mut shape, &inner, operand)?;
            let own = shape.dates.iter().skip(known).cloned().collect::<Vec<_>>();
            shape.changing_dates.extend(own);
        }
        (shape.has_states || !shape.dates.is_empty()).then_some(shape)
    }

    /// What a leaf asks of its rows, each part for its period.
    pub fn parts(&mut self, leaf: &Leaf<'a>) -> Vec<(PeriodId, &'a Condition)> {
        let period = leaf.context.period;
        let mut parts = Vec::new();
        for conjunct in &leaf.conjuncts {
            match conjunct {
                Condition::Shifted { condition, shift: shift @ Shift::Prior { .. } } => {
                    let moved = self.shifted(period, *shift);
                    parts.extend(self.flat(std::iter::once(&**condition)).into_iter().map(|part| (moved, part)));
                }
                other => parts.push((period, *other)),
            }
        }
        parts
    }

    pub fn inspect_parts(
        &self,
        shape: &mut Shape<'a>,
        asked: &Asked<'a>,
        parts: &[(PeriodId, &'a Condition)],
    ) -> Option<()> {
        (shape.from_the_start, shape.lasting_from_the_start) = (true, true);
        for (period, part) in parts {
            let context = asked.context(part).at_period(*period);
            let mut own = Shape::default();
            self.inspect(&mut own, &context, part)?;
            let may_hold = self.at_start(part).0;
            shape.from_the_start &= may_hold;
            if self.limit(&context, part).is_none() {
                shape.lasting_from_the_start &= may_hold;
                shape.changing_dates.extend(own.dates.iter().cloned());
            }
            shape.dates.extend(own.dates);
            shape.has_states |= own.has_states;
            shape.leaves.extend(own.leaves);
            shape.resolved.extend(own.resolved);
        }
        Some(())
    }

    pub fn inspect(&self, shape: &mut Shape<'a>, context: &Context<'a>, condition: &'a Condition) -> Option<()> {
        if self.is_settled(context, condition) {
            return Some(());
        }
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
            Condition::Any(rows) => {
                let leaf = self.any_leaf(context, rows);
                if let Some(owner) = self.owner_of(&leaf) {
                    self.inspect(shape, &context.cleared(context.period), &owner.asked)?;
                }
                self.inspect_leaf(shape, &leaf)
            }
            Condition::Compare { .. } | Condition::In { .. } if self.resolved(context, condition).is_some() => {
                shape.has_states = true;
                shape.resolved.push(condition);
                Some(())
            }
            Condition::Policy { path, instances } => {
                let allowed = self.allowed_at_hand(context, path, instances)?;
                self.inspect(shape, &context.cleared(context.period), allowed)
            }
            Condition::Within { date, from, before } => {
                for day in [from, before].into_iter().flatten() {
                    shape.dates.push(self.own_date(context, (date, None), Turn::behind(*day)?)?);
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
            Condition::InPeriod { .. } | Condition::Shifted { .. } => None,
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
            (ScalarKind::FullMonths(date, end), _) if matches!(end.kind, ScalarKind::Day(_)) && some_months(right) => {
                return self.inspect_full_months(shape, context, operator, (date, end), right);
            }
            _ => {
                self.inspect_scalar(shape, context, left)?;
                return self.inspect_scalar(shape, context, right);
            }
        };
        // `date <= day` and `date > day` change where the day reaches the date, the others where it is behind it.
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        if matches!(operator, LessOrEqual | Greater | Equal | NotEqual) {
            shape.dates.push(self.own_date(context, (date, None), Turn::reached(day)?)?);
        }
        if matches!(operator, Less | GreaterOrEqual | Equal | NotEqual) {
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
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let ScalarKind::Day(day) = end.kind else { return None };
        if matches!(operator, Less | GreaterOrEqual | Equal | NotEqual) {
            let months = Months { number, exceeded: false };
            shape.dates.push(self.own_date(context, (date, Some(months)), Turn::reached(day)?)?);
        }
        if matches!(operator, LessOrEqual | Greater | Equal | NotEqual) {
            let months = Months { number, exceeded: true };
            shape.dates.push(self.own_date(context, (date, Some(months)), Turn::reached(day)?)?);
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
        self.inspect_leaf(shape, &self.leaf_of(context, rows, measure))
    }

    fn inspect_leaf(&self, shape: &mut Shape<'a>, leaf: &Leaf<'a>) -> Option<()> {
        if self.state_rows(leaf).is_none() {
            self.nested_shape(leaf)?;
        }
        shape.has_states = true;
        shape.leaves.push(leaf.clone());
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
        Context::bare(PeriodId(0))
    }

    /// Whether a condition may hold, and may fail, before anything has happened.
    pub fn at_start(&self, condition: &Condition) -> (bool, bool) {
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
            // What a policy asks of another row may be asked there: then the rest alone must not hold.
            Condition::Policy { instances, .. } => (instances.iter().any(|id| self.policy_at_start(*id)), true),
            // Before anything is said there is no value, and no comparison with it holds.
            Condition::Compare { .. } | Condition::In { .. } if resolve_in(condition).is_some() => (false, true),
            Condition::Compare { left: value, .. } | Condition::Between { value, .. } | Condition::In { value, .. }
                if self.is_missing_at_start(value) =>
            {
                (false, true)
            }
            Condition::IsMissing(value) if self.is_missing_at_start(value) => (true, false),
            Condition::Compare { operator, left, right } => self.compared_at_start(*operator, left, right),
            _ => (true, true),
        }
    }

    fn policy_at_start(&self, id: PolicyPlanId) -> bool {
        let Some(policy) = self.plan.policies.get(id.0 as usize) else { return true };
        self.at_start(policy.owner.as_ref().map_or(&policy.allowed, |owner| &owner.rest)).0
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

    /// A value of rows that says nothing where there are none.
    fn is_missing_at_start(&self, scalar: &Scalar) -> bool {
        match &scalar.kind {
            ScalarKind::Metric(id) => {
                self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_missing_at_start(value))
            }
            ScalarKind::Aggregate(aggregate) => matches!(aggregate.operator, Operator::Latest(_)),
            _ => false,
        }
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
pub fn mirrored(operator: CompareOp) -> CompareOp {
    match operator {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        other => other,
    }
}
