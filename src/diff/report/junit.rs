//! `junit`: a test case for each change, failed where it is denied.
//!
//! Source: the schema that Jenkins and Azure Pipelines read (testsuites, testsuite, testcase, failure, system-out).

use super::{Entry, Report};
use crate::diagnostics::render::junit::escaped;
use crate::diff::Level;

/// Without a change it has one case that passes.
pub fn render(report: &Report) -> String {
    let failures = report.entries.iter().filter(|entry| entry.judged.level == Level::Deny).count();
    // A reader takes a suite without cases for a run that went wrong.
    let nothing = "    <testcase classname=\"carat.diff\" name=\"no change\"/>\n".to_owned();
    let cases: String = report.entries.iter().map(|entry| case(report, entry)).collect();
    let (cases, count) = if cases.is_empty() { (nothing, 1) } else { (cases, report.entries.len()) };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{count}\" failures=\"{failures}\">\n  \
         <testsuite name=\"carat diff\" tests=\"{count}\" failures=\"{failures}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(report: &Report, entry: &Entry) -> String {
    let change = &entry.judged.change;
    let name = format!("{} {}: {}", change.subject.kind, change.subject.name, change.rule.id);
    let place = report.place(entry).map_or(String::new(), |place| format!("{place}: "));
    let mut lines = vec![format!("{place}{}", change.message)];
    lines.extend(change.clauses.iter().cloned());
    let (message, lines) = (escaped(&change.message), escaped(&lines.join("\n")));
    let body = match entry.judged.level {
        Level::Deny => format!("<failure type=\"{}\" message=\"{message}\">{lines}</failure>", change.rule.id),
        Level::Warn | Level::Allow => format!("<system-out>{lines}</system-out>"),
    };
    format!("    <testcase classname=\"carat.diff\" name=\"{}\">\n      {body}\n    </testcase>\n", escaped(&name))
}
