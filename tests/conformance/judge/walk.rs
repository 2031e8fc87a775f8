//! What stands inside an expression.

use carat::gold::TableId;
use carat::model::{Expr, ExprKind, Model, Rows, Window};

/// The expressions directly inside one, evaluated at the same row at hand.
fn parts(kind: &ExprKind) -> Vec<&Expr> {
    match kind {
        ExprKind::Negate(one) | ExprKind::IsMissing(one) | ExprKind::Not(one) | ExprKind::Opening(one) => vec![one],
        ExprKind::Arithmetic { left, right, .. } | ExprKind::Compare { left, right, .. } => vec![left, right],
        ExprKind::Between { left, low, high } => vec![left, low, high],
        ExprKind::Call { arguments: parts, .. } | ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().collect(),
        ExprKind::In { left, values, .. } => std::iter::once(left.as_ref()).chain(values).collect(),
        ExprKind::InWindow { date: one, .. }
        | ExprKind::StartsWith { left: one, .. }
        | ExprKind::Contains { left: one, .. }
        | ExprKind::Prior { value: one, .. }
        | ExprKind::Restricted { value: one, .. }
        | ExprKind::Ignoring { value: one, .. } => vec![one],
        ExprKind::Case { branches, otherwise } => {
            branches.iter().flat_map(|(condition, value)| [condition, value]).chain([otherwise.as_ref()]).collect()
        }
        _ => Vec::new(),
    }
}

/// Visits an expression and what it consists of at the row at hand, filters of that row included.
pub fn at_hand(model: &Model, expr: &Expr, visit: &mut impl FnMut(&ExprKind)) {
    visit(&expr.kind);
    for part in parts(&expr.kind) {
        at_hand(model, part, visit);
    }
    match &expr.kind {
        ExprKind::Filter { path, id } if path.is_empty() => {
            if let Some(filter) = model.filter(*id) {
                at_hand(model, &filter.condition, visit);
            }
        }
        _ => {}
    }
}

/// Visits every window that an expression looks through at the period at hand, by whatever names.
pub fn everything(model: &Model, expr: &Expr, visit: &mut impl FnMut(&Window)) {
    for part in parts(&expr.kind) {
        everything(model, part, visit);
    }
    match &expr.kind {
        ExprKind::InWindow { window, .. } => visit(window),
        ExprKind::Any(rows) => inside(model, rows, visit),
        ExprKind::Aggregate(aggregate) => {
            inside(model, &aggregate.rows, visit);
            if let Some(operand) = &aggregate.operand {
                everything(model, operand, visit);
            }
        }
        ExprKind::Restricted { condition, .. } => everything(model, condition, visit),
        other => {
            for expr in behind_names(model, other) {
                everything(model, expr, visit);
            }
        }
    }
}

fn inside(model: &Model, rows: &Rows, visit: &mut impl FnMut(&Window)) {
    rows.over.iter().for_each(|over| visit(&over.window));
    if let Some(condition) = &rows.condition {
        everything(model, condition, visit);
    }
}

/// Definitions evaluated for the period at hand; a segment is not, it has its own.
fn behind_names<'a>(model: &'a Model, kind: &ExprKind) -> Vec<&'a Expr> {
    match kind {
        ExprKind::Metric(id) => model.metric(*id).map(|metric| &metric.value).into_iter().collect(),
        ExprKind::Filter { id, .. } => model.filter(*id).map(|filter| &filter.condition).into_iter().collect(),
        ExprKind::Policy { id, .. } => model
            .policy(*id)
            .iter()
            .flat_map(|policy| &policy.rules)
            .filter_map(|rule| rule.condition.as_ref())
            .collect(),
        ExprKind::Resolve { id, .. } => {
            model.resolve(*id).iter().flat_map(|r| std::iter::once(&r.value).chain(&r.condition)).collect()
        }
        _ => Vec::new(),
    }
}

/// Visits every `where` on a value that an expression computes with, by whatever names: the table and the condition.
pub fn restrictions(model: &Model, expr: &Expr, visit: &mut impl FnMut(TableId, &Expr)) {
    for part in parts(&expr.kind) {
        restrictions(model, part, visit);
    }
    match &expr.kind {
        ExprKind::Restricted { table, condition, .. } => visit(*table, condition),
        ExprKind::Any(rows) => rows.condition.iter().for_each(|one| restrictions(model, one, visit)),
        ExprKind::Aggregate(aggregate) => {
            let inside = aggregate.rows.condition.iter().chain(&aggregate.operand);
            inside.for_each(|one| restrictions(model, one, visit));
        }
        other => behind_names(model, other).into_iter().for_each(|one| restrictions(model, one, visit)),
    }
}
