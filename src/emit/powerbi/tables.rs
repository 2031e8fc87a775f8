//! Gold table -> table of the semantic model: measures, columns, partition.

use crate::gold::{Table, TableId};

use super::columns::column;
use super::context::Context;
use super::ids::id;
use super::measures::measure;
use super::tmdl::Object;

/// One table with everything in it.
pub fn table(context: &Context, at: TableId, gold: &Table) -> Object {
    let name = context.names.table(at);
    let sources: Vec<&str> = context.columns(at).map(|(_, column)| column.name.as_str()).collect();
    let in_source = format!("[{}].[{}]", gold.schema, gold.physical);
    Object::new("table", name)
        .described(description(gold))
        .flag("isHidden", is_hidden(context, at))
        .text("lineageTag", id(&[context.project(), "table", &gold.name]))
        .text_if("sourceLineageTag", context.source().is_direct_lake().then_some(in_source))
        .text_if("dataCategory", is_calendar(context, at).then_some("Time"))
        .children(context.measures_of(at).map(|one| measure(context, one)))
        .children(context.columns(at).map(|(at, gold)| column(context, at, gold)))
        .child(context.source().partition(gold, name, &sources))
        .annotated("carat_table", &gold.name)
}

fn description(gold: &Table) -> Vec<String> {
    match &gold.about {
        Some(about) => about.lines().map(str::to_owned).collect(),
        None => vec![format!("Table {} of the gold layer.", gold.name)],
    }
}

fn is_calendar(context: &Context, at: TableId) -> bool {
    context.gold().calendar.as_ref().is_some_and(|calendar| calendar.table == at)
}

/// Readers see a table in which they see something.
pub fn is_hidden(context: &Context, at: TableId) -> bool {
    let sees_columns = context.columns(at).any(|(_, column)| column.group);
    !sees_columns && context.measures_of(at).all(|measure| measure.hidden)
}
