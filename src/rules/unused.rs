//! A hidden metric or a filter that nothing uses is text that nobody reads.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::{Definition, FilterId, MetricId};

use super::Facts;

pub(super) fn what_is_hidden_is_used(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let mut used: BTreeSet<Definition> = facts.expressions().flat_map(|expr| expr.names()).collect();
    used.extend(model.views.iter().flat_map(|view| &view.metrics).map(|id| Definition::Metric(*id)));
    for (metric, id) in model.metrics.iter().zip(0..) {
        if metric.head.about.hidden && !used.contains(&Definition::Metric(MetricId(id))) {
            found.push(codes::unused_definition("the hidden metric", &metric.head));
        }
    }
    for (filter, id) in model.filters.iter().zip(0..) {
        if !used.contains(&Definition::Filter(FilterId(id))) {
            found.push(codes::unused_definition("the filter", &filter.head));
        }
    }
}
