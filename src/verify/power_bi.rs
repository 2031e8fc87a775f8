//! A DAX query with the expected values in it: one run in Power BI Desktop or Fabric says which measures
//! agree with SQL there.

use super::compare::Kind;
use super::{Member, Slice};
use crate::emit::names::{Names, dax_bracket, object_name};
use crate::gold::{ColumnId, Date, Type};
use crate::model::{MetricId, Model};

/// A value that SQL says a measure has.
#[derive(Debug, Clone)]
pub struct Expected {
    pub metric: MetricId,
    pub kind: Kind,
    pub slice: Slice,
    pub member: Member,
    /// The slice in words.
    pub place: String,
    /// None where SQL says it is missing.
    pub value: Option<String>,
}

/// UNION takes tables as arguments; so many a call keeps the query readable by every parser.
const IN_ONE: usize = 100;

/// `EVALUATE` a table of metric, slice, expected, actual and equal, what differs first.
pub fn query(model: &Model, expected: &[Expected]) -> String {
    let names = Names::new(&model.gold);
    let rows: Vec<String> = expected.iter().filter_map(|one| row(model, &names, one)).collect();
    let groups: Vec<String> = rows.chunks(IN_ONE).map(union).collect();
    let table = union(&groups);
    format!(
        "// Written by carat verify. Each line is a measure in a slice with the value that SQL gives it;\n\
         // [Equal] is false where Power BI gives another one.\n\
         EVALUATE\nADDCOLUMNS (\n{table},\n    \"Equal\",\n        IF (\n            ISBLANK ( [Expected] ),\n            \
         ISBLANK ( [Actual] ),\n            NOT ISBLANK ( [Actual] )\n                \
         && ABS ( [Actual] - [Expected] ) <= [Tolerance]\n        )\n)\nORDER BY [Equal], [Metric], [Slice]\n"
    )
}

fn union(tables: impl AsRef<[String]>) -> String {
    match tables.as_ref() {
        [one] => one.clone(),
        all => format!("UNION (\n{}\n)", all.join(",\n")),
    }
}

/// None for a metric whose value is no number or day.
fn row(model: &Model, names: &Names, expected: &Expected) -> Option<String> {
    let metric = model.metric(expected.metric)?;
    let measure = dax_bracket(&object_name(&metric.head.label));
    let actual = match expected.slice.column() {
        None => measure,
        Some(column) => format!("CALCULATE ( {measure}, {} )", filter(model, names, column, &expected.member)?),
    };
    // Nothing counted is BLANK in Power BI and 0 in SQL.
    let (actual, wanted) = match (&expected.value, expected.kind.sparse) {
        (Some(value), true) => (format!("{actual} + 0"), literal(value, expected.kind.ty)?),
        (None, true) => (format!("{actual} + 0"), "0".to_owned()),
        (Some(value), false) => (actual, literal(value, expected.kind.ty)?),
        (None, false) => (actual, "BLANK ()".to_owned()),
    };
    let tolerance = tolerance(expected);
    Some(format!(
        "    ROW ( \"Metric\", {}, \"Slice\", {}, \"Expected\", {wanted}, \"Actual\", {actual}, \"Tolerance\", {tolerance} )",
        text(&metric.head.name),
        text(&expected.place)
    ))
}

/// As [`super::compare::same`] has it.
fn tolerance(expected: &Expected) -> String {
    let size = expected.value.as_ref().and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0).abs();
    let allowed = match expected.kind.ty {
        Type::Number => 1e-9 * size.max(1.0),
        Type::Money => 0.000_05,
        _ => 0.0,
    };
    format!("{allowed:?}").to_uppercase()
}

/// One member of a column, in the filter context.
pub fn filter(model: &Model, names: &Names, column: ColumnId, member: &Member) -> Option<String> {
    let name = names.dax_column(column);
    let value = match member {
        None => "BLANK ()".to_owned(),
        Some(value) => literal(value, model.gold.column(column)?.ty)?,
    };
    Some(format!("TREATAS ( {{ {value} }}, {name} )"))
}

fn literal(value: &str, ty: Type) -> Option<String> {
    match ty {
        Type::Integer | Type::Money => value.parse::<f64>().ok().map(|_| value.to_owned()),
        Type::Number => {
            value.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| format!("{value:?}").to_uppercase())
        }
        Type::Boolean => Some(value.to_uppercase()),
        Type::Text => Some(text(value)),
        Type::Date => {
            let date = Date::parse(value.get(..10)?)?.to_string();
            let mut parts = date.split('-').map(|part| part.trim_start_matches('0').to_owned());
            Some(format!("DATE ( {}, {}, {} )", parts.next()?, parts.next()?, parts.next()?))
        }
    }
}

fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " "))
}
