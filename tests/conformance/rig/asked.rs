//! A question, for the judge, for SQL and for DAX.

use std::collections::BTreeMap;

use carat::emit::names::{Names, object_name};
use carat::gold::{ColumnId, TableId, Type};
use carat::model::{Expr, ExprKind, Literal, MetricId, Model, PathColumn, TableFilter};
use carat::source::{FileId, Span};

use crate::engines::Cell;
use crate::judge::{Judge, Slice, Value};

/// Metrics in a slice.
#[derive(Debug, Clone)]
pub struct Asked {
    pub metrics: Vec<MetricId>,
    pub slice: Slice,
    /// What kind of slice it is, for the counts.
    pub kind: &'static str,
}

/// A combination of group values and unit, as compared; none is missing.
pub type Key = Vec<Option<String>>;

/// What the judge says: a value of each metric for every combination.
pub fn expected(judge: &Judge, asked: &Asked) -> BTreeMap<Key, Vec<Value>> {
    let metrics: Vec<&Expr> =
        asked.metrics.iter().filter_map(|id| judge.model.metric(*id)).map(|metric| &metric.value).collect();
    let cells = judge.grouping(&asked.slice);
    let values = |cell| metrics.iter().map(|metric| judge.value(metric, cell)).collect();
    cells.iter().map(|cell| (cell.key.iter().map(Value::identity).collect(), values(cell))).collect()
}

/// The cells of a slice as a report would show them, in the order of the judge's combinations; a group that
/// the reader filtered out is in no report. None where a view has a filter of its own, which no cell can say.
pub fn cells(judge: &Judge, asked: &Asked) -> Vec<(Key, Cell)> {
    if !asked.slice.conditions.is_empty() {
        return Vec::new();
    }
    let model = judge.model;
    let metrics = asked.metrics.iter().filter_map(|id| model.metric(*id));
    let measures: Vec<String> = metrics.map(|metric| object_name(&metric.head.label)).collect();
    let picks: &[(ColumnId, Vec<Value>)] = &asked.slice.picks;
    let grain = asked.slice.grain.iter().map(|grain| grain.column);
    let columns: Vec<ColumnId> = asked.slice.groups.iter().copied().chain(grain).collect();
    let groups: Vec<String> = columns.iter().map(|column| dax_name(model, *column)).collect();
    let shown = |key: &[Value]| columns.iter().zip(key).all(|(column, value)| is_picked(picks, *column, value));
    let cell = |key: &[Value]| {
        let fixed = picks.iter().map(|(column, values)| (dax_name(model, *column), texts(values)));
        let own = groups.iter().cloned().zip(key.iter().map(|value| texts(std::slice::from_ref(value))));
        Cell { measures: measures.clone(), filters: fixed.chain(own).collect(), groups: groups.clone() }
    };
    let grouping = judge.grouping(&asked.slice);
    let grouping = grouping.iter().filter(|one| shown(&one.key));
    grouping.map(|one| (one.key.iter().map(Value::identity).collect(), cell(&one.key))).collect()
}

fn is_picked(picks: &[(ColumnId, Vec<Value>)], column: ColumnId, value: &Value) -> bool {
    let own = picks.iter().filter(|(picked, _)| *picked == column);
    own.into_iter().all(|(_, values)| values.iter().any(|one| one.identity() == value.identity()))
}

fn texts(values: &[Value]) -> Vec<Option<String>> {
    values.iter().map(|value| (!value.is_missing()).then(|| value.to_string())).collect()
}

/// `Table[Column]` by the names in the model.
pub fn dax_name(model: &Model, column: ColumnId) -> String {
    let names = Names::new(&model.gold);
    format!("{}[{}]", names.table(column.table), names.column(column))
}

/// The picks of a slice and its own conditions as filters on tables.
pub fn filters(model: &Model, slice: &Slice) -> Vec<TableFilter> {
    let picks = slice.picks.iter();
    let picked = |(column, values): &(ColumnId, Vec<Value>)| TableFilter {
        table: column.table,
        condition: condition(model, *column, values),
    };
    picks.map(picked).chain(slice.conditions.iter().cloned()).collect()
}

/// `column in [..]`, `or column is missing` where missing is one of the values.
pub fn condition(model: &Model, column: ColumnId, values: &[Value]) -> Expr {
    let ty = model.gold.column(column).map_or(Type::Text, |column| column.ty);
    let at = || Box::new(made(ExprKind::Column(PathColumn { path: vec![], column }), ty));
    let present: Vec<Expr> =
        values.iter().filter_map(literal).map(|literal| made(ExprKind::Literal(literal), ty)).collect();
    let missing = values.iter().any(Value::is_missing);
    let mut parts = Vec::new();
    if !present.is_empty() || !missing {
        parts.push(made(ExprKind::In { left: at(), negated: false, values: present }, Type::Boolean));
    }
    if missing {
        parts.push(made(ExprKind::IsMissing(at()), Type::Boolean));
    }
    if parts.len() == 1 { parts.remove(0) } else { made(ExprKind::Or(parts), Type::Boolean) }
}

fn made(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, Span::new(FileId(0), 0, 0))
}

fn literal(value: &Value) -> Option<Literal> {
    Some(match value {
        Value::Missing => return None,
        Value::Integer(value) => Literal::Integer(*value),
        Value::Money(value) => Literal::Money(*value as i64),
        Value::Number(value) => Literal::Number(*value),
        Value::Text(text) => Literal::Text(text.clone()),
        Value::Boolean(value) => Literal::Boolean(*value),
        Value::Date(date) => Literal::Date(*date),
    })
}

/// What was asked, in words a person can check.
pub fn in_words(model: &Model, asked: &Asked) -> String {
    let name = |column: &ColumnId| {
        let table = model.gold.table(column.table).map_or("?", |table: &carat::gold::Table| &table.name);
        format!("{table}.{}", model.gold.column(*column).map_or("?", |column| &column.name))
    };
    let metrics: Vec<&str> =
        asked.metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| metric.head.name.as_str()).collect();
    let grain = asked.slice.grain.iter().map(|grain| grain.name.clone());
    let groups: Vec<String> = asked.slice.groups.iter().map(name).chain(grain).collect();
    let pick = |(column, values): &(ColumnId, Vec<Value>)| {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        format!("{} in [{}]", name(column), values.join(", "))
    };
    let picks: Vec<String> = asked.slice.picks.iter().map(pick).collect();
    let own = if asked.slice.conditions.is_empty() { "" } else { " and the view's own filter" };
    format!("[{}] by [{}] where [{}]{own}", metrics.join(", "), groups.join(", "), picks.join(" and "))
}

/// The table a column belongs to is the calendar.
pub fn is_calendar(model: &Model, table: TableId) -> bool {
    model.gold.calendar.as_ref().is_some_and(|calendar| calendar.day.table == table)
}
