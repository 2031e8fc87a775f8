//! Relationships of the model: those of the gold schema and the date roles.
//!
//! An inactive one is written only where a measure activates it: one that nothing can use is noise to
//! readers, and the Best Practice Analyzer reports it.

use crate::gold::ColumnId;

use super::context::Context;
use super::ids::id;
use super::scope::Join;
use super::tmdl::Object;
use super::tmdl::tree::Value;

/// In the order of `gold.yaml`.
pub fn relationships(context: &Context) -> Vec<Object> {
    context.scope.relationships.iter().map(|join| relationship(context, *join)).collect()
}

fn relationship(context: &Context, join: Join) -> Object {
    let end = |at: ColumnId| Value::member(context.names.table(at.table), context.names.column(at));
    let inactive = (!join.active).then(|| Value::Word("false".to_owned()));
    let (from, to) = (technical(context, join.from), technical(context, join.to));
    Object::new("relationship", id(&[context.project(), "relationship", &from, &to]))
        .with_some("isActive", inactive)
        .with("fromColumn", end(join.from))
        .with("toColumn", end(join.to))
}

fn technical(context: &Context, at: ColumnId) -> String {
    let table = context.gold().table(at.table).map_or("", |table| &table.name);
    let column = context.gold().column(at).map_or("", |column| &column.name);
    format!("{table}.{column}")
}
