//! What a metric may be grouped by, and whether nothing is 0 for it: read off its definition.

use carat::gold::{ColumnId, TableId};
use carat::model::{Aggregate, Expr, ExprKind, Literal, Model, Operator};
use carat::syntax::tree::ArithmeticOp;

/// The tables of a metric's outermost aggregates.
pub fn leaves(model: &Model, expr: &Expr, found: &mut Vec<TableId>) {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => found.push(aggregate.rows.table),
        ExprKind::Metric(id) => {
            if let Some(metric) = model.metric(*id) {
                leaves(model, &metric.value, found);
            }
        }
        ExprKind::Restricted { value, .. } => leaves(model, value, found),
        _ => expr.parts().for_each(|part| leaves(model, part, found)),
    }
}

/// The columns of other tables than the calendar by which readers may group all of these metrics: every
/// leaf reaches them.
pub fn groupable(model: &Model, metrics: &[&Expr]) -> Vec<ColumnId> {
    let mut tables = Vec::new();
    metrics.iter().for_each(|metric| leaves(model, metric, &mut tables));
    let reached = |column: &ColumnId| tables.iter().all(|leaf| model.gold.active_path(*leaf, column.table).is_some());
    reader_columns(model).into_iter().filter(reached).collect()
}

/// Every column of other tables than the calendar that readers may group and filter by.
pub fn reader_columns(model: &Model) -> Vec<ColumnId> {
    let calendar = model.gold.calendar.as_ref().map(|calendar| calendar.day.table);
    let tables = (0..model.gold.tables.len() as u32).map(TableId).filter(|table| Some(*table) != calendar);
    tables.flat_map(|table| grouping_columns(model, table)).collect()
}

/// The columns of a table with `group: true`.
pub fn grouping_columns(model: &Model, table: TableId) -> Vec<ColumnId> {
    let columns = model.gold.table(table).map_or(&[][..], |table| &table.columns);
    let of = |(index, _): (usize, _)| ColumnId { table, index: index as u32 };
    columns.iter().enumerate().filter(|(_, column)| column.group).map(of).collect()
}

/// Whether an absent group, BLANK and 0 are one for the metric: a count, a sum, their sums, differences
/// and products, a part of them by a number, a share, and what a condition may take one of these for.
pub fn sparse(model: &Model, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => counts(aggregate),
        ExprKind::Metric(id) => model.metric(*id).is_some_and(|metric| sparse(model, &metric.value)),
        ExprKind::Arithmetic { operator: ArithmeticOp::Divide, left, right } => {
            sparse(model, left) && (is_whole(right) || is_number(right))
        }
        ExprKind::Arithmetic { left, right, .. } => sparse(model, left) || sparse(model, right),
        ExprKind::Negate(value)
        | ExprKind::Prior { value, .. }
        | ExprKind::Opening(value)
        | ExprKind::Restricted { value, .. }
        | ExprKind::Ignoring { value, .. } => sparse(model, value),
        ExprKind::Case { branches, otherwise } => {
            sparse(model, otherwise) || branches.iter().any(|(_, then)| sparse(model, then))
        }
        ExprKind::Call { arguments, .. } => arguments.first().is_some_and(|first| sparse(model, first)),
        _ => false,
    }
}

fn counts(aggregate: &Aggregate) -> bool {
    matches!(aggregate.operator, Operator::Count | Operator::CountDistinct | Operator::Sum)
}

/// The whole of a share, `m / (m ignoring t)`.
fn is_whole(right: &Expr) -> bool {
    matches!(right.kind, ExprKind::Ignoring { .. })
}

/// A number that a value is only scaled by.
fn is_number(right: &Expr) -> bool {
    match &right.kind {
        ExprKind::Literal(Literal::Integer(number) | Literal::Money(number)) => *number != 0,
        ExprKind::Literal(Literal::Number(number)) => *number != 0.0,
        _ => false,
    }
}
