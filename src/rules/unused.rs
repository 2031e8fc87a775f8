//! A hidden metric or a filter that nothing uses is text that nobody reads.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::{Definition, FilterId, MetricId};

use super::Facts;

pub(super) fn what_is_hidden_is_used(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let filters = model.views.iter().flat_map(|view| &view.filters).map(|filter| &filter.condition);
    let asked = filters.chain(model.expectations.iter().map(|expectation| &expectation.condition));
    let mut asked: BTreeSet<Definition> = asked.flat_map(|expr| expr.names()).collect();
    asked.extend(model.views.iter().flat_map(|view| &view.metrics).map(|id| Definition::Metric(*id)));
    let is_used = |definition| model.is_named(definition) || asked.contains(&definition);
    for (metric, id) in model.metrics.iter().zip(0..) {
        if metric.head.about.hidden && !is_used(Definition::Metric(MetricId(id))) {
            found.push(codes::unused_definition("the hidden metric", &metric.head));
        }
    }
    for (filter, id) in model.filters.iter().zip(0..) {
        if !is_used(Definition::Filter(FilterId(id))) {
            found.push(codes::unused_definition("the filter", &filter.head));
        }
    }
}
