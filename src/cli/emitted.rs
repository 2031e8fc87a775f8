//! What one definition becomes: the DAX and SQL that `explain` shows.

use crate::emit::dax::{self, Kind};
use crate::emit::sql;
use crate::model::{Definition, Model, View};
use crate::pipeline::Compiled;
use crate::plan;
use crate::plan::tree::{Plan, Query};
use crate::settings::DialectName;

/// Title and text of the DAX and SQL of a definition; none for a project with errors.
pub fn of_definition(compiled: &Compiled, id: Definition) -> Vec<(String, String)> {
    let Some(plan) = compiled.plan() else { return Vec::new() };
    let model = &compiled.model;
    let dax = match id {
        Definition::Metric(id) => Some(dax::metric_text(model, &plan, id)),
        Definition::Segment(id) => measure(model, &plan, Kind::SegmentCount(id)),
        _ => None,
    };
    let sql = match id {
        Definition::Metric(id) => Some(query(model, &plan, &Query { metrics: vec![id], ..Query::default() })),
        Definition::Segment(id) => Some(titled(model, |dialect| sql::segment(model, &plan, id, dialect))),
        _ => None,
    };
    dax.map(|text| ("DAX".to_owned(), text)).into_iter().chain(sql).collect()
}

/// Title and text of a view's SQL.
pub fn of_view(compiled: &Compiled, view: &View) -> Vec<(String, String)> {
    let Some(plan) = compiled.plan() else { return Vec::new() };
    let model = &compiled.model;
    let asked =
        plan::query(model, view.metrics.clone(), view.groups.clone(), view.grain.as_deref(), &view.filters, None);
    vec![query(model, &plan, &asked)]
}

fn measure(model: &Model, plan: &Plan, kind: Kind) -> Option<String> {
    dax::measures(model, plan).into_iter().find(|measure| measure.kind == kind).map(|measure| measure.dax)
}

/// In the first dialect the project asks for.
fn query(model: &Model, plan: &Plan, query: &Query) -> (String, String) {
    titled(model, |dialect| sql::query(model, plan, query, dialect))
}

/// SQL under the name of its dialect.
fn titled(model: &Model, text: impl FnOnce(DialectName) -> String) -> (String, String) {
    let dialect = model.settings.dialects.first().copied().unwrap_or(DialectName::DuckDb);
    (format!("SQL ({})", dialect.name()), text(dialect))
}
