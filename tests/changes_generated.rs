//! The shipped project, changed in every single place: each change of a clause is reported under its class,
//! and each rewriting that keeps the meaning as none.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/mutations.rs"]
mod mutations;
#[path = "support/project.rs"]
mod project;
#[path = "support/rewritings.rs"]
mod rewritings;
#[path = "support/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use carat::diff::{Change, Class, diff, rule};
use carat::format;
use carat::gold::{self, Gold};
use carat::model::{Definition, Model};
use carat::resolve;
use carat::settings::{self, Settings};
use carat::source::{FileSet, Span};
use carat::syntax::{self, tree};
use mutations::{Names, What};
use project::Project;
use rayon::prelude::*;
use rewritings::{rewritings, swapped};
use tokens::{Token, tokens};

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

/// A word of an item, and what may stand in its place.
struct Clause {
    /// Kind and name of the definition, view or expectation.
    item: (&'static str, String),
    what: What,
    file: usize,
    token: Token,
    others: Vec<String>,
}

/// Every word that is a clause, of every item.
fn clauses(shipped: &Shipped) -> Vec<Clause> {
    let (names, mut found) = (Names::of(&shipped.model), Vec::new());
    for (file, text) in shipped.definition_files() {
        let (all, items) = (tokens(text), shipped.items(file));
        for (at, token) in all.iter().enumerate() {
            let inside = items.iter().find(|(_, _, span)| span.range().contains(&token.start));
            let (Some((kind, name, _)), false) = (inside, token.about || token.defines) else { continue };
            // The name of a policy's rule is no clause.
            let named = at > 0 && ["refuse", "allow"].contains(&all[at - 1].text.as_str());
            if let (Some((what, others)), false) = (names.others(&all, at), named) {
                found.push(Clause { item: (*kind, name.clone()), what, file, token: token.clone(), others });
            }
        }
    }
    found
}

/// What stands in the place of a clause, and the model; the first two that compile.
fn changed<'a>(shipped: &'a Shipped, clause: &'a Clause) -> impl Iterator<Item = (&'a String, Model)> {
    let with = move |new: &'a String| {
        let text = swapped(&shipped.files[clause.file].1, &clause.token, new);
        Some((new, shipped.replaced(clause.file, text)?))
    };
    clause.others.iter().filter_map(with).take(2)
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

/// Whatever else is told was only reached.
fn is_alone(changes: &[Change], kind: &str, name: &str) -> bool {
    let reached = |change: &Change| [&rule::INPUT_CHANGED, &rule::REACH_CHANGED].contains(&change.rule);
    // A type follows from the definition, and may be that of a reader too.
    let of_type = |change: &Change| *change.rule == rule::TYPE_CHANGED;
    let own = |change: &Change| change.subject.kind == kind && (change.subject.name == name || kind == "expectation");
    changes.iter().all(|change| reached(change) || of_type(change) || own(change))
}

#[test]
fn every_change_of_one_clause_is_told_under_its_class() {
    let shipped = &Shipped::new();
    let clauses = clauses(shipped);
    let outcomes: Vec<(&Clause, Option<String>)> = clauses
        .par_iter()
        .flat_map_iter(|clause| {
            changed(shipped, clause).map(move |(new, model)| {
                let (kind, name) = &clause.item;
                let changes = diff(&shipped.model, &model);
                let wrong = !is_told(shipped, &changes, kind, name) || !is_alone(&changes, kind, name);
                let old = &clause.token.text;
                (clause, wrong.then(|| format!("{kind} {name}: `{old}` -> `{new}`: {:?}", told(&changes))))
            })
        })
        .collect();
    let wrong: Vec<&String> = outcomes.iter().filter_map(|(_, wrong)| wrong.as_ref()).collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{wrong:#?}", wrong.len(), outcomes.len());
    every_kind_was_shown(shipped, &clauses, &outcomes);
}

/// A kind of clause that an item has and that nothing valid stood in for would be a case that shows nothing.
fn every_kind_was_shown(shipped: &Shipped, clauses: &[Clause], outcomes: &[(&Clause, Option<String>)]) {
    let key = |clause: &Clause| (clause.item.clone(), clause.what);
    let mut unseen: BTreeSet<_> = clauses.iter().map(key).collect();
    let mut by_kind: BTreeMap<What, usize> = BTreeMap::new();
    for (clause, _) in outcomes {
        unseen.remove(&key(clause));
        *by_kind.entry(clause.what).or_default() += 1;
    }
    assert!(unseen.is_empty(), "nothing valid was found for {unseen:#?}");
    let seen: BTreeSet<&str> = outcomes.iter().map(|(clause, _)| clause.item.1.as_str()).collect();
    let all = shipped.model.metrics.iter().map(|metric| metric.head.name.as_str());
    assert_eq!(all.filter(|name| !seen.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    println!("{} cases: {by_kind:?}", outcomes.len());
    assert!(outcomes.len() >= 500 && by_kind.len() == 9, "{} cases: {by_kind:?}", outcomes.len());
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
    assert!(cases.len() >= 300 && kinds.len() >= 7, "{} cases: {kinds:?}", cases.len());
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
