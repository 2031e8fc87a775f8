//! What was compared, counted by engine, kind of slice and what it is about, and the first disagreements.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::asked::Key;
use super::compare::Compared;

/// A value on which an engine and the judge differ.
#[derive(Debug, Clone)]
pub struct Mismatch {
    pub engine: String,
    pub metric: String,
    /// What was asked, in words.
    pub asked: String,
    pub key: Key,
    pub expected: String,
    pub got: String,
    /// It gave no value at all: what it said is why.
    pub failed: bool,
    /// The query, or the measure.
    pub query: String,
    /// How many columns are grouped and filtered by: the smallest is shown.
    pub size: usize,
}

/// What a count is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub engine: String,
    /// `rules`, `shipped`: where the definitions come from.
    pub family: &'static str,
    pub kind: &'static str,
    /// A rule or a metric.
    pub subject: String,
}

#[derive(Debug, Clone, Default)]
pub struct Report {
    pub compared: BTreeMap<Place, Compared>,
    /// Questions that an engine could not be asked soundly, by engine and reason.
    pub refused: BTreeMap<(String, String), usize>,
    pub mismatches: Vec<Mismatch>,
}

impl Report {
    pub fn count(&mut self, place: Place, compared: Compared) {
        let count = self.compared.entry(place).or_default();
        count.all += compared.all;
        count.telling += compared.telling;
    }

    pub fn refuse(&mut self, engine: &str, why: &str) {
        *self.refused.entry((engine.to_string(), why.to_string())).or_default() += 1;
    }

    pub fn add(&mut self, other: Report) {
        other.compared.into_iter().for_each(|(place, compared)| self.count(place, compared));
        for (key, count) in other.refused {
            *self.refused.entry(key).or_default() += count;
        }
        self.mismatches.extend(other.mismatches);
    }

    pub fn total(&self) -> usize {
        self.compared.values().map(|count| count.all).sum()
    }

    /// Of these, the values that are neither missing nor 0.
    pub fn telling(&self) -> usize {
        self.compared.values().map(|count| count.telling).sum()
    }

    /// The counts as JSON lines, for the page that adds them up.
    pub fn lines(&self) -> String {
        let count = |(place, count): (&Place, &Compared)| {
            let Place { engine, family, kind, subject } = place;
            json!({ "engine": engine, "family": family, "kind": kind, "subject": subject,
                    "all": count.all, "telling": count.telling })
        };
        let refused = |((engine, why), count): (&(String, String), &usize)| json!({ "engine": engine, "refused": why, "all": count });
        let all: Vec<Json> = self.compared.iter().map(count).chain(self.refused.iter().map(refused)).collect();
        let differ = json!({ "mismatches": self.mismatches.len() });
        all.iter().chain([&differ]).map(|line| format!("{line}\n")).collect()
    }

    /// One mismatch for each engine and metric: the one in the smallest slice.
    fn smallest(&self) -> Vec<(&Mismatch, usize)> {
        let mut by_metric: BTreeMap<(&str, &str), Vec<&Mismatch>> = BTreeMap::new();
        for one in &self.mismatches {
            by_metric.entry((&one.engine, &one.metric)).or_default().push(one);
        }
        by_metric.into_values().filter_map(smallest).collect()
    }

    pub fn in_words(&self) -> String {
        let mut text = String::new();
        let mut counts: BTreeMap<(&str, &str), Compared> = BTreeMap::new();
        for (place, count) in &self.compared {
            let sum = counts.entry((&place.engine, place.kind)).or_default();
            sum.all += count.all;
            sum.telling += count.telling;
        }
        for ((engine, kind), count) in counts {
            writeln!(text, "{engine:10} {kind:28} {:8} {:8}", count.all, count.telling).unwrap();
        }
        for ((engine, why), count) in &self.refused {
            writeln!(text, "{engine:10} {count:8} questions refused: {why}").unwrap();
        }
        let (all, telling, differ) = (self.total(), self.telling(), self.mismatches.len());
        writeln!(text, "{all} values compared, {telling} of them neither missing nor 0; {differ} differ\n").unwrap();
        for (one, count) in self.smallest() {
            let Mismatch { engine, metric, asked, key, expected, got, query, .. } = one;
            writeln!(
                text,
                "## {engine}: {metric} ({count} differ)\n{asked}\nat {key:?}: expected {expected}, got {got}\n{query}\n"
            )
            .unwrap();
        }
        text
    }

    /// # Panics
    /// Where anything differs, or too little was compared to mean anything.
    pub fn settle(&self, at_least: usize) {
        assert!(self.mismatches.is_empty(), "{}", self.in_words());
        assert!(self.total() >= at_least, "fewer than {at_least} values were compared:\n{}", self.in_words());
        assert!(self.telling() * 4 >= at_least, "too little of it tells anything:\n{}", self.in_words());
    }
}

fn smallest(all: Vec<&Mismatch>) -> Option<(&Mismatch, usize)> {
    let count = all.len();
    all.into_iter().min_by_key(|one| one.size).map(|one| (one, count))
}
