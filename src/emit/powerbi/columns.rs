//! Gold column -> column of the semantic model.

use crate::gold::{Column, ColumnId, Sensitivity, Type};

use super::context::Context;
use super::formats::column_format;
use super::ids::id;
use super::tmdl::Object;
use super::tmdl::tree::Value;

/// Readers see the columns they may group by; what only measures need is hidden.
pub fn column(context: &Context, at: ColumnId, gold: &Column) -> Object {
    let (table, visible) = (context.gold().table(at.table), gold.group);
    let table_name = table.map_or("", |table| &table.name);
    let is_key = context.gold().single_key(at.table) == Some(at);
    let in_mdx = visible || context.scope.sorts(context.gold(), at);
    Object::new("column", context.names.column(at))
        .described(if visible { description(table_name, gold) } else { Vec::new() })
        .word("dataType", data_type(gold.ty))
        .flag("isHidden", !visible)
        .flag("isKey", is_key)
        .text_if("formatString", column_format(gold.ty, &context.settings().currency))
        .with_some("isAvailableInMdx", (!in_mdx).then(|| Value::Word("false".to_owned())))
        .text("lineageTag", id(&[context.project(), "table", table_name, "column", &gold.name]))
        .text_if("sourceLineageTag", context.source().is_direct_lake().then_some(&gold.name))
        .text_if("dataCategory", data_category(gold))
        .word("summarizeBy", "none")
        .text("sourceColumn", &gold.name)
        .with_some("sortByColumn", gold.sort.map(|sort| Value::name(context.names.column(sort))))
        .annotated_if("carat_sensitivity", sensitivity(gold.sensitivity))
}

/// The data types of the engine (Power BI documentation, "Data types").
fn data_type(ty: Type) -> &'static str {
    match ty {
        Type::Integer => "int64",
        Type::Money => "decimal",
        Type::Number => "double",
        Type::Text => "string",
        Type::Boolean => "boolean",
        Type::Date => "dateTime",
    }
}

/// Names of columns, alone or after an underscore, and what maps then read their values as.
const PLACES: [(&str, Type, &str); 7] = [
    ("continent", Type::Text, "Continent"),
    ("country", Type::Text, "Country"),
    ("province", Type::Text, "StateOrProvince"),
    ("city", Type::Text, "City"),
    ("postal_code", Type::Text, "PostalCode"),
    ("latitude", Type::Number, "Latitude"),
    ("longitude", Type::Number, "Longitude"),
];

/// By its technical name: `country`, `billing_country` (Best Practice Analyzer, ADD_DATA_CATEGORY_FOR_COLUMNS).
fn data_category(column: &Column) -> Option<&'static str> {
    let name = column.name.to_lowercase();
    let is_called = |word: &str| name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
    PLACES.iter().find(|(word, ty, _)| *ty == column.ty && is_called(word)).map(|(_, _, category)| *category)
}

/// What the schema says of it, else where it stands and comes from.
fn description(table: &str, column: &Column) -> Vec<String> {
    if let Some(about) = &column.about {
        return about.lines().map(str::to_owned).collect();
    }
    let place = format!("Column {} of {table} in the gold layer", column.name);
    vec![match column.from.as_slice() {
        [] => format!("{place}."),
        sources => format!("{place}, from {}.", sources.join(" and ")),
    }]
}

fn sensitivity(sensitivity: Sensitivity) -> Option<&'static str> {
    match sensitivity {
        Sensitivity::Public | Sensitivity::Internal => None,
        Sensitivity::Personal => Some("personal"),
        Sensitivity::Contact => Some("contact"),
    }
}
