//! For programs.

use serde_json::{Value, json};

use super::{Entry, Report};
use crate::diff::{Change, Place};

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
        "texts": texts, "impact": entry.impact,
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
