//! `junit`: one test case per file, so that any build server shows a check among its tests.
//!
//! The format has no standard; this is the part of the Ant schema that servers agree on.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::{message_with_help, place};
use crate::diagnostics::Diagnostic;
use crate::source::FileSet;

/// A case for each file of the set, failed where it has an error; findings without a place have a case of their own.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    let cases = cases(files, diagnostics);
    let failures = cases.values().filter(|findings| findings.iter().any(|d| d.is_error())).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<testsuites tests=\"{}\" failures=\"{failures}\">", cases.len());
    let _ = writeln!(out, "  <testsuite name=\"carat\" tests=\"{}\" failures=\"{failures}\">", cases.len());
    for (path, findings) in &cases {
        out += &case(files, path, findings);
    }
    out + "  </testsuite>\n</testsuites>\n"
}

/// Findings by path, every file of the project present; those of no place stand under `project`.
fn cases<'a>(files: &'a FileSet, diagnostics: &'a [Diagnostic]) -> IndexMap<&'a str, Vec<&'a Diagnostic>> {
    let mut cases: IndexMap<&str, Vec<&Diagnostic>> = files.iter().map(|(_, f)| (&*f.path, Vec::new())).collect();
    for diagnostic in diagnostics {
        let path = diagnostic.span().map_or("project", |span| files.path(span.file));
        cases.entry(path).or_default().push(diagnostic);
    }
    cases
}

fn case(files: &FileSet, path: &str, findings: &[&Diagnostic]) -> String {
    let lines = |errors: bool| {
        let chosen = findings.iter().filter(|d| d.is_error() == errors);
        chosen.map(|d| line(files, d)).collect::<Vec<_>>().join("\n")
    };
    let (errors, warnings) = (lines(true), lines(false));
    let mut out = format!("    <testcase classname=\"carat.check\" name=\"{}\">\n", escaped(path));
    if let Some(first) = findings.iter().find(|d| d.is_error()) {
        let message = escaped(&first.message);
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">{}</failure>",
            first.code.id,
            escaped(&errors)
        );
    }
    if !warnings.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", escaped(&warnings));
    }
    out + "    </testcase>\n"
}

fn line(files: &FileSet, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.labels.first().map(|label| place(files, label));
    let place = place.map_or(String::new(), |p| format!("{}:{}:{}: ", p.path, p.start.line, p.start.column));
    format!("{place}{}: {}", diagnostic.code.id, message_with_help(diagnostic))
}

/// XML 1.0 text: the five reserved characters as entities, control characters it cannot hold left out.
pub(crate) fn escaped(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&apos;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn every_file_is_a_case_and_errors_are_its_failure() {
        let (files, diagnostics) = findings();
        let text = render(&files, &diagnostics);
        assert!(text.contains("<testsuites tests=\"2\" failures=\"1\">"), "{text}");
        assert!(text.contains(
            "<failure type=\"unknown-name\" message=\"`custmer` is not a name of this project\">shop/a.metric:2:11: "
        ));
        assert!(text.contains("50% of &quot;metrics&quot;, &lt;all&gt;: no owner</system-out>"));
    }
}
