//! The shipped project, changed in every single place: each change of a clause is reported under its class,
//! and each rewriting that keeps the meaning as none.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/project.rs"]
mod project;
#[path = "support/tokens.rs"]
mod tokens;

use std::collections::BTreeSet;

use carat::diff::{Change, Class, diff, rule};
use carat::format;
use carat::gold::{self, Gold};
use carat::model::{Definition, Model};
use carat::resolve;
use carat::settings::{self, Settings};
use carat::source::{FileSet, Span};
use carat::syntax::{self, tree};
use project::Project;
use rayon::prelude::*;
use tokens::{Kind, Token, tokens};

/// The shipped project, compiled once; a variant only parses the files that differ.
struct Shipped {
    files: Vec<(String, String)>,
    settings: Settings,
    gold: Gold,
    trees: Vec<tree::File>,
    model: Model,
}

impl Shipped {
    fn new() -> Self {
        let mut files = Project::shipped().files;
        files.retain(|(name, _)| name.ends_with(".metric") || name.ends_with(".yaml"));
        files.sort_by_key(|(name, _)| name.ends_with(".metric"));
        let mut all = FileSet::default();
        let ids: Vec<_> = files.iter().map(|(name, text)| all.add(name.as_str(), text.as_str())).collect();
        let at = |wanted: &str| ids[files.iter().position(|(name, _)| name == wanted).unwrap()];
        let (settings, _) = settings::load(&all, at("carat.yaml"));
        let (gold, _) = gold::load(&all, at("gold.yaml"));
        let trees: Vec<_> = ids.iter().map(|id| syntax::parse(&all, *id).0).collect();
        let mut shipped = Shipped { files, settings, gold, trees, model: Model::default() };
        shipped.model = shipped.with(&shipped.files).expect("the shipped project compiles");
        shipped
    }

    fn definition_files(&self) -> impl Iterator<Item = (usize, &str)> {
        let all = self.files.iter().enumerate().filter(|(_, (name, _))| name.ends_with(".metric"));
        all.map(|(at, (_, text))| (at, text.as_str()))
    }

    /// The model with these files in place of the shipped ones; none where they do not compile.
    fn with(&self, files: &[(String, String)]) -> Option<Model> {
        let (mut all, mut trees) = (FileSet::default(), Vec::new());
        for (at, (name, text)) in files.iter().enumerate() {
            let id = all.add(name.as_str(), text.as_str());
            if !name.ends_with(".metric") {
                continue;
            }
            if self.files.get(at).is_some_and(|shipped| shipped == &files[at]) {
                trees.push(self.trees[at].clone());
                continue;
            }
            let (tree, problems) = syntax::parse(&all, id);
            if !problems.is_empty() {
                return None;
            }
            trees.push(tree);
        }
        let (model, problems) = resolve::resolve(self.settings.clone(), self.gold.clone(), &trees);
        problems.iter().all(|problem| !problem.is_error()).then_some(model)
    }

    /// With one file's text replaced.
    fn replaced(&self, at: usize, text: String) -> Option<Model> {
        let mut files = self.files.clone();
        files[at].1 = text;
        self.with(&files)
    }

    /// Every definition, view and expectation of a file: kind, name, place.
    fn items(&self, file: usize) -> Vec<(&'static str, String, Span)> {
        let model = &self.model;
        let heads = model.definitions().filter_map(|id| {
            let head = model.head(id)?;
            Some((id.kind(), head.name.clone(), head.span))
        });
        let views = model.views.iter().map(|view| ("view", view.head.name.clone(), view.head.span));
        let expectations = model.expectations.iter().map(|e| ("expectation", e.name.clone(), e.span));
        let all = heads.chain(views).chain(expectations);
        let mut items: Vec<_> = all.filter(|(_, _, span)| span.file.0 as usize == file).collect();
        items.sort_by_key(|(_, _, span)| span.start);
        items
    }
}

fn swapped(text: &str, token: &Token, new: &str) -> String {
    format!("{}{new}{}", &text[..token.start], &text[token.end..])
}

/// A change of one clause.
struct Mutation {
    file: usize,
    token: usize,
    old: String,
    new: String,
    text: String,
}

/// What may stand in the place of a token, so that something else is meant.
fn others(all: &[Token], at: usize) -> Vec<String> {
    let token = &all[at];
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let before = at.checked_sub(1).map_or("", |before| all[before].text.as_str());
    match (token.kind, token.text.as_str()) {
        (Kind::Number, text) if text.contains('.') => list(&["0.25", "0.75"]),
        (Kind::Number, text) => (1..=2).map(|more| (text.parse::<u64>().unwrap() + more).to_string()).collect(),
        (Kind::Operator, ">=") => list(&[">", "<"]),
        (Kind::Operator, "<=") => list(&["<", ">"]),
        (Kind::Operator, ">") => list(&[">=", "<"]),
        (Kind::Operator, "<") => list(&["<=", ">"]),
        (Kind::Operator, "=") => list(&["!="]),
        (Kind::Operator, "/") => list(&["*", "+"]),
        (Kind::Operator, "-") => list(&["+"]),
        (Kind::Operator, "*") => list(&["+", "-"]),
        (Kind::Word, "and") => list(&["or", "and not"]),
        (Kind::Word, "or") => list(&["and", "or not"]),
        (Kind::Word, "months") => list(&["days"]),
        (Kind::Word, "days") => list(&["months"]),
        (Kind::Word, "history") if before == "over" => list(&["period", "last 30 days"]),
        (Kind::Word, "period") if before == "over" => list(&["history", "last 30 days"]),
        (Kind::Word, "missing") => list(&["present"]),
        (Kind::Word, "present") => list(&["missing"]),
        (Kind::Word, "countable") => list(&["active", "test_customer"]),
        (Kind::Word, "active") => list(&["countable"]),
        (Kind::Word, "completed") => list(&["costed", "net_amount > 0"]),
        (Kind::Word, "sum") => list(&["average", "max"]),
        (Kind::Word, "average") => list(&["sum", "max"]),
        (Kind::Word, "month") => list(&["quarter", "year"]),
        (Kind::Word, "country") => list(&["tier", "language"]),
        (Kind::Word, "order_date") => list(&["promised_on", "shipped_on"]),
        (Kind::Word, "opened_on") => list(&["resolved_on", "reopened_on"]),
        (Kind::Word, "resolved_on") => list(&["opened_on"]),
        (Kind::Word, "delivered_on") => list(&["responded_on", "sent_on"]),
        (Kind::Word, "refuse") => list(&["allow"]),
        (Kind::Word, "allow") => list(&["refuse"]),
        (Kind::Text, text) => TEXTS.iter().filter(|other| **other != text).map(|other| (*other).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Texts that some column may hold: those that do not fit where they are put do not compile.
const TEXTS: &[&str] =
    &["\"email\"", "\"placed\"", "\"opted_out\"", "\"hard\"", "\"gold\"", "\"same\"", "\"different\""];

fn mutations(shipped: &Shipped) -> Vec<Mutation> {
    let mut found = Vec::new();
    for (file, text) in shipped.definition_files() {
        let all = tokens(text);
        for (at, token) in all.iter().enumerate() {
            // A label or a rule's name is no clause; the `=` behind a name begins the definition.
            let named = at > 0 && (all[at - 1].defines || matches!(all[at - 1].text.as_str(), "refuse" | "allow"));
            if token.about || token.defines || (token.kind == Kind::Text && named) {
                continue;
            }
            for new in others(&all, at) {
                let text = swapped(text, token, &new);
                found.push(Mutation { file, token: token.start, old: token.text.clone(), new, text });
            }
        }
    }
    found
}

/// Whether a change of that item is told as its own, under its class.
fn is_told(shipped: &Shipped, changes: &[Change], kind: &str, name: &str) -> bool {
    let activated = shipped.model.segments.iter().any(|s| s.head.name == name && s.activation.is_some());
    let wanted: &[&rule::Rule] = match kind {
        "metric" | "filter" => &[&rule::MEANING_CHANGED],
        "segment" if activated => &[&rule::AUDIENCE_CHANGED],
        "segment" => &[&rule::MEANING_CHANGED],
        "policy" => &[&rule::RULE_CHANGED, &rule::RULE_MOVED],
        "resolve" => &[&rule::RESOLVE_CHANGED],
        "view" => &[&rule::VIEW_CHANGED],
        _ => &[&rule::EXPECTATION_CHANGED],
    };
    changes.iter().any(|change| {
        wanted.contains(&change.rule)
            && change.subject.kind == kind
            && (kind == "expectation" || change.subject.name == name)
    })
}

fn told(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{} {}", change.rule.id, change.subject.name)).collect()
}

#[test]
fn every_change_of_one_clause_is_told_under_its_class() {
    let shipped = Shipped::new();
    let items: Vec<_> = (0..shipped.files.len()).map(|file| shipped.items(file)).collect();
    let outcomes: Vec<Option<String>> = mutations(&shipped)
        .par_iter()
        .filter_map(|mutation| {
            let model = shipped.replaced(mutation.file, mutation.text.clone())?;
            let inside = |span: &Span| span.range().contains(&mutation.token);
            let (kind, name, _) = items[mutation.file].iter().find(|(_, _, span)| inside(span))?;
            let changes = diff(&shipped.model, &model);
            let wrong = !is_told(&shipped, &changes, kind, name);
            let said = || format!("{kind} {name}: `{}` -> `{}`: {:?}", mutation.old, mutation.new, told(&changes));
            Some(wrong.then(said))
        })
        .collect();
    let wrong: Vec<&String> = outcomes.iter().flatten().collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{wrong:#?}", wrong.len(), outcomes.len());
    assert!(outcomes.len() >= 400, "only {} cases", outcomes.len());
}

#[test]
fn two_rules_of_a_policy_in_another_order_are_a_matter_of_consent() {
    let shipped = Shipped::new();
    let mut cases = 0;
    for policy in &shipped.model.policies {
        // The last one refuses the rest and stays.
        for pair in policy.rules[..policy.rules.len() - 1].windows(2) {
            let file = pair[0].span.file.0 as usize;
            let text = &shipped.files[file].1;
            let (a, b) = (pair[0].span.range(), pair[1].span.range());
            let moved = format!(
                "{}{}{}{}{}",
                &text[..a.start],
                &text[b.clone()],
                &text[a.end..b.start],
                &text[a.clone()],
                &text[b.end..]
            );
            let changes = diff(&shipped.model, &shipped.replaced(file, moved).expect("it compiles"));
            let found = changes
                .iter()
                .any(|change| *change.rule == rule::RULE_MOVED && change.subject.name == policy.head.name);
            assert!(found, "{:?}", told(&changes));
            cases += 1;
        }
    }
    assert!(cases >= 8, "{cases}");
}

/// Texts of the whole project that mean what it means.
fn rewritings(shipped: &Shipped) -> Vec<(String, Vec<(String, String)>)> {
    let mut all = Vec::new();
    for (file, text) in shipped.definition_files() {
        let mut add = |what: String, text: String| {
            let mut files = shipped.files.clone();
            files[file].1 = text;
            all.push((what, files));
        };
        comments(text).into_iter().for_each(|text| add("a comment".into(), text));
        line_ends(text).into_iter().for_each(|text| add("another layout".into(), text));
        turned(text).into_iter().for_each(|text| add("turned around".into(), text));
        brackets(text).into_iter().for_each(|text| add("brackets".into(), text));
        for (at, (_, name, _)) in shipped.items(file).iter().enumerate() {
            add(format!("{name} at the end"), at_the_end(shipped, file, text, at));
        }
        for (at, (_, name, _)) in shipped.items(file).iter().enumerate() {
            all.push((format!("{name} in a file of its own"), in_its_own_file(shipped, file, at)));
        }
    }
    all.extend(shipped.model.filters.iter().map(|filter| renamed(shipped, &filter.head.name)));
    all
}

/// A comment at the end of each line of a definition.
fn comments(text: &str) -> Vec<String> {
    let ends = text.match_indices('\n').map(|(at, _)| at);
    let line = |end: usize| text[..end].rsplit('\n').next().unwrap_or("").trim_start();
    let ends = ends.filter(|end| !line(*end).is_empty() && !line(*end).starts_with("//"));
    ends.map(|end| format!("{} // noted{}", &text[..end], &text[end..])).collect()
}

/// A line end before each `and`, `where`, `over`.
fn line_ends(text: &str) -> Vec<String> {
    let words = tokens(text).into_iter().filter(|t| !t.about && ["and", "where", "over"].contains(&t.text.as_str()));
    words.map(|token| swapped(text, &token, &format!("\n      {}", token.text))).collect()
}

/// `a and b` as `b and a`, where both are single words.
fn turned(text: &str) -> Vec<String> {
    let all = tokens(text);
    let alone = |at: usize| all.get(at).is_some_and(|token| token.kind == Kind::Word && !token.about);
    let opens = |at: Option<usize>| {
        at.and_then(|at| all.get(at)).is_some_and(|token| ["where", "and", "("].contains(&token.text.as_str()))
    };
    let ends = |at: usize| {
        all.get(at).is_none_or(|token| {
            token.about || ["and", ")", "over", "metric", "for", "///"].contains(&token.text.as_str())
        })
    };
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate().skip(2) {
        let joined = ["and", "or"].contains(&token.text.as_str()) && alone(at - 1) && alone(at + 1);
        if joined && opens(at.checked_sub(2)) && ends(at + 2) {
            let (a, b) = (&all[at - 1], &all[at + 1]);
            found.push(format!("{}{} {} {}{}", &text[..a.start], b.text, token.text, a.text, &text[b.end..]));
        }
    }
    found
}

/// A name of a filter in brackets.
fn brackets(text: &str) -> Vec<String> {
    let all = tokens(text);
    let before = |at: usize| at.checked_sub(1).map_or("", |at| all[at].text.as_str());
    let filters = all.iter().enumerate().filter(|(at, token)| {
        ["countable", "active", "completed", "open"].contains(&token.text.as_str())
            && !token.about
            && !token.defines
            && ["where", "and", "="].contains(&before(*at))
    });
    filters.map(|(_, token)| swapped(text, token, &format!("({})", token.text))).collect()
}

fn start_with_docs(text: &str, start: usize) -> usize {
    let mut start = start;
    while let Some(line) =
        text[..start].trim_end_matches('\n').rsplit('\n').next().filter(|line| line.starts_with("///"))
    {
        start = text[..start].trim_end_matches('\n').len() - line.len();
    }
    start
}

/// Text of an item with its documentation, and the file without it.
fn cut(shipped: &Shipped, file: usize, item: usize) -> (String, String) {
    let text = &shipped.files[file].1;
    let (_, _, span) = &shipped.items(file)[item];
    let start = start_with_docs(text, span.start as usize);
    let end = span.end as usize;
    (text[start..end].to_owned(), format!("{}\n{}", &text[..start], &text[end..]))
}

fn at_the_end(shipped: &Shipped, file: usize, _text: &str, item: usize) -> String {
    let (own, rest) = cut(shipped, file, item);
    format!("{rest}\n{own}\n")
}

fn in_its_own_file(shipped: &Shipped, file: usize, item: usize) -> Vec<(String, String)> {
    let (own, rest) = cut(shipped, file, item);
    let mut files = shipped.files.clone();
    files[file].1 = rest;
    files.push(("sub/own.metric".to_owned(), format!("{own}\n")));
    files
}

/// A filter under another name, wherever it is named.
fn renamed(shipped: &Shipped, name: &str) -> (String, Vec<(String, String)>) {
    let mut files = shipped.files.clone();
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with(".metric")) {
        for token in tokens(text).iter().rev().filter(|t| t.kind == Kind::Word && !t.about && t.text == name) {
            *text = swapped(text, token, &format!("{name}_renamed"));
        }
    }
    (format!("filter {name} renamed"), files)
}

#[test]
fn no_rewriting_that_keeps_the_meaning_is_told_as_a_change_of_it() {
    let shipped = Shipped::new();
    let cases = rewritings(&shipped);
    let wrong: Vec<String> = cases
        .par_iter()
        .filter_map(|(what, files)| {
            let Some(model) = shipped.with(files) else { return Some(format!("{what}: does not compile")) };
            let changes = diff(&shipped.model, &model);
            let moved: Vec<Change> = changes
                .into_iter()
                .filter(|c| matches!(c.class(), Class::Meaning | Class::Consent | Class::Name))
                .collect();
            (!moved.is_empty()).then(|| format!("{what}: {:?}", told(&moved)))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{wrong:#?}", wrong.len(), cases.len());
    let kinds: BTreeSet<&str> = cases.iter().map(|(what, _)| what.split(' ').next().unwrap_or("")).collect();
    assert!(cases.len() >= 300 && kinds.len() >= 6, "{} cases: {kinds:?}", cases.len());
}

#[test]
fn formatting_keeps_every_meaning() {
    let shipped = Shipped::new();
    for (file, text) in shipped.definition_files() {
        let words =
            tokens(text).into_iter().rev().filter(|t| !t.about && ["and", "where", "over"].contains(&t.text.as_str()));
        let wild = words.fold(text.to_owned(), |text, token| swapped(&text, &token, &format!("\n{}", token.text)));
        let mut files = FileSet::default();
        let id = files.add("a.metric", wild);
        let formatted = format::format(&files, id).expect("it is formatted");
        assert_eq!(formatted, text, "the one layout of the shipped files");
        let model = shipped.replaced(file, formatted).expect("it compiles");
        assert_eq!(told(&diff(&shipped.model, &model)), Vec::<String>::new());
    }
}

#[test]
fn every_definition_stands_where_its_span_says() {
    let shipped = Shipped::new();
    let known = shipped.model.definitions().filter(|id| !matches!(id, Definition::Filter(_))).count();
    let all: usize = (0..shipped.files.len()).map(|file| shipped.items(file).len()).sum();
    assert!(all > known, "{all} of {known}");
}
