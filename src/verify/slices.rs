//! The slices in which metrics are compared: the total, each column that readers may group by, months.

use std::collections::BTreeSet;

use crate::gold::{Calendar, ColumnId, TableId};
use crate::model::{Expr, ExprKind, MetricId, Model};

/// How values are grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slice {
    Total,
    Column(ColumnId),
    /// The column whose values are the months.
    Month(ColumnId),
}

/// The grain of [`Slice::Month`] in `gold.yaml`.
pub const MONTH: &str = "month";

impl Slice {
    /// The column whose values are the members of the slice.
    pub fn column(&self) -> Option<ColumnId> {
        match self {
            Slice::Total => None,
            Slice::Column(column) | Slice::Month(column) => Some(*column),
        }
    }

    /// As the language writes it: `total`, `customer.country`, `month`.
    pub fn name(&self, model: &Model) -> String {
        match self {
            Slice::Total => "total".to_owned(),
            Slice::Month(_) => MONTH.to_owned(),
            Slice::Column(column) => model.gold.written(*column),
        }
    }
}

/// Each slice with those of the metrics that every row of which reaches it; slices of none are left out.
pub fn slices(model: &Model, metrics: &[MetricId]) -> Vec<(Slice, Vec<MetricId>)> {
    let leaves: Vec<BTreeSet<TableId>> = metrics.iter().map(|id| leaves_of(model, *id)).collect();
    let reaching = |column: ColumnId| {
        let reach = |leaf: &TableId| model.gold.active_path(*leaf, column.table).is_some();
        let those = metrics.iter().zip(&leaves).filter(|(_, leaves)| leaves.iter().all(reach));
        those.map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let columns = groupable(model).map(|column| (Slice::Column(column), reaching(column)));
    let month = model.gold.calendar.as_ref().and_then(Calendar::months);
    let month = month.map(|column| (Slice::Month(column), metrics.to_vec()));
    let all = [(Slice::Total, metrics.to_vec())].into_iter().chain(columns).chain(month);
    all.filter(|(_, metrics)| !metrics.is_empty()).collect()
}

/// Columns with `group: true` of other tables than the calendar.
fn groupable(model: &Model) -> impl Iterator<Item = ColumnId> {
    let calendar = model.gold.calendar.as_ref().map(|calendar| calendar.table);
    let tables = (0_u32..).zip(&model.gold.tables).map(|(at, table)| (TableId(at), table));
    tables.filter(move |(id, _)| Some(*id) != calendar).flat_map(|(table, gold)| {
        let columns = (0_u32..).zip(&gold.columns).filter(|(_, column)| column.group);
        columns.map(move |(index, _)| ColumnId { table, index })
    })
}

fn leaves_of(model: &Model, id: MetricId) -> BTreeSet<TableId> {
    let mut found = BTreeSet::new();
    if let Some(metric) = model.metric(id) {
        collect(model, &metric.value, &mut found);
    }
    found
}

/// The tables of an expression's outermost aggregates.
fn collect(model: &Model, expr: &Expr, found: &mut BTreeSet<TableId>) {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => drop(found.insert(aggregate.rows.table)),
        ExprKind::Metric(id) => found.extend(leaves_of(model, *id)),
        ExprKind::Restricted { value, .. } => collect(model, value, found),
        _ => expr.parts().for_each(|part| collect(model, part, found)),
    }
}
