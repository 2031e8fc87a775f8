//! The filters of a view -> filters of its visual: lists of values on columns.

use crate::gold::ColumnId;
use crate::model::Literal;
use crate::plan::tree::{Condition, Query, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

use super::super::context::Context;
use super::super::json::Json;
use super::visual::field;

/// A column and the values it may have.
struct Choice<'a> {
    column: ColumnId,
    values: Vec<&'a Literal>,
}

/// None where some filter is more than a list of values.
pub fn filters(context: &Context, asked: &Query, visual: &str) -> Option<Vec<Json>> {
    let written = asked.filters.iter().map(|(_, condition)| condition).chain(&asked.calendar);
    let mut choices = Vec::new();
    for condition in written {
        choose(condition, &mut choices)?;
    }
    let numbered = choices.iter().zip(1..);
    numbered.map(|(choice, number)| filter(context, choice, &format!("{visual}{number}"))).collect()
}

fn choose<'a>(condition: &'a Condition, found: &mut Vec<Choice<'a>>) -> Option<()> {
    match condition {
        Condition::True => Some(()),
        Condition::And(parts) => parts.iter().try_for_each(|part| choose(part, found)),
        Condition::In { value, values, negated: false } => {
            found.push(Choice { column: own_column(value)?, values: values.iter().collect() });
            Some(())
        }
        Condition::Compare { operator: CompareOp::Equal, left, right } => {
            let ScalarKind::Literal(value) = &right.kind else { return None };
            found.push(Choice { column: own_column(left)?, values: vec![value] });
            Some(())
        }
        _ => None,
    }
}

/// The column, where it is one of the filter's own table.
fn own_column(value: &Scalar) -> Option<ColumnId> {
    match &value.kind {
        ScalarKind::Column(column) if column.path.is_empty() => Some(column.column),
        _ => None,
    }
}

fn filter(context: &Context, choice: &Choice, name: &str) -> Option<Json> {
    let (table, column) = (context.names.table(choice.column.table), context.names.column(choice.column));
    let values: Option<Vec<Json>> = choice.values.iter().map(|value| literal(value)).collect();
    let rows = values?.into_iter().map(|value| Json::List(vec![value])).collect();
    let expressions = Json::List(vec![field("Column", ("Source", "t"), column)]);
    let is_one_of = Json::Object(vec![("Expressions", expressions), ("Values", Json::List(rows))]);
    let condition = Json::Object(vec![("Condition", Json::Object(vec![("In", is_one_of)]))]);
    let from = Json::Object(vec![("Name", Json::text("t")), ("Entity", Json::text(table)), ("Type", Json::Whole(0))]);
    let definition = Json::Object(vec![
        ("Version", Json::Whole(2)),
        ("From", Json::List(vec![from])),
        ("Where", Json::List(vec![condition])),
    ]);
    Some(Json::Object(vec![
        ("name", Json::text(name)),
        ("field", field("Column", ("Entity", table), column)),
        ("type", Json::text("Categorical")),
        ("filter", definition),
        ("howCreated", Json::text("User")),
    ]))
}

/// As reports write values: `'text'`, `1L`, `true`, `datetime'2026-01-31T00:00:00'`.
fn literal(value: &Literal) -> Option<Json> {
    let written = match value {
        Literal::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Literal::Integer(number) => format!("{number}L"),
        Literal::Boolean(flag) => flag.to_string(),
        Literal::Date(day) => format!("datetime'{day}T00:00:00'"),
        Literal::Money(_) | Literal::Number(_) => return None,
    };
    Some(Json::Object(vec![("Literal", Json::Object(vec![("Value", Json::Text(written))]))]))
}
