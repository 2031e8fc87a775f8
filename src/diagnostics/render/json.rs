//! `json`: one object, every finding with its places, codes and help.

use serde_json::{Value, json};

use super::{page, place};
use crate::diagnostics::{Diagnostic, Label};
use crate::source::FileSet;

/// `{"diagnostics": [..]}` and a line end.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    format!("{:#}\n", json!({ "diagnostics": value(files, diagnostics) }))
}

/// The list alone, to be part of another object.
pub fn value(files: &FileSet, diagnostics: &[Diagnostic]) -> Value {
    diagnostics.iter().map(|diagnostic| finding(files, diagnostic)).collect()
}

fn finding(files: &FileSet, diagnostic: &Diagnostic) -> Value {
    json!({
        "code": diagnostic.code.id,
        "level": diagnostic.code.level.word(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "labels": diagnostic.labels.iter().map(|l| label(files, l)).collect::<Value>(),
        "page": page(diagnostic.code.id),
    })
}

fn label(files: &FileSet, label: &Label) -> Value {
    let place = place(files, label);
    json!({
        "path": place.path,
        "line": place.start.line,
        "column": place.start.column,
        "end_line": place.end.line,
        "end_column": place.end.column,
        "start": label.span.start,
        "end": label.span.end,
        "text": label.text,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_finding_carries_its_places_counted_from_one() {
        let (files, diagnostics) = findings();
        let all = value(&files, &diagnostics);
        assert_eq!(all[0]["labels"][0]["line"], 2);
        assert_eq!(all[0]["labels"][0]["end_column"], 18);
        assert_eq!(all[0]["page"], "docs/errors/unknown-name.md");
        assert_eq!(all[1]["labels"], json!([]));
    }
}
