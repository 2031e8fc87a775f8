//! Changes -> text, for reviewers and for the machines around them. One file per form; each is pure.

pub mod charts;
mod codeowners;
mod findings;
mod human;
mod json;
mod junit;
mod markdown;
mod numbers;

use std::collections::BTreeMap;

use crate::diagnostics::render::human::counted_word;
use crate::source::{FileSet, Span};

use super::{Class, Impact, Judged, Level, Place};

pub use codeowners::codeowners;
pub use findings::findings;
pub use markdown::MARKER;

/// One version, as a report calls it.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// `main at 1a2b3c4`, `the working tree`.
    pub title: String,
    /// Its files, by the paths a reviewer knows.
    pub files: FileSet,
}

/// Two versions and what changed between them.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub old: Side,
    pub new: Side,
    pub entries: Vec<Entry>,
}

/// A change with what was asked for beside it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub judged: Judged,
    /// What readers call it; none for what has no such name.
    pub label: Option<String>,
    /// The definition and what it becomes, old and new.
    pub texts: Vec<Text>,
    /// What the change does to the numbers and people of an extract; empty where none was given.
    pub impact: Impact,
    /// The same as lines for a terminal.
    pub lines: Vec<String>,
}

/// A text difference: `definition`, `DAX`, `SQL (duckdb)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub title: String,
    /// Lines that begin with `-`, `+` or a blank.
    pub difference: String,
}

/// A form of report by its name on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub name: &'static str,
    pub render: fn(&Report) -> String,
}

/// Every form; `github`, `azure` and `sarif` are drawn as findings are.
pub const FORMS: &[Form] = &[
    Form { name: "human", render: human::render },
    Form { name: "markdown", render: markdown::render },
    Form { name: "json", render: json::render },
    Form { name: "junit", render: junit::render },
    Form { name: "github", render: |report| findings::drawn(report, "github") },
    Form { name: "azure", render: |report| findings::drawn(report, "azure") },
    Form { name: "sarif", render: |report| findings::drawn(report, "sarif") },
];

impl Report {
    /// Whether any change is denied, exceptions considered.
    pub fn is_denied(&self) -> bool {
        self.entries.iter().any(|entry| entry.judged.level == Level::Deny)
    }

    /// The entries of each class that has some, worst first.
    fn by_class(&self) -> impl Iterator<Item = (Class, Vec<&Entry>)> {
        Class::ALL.into_iter().filter_map(|class| {
            let all: Vec<&Entry> = self.entries.iter().filter(|entry| entry.judged.change.class() == class).collect();
            (!all.is_empty()).then_some((class, all))
        })
    }

    /// `2 denied, 1 warning, 3 allowed`, or `no change`.
    fn counted(&self) -> String {
        let count = |level| self.entries.iter().filter(|entry| entry.judged.level == level).count();
        let (denied, warned, allowed) = (count(Level::Deny), count(Level::Warn), count(Level::Allow));
        let parts = [
            (denied, format!("{denied} denied")),
            (warned, counted_word(warned, "warning")),
            (allowed, format!("{allowed} allowed")),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
        if parts.is_empty() { "no change".to_owned() } else { parts.join(", ") }
    }

    /// `shared.metric:12`, and of what is gone `shared.metric:12 of main at 1a2b3c4`.
    fn place(&self, entry: &Entry) -> Option<String> {
        let line =
            |side: &Side, span: Span| format!("{}:{}", side.files.path(span.file), side.files.position(span).line);
        Some(match entry.judged.change.at? {
            Place::New(span) => line(&self.new, span),
            Place::Old(span) => format!("{} of {}", line(&self.old, span), self.old.title),
        })
    }
}

/// Whom a change reaches, by kind: `3 metrics, 1 view`.
fn reached(entry: &Entry) -> Option<String> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for reached in &entry.judged.change.reached {
        *kinds.entry(reached.subject.kind).or_default() += 1;
    }
    let told: Vec<String> = kinds.into_iter().map(|(kind, count)| plural(count, kind)).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn plural(count: usize, kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if count > 1 => format!("{count} {stem}ies"),
        _ => counted_word(count, kind),
    }
}
