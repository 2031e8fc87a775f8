//! What types and names suggest where the profile is silent.

use crate::gold::{Column, Table, Type};

use super::value::Value;

/// Words for texts whose name says what they are: the last word of the column's name.
const WORDS: &[(&str, &[&str])] = &[
    ("country", &["de", "fr", "nl", "at", "es", "it", "be", "pl", "gb", "us"]),
    ("language", &["de", "fr", "nl", "en", "es", "it", "pl"]),
    ("currency", &["eur", "usd", "gbp"]),
    ("region", &["north", "south", "west", "east"]),
    ("city", &["berlin", "paris", "amsterdam", "vienna", "madrid", "rome"]),
    ("category", &["home", "garden", "sport", "books", "toys", "food", "care"]),
    ("channel", &["web", "store", "phone", "email", "app"]),
    ("status", &["open", "in progress", "closed"]),
    ("priority", &["normal", "low", "high"]),
    ("reason", &["own request", "complaint", "legal"]),
    ("system", &["crm", "billing", "support"]),
];

/// Dates that are made for days to come.
const FUTURE: &[&str] = &["due", "expire", "expires", "end", "ends", "to", "until", "renewal"];

/// The texts of a column, the more frequent first.
pub fn texts(table: &Table, column: &Column) -> Vec<(Value, u32)> {
    let own: Vec<&str> = column.values.iter().map(String::as_str).collect();
    let last = column.name.rsplit('_').next().unwrap_or_default();
    let known = WORDS.iter().find(|(name, _)| *name == last).map_or(&[][..], |(_, words)| *words);
    let words = if own.is_empty() { known } else { &own[..] };
    if words.is_empty() {
        let pool = if column.group { 8 } else { 60 };
        return (1..=pool).map(|n| (numbered_of(table, column, n), 1)).collect();
    }
    let count = words.len() as u32;
    words.iter().zip((1..=count).rev()).map(|(word, weight)| (Value::Text((*word).into()), weight * weight)).collect()
}

/// So many rows in a row share an id that leads nowhere, as the lines of an order share its id.
pub fn group_of(column: &Column) -> Option<u32> {
    let leads_nowhere = column.ty == Type::Text && column.name.ends_with("_id") && column.values.is_empty();
    (leads_nowhere && !column.group).then_some(2)
}

/// `campaign-07`: the column's name without its last word where that is `id`, and a number.
pub fn numbered(column: &Column, number: u32) -> Value {
    let stem = column.name.strip_suffix("_id").unwrap_or(&column.name).to_lowercase();
    Value::Text(format!("{}-{number:02}", stem.replace('_', "-")).into())
}

/// `product 07` for a name, which is told from the table; else by the column.
fn numbered_of(table: &Table, column: &Column, number: u32) -> Value {
    if column.name.ends_with("_name") || column.name == "name" {
        let label = if column.normalised { table.label.to_lowercase() } else { table.label.clone() };
        return Value::Text(format!("{label} {number:02}").into());
    }
    numbered(column, number)
}

/// The share of dates at which windows and rules change their answer.
pub const EDGE: f64 = 0.03;

/// The share of a nullable column that is missing. Dates of things that may not have happened are
/// missing more often.
pub fn missing(_name: &str, ty: Type) -> f64 {
    if ty == Type::Date { 0.3 } else { 0.05 }
}

/// Smallest and greatest number of a type.
pub fn range(ty: Type) -> (f64, f64) {
    match ty {
        Type::Integer => (1.0, 5.0),
        Type::Number => (0.0, 1.0),
        _ => (5.0, 500.0),
    }
}

/// Days after the date it is counted from.
pub fn days(name: &str) -> (i32, i32) {
    match () {
        () if name.contains("birth") => (-30_000, -5_000),
        () if may_be_future(name) => (14, 700),
        () => (0, 30),
    }
}

/// Whether a date column of that name may lie after the as-of date: `due_date`, `contract_end`.
pub fn may_be_future(name: &str) -> bool {
    name.split('_').any(|word| FUTURE.contains(&word))
}
