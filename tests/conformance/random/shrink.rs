//! Making a failing project small: definitions, parts of them, rows and columns go while it still fails.

use std::time::Instant;

use super::ask::{Engine, Failure, Why, trial};
use super::draft::Draft;
use super::question::Question;
use crate::rig::{Report, Trial};

/// A project that fails on an engine in a certain way, and until when it may be made smaller.
pub struct Shrink<'a> {
    pub engine: &'a Engine,
    pub why: Why,
    pub until: Instant,
}

type Failing = (Draft, Question);

impl Shrink<'_> {
    pub fn shrink(&self, draft: Draft, failure: &Failure) -> Failing {
        let mut failing = (draft, failure.question.clone());
        let steps: [fn(&Failing) -> Vec<Failing>; 6] =
            [fewer_definitions, fewer_rows, smaller_definitions, smaller_question, fewer_lines, emptier_cells];
        loop {
            let before = measure(&failing);
            for step in steps {
                while let Some(smaller) = self.first(step(&failing)) {
                    failing = smaller;
                }
            }
            if measure(&failing) == before || Instant::now() > self.until {
                return failing;
            }
        }
    }

    /// The first of these that fails in the same way.
    fn first(&self, all: Vec<Failing>) -> Option<Failing> {
        for some in all.chunks(self.engine.at_once()) {
            if Instant::now() > self.until {
                return None;
            }
            let tried: Vec<(Trial, &Failing)> = some.iter().filter_map(|one| Some((ready(one)?, one))).collect();
            let (trials, failing): (Vec<Trial>, Vec<&Failing>) = tried.into_iter().unzip();
            let fails = self.fails(&trials);
            if let Some((_, found)) = fails.iter().zip(failing).find(|(fails, _)| **fails) {
                return Some(found.clone());
            }
        }
        None
    }

    fn fails(&self, trials: &[Trial]) -> Vec<bool> {
        if trials.is_empty() {
            return vec![];
        }
        // Each is asked by a report of its own where that costs nothing: they may have the same name.
        if let Engine::Sql(_) = self.engine {
            return trials
                .iter()
                .map(|trial| self.has_failure(&self.report(std::slice::from_ref(trial)), None))
                .collect();
        }
        let report = self.report(trials);
        trials.iter().map(|trial| self.has_failure(&report, Some(&trial.name))).collect()
    }

    fn report(&self, trials: &[Trial]) -> Report {
        self.engine.ask(trials)
    }

    fn has_failure(&self, report: &Report, name: Option<&String>) -> bool {
        let of = |metric: &str| name.is_none_or(|name| metric.starts_with(&format!("{name}:")));
        report.mismatches.iter().any(|one| of(&one.metric) && Why::of(one) == self.why)
    }
}

/// Of rows that keep what the schema says: on others engines may differ.
fn ready((draft, question): &Failing) -> Option<Trial> {
    let model = draft.compile().ok().filter(|model| draft.data(&model.gold).keeps(&model.gold))?;
    question.asked(&model)?;
    trial(draft, model, std::slice::from_ref(question)).ok()
}

fn measure((draft, question): &Failing) -> (usize, usize, usize, usize) {
    let cells = draft.tables.values().flatten().map(String::len).sum();
    (draft.definitions_text().len(), draft.gold.len(), cells, format!("{question:?}").len())
}

/// Every draft has a seed of its own, by which its answers are known.
fn changed(failing: &Failing, change: impl FnOnce(&mut Draft)) -> Failing {
    let (mut draft, question) = failing.clone();
    change(&mut draft);
    draft.seed = draft.seed.wrapping_add(1_000_003) % 1_000_000_007;
    (draft, question)
}

fn numbered(all: Vec<Failing>) -> Vec<Failing> {
    let number = |(at, (draft, question)): (usize, Failing)| (Draft { seed: at as u64, ..draft }, question);
    all.into_iter().enumerate().map(number).collect()
}

fn fewer_definitions(failing: &Failing) -> Vec<Failing> {
    let count = failing.0.definitions.len();
    let without = |at: usize| changed(failing, |draft| drop(draft.definitions.remove(at)));
    let mut all: Vec<Failing> = (0..count).rev().map(without).collect();
    if failing.0.policy.is_some() {
        all.push(changed(failing, |draft| draft.policy = None));
    }
    numbered(all)
}

fn smaller_definitions(failing: &Failing) -> Vec<Failing> {
    let of = |at: usize| {
        let smaller = failing.0.definitions[at].smaller().into_iter();
        smaller.map(move |node| changed(failing, |draft| draft.definitions[at] = node)).collect::<Vec<_>>()
    };
    numbered((0..failing.0.definitions.len()).rev().flat_map(of).collect())
}

fn smaller_question(failing: &Failing) -> Vec<Failing> {
    numbered(failing.1.smaller().into_iter().map(|question| (failing.0.clone(), question)).collect())
}

/// Whole tables, halves and quarters of them, single rows.
fn fewer_rows(failing: &Failing) -> Vec<Failing> {
    let mut found = Vec::new();
    for part in [1, 2, 4, usize::MAX] {
        for (name, lines) in &failing.0.tables {
            let rows = lines.len().saturating_sub(1);
            let size = rows.div_ceil(part).max(1);
            for from in (0..rows).step_by(size) {
                let gone = 1 + from..(1 + from + size).min(1 + rows);
                found.push(changed(failing, |draft| drop(rows_of(draft, name).drain(gone))));
            }
        }
    }
    numbered(found)
}

fn rows_of<'a>(draft: &'a mut Draft, table: &str) -> &'a mut Vec<String> {
    draft.tables.get_mut(table).expect("a table of the draft")
}

/// Lines of the schema, and the whole of a table.
fn fewer_lines(failing: &Failing) -> Vec<Failing> {
    let lines = &failing.0.gold;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let depth = |line: &str| line.len() - line.trim_start().len();
        let behind = lines[at + 1..].iter().take_while(|next| depth(next) > depth(line)).count();
        if line.starts_with("  ") {
            found.push(changed(failing, |draft| drop(draft.gold.drain(at..=at + behind))));
        }
    }
    numbered(found)
}

/// A cell becomes missing.
fn emptier_cells(failing: &Failing) -> Vec<Failing> {
    let mut found = Vec::new();
    for (name, lines) in &failing.0.tables {
        for (at, line) in lines.iter().enumerate().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            for (cell, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                if text.contains('"') && !(text.starts_with('"') && text.ends_with('"')) {
                    continue;
                }
                let mut cells = cells.clone();
                cells[cell] = "";
                let line = cells.join(",");
                found.push(changed(failing, |draft| rows_of(draft, name)[at] = line));
            }
        }
    }
    numbered(found)
}
