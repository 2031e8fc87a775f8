//! Changes as findings, for the forms that annotate lines: a denied change is an error, a warning one;
//! what is allowed annotates nothing.

use super::{Entry, Report, reached};
use crate::diagnostics::render::RENDERERS;
use crate::diagnostics::{Diagnostic, codes};
use crate::diff::Place;

/// In the order of the report. What is gone has no line in the new version: its old one is in the message.
pub fn findings(report: &Report) -> Vec<Diagnostic> {
    report.entries.iter().filter_map(|entry| finding(report, entry)).collect()
}

fn finding(report: &Report, entry: &Entry) -> Option<Diagnostic> {
    let change = &entry.judged.change;
    let code = change.rule.code(entry.judged.level)?;
    let mut facts = change.clauses.clone();
    facts.extend(reached(entry).map(|counted| format!("reaches {counted}")));
    let (message, at) = match change.at {
        Some(Place::New(span)) => (change.message.clone(), Some(span)),
        Some(Place::Old(_)) => {
            let stood = report.place(entry).unwrap_or_default();
            (format!("{}; it stood in {stood}", change.message), None)
        }
        None => (change.message.clone(), None),
    };
    Some(codes::changes::changed(code, message, at, &facts))
}

/// As the renderer of that name draws findings.
pub(super) fn drawn(report: &Report, name: &str) -> String {
    let renderer = RENDERERS.iter().find(|renderer| renderer.name == name);
    renderer.map_or_else(String::new, |renderer| (renderer.render)(&report.new.files, &findings(report)))
}
