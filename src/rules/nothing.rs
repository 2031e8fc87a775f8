//! A metric that is a number where there is no data would list every combination of groups there is.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::{Expr, ExprKind, Function, MetricId, Operator};
use crate::syntax::tree::ArithmeticOp;

use super::Facts;

/// What a value is where no row is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WithoutData {
    Missing,
    /// A count or sum of nothing: 0, and not listed.
    Nothing,
    /// That of another period: 0, or missing where the period has no days.
    Moved,
    Number,
}

pub(super) fn what_is_seen_is_absent_without_data(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let mut known = vec![WithoutData::Missing; model.metrics.len()];
    for id in model.metrics_in_order() {
        let value = model.metric(id).map(|metric| without_data(&metric.value, &known));
        if let (Some(slot), Some(value)) = (known.get_mut(id.0 as usize), value) {
            *slot = value;
        }
    }
    let in_views: Vec<MetricId> = model.views.iter().flat_map(|view| view.metrics.clone()).collect();
    for ((metric, known), id) in model.metrics.iter().zip(&known).zip(0..) {
        let seen = !metric.head.about.hidden || in_views.contains(&MetricId(id));
        if seen && *known == WithoutData::Number {
            found.push(codes::number_from_nothing(&metric.head, metric.value.span, help(&metric.value)));
        }
    }
}

/// What would be absent, by what the metric is.
fn help(value: &Expr) -> &'static str {
    match &value.kind {
        ExprKind::Case { .. } => {
            "let every branch be a count or sum of this period, or end with an `else` that is missing where nothing is there, \
             such as an average; or mark it `hidden: true`"
        }
        ExprKind::Call { function: Function::Coalesce, .. } => {
            "leave `coalesce` out: `+` and `-` read a missing side as 0; or mark it `hidden: true`"
        }
        ExprKind::Literal(_) | ExprKind::Start | ExprKind::End => {
            "what is the same in every group belongs in the metric that uses it; or mark it `hidden: true`"
        }
        _ => {
            "write it as one ratio, `(a - b) / a` for `1 - b / a`; multiply by `0.001` to print thousands; \
             or mark it `hidden: true`"
        }
    }
}

fn without_data(expr: &Expr, known: &[WithoutData]) -> WithoutData {
    use WithoutData::{Missing, Moved, Nothing, Number};
    let of = |part: &Expr| without_data(part, known);
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Start | ExprKind::End => Number,
        ExprKind::Metric(id) => known.get(id.0 as usize).copied().unwrap_or(Missing),
        ExprKind::Aggregate(aggregate) => match aggregate.operator {
            Operator::Count | Operator::CountDistinct | Operator::Sum => Nothing,
            _ => Missing,
        },
        ExprKind::Arithmetic { operator: ArithmeticOp::Divide, left, right } if is_literal(right) => of(left),
        ExprKind::Arithmetic { operator, left, right } => arithmetic(*operator, of(left), of(right)),
        ExprKind::Call { function, arguments } => call(*function, &arguments.iter().map(of).collect::<Vec<_>>()),
        ExprKind::Case { branches, otherwise } => match of(otherwise) {
            Missing => Missing,
            Nothing if branches.iter().all(|(_, then)| of(then) == Nothing) => Nothing,
            _ => Number,
        },
        ExprKind::Opening(value) | ExprKind::Prior { value, .. } => match of(value) {
            Nothing => Moved,
            other => other,
        },
        ExprKind::Negate(value) | ExprKind::Ignoring { value, .. } | ExprKind::Restricted { value, .. } => of(value),
        _ => Missing,
    }
}

/// A part of a value, such as a twelfth, is absent where the value is.
fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_))
}

/// What arithmetic gives where there is no data (docs/language.md, Nothing is not a number).
fn arithmetic(operator: ArithmeticOp, left: WithoutData, right: WithoutData) -> WithoutData {
    use WithoutData::{Missing, Moved, Nothing, Number};
    match (operator, left, right) {
        (ArithmeticOp::Add | ArithmeticOp::Subtract, Number, _) => Number,
        (ArithmeticOp::Add | ArithmeticOp::Subtract, _, Number) => Number,
        (ArithmeticOp::Add | ArithmeticOp::Subtract, Missing, Missing) => Missing,
        (ArithmeticOp::Add | ArithmeticOp::Subtract, Missing | Moved, Missing | Moved) => Moved,
        (ArithmeticOp::Divide, Missing, _) => Missing,
        (ArithmeticOp::Divide, _, right) => {
            if right == Number {
                Number
            } else {
                Missing
            }
        }
        (ArithmeticOp::Multiply, Missing, _) | (ArithmeticOp::Multiply, _, Missing) => Missing,
        (ArithmeticOp::Multiply, Number, Number) => Number,
        (ArithmeticOp::Multiply, Moved, _) | (ArithmeticOp::Multiply, _, Moved) => Moved,
        _ => Nothing,
    }
}

fn call(function: Function, arguments: &[WithoutData]) -> WithoutData {
    use WithoutData::{Missing, Nothing, Number};
    match (function, arguments) {
        (Function::Round, [value, ..]) => *value,
        (Function::Coalesce, [Nothing, ..]) => Nothing,
        (Function::Coalesce, all) if all.iter().any(|value| *value != Missing) => Number,
        (_, all) if all.iter().all(|value| *value == Number) => Number,
        _ => Missing,
    }
}
