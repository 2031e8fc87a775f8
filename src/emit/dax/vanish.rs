//! Whether a value is BLANK, or a condition false, by itself where the period has no day.
//!
//! An empty period has a BLANK end, which DAX reads as 1899-12-30: no date lies before it, but a missing one is
//! that day to DAX, and lies after what a window of some days begins with.

use crate::plan::tree::{Absence, Condition, Day, Plan, Scalar, ScalarKind};
use crate::syntax::tree::{ArithmeticOp, CompareOp};

use super::visit::{Node, visit};

pub(super) fn scalar_vanishes(plan: &Plan, scalar: &Scalar) -> bool {
    use ScalarKind::*;
    match &scalar.kind {
        // A metric's measure sees to it.
        Metric(_) => true,
        Aggregate(aggregate) => aggregate.rows.conjuncts.iter().any(|part| condition_vanishes(plan, part)),
        Arithmetic { operator: ArithmeticOp::Divide, right, .. } => scalar_vanishes(plan, right),
        Arithmetic { operator: ArithmeticOp::Multiply, left, right } => {
            scalar_vanishes(plan, left) || scalar_vanishes(plan, right)
        }
        Arithmetic { left, right, .. } | Coalesce(left, right) => {
            scalar_vanishes(plan, left) && scalar_vanishes(plan, right)
        }
        ToNumber(value) | Restricted { value, .. } | Ignoring { value, .. } => scalar_vanishes(plan, value),
        _ => false,
    }
}

pub(super) fn condition_vanishes(plan: &Plan, condition: &Condition) -> bool {
    match condition {
        Condition::False | Condition::InPeriod { .. } => true,
        Condition::Within { date, from, before } => before.is_some() && is_tested(date, from.is_none()),
        Condition::And(parts) => parts.iter().any(|part| condition_vanishes(plan, part)),
        Condition::Or(parts) => parts.iter().all(|part| condition_vanishes(plan, part)),
        Condition::Compare { operator, left, right } => before_the_end(*operator, left, right),
        Condition::Any(rows) => rows.conjuncts.iter().any(|part| condition_vanishes(plan, part)),
        Condition::Filter { id, .. } => {
            plan.filters.get(id.0 as usize).is_some_and(|filter| condition_vanishes(plan, filter))
        }
        _ => false,
    }
}

/// Whether a missing date of a row is told from a day: it never is missing, or a window without a beginning tests for it.
/// What is no date of a row may be the period's own, which lies in its window also where it is BLANK.
fn is_tested(date: &Scalar, without_a_beginning: bool) -> bool {
    matches!(date.kind, ScalarKind::Column(_)) && (without_a_beginning || date.absence == Absence::Never)
}

/// `d <= end`, or the same the other way round.
fn before_the_end(operator: CompareOp, left: &Scalar, right: &Scalar) -> bool {
    let end = |side: &Scalar| matches!(side.kind, ScalarKind::Day(Day::Start | Day::End | Day::Next));
    let column = |side: &Scalar| matches!(side.kind, ScalarKind::Column(_));
    match operator {
        CompareOp::Less | CompareOp::LessOrEqual => column(left) && end(right),
        CompareOp::Greater | CompareOp::GreaterOrEqual => end(left) && column(right),
        _ => false,
    }
}

/// Whether a plan computes a day from the period with a function that an empty period would break
/// (DAX knows no day before 1899-12-30), or asks another period, through the filters it names.
pub(super) fn needs_a_period(plan: &Plan, node: Node) -> bool {
    let risky =
        |day: &Option<Day>| matches!(day, Some(Day::NextLessMonths(_) | Day::MonthOfNextLess(_) | Day::UnitStart(_)));
    let mut found = false;
    visit(node, &mut |node| {
        found |= match node {
            Node::Condition(Condition::Within { from, before, .. }) => risky(from) || risky(before),
            Node::Condition(Condition::Shifted { .. } | Condition::Policy { .. }) => true,
            Node::Condition(Condition::Filter { id, .. }) => {
                plan.filters.get(id.0 as usize).is_some_and(|inner| needs_a_period(plan, Node::Condition(inner)))
            }
            Node::Scalar(Scalar { kind: ScalarKind::Shifted { .. } | ScalarKind::Resolve { .. }, .. }) => true,
            _ => false,
        }
    });
    found
}
