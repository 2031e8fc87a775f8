//! The way from one version to the next, one clause at a time: what each clause of a change does by itself.
//!
//! The order is stated, since what a clause does depends on those before it: the gold schema first, then the
//! definitions, each after those it reads, and in a definition the clauses as they stand in it, of a list of
//! conditions those that changed, then those that went, then those that came. What is not valid between two
//! versions is joined with the clause that follows.

mod mix;

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostic;
use crate::gold::Gold;
use crate::model::{Definition, Fingerprint, Fingerprints, Model};
use crate::resolve;
use crate::settings::Settings;
use crate::syntax::tree;

use super::{Change, Class, diff, rule};
use mix::Mixer;

/// More clauses than these are not taken one by one: nobody would read them, and each is a project to compile.
const MOST: usize = 64;

/// A version as it was written.
#[derive(Debug)]
pub struct Written<'a> {
    /// All three as they were read.
    pub settings: &'a Settings,
    pub gold: &'a Gold,
    pub trees: &'a [tree::File],
    /// What it means.
    pub model: &'a Model,
}

/// A project on the way: the old one, those between, the new one.
#[derive(Debug)]
pub struct Stop {
    pub model: Model,
    prints: Fingerprints,
}

/// What changed at one stop of a metric's way.
#[derive(Debug)]
pub struct Step<'a> {
    /// The clauses, in words.
    pub clauses: Vec<String>,
    /// The project from here on.
    pub model: &'a Model,
}

/// Every valid project from `old` to `new`, both ends included.
pub fn way(old: &Written<'_>, new: &Written<'_>) -> Vec<Stop> {
    let between = Between::of(old, new);
    let clauses = between.mixed(usize::MAX).1.met();
    let taken = if clauses > MOST { 0..0 } else { 1..clauses };
    let ends = |model: &Model| Stop { model: model.clone(), prints: Fingerprints::of(model) };
    let middle = taken.filter_map(|taken| between.stop(taken));
    std::iter::once(ends(old.model)).chain(middle).chain([ends(new.model)]).collect()
}

/// The steps of a metric that both ends have: the stops at which its meaning becomes another.
pub fn steps<'a>(way: &'a [Stop], metric: &str) -> Vec<Step<'a>> {
    let print = |stop: &Stop| -> Option<Fingerprint> {
        let id = stop.model.metric_named(metric)?;
        stop.prints.metric(id).cloned()
    };
    let mut found = Vec::new();
    let Some(mut here) = way.first() else { return found };
    for stop in way.iter().skip(1) {
        if print(stop) != print(here) {
            found.push(Step { clauses: told(&diff(&here.model, &stop.model), metric), model: &stop.model });
            here = stop;
        }
    }
    found
}

/// What changed between two stops, as far as the metric reads it. Clauses of what it only reads are told with its name.
fn told(changes: &[Change], metric: &str) -> Vec<String> {
    let own = |change: &Change| change.subject.kind == "metric" && change.subject.name.eq_ignore_ascii_case(metric);
    let reaches = |change: &Change| {
        let to = |reached: &super::Reached| {
            reached.subject.kind == "metric" && reached.subject.name.eq_ignore_ascii_case(metric)
        };
        change.subject.kind == "calendar" || change.reached.iter().any(to)
    };
    let moved = |change: &&Change| {
        matches!(change.class(), Class::Meaning | Class::Consent)
            && ![&rule::INPUT_CHANGED, &rule::REACH_CHANGED].contains(&change.rule)
    };
    let mut told = Vec::new();
    for change in changes.iter().filter(moved) {
        if own(change) {
            told.extend(change.clauses.iter().cloned());
        } else if reaches(change) && change.clauses.is_empty() {
            told.push(change.message.clone());
        } else if reaches(change) {
            told.extend(change.clauses.iter().map(|clause| format!("`{}`: {clause}", change.subject.name)));
        }
    }
    if told.is_empty() {
        told.push("what it reads".to_owned());
    }
    told
}

/// Both versions, definition by definition.
struct Between<'a> {
    old: &'a Written<'a>,
    new: &'a Written<'a>,
    /// What only one version has: nothing that both have is harmed by it.
    alone: Vec<&'a tree::Definition>,
    /// Name, old and new; each after those it reads in the new version.
    both: Vec<(String, &'a tree::Definition, &'a tree::Definition)>,
}

type Key = (&'static str, String);

impl<'a> Between<'a> {
    fn of(old: &'a Written<'a>, new: &'a Written<'a>) -> Self {
        let (mut before, mut after) = (definitions(old.trees), definitions(new.trees));
        let mut both = Vec::new();
        for id in new.model.in_order() {
            let Some(key) = key_of(new.model, *id) else { continue };
            if let (Some(was), Some(is)) = (before.get(&key).copied(), after.get(&key).copied()) {
                before.remove(&key);
                after.remove(&key);
                both.push((key.1, was, is));
            }
        }
        let alone = before.into_values().chain(after.into_values()).collect();
        Self { old, new, alone, both }
    }

    /// The definitions with so many clauses of the new version, and what was met on the way.
    fn mixed(&self, taken: usize) -> (tree::File, Mixer, bool) {
        let mut mixer = Mixer::new(taken);
        let schema = mixer.takes_whole("the gold schema and the settings");
        let mixed = self.both.iter().map(|(name, old, new)| mixer.definition(name, old, new)).collect::<Vec<_>>();
        let all = self.alone.iter().map(|definition| (*definition).clone()).chain(mixed);
        let items = all.map(tree::Item::Definition).collect();
        (tree::File { items, comments: Vec::new() }, mixer, schema)
    }

    fn stop(&self, taken: usize) -> Option<Stop> {
        let (file, mixer, schema) = self.mixed(taken);
        if mixer.is_impossible() {
            return None;
        }
        let side = if schema { self.new } else { self.old };
        let (model, found) = resolve::resolve(side.settings.clone(), side.gold.clone(), &[file]);
        let valid = !found.iter().any(Diagnostic::is_error);
        valid.then(|| Stop { prints: Fingerprints::of(&model), model })
    }
}

/// Every definition that others can name, by kind and name.
fn definitions(trees: &[tree::File]) -> BTreeMap<Key, &tree::Definition> {
    let items = trees.iter().flat_map(|file| &file.items);
    let named = items.filter_map(|item| match item {
        tree::Item::Definition(definition) => Some((key(&definition.kind)?, definition)),
        tree::Item::Broken(_) => None,
    });
    named.collect()
}

fn key(kind: &tree::DefinitionKind) -> Option<Key> {
    let (kind, name) = match kind {
        tree::DefinitionKind::Metric { name, .. } => ("metric", name),
        tree::DefinitionKind::Filter { name, .. } => ("filter", name),
        tree::DefinitionKind::Segment { name, .. } => ("segment", name),
        tree::DefinitionKind::Policy { name, .. } => ("policy", name),
        tree::DefinitionKind::Resolve { name, .. } => ("resolve", name),
        tree::DefinitionKind::View { .. } | tree::DefinitionKind::Expect { .. } => return None,
    };
    Some((kind, name.value.to_lowercase()))
}

fn key_of(model: &Model, id: Definition) -> Option<Key> {
    Some((id.kind(), model.head(id)?.name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{self, Compiled};
    use crate::source::{FileSet, Sources};
    use std::fs;
    use std::path::Path;

    /// A version of a pair of `tests/changes`.
    fn version(pair: &Path, which: &str, change: impl Fn(String) -> String) -> Compiled {
        let own = |file: &str| {
            let own = pair.join(format!("{which}.{file}"));
            let path = if own.exists() { own } else { Path::new("tests/changes/base").join(file) };
            fs::read_to_string(path).unwrap()
        };
        let (mut files, definitions) = (FileSet::default(), change(own("metric")));
        let settings = Some(files.add("carat.yaml", own("carat.yaml")));
        files.add("gold.yaml", own("gold.yaml"));
        let definitions = vec![files.add("shop.metric", definitions)];
        let compiled =
            pipeline::version(Sources { files, settings, definitions, whole: true, ..Sources::default() }, Vec::new());
        assert!(!compiled.has_errors(), "{}/{which}: {:?}", pair.display(), compiled.diagnostics);
        compiled
    }

    fn with<T>(old: &Compiled, new: &Compiled, work: impl FnOnce(&Written<'_>, &Written<'_>) -> T) -> T {
        let (old_trees, new_trees) = (pipeline::trees(old), pipeline::trees(new));
        let old = Written { settings: &old.settings, gold: &old.gold, trees: &old_trees, model: &old.model };
        let new = Written { settings: &new.settings, gold: &new.gold, trees: &new_trees, model: &new.model };
        work(&old, &new)
    }

    /// What every metric of a version means at a stop.
    fn same_meanings(version: &Model, stop: &Stop) -> bool {
        let prints = Fingerprints::of(version);
        let same = |metric: &crate::model::Metric| {
            let id = stop.model.metric_named(&metric.head.name);
            let there = id.and_then(|id| stop.prints.metric(id));
            there == version.metric_named(&metric.head.name).and_then(|id| prints.metric(id))
        };
        version.metrics.iter().all(same)
    }

    #[test]
    fn with_no_clause_taken_the_mixture_is_the_old_version_and_with_all_the_new() {
        for pair in fs::read_dir("tests/changes").unwrap().map(|entry| entry.unwrap().path()) {
            if !pair.join("old.metric").exists() {
                continue;
            }
            let (old, new) = (version(&pair, "old", |text| text), version(&pair, "new", |text| text));
            with(&old, &new, |old, new| {
                let between = Between::of(old, new);
                let (none, all) = (between.stop(0), between.stop(usize::MAX));
                assert!(none.is_none_or(|stop| same_meanings(old.model, &stop)), "{}: the old end", pair.display());
                assert!(all.is_none_or(|stop| same_meanings(new.model, &stop)), "{}: the new end", pair.display());
            });
        }
    }

    fn told_steps(change: &[(&str, &str)], metric: &str) -> Vec<String> {
        let pair = Path::new("tests/changes/definition-removed");
        let changed = |text: String| {
            change.iter().fold(text, |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            })
        };
        let (old, new) = (version(pair, "old", |text| text), version(pair, "old", changed));
        with(&old, &new, |old, new| {
            let way = way(old, new);
            steps(&way, metric).iter().map(|step| step.clauses.join("; ")).collect()
        })
    }

    const BUYERS: &str = "count(customer where served and any(sale where done over last 12 months of sold_on))";

    #[test]
    fn what_a_metric_reads_comes_first_then_changed_gone_and_new_conditions() {
        let new = "count(customer where tier = \"gold\" and since <= start and any(sale where done over last 6 months of sold_on))";
        let steps = told_steps(&[("state = \"done\"", "state = \"open\""), (BUYERS, new)], "buyers");
        assert_eq!(
            steps,
            [
                "`done`: state is “done” → state is “open”",
                "with sold on in the last 12 months → with sold on in the last 6 months",
                "no longer requires that “Served”",
                "now also requires that tier is “gold”",
                "now also requires that since is on or before the first day of the period",
            ]
        );
    }

    #[test]
    fn one_clause_in_several_places_is_one_step() {
        let ratio = |months: u32| {
            let part = format!("count(customer where any(sale where done over last {months} months of sold_on))");
            format!("{part} / ({part} + {part})")
        };
        let pair = Path::new("tests/changes/definition-removed");
        let text =
            |months| move |text: String| text.replacen(BUYERS, &ratio(months), 1).replace("{ format: whole }", "");
        let (old, new) = (version(pair, "old", text(12)), version(pair, "old", text(6)));
        let steps = with(&old, &new, |old, new| steps(&way(old, new), "buyers").len());
        assert_eq!(steps, 1);
    }

    #[test]
    fn what_is_not_valid_alone_is_joined_with_what_follows() {
        // `sum` needs a column, and a table has none of the other's columns.
        let new = "sum(sale.pieces) where state = \"open\" over last 6 months of sold_on";
        let steps = told_steps(&[(BUYERS, new)], "buyers");
        assert_eq!(steps.len(), 1, "{steps:?}");
        let steps = told_steps(
            &[("any(sale where done over last 12 months of sold_on)", "any(address where bounced = true)")],
            "buyers",
        );
        assert_eq!(steps.len(), 1, "{steps:?}");
    }

    #[test]
    fn what_a_metric_does_not_read_is_no_step_of_it() {
        assert_eq!(told_steps(&[("blocked = false and since <= end", "since <= end")], "sales"), Vec::<String>::new());
    }
}
