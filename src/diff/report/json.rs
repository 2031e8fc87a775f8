//! For programs.

use serde_json::{Value, json};

use super::{Entry, Report};
use crate::diff::{Change, Impact, Move, Part, Place, Row, Slices};

/// One object with `old`, `new`, `denied` and `changes`, which are in the report's order.
pub fn render(report: &Report) -> String {
    let changes: Vec<Value> = report.entries.iter().map(|entry| change(report, entry)).collect();
    let all = json!({
        "old": report.old.title, "new": report.new.title, "denied": report.is_denied(), "changes": changes,
    });
    format!("{all:#}\n")
}

fn change(report: &Report, entry: &Entry) -> Value {
    let Change { rule, subject, message, clauses, before, after, reached, .. } = &entry.judged.change;
    let reached: Vec<Value> = reached
        .iter()
        .map(|one| json!({ "kind": one.subject.kind, "name": one.subject.name, "path": one.path }))
        .collect();
    let texts: Vec<Value> =
        entry.texts.iter().map(|text| json!({ "title": text.title, "difference": text.difference })).collect();
    json!({
        "rule": rule.id, "class": rule.class.name(), "level": entry.judged.level.name(),
        "kind": subject.kind, "name": subject.name, "message": message, "clauses": clauses,
        "before": before, "after": after, "reached": reached, "place": place(report, entry),
        "because": entry.judged.because, "approvers": entry.judged.approvers,
        "label": entry.label, "texts": texts, "impact": impact(&entry.impact),
    })
}

fn place(report: &Report, entry: &Entry) -> Option<Value> {
    let (version, side, span) = match entry.judged.change.at? {
        Place::Old(span) => ("old", &report.old, span),
        Place::New(span) => ("new", &report.new, span),
    };
    let at = side.files.position(span);
    Some(json!({ "version": version, "path": side.files.path(span.file), "line": at.line, "column": at.column }))
}

/// Null where no extract was given.
fn impact(impact: &Impact) -> Value {
    if impact.is_empty() {
        return Value::Null;
    }
    let charts: Value =
        impact.charts.iter().map(|chart| json!({ "title": chart.title, "reference": chart.reference })).collect();
    json!({
        "total": impact.total.as_ref().map(row),
        "parts": impact.parts.iter().map(part).collect::<Value>(),
        "slices": impact.slices.iter().map(slices).collect::<Value>(),
        "months": impact.months.iter().map(row).collect::<Value>(),
        "people": impact.people.as_ref().map(|moves| moves.iter().map(moved).collect::<Value>()),
        "charts": charts,
    })
}

fn slices(slices: &Slices) -> Value {
    json!({ "column": slices.column, "rows": slices.rows.iter().map(row).collect::<Value>() })
}

fn row(row: &Row) -> Value {
    let told = |one: &Option<crate::diff::Value>| one.as_ref().map(value);
    json!({
        "name": row.name, "before": told(&row.before), "after": told(&row.after), "difference": told(&row.difference),
    })
}

fn part(part: &Part) -> Value {
    json!({ "clauses": part.clauses, "difference": value(&part.difference), "after": value(&part.after) })
}

/// Numbers as text: a reader of JSON would make doubles of them.
fn value(value: &crate::diff::Value) -> Value {
    json!({ "exact": value.exact.map(|exact| exact.to_string()), "shown": value.shown })
}

fn moved(one: &Move) -> Value {
    let way = if one.enters { "enter" } else { "leave" };
    json!({
        "channel": one.channel, "way": way, "before": one.before, "after": one.after, "contacts": one.contacts,
    })
}
