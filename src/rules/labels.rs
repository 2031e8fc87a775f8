//! Labels become names in Power BI: unique, unlike the columns beside them, and writable.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::gold::{Column, Gold, Table, TableId};
use crate::model::{Expr, ExprKind, Head, MetricId, Model};

use super::Facts;

pub(super) fn labels_are_different(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let (homes, shown) = (Homes::of(model), Shown::of(&model.gold));
    let metrics = model.metrics.iter().zip(0..).map(|(d, id)| (&d.head, homes.metric(MetricId(id))));
    let segments = model.segments.iter().map(|d| (&d.head, Some(d.table)));
    let mut first: BTreeMap<String, &Head> = BTreeMap::new();
    for (head, home) in metrics.chain(segments) {
        let label = head.label.to_lowercase();
        let beside = home.and_then(|home| shown.beside(home, &label));
        let elsewhere = if beside.is_none() { shown.elsewhere(&label) } else { None };
        match first.entry(label) {
            Entry::Occupied(known) => found.push(codes::label_clash(head, known.get())),
            Entry::Vacant(place) => drop(place.insert(head)),
        }
        found.extend(beside.map(|(table, column)| codes::label_of_a_column(head, &table.name, column.span)));
        found.extend(elsewhere.map(|(table, column)| codes::label_like_a_column(head, &table.name, column.span)));
    }
}

/// The tables with their columns by what people see of them, in lower case; then the first column of each name.
struct Shown<'m> {
    tables: Vec<(&'m Table, BTreeMap<String, &'m Column>)>,
    first: BTreeMap<String, (&'m Table, &'m Column)>,
}

impl<'m> Shown<'m> {
    fn of(gold: &'m Gold) -> Self {
        let shown = |column: &Column| column.label.as_ref().unwrap_or(&column.name).to_lowercase();
        // The first of a name counts: it is put there last.
        let columns = |table: &'m Table| table.columns.iter().rev().map(|column| (shown(column), column)).collect();
        let all =
            gold.tables.iter().rev().flat_map(|table| table.columns.iter().rev().map(move |column| (table, column)));
        Shown {
            tables: gold.tables.iter().map(|table| (table, columns(table))).collect(),
            first: all.map(|(table, column)| (shown(column), (table, column))).collect(),
        }
    }

    /// The column of a table that people see under a name.
    fn beside(&self, table: TableId, name: &str) -> Option<(&'m Table, &'m Column)> {
        let (table, columns) = self.tables.get(table.0 as usize)?;
        Some((table, columns.get(name)?))
    }

    /// The first column of any table that people see under a name.
    fn elsewhere(&self, name: &str) -> Option<(&'m Table, &'m Column)> {
        self.first.get(name).copied()
    }
}

/// The table a measure stands in: that of its first leaf.
struct Homes {
    metrics: Vec<Option<TableId>>,
}

impl Homes {
    fn of(model: &Model) -> Self {
        let mut homes = Homes { metrics: vec![None; model.metrics.len()] };
        for id in model.metrics_in_order() {
            let home = model.metric(id).and_then(|metric| homes.first_leaf(&metric.value));
            if let Some(slot) = homes.metrics.get_mut(id.0 as usize) {
                *slot = home;
            }
        }
        homes
    }

    fn metric(&self, id: MetricId) -> Option<TableId> {
        self.metrics.get(id.0 as usize).copied().flatten()
    }

    fn first_leaf(&self, expr: &Expr) -> Option<TableId> {
        match &expr.kind {
            ExprKind::Aggregate(aggregate) => Some(aggregate.rows.table),
            ExprKind::Metric(id) => self.metric(*id),
            _ => expr.parts().find_map(|part| self.first_leaf(part)),
        }
    }
}

pub(super) fn labels_can_be_carried(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let heads = model.metrics.iter().map(|d| &d.head).chain(model.segments.iter().map(|d| &d.head));
    for head in heads {
        if let Some(why) = uncarried(&head.label) {
            found.push(codes::unspeakable_label(head, why));
        }
    }
}

/// Signs that the DAX syntax reference, "Naming requirements", does not allow; the comma, which it lists too, is
/// carried everywhere in practice.
const FORBIDDEN: [char; 26] = [
    '.', ';', '\'', ':', '/', '\\', '*', '|', '?', '&', '%', '$', '!', '+', '=', '(', ')', '[', ']', '{', '}', '<',
    '>', '"', '`', '#',
];

fn uncarried(label: &str) -> Option<&'static str> {
    if label.trim().is_empty() {
        return Some("it is empty");
    }
    if label.trim() != label {
        return Some("it begins or ends with a blank");
    }
    if label.chars().any(char::is_control) {
        return Some("it holds a tab, a line break or another control character");
    }
    label.contains(FORBIDDEN).then_some("use letters, digits, blanks, commas and hyphens, and words for signs")
}
