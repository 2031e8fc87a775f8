//! Wrong definition files and what is said about them.
//!
//! Each file of `tests/cases/broken` holds cases, `=== a sentence` and below it the text; its snapshot holds
//! every message as a reader sees it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Write;
use std::path::Path;

use carat::diagnostics::Diagnostic;
use carat::source::{FileSet, Span};

/// Code, place, message, then each label and the help, as plain text.
fn render(files: &FileSet, problem: &Diagnostic) -> String {
    let mut out = String::new();
    let place = problem.span().map(|span| files.position(span));
    let (line, column) = place.map_or((0, 0), |place| (place.line, place.column));
    writeln!(out, "{line}:{column} {}: {}", problem.code.id, problem.message).unwrap();
    for label in &problem.labels {
        writeln!(out, "  at {} {}", underlined(files, label.span), label.text).unwrap();
    }
    if let Some(help) = &problem.help {
        writeln!(out, "  help: {help}").unwrap();
    }
    out
}

fn underlined(files: &FileSet, span: Span) -> String {
    let place = files.position(span);
    let text: String = files.text(span).chars().take(40).collect();
    format!("{}:{} `{}`", place.line, place.column, text.escape_debug().to_string().replace("\\\"", "\""))
}

fn said(text: &str) -> String {
    let mut files = FileSet::default();
    let id = files.add("case.metric", text);
    let (_, problems) = carat::syntax::parse(&files, id);
    problems.iter().map(|problem| render(&files, problem)).collect()
}

fn cases(name: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/broken").join(name).with_extension("cases");
    let text = std::fs::read_to_string(path).unwrap();
    let parts = text.split("=== ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap()).map(|(title, text)| (title.into(), text.into())).collect()
}

fn check(name: &str) {
    let mut report = String::new();
    for (title, text) in cases(name) {
        let said = said(&text);
        assert!(!said.is_empty(), "nothing is said about {title}");
        writeln!(report, "=== {title}\n{}\n{said}", text.trim_end()).unwrap();
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("broken_{name}"), report));
}

#[test]
fn definitions_that_are_broken_say_why() {
    check("definitions");
}

#[test]
fn expressions_that_are_broken_say_why() {
    check("expressions");
}

#[test]
fn aggregates_that_are_broken_say_why() {
    check("aggregates");
}

#[test]
fn policies_and_resolves_that_are_broken_say_why() {
    check("policies");
}

#[test]
fn braces_and_text_that_are_broken_say_why() {
    check("braces");
}

/// The words of the parser behind the language, and of Rust, are never shown.
#[test]
fn no_message_speaks_of_the_implementation() {
    for name in ["definitions", "expressions", "aggregates", "policies", "braces"] {
        for (title, text) in cases(name) {
            let said = said(&text);
            for word in ["Rule", "EOI", "k_", " expected", "token", "Some(", "condition_"] {
                assert!(!said.contains(word), "`{word}` is said about {title}:\n{said}");
            }
        }
    }
}

#[test]
fn there_are_more_than_two_hundred_cases() {
    let count: usize =
        ["definitions", "expressions", "aggregates", "policies", "braces"].iter().map(|name| cases(name).len()).sum();
    assert!(count > 200, "{count}");
}
