//! `sarif`: SARIF 2.1.0 (OASIS standard), which code scanning services read.

use serde_json::{Value, json};

use super::{explained, message_with_help, place};
use crate::diagnostics::{Code, Diagnostic, Label};
use crate::source::FileSet;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// One run; its rules are the codes that occur.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    let rules = rules(diagnostics);
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(files, &rules, diagnostic)).collect();
    let driver = json!({
        "name": "carat",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|code| rule(code)).collect::<Value>(),
    });
    // Columns are counted in characters, not in UTF-16 units (SARIF 3.14.17).
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    format!("{:#}\n", json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

/// The codes that were found, each once, by name.
fn rules(diagnostics: &[Diagnostic]) -> Vec<&'static Code> {
    let mut codes: Vec<&Code> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    codes
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": { "text": code.summary },
        "help": { "text": format!("{}: see {}", code.summary, explained(code)) },
        "defaultConfiguration": { "level": code.level.word() },
    })
}

fn result(files: &FileSet, rules: &[&Code], diagnostic: &Diagnostic) -> Value {
    let (first, rest) = diagnostic.labels.split_at(diagnostic.labels.len().min(1));
    let locations = |labels: &[Label]| labels.iter().map(|label| location(files, label)).collect::<Value>();
    json!({
        "ruleId": diagnostic.code.id,
        "ruleIndex": rules.iter().position(|code| code.id == diagnostic.code.id),
        "level": diagnostic.code.level.word(),
        "message": { "text": message_with_help(diagnostic) },
        "locations": locations(first),
        "relatedLocations": locations(rest),
    })
}

fn location(files: &FileSet, label: &Label) -> Value {
    let place = place(files, label);
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(place.path) },
            "region": {
                "startLine": place.start.line,
                "startColumn": place.start.column,
                "endLine": place.end.line,
                "endColumn": place.end.column,
            },
        },
        "message": { "text": label.text },
    })
}

/// A relative URI reference: all but unreserved characters and `/` are percent-encoded (RFC 3986).
pub(crate) fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_run_names_its_rules_and_each_result_points_at_one() {
        let (files, diagnostics) = findings();
        let log: Value = serde_json::from_str(&render(&files, &diagnostics)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "unknown-name");
        assert_eq!(run["results"][0]["ruleIndex"], 1);
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 11);
        assert_eq!(run["results"][0]["relatedLocations"].as_array().unwrap().len(), 1);
        assert_eq!(run["results"][1]["locations"], json!([]));
    }

    #[test]
    fn a_path_is_a_relative_uri() {
        assert_eq!(uri("köln/a b.metric"), "k%C3%B6ln/a%20b.metric");
    }
}
