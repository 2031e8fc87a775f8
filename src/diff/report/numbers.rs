//! What a change does to numbers and people, as tables of a comment.

use super::markdown::escaped;
use crate::diff::{Impact, Move, Part, Row, Value};

/// Tables and charts, each with an empty line before it; empty where nothing was asked.
pub fn numbers(impact: &Impact) -> String {
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(impact.total.as_ref().map(|total| rows("", std::slice::from_ref(total))));
    if !impact.parts.is_empty() {
        blocks.push(parts(&impact.parts));
    }
    let moved = impact.slices.iter().filter(|slices| !slices.rows.is_empty());
    blocks.extend(moved.map(|slices| rows(&slices.column, &slices.rows)));
    blocks.extend(impact.people.as_deref().map(people));
    blocks.extend(impact.charts.iter().filter_map(|chart| {
        let reference = chart.reference.as_ref()?;
        Some(format!("![{}]({reference})\n", escaped(&chart.title)))
    }));
    blocks.iter().map(|block| format!("\n{block}")).collect()
}

/// `10.3% → 12.4% (2.1%)`, `12 contacts enter, 3 leave`; none where nothing was asked.
pub fn in_short(impact: &Impact) -> Option<String> {
    if let Some((enter, leave)) = impact.moved() {
        let contacts = if enter == 1 { "contact enters" } else { "contacts enter" };
        return Some(format!("{enter} {contacts}, {leave} leave"));
    }
    let total = impact.total.as_ref()?;
    let difference = total.difference.as_ref().map_or_else(String::new, |value| format!(" ({})", signed(value)));
    Some(format!("{} → {}{difference}", shown(&total.before), shown(&total.after)))
}

fn rows(first: &str, rows: &[Row]) -> String {
    let row = |row: &Row| {
        let name = if row.name.is_empty() { "(missing)" } else { &row.name };
        let difference = row.difference.as_ref().map_or_else(|| "-".to_owned(), signed);
        format!("| {} | {} | {} | {difference} |\n", escaped(name), shown(&row.before), shown(&row.after))
    };
    let header = format!("| {} | before | after | difference |\n|---|--:|--:|--:|\n", escaped(first));
    header + &rows.iter().map(row).collect::<String>()
}

fn parts(parts: &[Part]) -> String {
    let row = |part: &Part| {
        let clauses = escaped(&part.clauses.join("; "));
        format!("| {clauses} | {} | {} |\n", signed(&part.difference), part.after.shown)
    };
    let header = "| clause by clause | difference | so far |\n|---|--:|--:|\n".to_owned();
    header + &parts.iter().map(row).collect::<String>()
}

fn people(moves: &[Move]) -> String {
    if moves.is_empty() {
        return "Nobody enters and nobody leaves.\n".to_owned();
    }
    let row = |one: &Move| {
        let way = if one.enters { "enter" } else { "leave" };
        let (channel, before, after) = (escaped(&one.channel), escaped(&one.before), escaped(&one.after));
        format!("| {channel} | {way} | {before} | {after} | {} |\n", one.contacts)
    };
    let header = "| channel | contacts | before | after | how many |\n|---|---|---|---|--:|\n".to_owned();
    header + &moves.iter().map(row).collect::<String>()
}

fn shown(value: &Option<Value>) -> String {
    value.as_ref().map_or_else(|| "-".to_owned(), |value| escaped(&value.shown))
}

/// With a plus where it is more.
fn signed(value: &Value) -> String {
    let more = value.exact.is_some_and(|exact| exact > crate::diff::Decimal::default());
    format!("{}{}", if more { "+" } else { "" }, escaped(&value.shown))
}
