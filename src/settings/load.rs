//! From the nodes of `carat.yaml` to [`Settings`], with every problem and its place.

use indexmap::IndexMap;

use crate::diagnostics::{Diagnostic, codes::project};
use crate::source::{FileId, FileSet, Span, Spanned};
use crate::yaml::{Fields, Node, Value};

use super::{DialectName, Item, PowerBi, Settings, Storage, is_named, values};

const KEYS: [&str; 9] =
    ["language", "project", "label", "gold", "currency", "labels_in", "targets", "policies", "changes"];

/// Reads `carat.yaml`. Settings are always given; what could not be read has its default.
pub fn load(files: &FileSet, id: FileId) -> (Settings, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let Some(file) = files.get(id) else { return (defaults(), out) };
    match crate::yaml::parse(id, file) {
        Ok(node) => (settings(&node, &mut out), out),
        Err(problem) => (defaults(), vec![problem]),
    }
}

fn defaults() -> Settings {
    Settings {
        language: 1,
        gold: "gold.yaml".to_owned(),
        currency: "EUR".to_owned(),
        language_tag: "en-US".to_owned(),
        valid_for_hours: 24,
        ..Settings::default()
    }
}

fn settings(node: &Node, out: &mut Vec<Diagnostic>) -> Settings {
    let mut settings = defaults();
    let Some(fields) = Fields::of(node, "`carat.yaml`", &KEYS, out) else { return settings };
    let top = Span { end: fields.span.start, ..fields.span };
    language(&fields, top, out);
    about_the_project(&fields, top, &mut settings, out);
    if let Some(targets) = fields.required("targets", "`carat.yaml`", top, out) {
        read_targets(targets, &mut settings, out);
    }
    if let Some(policies) = fields.get("policies") {
        read_policies(policies, &mut settings, out);
    }
    if let Some(changes) = fields.get("changes") {
        settings.changes = super::changes::read(changes, out);
    }
    settings
}

fn language(fields: &Fields, top: Span, out: &mut Vec<Diagnostic>) {
    let Some(node) = fields.required("language", "`carat.yaml`", top, out) else { return };
    if let Some(version) = node.text("`language`", out).filter(|version| version.value != "1") {
        out.push(project::unknown_language_version(&version.value, version.span));
    }
}

fn about_the_project(fields: &Fields, top: Span, settings: &mut Settings, out: &mut Vec<Diagnostic>) {
    fields.required("project", "`carat.yaml`", top, out);
    fields.required("currency", "`carat.yaml`", top, out);
    if let Some(name) = fields.text("project", out) {
        settings.project = values::project_name(name, out);
    }
    if let Some(code) = fields.text("currency", out) {
        settings.currency = values::currency(code, out);
    }
    if let Some(path) = fields.text("gold", out) {
        settings.gold = values::file_path(path, out);
    }
    if let Some(tag) = fields.text("labels_in", out) {
        settings.language_tag = values::language_tag(tag, out);
    }
    settings.label = fields.text("label", out).map_or_else(|| settings.project.clone(), |label| label.value);
}

fn read_targets(node: &Node, settings: &mut Settings, out: &mut Vec<Diagnostic>) {
    let Some(fields) = Fields::of(node, "`targets`", &["powerbi", "sql"], out) else { return };
    settings.powerbi = fields.get("powerbi").and_then(|node| powerbi(node, out));
    settings.dialects = dialects(fields.texts("sql", out), out);
    if fields.get("powerbi").is_none() && fields.get("sql").is_none() {
        out.push(project::no_target(fields.span));
    }
}

fn powerbi(node: &Node, out: &mut Vec<Diagnostic>) -> Option<PowerBi> {
    let fields = Fields::of(node, "`powerbi`", &["storage", "connection"], out)?;
    let storage = match fields.text("storage", out) {
        Some(written) => choice(&written, "a storage mode of Power BI", &Storage::NAMES, out)?,
        None => Storage::default(),
    };
    let start = Span { end: node.span.start, ..node.span };
    let connection = fields.required("connection", "`powerbi`", start, out)?;
    Some(PowerBi { storage, connection: read_connection(connection, storage, out) })
}

fn read_connection(node: &Node, storage: Storage, out: &mut Vec<Diagnostic>) -> IndexMap<String, String> {
    let keys = storage.connection_keys();
    let what = format!("the connection of `{}`", storage.name());
    let known = [keys, storage.optional_keys()].concat();
    let Some(fields) = Fields::of(node, &what, &known, out) else { return IndexMap::new() };
    let start = Span { end: node.span.start, ..node.span };
    let mut connection = IndexMap::new();
    for key in keys {
        fields.required(key, &what, start, out);
        if let Some(value) = fields.text(key, out) {
            connection.insert((*key).to_owned(), values::with_variables(value, out));
        }
    }
    if let Some(item) = item(&fields, out) {
        connection.insert("item".to_owned(), item);
    }
    connection
}

/// What the database is, which has a name then: deployment looks it up by that.
fn item(fields: &Fields, out: &mut Vec<Diagnostic>) -> Option<String> {
    let written = fields.text("item", out)?;
    choice(&written, "an item of Fabric that has an endpoint", &Item::NAMES, out)?;
    if let Some(database) = fields.text("database", &mut Vec::new()).filter(|name| !is_named(&name.value)) {
        let what = format!("the database of a {}", written.value);
        out.push(project::wrong_shape(&what, "its name", &format!("`{}`", database.value), database.span));
    }
    Some(written.value)
}

fn dialects(written: Vec<Spanned<String>>, out: &mut Vec<Diagnostic>) -> Vec<DialectName> {
    let mut seen: Vec<(DialectName, Span)> = Vec::new();
    for name in written {
        let Some(dialect) = choice(&name, "a SQL dialect of carat", &DialectName::NAMES, out) else { continue };
        match seen.iter().find(|(other, _)| *other == dialect) {
            Some((_, first)) => out.push(project::duplicate_dialect(&name.value, name.span, *first)),
            None => seen.push((dialect, name.span)),
        }
    }
    seen.into_iter().map(|(dialect, _)| dialect).collect()
}

/// One of the named choices, else a message with the one that was perhaps meant.
pub(super) fn choice<T: Copy>(
    written: &Spanned<String>,
    what: &str,
    choices: &[(&str, T)],
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    let found = choices.iter().find(|(name, _)| *name == written.value).map(|(_, choice)| *choice);
    if found.is_none() {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        out.push(project::unknown_choice(&written.value, what, &names, written.span));
    }
    found
}

/// Purposes, each a map of channels to policies; `valid_for` stands among them.
fn read_policies(node: &Node, settings: &mut Settings, out: &mut Vec<Diagnostic>) {
    for (key, value) in node.map("`policies`", out).unwrap_or_default() {
        if key.value == "valid_for" {
            let hours = value.text("`valid_for`", out).and_then(|text| values::hours(&text, out));
            settings.valid_for_hours = hours.unwrap_or(settings.valid_for_hours);
        } else {
            settings.policies.insert(key.value.clone(), channels(value, &key.value, out));
        }
    }
}

fn channels(node: &Node, purpose: &str, out: &mut Vec<Diagnostic>) -> IndexMap<String, Spanned<String>> {
    let what = format!("the purpose `{purpose}`");
    let entries = match &node.value {
        Value::Nothing => &[],
        _ => node.map(&what, out).unwrap_or_default(),
    };
    let policy = |node: &Node, out: &mut Vec<Diagnostic>| node.text("the policy of a channel", out);
    entries.iter().filter_map(|(channel, node)| Some((channel.value.clone(), policy(node, out)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<Diagnostic>) {
        let mut files = FileSet::default();
        let id = files.add("carat.yaml", text);
        load(&files, id)
    }

    #[test]
    fn the_shipped_settings_load_without_a_message() {
        let (settings, problems) = read(include_str!("../../metrics/carat.yaml"));
        assert_eq!(problems, []);
        assert_eq!((settings.project.as_str(), settings.label.as_str()), ("customer_360", "Customer 360"));
        assert_eq!(settings.dialects.len(), 4);
        assert_eq!(settings.policies["marketing"]["post"].value, "marketing_consent");
        assert_eq!(settings.valid_for_hours, 24);
        let powerbi = settings.powerbi.expect("Power BI is a target");
        assert_eq!(powerbi.storage, Storage::DirectLakeOneLake);
        assert_eq!(powerbi.connection["workspace"], "${FABRIC_WORKSPACE}");
    }

    #[test]
    fn every_problem_of_the_file_is_reported_at_once() {
        let (_, problems) = read("language: 2\nproject: my-project\ncurrency: euro\ntarget: {}\n");
        let codes: Vec<_> = problems.iter().map(|problem| problem.code.id).collect();
        assert_eq!(
            codes,
            ["unknown-key", "unknown-language-version", "invalid-project-name", "invalid-currency", "missing-key"]
        );
    }

    #[test]
    fn what_is_not_written_has_its_default() {
        let (settings, problems) = read("language: 1\nproject: p\ncurrency: USD\ntargets: { sql: duckdb }\n");
        assert_eq!(problems, []);
        assert_eq!((settings.label.as_str(), settings.gold.as_str()), ("p", "gold.yaml"));
        assert_eq!((settings.language_tag.as_str(), settings.valid_for_hours), ("en-US", 24));
        assert_eq!(settings.dialects, [DialectName::DuckDb]);
    }
}
