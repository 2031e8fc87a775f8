//! Labels become names in Power BI: unique, unlike the columns beside them, and writable.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::gold::TableId;
use crate::model::{Expr, ExprKind, Head, MetricId, Model};

use super::Facts;

pub(super) fn labels_are_different(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let homes = Homes::of(model);
    let metrics = model.metrics.iter().zip(0..).map(|(d, id)| (&d.head, homes.metric(MetricId(id))));
    let segments = model.segments.iter().map(|d| (&d.head, Some(d.table)));
    let mut first: BTreeMap<String, &Head> = BTreeMap::new();
    for (head, home) in metrics.chain(segments) {
        match first.get(&head.label.to_lowercase()) {
            Some(known) => found.push(codes::label_clash(head, known)),
            None => {
                first.insert(head.label.to_lowercase(), head);
            }
        }
        found.extend(beside(model, head, home));
    }
}

/// A column of the home table that people see under the same name.
fn beside(model: &Model, head: &Head, home: Option<TableId>) -> Option<Diagnostic> {
    let table = model.gold.table(home?)?;
    let shown = |column: &&crate::gold::Column| {
        column.label.as_ref().unwrap_or(&column.name).to_lowercase() == head.label.to_lowercase()
    };
    let column = table.columns.iter().find(shown)?;
    Some(codes::label_of_a_column(head, &table.name, column.span))
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
            _ => expr.parts().into_iter().find_map(|part| self.first_leaf(part)),
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
