//! Whether a value is BLANK, or a condition false, by itself where the period has no day.
//!
//! An empty period has a BLANK end, which DAX reads as 1899-12-30: no date lies before it, but a missing one is
//! that day to DAX, and lies after what a window of some days begins with.

use crate::plan::tree::{Absence, Column, Condition, Day, Plan, Scalar, ScalarKind};
use crate::syntax::tree::{ArithmeticOp, CompareOp};

use super::visit::{Node, visit};

pub(super) fn scalar_vanishes(plan: &Plan, scalar: &Scalar) -> bool {
    use ScalarKind::*;
    match &scalar.kind {
        // A metric's measure sees to it.
        Metric(_) => true,
        Aggregate(aggregate) => some_vanishes(plan, &aggregate.rows.conjuncts, &[]),
        Arithmetic { operator: ArithmeticOp::Divide, right, .. } => scalar_vanishes(plan, right),
        Arithmetic { operator: ArithmeticOp::Multiply, left, right } => {
            scalar_vanishes(plan, left) || scalar_vanishes(plan, right)
        }
        Arithmetic { left, right, .. } | Coalesce(left, right) => {
            scalar_vanishes(plan, left) && scalar_vanishes(plan, right)
        }
        // Whichever is taken.
        Case { branches, otherwise } => {
            branches.iter().all(|(_, then)| scalar_vanishes(plan, then)) && scalar_vanishes(plan, otherwise)
        }
        ToNumber(value) | Restricted { value, .. } | Ignoring { value, .. } => scalar_vanishes(plan, value),
        _ => false,
    }
}

pub(super) fn condition_vanishes(plan: &Plan, condition: &Condition) -> bool {
    vanishes(plan, condition, &[])
}

/// Whether the condition is false, asked beside others.
fn vanishes(plan: &Plan, condition: &Condition, beside: &[&Condition]) -> bool {
    match condition {
        Condition::False | Condition::InPeriod { .. } => true,
        Condition::Within { date, before: Some(before), from } if *before != Day::Start => {
            is_tested(plan, date, from.is_none() || is_own(date), beside)
        }
        Condition::And(parts) => some_vanishes(plan, parts, beside),
        Condition::Or(parts) => parts.iter().all(|part| vanishes(plan, part, beside)),
        Condition::Compare { operator, left, right } => {
            before_the_end(*operator, left, right).is_some_and(|date| is_tested(plan, date, true, beside))
        }
        Condition::Any(rows) => some_vanishes(plan, &rows.conjuncts, beside),
        Condition::Filter { id, .. } => {
            plan.filters.get(id.0 as usize).is_some_and(|filter| vanishes(plan, filter, beside))
        }
        _ => false,
    }
}

fn some_vanishes(plan: &Plan, parts: &[Condition], beside: &[&Condition]) -> bool {
    let others = |at: usize| parts.iter().enumerate().filter(move |(other, _)| *other != at).map(|(_, part)| part);
    parts.iter().enumerate().any(|(at, part)| {
        let beside: Vec<&Condition> = beside.iter().copied().chain(others(at)).collect();
        vanishes(plan, part, &beside)
    })
}

/// Whether a missing date of a row is told from a day: it never is missing, or its window has a test for it and nothing
/// beside it says that it is there (which what compares it with a BLANK end does not keep).
/// What is no date of a row may be the period's own, which lies in its window also where it is BLANK.
fn is_tested(plan: &Plan, date: &Scalar, has_a_test: bool, beside: &[&Condition]) -> bool {
    let ScalarKind::Column(column) = &date.kind else { return false };
    date.absence == Absence::Never || has_a_test && !beside.iter().any(|other| reads(plan, other, column))
}

/// Whether it is a date of the row itself that may be missing, for which a window tests wherever it begins.
fn is_own(date: &Scalar) -> bool {
    matches!(&date.kind, ScalarKind::Column(column) if column.path.is_empty()) && date.absence == Absence::Missing
}

/// Whether a condition asks of a column, through the filters it names.
fn reads(plan: &Plan, condition: &Condition, column: &Column) -> bool {
    let mut found = false;
    visit(Node::Condition(condition), &mut |node| {
        found |= match node {
            Node::Scalar(Scalar { kind: ScalarKind::Column(other), .. }) => other.column == column.column,
            Node::Condition(Condition::Filter { id, .. }) => {
                plan.filters.get(id.0 as usize).is_some_and(|filter| reads(plan, filter, column))
            }
            _ => false,
        }
    });
    found
}

/// The date of `d <= end`, or the same the other way round. A period after the as-of date has a start, and no end.
fn before_the_end<'s>(operator: CompareOp, left: &'s Scalar, right: &'s Scalar) -> Option<&'s Scalar> {
    let end = |side: &Scalar| matches!(side.kind, ScalarKind::Day(Day::End | Day::Next));
    match operator {
        CompareOp::Less | CompareOp::LessOrEqual if end(right) => Some(left),
        CompareOp::Greater | CompareOp::GreaterOrEqual if end(left) => Some(right),
        _ => None,
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
