//! What a project does about changes: `changes:` of `carat.yaml`.

use indexmap::IndexMap;

use crate::changes::{Class, Level, rule};
use crate::diagnostics::codes::{gold, project};
use crate::diagnostics::{Diagnostic, codes};
use crate::gold::Date;
use crate::source::Span;
use crate::yaml::{Fields, Node, Value};

/// Levels, exceptions and approvers, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The name of a class or the id of a rule to its level.
    pub levels: IndexMap<String, Level>,
    /// The least that a change of a definition comes to, whatever its class.
    pub definitions: IndexMap<String, Level>,
    pub exceptions: Vec<Exception>,
    pub approvers: Approvers,
}

/// Another level for a while, for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The definition; none for all.
    pub name: Option<String>,
    /// A class or rule; none for all.
    pub change: Option<String>,
    pub level: Level,
    /// The last day it applies.
    pub until: Date,
    pub because: String,
}

/// Who approves: the names of people or groups, as the place of review knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approvers {
    pub classes: IndexMap<String, Vec<String>>,
    pub teams: IndexMap<String, Vec<String>>,
    pub metrics: IndexMap<String, Vec<String>>,
}

const LEVELS: [(&str, Level); 3] = [("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];
/// A definition's level only adds: what lets through is an exception, which has a reason and an end.
const RAISED: [(&str, Level); 2] = [("warn", Level::Warn), ("deny", Level::Deny)];

pub(super) fn read(node: &Node, out: &mut Vec<Diagnostic>) -> Changes {
    let keys = ["levels", "metrics", "exceptions", "approvers"];
    let Some(fields) = Fields::of(node, "`changes`", &keys, out) else { return Changes::default() };
    Changes {
        levels: levels(fields.get("levels"), &LEVELS, true, out),
        definitions: levels(fields.get("metrics"), &RAISED, false, out),
        exceptions: exceptions(fields.get("exceptions"), out),
        approvers: fields.get("approvers").map(|node| approvers(node, out)).unwrap_or_default(),
    }
}

/// Names to levels; the names are those of classes and rules where `of_changes`.
fn levels(
    node: Option<&Node>,
    choices: &[(&str, Level)],
    of_changes: bool,
    out: &mut Vec<Diagnostic>,
) -> IndexMap<String, Level> {
    let mut found = IndexMap::new();
    for (key, node) in node.and_then(|node| node.map("levels", out)).unwrap_or_default() {
        if of_changes {
            known_change(&key.value, key.span, out);
        }
        if let Some(level) = level(node, choices, out) {
            found.insert(key.value.clone(), level);
        }
    }
    found
}

fn level(node: &Node, choices: &[(&str, Level)], out: &mut Vec<Diagnostic>) -> Option<Level> {
    let text = node.text("a level", out)?;
    super::load::choice(&text, "a level here", choices, out)
}

/// A class or a rule.
fn known_change(name: &str, span: Span, out: &mut Vec<Diagnostic>) {
    let classes = Class::ALL.iter().map(|class| class.name());
    let known: Vec<&str> = classes.chain(rule::ALL.iter().map(|rule| rule.id)).collect();
    if !known.contains(&name) {
        out.push(project::unknown_choice(name, "a class or rule of changes", &known, span));
    }
}

fn exceptions(node: Option<&Node>, out: &mut Vec<Diagnostic>) -> Vec<Exception> {
    match node.map(|node| (&node.value, node)) {
        Some((Value::List(items), _)) => items.iter().filter_map(|item| exception(item, out)).collect(),
        Some((_, node)) => {
            out.push(project::wrong_shape("`exceptions`", "a list, one `- ` each", "something else", node.span));
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn exception(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Exception> {
    let fields = Fields::of(node, "an exception", &["metric", "change", "level", "until", "because"], out)?;
    let start = Span { end: node.span.start, ..node.span };
    let wanted = ["level", "until", "because"].map(|key| fields.required(key, "an exception", start, out));
    let change = fields.text("change", out);
    if let Some(change) = &change {
        known_change(&change.value, change.span, out);
    }
    let name = fields.text("metric", out).map(|name| name.value);
    let [level_node, until_node, because_node] = wanted;
    let level = level_node.and_then(|node| level(node, &LEVELS, out));
    let until = until_node.and_then(|node| day(node, out));
    let because = because_node.and_then(|node| node.text("`because`", out));
    Some(Exception {
        name,
        change: change.map(|change| change.value),
        level: level?,
        until: until?,
        because: because?.value,
    })
}

fn day(node: &Node, out: &mut Vec<Diagnostic>) -> Option<Date> {
    let text = node.text("`until`", out)?;
    let day = Date::parse(&text.value);
    if day.is_none() {
        out.push(gold::invalid_day(&text.value, text.span));
    }
    day
}

fn approvers(node: &Node, out: &mut Vec<Diagnostic>) -> Approvers {
    let Some(fields) = Fields::of(node, "`approvers`", &["classes", "teams", "metrics"], out) else {
        return Approvers::default();
    };
    let classes = fields.get("classes");
    for (key, _) in classes.and_then(|node| node.map("`classes`", out)).unwrap_or_default() {
        let known = Class::ALL.map(Class::name);
        if !known.contains(&key.value.as_str()) {
            out.push(codes::project::unknown_choice(&key.value, "a class of changes", &known, key.span));
        }
    }
    let mut names = |key| fields.get(key).map(|node| who(node, key, out)).unwrap_or_default();
    Approvers { classes: names("classes"), teams: names("teams"), metrics: names("metrics") }
}

fn who(node: &Node, what: &str, out: &mut Vec<Diagnostic>) -> IndexMap<String, Vec<String>> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        _ => node.map(&format!("`{what}`"), out).unwrap_or_default(),
    };
    let names = |node: &Node, out: &mut Vec<Diagnostic>| {
        node.texts("who approves", out).into_iter().map(|name| name.value).collect()
    };
    entries.iter().map(|(key, node)| (key.value.clone(), names(node, out))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, load};
    use crate::source::FileSet;

    fn read(changes: &str) -> (Settings, Vec<&'static str>) {
        let mut files = FileSet::default();
        let text = format!("language: 1\nproject: p\ncurrency: USD\ntargets: {{ sql: duckdb }}\nchanges:\n{changes}");
        let id = files.add("carat.yaml", text);
        let (settings, problems) = load(&files, id);
        (settings, problems.iter().map(|problem| problem.code.id).collect())
    }

    #[test]
    fn levels_exceptions_and_approvers_are_read() {
        let (settings, problems) = read(
            "  levels: { meaning: deny, label-changed: warn }\n  metrics: { churn: deny }\n  exceptions:\n    \
             - { metric: churn, change: meaning, level: warn, until: 2026-12-31, because: agreed }\n  approvers:\n    \
             classes: { consent: \"@acme/dpo\" }\n    teams: { sales: [\"@a\", \"@b\"] }\n",
        );
        assert_eq!(problems, Vec::<&str>::new());
        assert_eq!(settings.changes.levels["label-changed"], Level::Warn);
        assert_eq!(settings.changes.exceptions[0].until, Date::parse("2026-12-31").unwrap());
        assert_eq!(settings.changes.approvers.teams["sales"], ["@a", "@b"]);
    }

    #[test]
    fn an_exception_without_an_end_or_a_reason_is_none() {
        let (settings, problems) = read("  exceptions: [{ metric: churn, level: allow }]\n");
        assert_eq!((settings.changes.exceptions.len(), problems), (0, vec!["missing-key", "missing-key"]));
    }

    #[test]
    fn a_metric_is_never_allowed_more_without_an_exception() {
        assert_eq!(read("  metrics: { churn: allow }\n").1, ["unknown-choice"]);
        assert_eq!(read("  levels: { meanings: deny }\n").1, ["unknown-choice"]);
    }
}
