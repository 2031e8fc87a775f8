//! What was compared, counted by engine and kind of slice, and the first disagreements.

use std::collections::BTreeMap;
use std::fmt::Write as _;

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
    /// The query, or the measure.
    pub query: String,
    /// How many columns are grouped and filtered by: the smallest is shown.
    pub size: usize,
}

#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Engine and kind of slice to the values compared.
    pub compared: BTreeMap<(String, &'static str), Compared>,
    pub mismatches: Vec<Mismatch>,
}

impl Report {
    pub fn count(&mut self, engine: &str, kind: &'static str, compared: Compared) {
        let count = self.compared.entry((engine.to_string(), kind)).or_default();
        count.all += compared.all;
        count.telling += compared.telling;
    }

    pub fn total(&self) -> usize {
        self.compared.values().map(|count| count.all).sum()
    }

    /// Of these, the values that are neither missing nor 0.
    pub fn telling(&self) -> usize {
        self.compared.values().map(|count| count.telling).sum()
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
        for ((engine, kind), count) in &self.compared {
            writeln!(text, "{engine:10} {kind:28} {:8} {:8}", count.all, count.telling).unwrap();
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
        assert!(self.telling() >= at_least, "too little was compared:\n{}", self.in_words());
    }
}

fn smallest(all: Vec<&Mismatch>) -> Option<(&Mismatch, usize)> {
    let count = all.len();
    all.into_iter().min_by_key(|one| one.size).map(|one| (one, count))
}
