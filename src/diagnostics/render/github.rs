//! `github`: workflow commands that annotate the lines of a pull request.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions", setting an error message; the
//! escapes are those of its toolkit (`escapeData`, `escapeProperty`).

use super::{message_with_help, place};
use crate::diagnostics::Diagnostic;
use crate::source::FileSet;

/// A line a finding, in the order given.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| command(files, diagnostic)).collect()
}

fn command(files: &FileSet, diagnostic: &Diagnostic) -> String {
    let mut properties = vec![format!("title={}", property(diagnostic.code.id))];
    if let Some(label) = diagnostic.labels.first() {
        let place = place(files, label);
        properties.push(format!("file={}", property(place.path)));
        properties.push(format!("line={},endLine={}", place.start.line, place.end.line));
        // Columns are only read where the finding lies on one line.
        if place.start.line == place.end.line {
            properties.push(format!("col={},endColumn={}", place.start.column, place.end.column));
        }
    }
    format!("::{} {}::{}\n", diagnostic.code.level.word(), properties.join(","), data(&message_with_help(diagnostic)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_finding_is_one_escaped_line() {
        let (files, diagnostics) = findings();
        assert_eq!(
            render(&files, &diagnostics),
            "::error title=unknown-name,file=shop/a.metric,line=2,endLine=2,col=11,endColumn=18::`custmer` is not a name of this project%0Ahelp: did you mean `customer`?\n\
             ::warning title=no-owner::50%25 of \"metrics\", <all>: no owner\n"
        );
    }
}
