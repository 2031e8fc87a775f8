//! Every key of `gold.yaml`, `carat.yaml` and the braces, and every clause of the language, each edited: `carat diff`
//! tells it by the rule that `tests/changes/keys/table.txt` names. A key or clause that the table lacks fails here.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/project.rs"]
mod project;

use std::collections::BTreeSet;
use std::fs;

use carat::diff::{Change, diff};
use project::Project;

const FOLDER: &str = "tests/changes/keys";
const KINDS: [&str; 6] = ["metric", "filter", "segment", "policy", "resolve", "view"];

/// A line of the table.
#[derive(Clone)]
struct Line {
    key: String,
    /// What is written instead of what.
    edits: Vec<(String, String)>,
    /// Ids of rules; none where the edit is no change.
    rules: Vec<String>,
    /// What the changes say, among other things.
    said: Vec<String>,
    /// Done to both versions.
    first: Vec<(String, String)>,
}

fn lines() -> Vec<Line> {
    let table = fs::read_to_string(format!("{FOLDER}/table.txt")).unwrap();
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(line).flat_map(of_each_kind).collect()
}

fn line(text: &str) -> Line {
    let parts: Vec<&str> = text.split(" | ").collect();
    let told = parts[2].trim();
    let (rules, said) = if told.starts_with('-') { ("", "") } else { told.split_once(": ").unwrap_or((told, "")) };
    Line {
        key: parts[0].trim().to_owned(),
        edits: edits(parts[1]),
        rules: rules.split_whitespace().map(str::to_owned).collect(),
        said: said.split('"').skip(1).step_by(2).map(str::to_owned).collect(),
        first: parts.get(3).map(|text| edits(text)).unwrap_or_default(),
    }
}

fn edits(text: &str) -> Vec<(String, String)> {
    let edit = |text: &str| {
        let (before, after) = text.split_once("=>").unwrap_or_else(|| panic!("no `=>` in {text}"));
        (before.trim_matches(' ').replace("\\n", "\n"), after.trim_matches(' ').replace("\\n", "\n"))
    };
    text.split(" ;; ").map(edit).collect()
}

/// A line with `$` stands for a line of every kind of definition that has the key.
fn of_each_kind(line: Line) -> Vec<Line> {
    if !line.edits[0].0.contains('$') && !line.first.iter().any(|(before, _)| before.contains('$')) {
        return vec![line];
    }
    let key = line.key.strip_prefix("braces.").unwrap().to_owned();
    let kinds = KINDS.iter().filter(|kind| keys_of_braces(kind).contains(&key));
    let with = |kind: &str| {
        let fill = |edits: &[(String, String)]| -> Vec<(String, String)> {
            edits.iter().map(|(a, b)| (a.replace('$', kind), b.replace('$', kind))).collect()
        };
        Line { key: format!("{kind}.{key}"), edits: fill(&line.edits), first: fill(&line.first), ..line.clone() }
    };
    kinds.map(|kind| with(kind)).collect()
}

/// The files of the project, after edits of the one that holds the key.
fn project(key: &str, edits: &[(String, String)]) -> Project {
    let own = match key.split('.').next().unwrap() {
        "gold" => "gold.yaml",
        "carat" => "carat.yaml",
        _ => "shop.metric",
    };
    let mut texts = ["carat.yaml", "gold.yaml", "shop.metric"]
        .map(|name| (name, fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()));
    for (before, after) in edits {
        let fits = |(name, text): &(&str, String)| *name == own && text.contains(before);
        let at = texts.iter().position(fits).or_else(|| texts.iter().position(|(_, text)| text.contains(before)));
        let (_, text) = &mut texts[at.unwrap_or_else(|| panic!("{key}: nothing reads `{before}`"))];
        assert_eq!(text.matches(before).count(), 1, "{key}: `{before}` stands more than once");
        *text = text.replacen(before, after, 1);
    }
    texts.iter().fold(Project::default(), |project, (name, text)| project.with(name, text))
}

/// What is told of the edit, or why a version of it does not compile.
fn changes(line: &Line) -> Result<Vec<Change>, String> {
    let model = |edits: &[(String, String)]| {
        let (files, model, found) = project(&line.key, edits).compile();
        let errors: String =
            found.iter().filter(|problem| problem.is_error()).map(|problem| project::plain(&files, problem)).collect();
        if errors.is_empty() { Ok(model) } else { Err(errors) }
    };
    Ok(diff(&model(&line.first)?, &model(&[line.first.as_slice(), &line.edits].concat())?))
}

#[test]
fn every_edit_is_told_by_its_rule() {
    let mut wrong = String::new();
    for line in lines() {
        let found = match changes(&line) {
            Ok(found) => found,
            Err(errors) => {
                wrong += &format!("{}: {errors}", line.key);
                continue;
            }
        };
        let told: BTreeSet<&str> = found.iter().map(|change| change.rule.id).collect();
        let text: String =
            found.iter().map(|change| format!("{}\n{}\n", change.message, change.clauses.join("\n"))).collect();
        let as_wanted = match line.rules.is_empty() {
            true => told.is_empty(),
            false => line.rules.iter().all(|rule| told.contains(rule.as_str())),
        };
        if !as_wanted || !line.said.iter().all(|said| text.contains(said.as_str())) {
            wrong += &format!("{}: {:?} is wanted, {told:?} is told:\n{text}", line.key, line.rules);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The keys that a place knows, as the message about an unknown one lists them.
fn listed(name: &str, before: &str, after: &str) -> BTreeSet<String> {
    let edit = [(before.to_owned(), after.to_owned())];
    let (_, _, found) = project(name, &edit).compile();
    let help =
        found.iter().filter(|problem| problem.message.contains("`zzz`")).find_map(|problem| problem.help.clone());
    let help = help.unwrap_or_else(|| panic!("{name}: `zzz` is known behind `{before}`"));
    let (_, keys) = help.split_once("keys").unwrap();
    let keys = keys.split_once(" are ").unwrap().1;
    keys.split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

fn keys_of_braces(kind: &str) -> BTreeSet<String> {
    let before = format!("{{ owner: \"owner of {kind}\"");
    listed(kind, &before, &before.replace("{ ", "{ zzz: 1  "))
}

/// Where a key could stand: a prefix of the table, and the text that a key can be written behind.
const PLACES: [(&str, &str, &str); 14] = [
    ("gold", "", "as_of: status.as_of"),
    ("gold.calendar", "{ ", "table: calendar"),
    ("gold.contact", "{ ", "table: address, channel"),
    ("gold.defaults", "{ ", "schema: gold"),
    ("gold.table", "    ", "label: Customer\n"),
    ("gold.relationship", "{ ", "table: customer, by"),
    ("gold.column", "{ ", "type: money"),
    ("carat", "", "language: 1"),
    ("carat.targets", "  ", "sql: [duckdb]"),
    ("carat.powerbi", "{ ", "storage: direct"),
    ("carat.connection", "{ ", "workspace: Shop"),
    ("carat.changes", "  ", "levels: { meaning"),
    ("carat.exception", "{ ", "metric: sales, change"),
    ("carat.approvers", "{ ", "classes: { consent"),
];

#[test]
fn every_key_of_the_yaml_files_is_in_the_table() {
    let table: BTreeSet<String> = lines().into_iter().map(|line| line.key).collect();
    for (place, before, text) in PLACES {
        let separator = if before == "{ " { ", ".to_owned() } else { format!("\n{before}") };
        for key in listed(place, text, &format!("zzz: 1{separator}{text}")) {
            assert!(table.contains(&format!("{place}.{key}")), "the table lacks `{place}.{key}`");
        }
    }
}

#[test]
fn every_key_of_the_braces_is_in_the_table() {
    let table: BTreeSet<String> = lines().into_iter().map(|line| line.key).collect();
    for kind in KINDS {
        for key in keys_of_braces(kind) {
            let known = [format!("{kind}.{key}"), format!("braces.{key}")];
            assert!(known.iter().any(|key| table.contains(key)), "the table lacks `{key}` of a {kind}");
        }
    }
    let translation = "label: \"Umsatz\"";
    for key in listed("translation", translation, &format!("zzz: \"a\"  {translation}")) {
        assert!(table.contains(&format!("translation.{key}")), "the table lacks `translation.{key}`");
    }
}

/// The rules of the grammar whose parts are clauses, each of which can be another in itself.
const RULES: [&str; 31] = [
    "metric",
    "filter",
    "segment",
    "activation",
    "policy",
    "policy_rule",
    "resolve",
    "wins",
    "strictest",
    "first",
    "view",
    "groups",
    "group",
    "expect",
    "clause",
    "part",
    "test",
    "condition",
    "tested",
    "window",
    "last",
    "to_date",
    "over_clause",
    "life",
    "primary",
    "prior",
    "opening",
    "case",
    "sum",
    "operand",
    "aggregate",
];

#[test]
fn every_clause_of_the_grammar_is_in_the_table() {
    let table: BTreeSet<String> = lines().into_iter().map(|line| line.key).collect();
    let grammar = fs::read_to_string("grammar/carat.pest").unwrap();
    let all = RULES.iter().flat_map(|rule| parts(&grammar, rule).into_iter().map(move |part| format!("{rule}.{part}")));
    let lacking: Vec<String> = all.filter(|key| !table.contains(key)).collect();
    assert!(lacking.is_empty(), "the table lacks {lacking:?}");
}

/// What a rule of the grammar is made of, without marks and the words that only open or part its clauses.
fn parts(grammar: &str, rule: &str) -> BTreeSet<String> {
    let start = grammar.find(&format!("\n{rule} = ")).unwrap_or_else(|| panic!("no rule `{rule}`"));
    let body = grammar[start + 1..].split_once('{').unwrap().1;
    let body = &body[..body.find("\n\n").unwrap_or(body.len()).min(end_of(body))];
    let body = body.replace("\"\\\"\"", "");
    let without_texts: String = body.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let words = without_texts.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let is_mark = |word: &str| {
        let marks = ["SOI", "EOI", "equals", "comma", "open", "close", "comparison_operator", "whole_number"];
        let choosing =
            ["k_otherwise", "k_refuse", "k_allow", "k_period", "k_history", "k_and", "k_or", "k_not", "k_distinct"];
        marks.contains(&word) || (word.starts_with("k_") && !choosing.contains(&word))
    };
    let kept = words.filter(|word| word.len() > 1 && !is_mark(word) && !word.starts_with(|c: char| c.is_ascii_digit()));
    kept.map(str::to_owned).collect()
}

/// The brace that closes the body.
fn end_of(body: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in body.char_indices() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if depth == 0 {
            return at;
        }
    }
    body.len()
}
