//! A metric that is a number where there is no data would list every combination of groups there is.

mod conditions;
mod values;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::{Expr, ExprKind, Function, Literal, MetricId, Operator};
use crate::syntax::tree::ArithmeticOp;

use super::Facts;
use conditions::truth;
use values::{One, Ones};

/// A value where no row is read.
#[derive(Debug, Clone, Default)]
struct WithoutData {
    /// A tool that lists what is there would list it. The 0 of a count or sum of nothing is not listed.
    listed: bool,
    /// With data or without, it is never missing.
    always: bool,
    /// What something that is computed from it would read.
    ones: Ones,
}

pub(super) fn what_is_seen_is_absent_without_data(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let mut known = vec![WithoutData::default(); model.metrics.len()];
    for id in model.metrics_in_order() {
        let value = model.metric(id).map(|metric| without_data(&metric.value, &known));
        if let (Some(slot), Some(value)) = (known.get_mut(id.0 as usize), value) {
            *slot = value;
        }
    }
    let in_views: Vec<MetricId> = model.views.iter().flat_map(|view| view.metrics.clone()).collect();
    for ((metric, value), id) in model.metrics.iter().zip(&known).zip(0..) {
        let seen = !metric.head.about.hidden || in_views.contains(&MetricId(id));
        if seen && value.listed {
            let there = what_is_there(&metric.value, &known);
            found.push(codes::number_from_nothing(&metric.head, there.span, help(&metric.value)));
        }
    }
}

/// What would be absent, by what the metric is.
fn help(value: &Expr) -> &'static str {
    match &value.kind {
        ExprKind::Case { .. } => {
            "where nothing is there, counts and sums are 0 and all else is missing: let what the conditions choose then be \
             made of these alone; or mark it `hidden: true`"
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

/// The value that is taken where there is no data, and listed.
fn what_is_there<'e>(expr: &'e Expr, known: &[WithoutData]) -> &'e Expr {
    let ExprKind::Case { branches, otherwise } = &expr.kind else { return expr };
    let values: Vec<&Expr> = values_of(branches, otherwise).collect();
    let taken = taken(branches, known).into_iter().filter_map(|at| values.get(at).copied());
    let there = taken.into_iter().find(|value| without_data(value, known).listed);
    there.map_or(expr, |value| what_is_there(value, known))
}

/// Of a `case`, the `else` last.
fn values_of<'e>(branches: &'e [(Expr, Expr)], otherwise: &'e Expr) -> impl Iterator<Item = &'e Expr> {
    branches.iter().map(|(_, then)| then).chain([otherwise])
}

/// Which of the values of a `case` may be taken where there is no data.
fn taken(branches: &[(Expr, Expr)], known: &[WithoutData]) -> Vec<usize> {
    let mut taken = Vec::new();
    for (at, (when, _)) in branches.iter().enumerate() {
        let truth = truth(when, known);
        taken.extend(truth.holds.then_some(at));
        if !truth.fails {
            return taken;
        }
    }
    taken.push(branches.len());
    taken
}

fn without_data(expr: &Expr, known: &[WithoutData]) -> WithoutData {
    let of = |part: &Expr| without_data(part, known);
    match &expr.kind {
        ExprKind::Literal(literal) => WithoutData { listed: true, always: true, ones: Ones::of_literal(literal) },
        ExprKind::Start | ExprKind::End => WithoutData { listed: true, always: true, ones: Ones::anything() },
        ExprKind::Metric(id) => known.get(id.0 as usize).cloned().unwrap_or_default(),
        ExprKind::Aggregate(aggregate) => match aggregate.operator {
            Operator::Count | Operator::CountDistinct | Operator::Sum => {
                WithoutData { listed: false, always: true, ones: Ones::one(One::Number(0.0)) }
            }
            _ => WithoutData::default(),
        },
        ExprKind::Arithmetic { operator: ArithmeticOp::Divide, left, right } if is_nonzero(right) => {
            let (left, right) = (of(left), of(right));
            WithoutData { ones: left.ones.with(ArithmeticOp::Divide, &right.ones), ..left }
        }
        ExprKind::Arithmetic { operator, left, right } => arithmetic(*operator, &of(left), &of(right)),
        ExprKind::Negate(value) => {
            let value = of(value);
            WithoutData { ones: Ones::one(One::Number(-1.0)).with(ArithmeticOp::Multiply, &value.ones), ..value }
        }
        ExprKind::Call { function, arguments } => call(*function, arguments.iter().map(of).collect()),
        ExprKind::Case { branches, otherwise } => {
            let values: Vec<WithoutData> = values_of(branches, otherwise).map(of).collect();
            let taken: Vec<&WithoutData> = taken(branches, known).into_iter().filter_map(|at| values.get(at)).collect();
            let listed = taken.iter().any(|value| value.listed);
            let always = values.iter().all(|value| value.always);
            WithoutData { listed, always, ones: taken.iter().map(|value| &value.ones).collect() }
        }
        // Missing where the other period has no days.
        ExprKind::Opening(value) | ExprKind::Prior { value, .. } => {
            let value = of(value);
            WithoutData { always: false, ones: [&value.ones, &Ones::default()].into_iter().collect(), ..value }
        }
        // There is data elsewhere.
        ExprKind::Ignoring { value, .. } => WithoutData { ones: Ones::anything(), ..of(value) },
        ExprKind::Restricted { value, .. } => of(value),
        _ => WithoutData { ones: Ones::anything(), ..WithoutData::default() },
    }
}

/// What a value can be divided by: a part of it, such as a twelfth, is absent where it is.
fn is_nonzero(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Literal::Integer(n) | Literal::Money(n)) => *n != 0,
        ExprKind::Literal(Literal::Number(x)) => *x != 0.0,
        _ => false,
    }
}

/// What arithmetic gives where there is no data (docs/language.md, Nothing is not a number).
fn arithmetic(operator: ArithmeticOp, left: &WithoutData, right: &WithoutData) -> WithoutData {
    let ones = left.ones.with(operator, &right.ones);
    let (listed, always) = match operator {
        ArithmeticOp::Add | ArithmeticOp::Subtract => (left.listed || right.listed, left.always || right.always),
        ArithmeticOp::Multiply => (left.listed && right.listed, left.always && right.always),
        // What is divided is a number where it is computed with.
        ArithmeticOp::Divide => (right.listed && ones.may_be_there(), false),
    };
    WithoutData { listed, always, ones }
}

fn call(function: Function, arguments: Vec<WithoutData>) -> WithoutData {
    let listed = match (function, arguments.as_slice()) {
        (Function::Round, [value, ..]) => return WithoutData { ones: value.ones.unsure(), ..value.clone() },
        (Function::Coalesce, [first, ..]) if first.always => return first.clone(),
        (Function::Coalesce, all) => all.iter().any(|value| value.ones.may_be_there()),
        (_, all) => all.iter().all(|value| value.listed),
    };
    WithoutData { listed, always: arguments.iter().any(|value| value.always), ones: Ones::anything() }
}
