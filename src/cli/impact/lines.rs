//! An impact as lines for people at a terminal.

use super::super::table::aligned;
use crate::diff::{Impact, Row, Value};

/// Tables, one under the other; empty where nothing was asked.
pub fn lines(impact: &Impact) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    tables.extend(impact.total.as_ref().map(|total| rows("", std::slice::from_ref(total))));
    if !impact.parts.is_empty() {
        tables.push(parts(impact));
    }
    let moved = impact.slices.iter().filter(|slices| !slices.rows.is_empty());
    tables.extend(moved.map(|slices| rows(&slices.column, &slices.rows)));
    tables.extend(people(impact));
    tables.iter().flat_map(|table| table.lines()).map(str::to_owned).collect()
}

fn rows(first: &str, rows: &[Row]) -> String {
    let row = |row: &Row| vec![row.name.clone(), shown(&row.before), shown(&row.after), shown(&row.difference)];
    aligned(&header(&[first, "before", "after", "difference"]), &rows.iter().map(row).collect::<Vec<_>>())
}

fn parts(impact: &Impact) -> String {
    let row = |part: &crate::diff::Part| {
        vec![part.clauses.join("; "), part.difference.shown.clone(), part.after.shown.clone()]
    };
    let rows: Vec<Vec<String>> = impact.parts.iter().map(row).collect();
    aligned(&header(&["clause by clause", "difference", "so far"]), &rows)
}

fn people(impact: &Impact) -> Option<String> {
    let all = impact.people.as_ref()?;
    if all.is_empty() {
        return Some("nobody enters and nobody leaves\n".to_owned());
    }
    let row = |one: &crate::diff::Move| {
        let way = if one.enters { "enter" } else { "leave" };
        vec![one.channel.clone(), way.to_owned(), one.before.clone(), one.after.clone(), one.contacts.to_string()]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    Some(aligned(&header(&["channel", "contacts", "before", "after", "how many"]), &rows))
}

fn shown(value: &Option<Value>) -> String {
    value.as_ref().map_or_else(|| "-".to_owned(), |value| value.shown.clone())
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
