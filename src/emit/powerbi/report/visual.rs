//! A table visual: groups, grain and metrics of a view.

use crate::emit::dax::Kind;
use crate::gold::ColumnId;
use crate::model::MetricId;
use crate::plan::tree::Query;

use super::super::context::Context;
use super::super::json::Json;
use super::filters;

const VISUAL: &str = "item/report/definition/visualContainer/2.4.0";

/// None where the view's filters cannot be said in a report.
pub fn table(context: &Context, asked: &Query, name: &str) -> Option<Json> {
    let filters = filters::filters(context, asked, name)?;
    let grain = asked.grain.as_ref().map(|grain| shown_as(context, grain.column));
    let groups = asked.groups.iter().copied().chain(grain).map(|at| column(context, at));
    let metrics = asked.metrics.iter().filter_map(|id| measure(context, *id));
    let projections = Json::Object(vec![("projections", Json::List(groups.chain(metrics).collect()))]);
    let state = Json::Object(vec![("Values", projections)]);
    let visual = Json::Object(vec![
        ("visualType", Json::text("tableEx")),
        ("query", Json::Object(vec![("queryState", state)])),
        ("drillFilterOtherVisuals", Json::Flag(true)),
    ]);
    let mut fields = vec![("name", Json::text(name)), ("position", position()), ("visual", visual)];
    if !filters.is_empty() {
        fields.push(("filterConfig", Json::Object(vec![("filters", Json::List(filters))])));
    }
    Some(Json::document(VISUAL, fields))
}

fn position() -> Json {
    let places = [("x", 20), ("y", 20), ("z", 0), ("height", 680), ("width", 1240), ("tabOrder", 0)];
    Json::Object(places.map(|(key, value)| (key, Json::Whole(value))).to_vec())
}

/// The column people read for a unit of time: the one that is sorted by it, else itself.
fn shown_as(context: &Context, grain: ColumnId) -> ColumnId {
    let mut shown = context.columns(grain.table).filter(|(_, column)| column.group && column.sort == Some(grain));
    shown.next().map_or(grain, |(at, _)| at)
}

fn column(context: &Context, at: ColumnId) -> Json {
    let (table, name) = (context.names.table(at.table), context.names.column(at));
    projection("Column", table, name)
}

fn measure(context: &Context, id: MetricId) -> Option<Json> {
    let measure = context.measures.iter().find(|measure| measure.kind == Kind::Metric(id))?;
    Some(projection("Measure", context.names.table(measure.home), &measure.name))
}

fn projection(kind: &'static str, table: &str, name: &str) -> Json {
    Json::Object(vec![
        ("field", field(kind, ("Entity", table), name)),
        ("queryRef", Json::text(format!("{table}.{name}"))),
        ("nativeQueryRef", Json::text(name)),
    ])
}

/// A column or measure of a table, named itself or by the source of a query.
pub fn field(kind: &'static str, (by, table): (&'static str, &str), name: &str) -> Json {
    let source = Json::Object(vec![("SourceRef", Json::Object(vec![(by, Json::text(table))]))]);
    let named = Json::Object(vec![("Expression", source), ("Property", Json::text(name))]);
    Json::Object(vec![(kind, named)])
}
