//! What was written and what `carat check` said of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use carat::diagnostics::Diagnostic;

use super::definitions::Kind;

#[derive(Debug, Default)]
pub struct Tally {
    pub projects: usize,
    /// Accepted and refused, by kind of definition.
    kinds: BTreeMap<Kind, (usize, usize)>,
    /// Refusals by code, with the first message and text of each.
    refusals: BTreeMap<&'static str, (usize, String)>,
}

impl Tally {
    pub fn accepted(&mut self, kind: Kind) {
        self.kinds.entry(kind).or_default().0 += 1;
    }

    pub fn refused(&mut self, kind: Kind, why: &Diagnostic, text: &str) {
        self.kinds.entry(kind).or_default().1 += 1;
        let example = || (0, format!("{}: {text}", why.message));
        self.refusals.entry(why.code.id).or_insert_with(example).0 += 1;
    }

    pub fn definitions(&self) -> usize {
        self.kinds.values().map(|(accepted, _)| accepted).sum()
    }

    pub fn in_words(&self) -> String {
        let refused: usize = self.kinds.values().map(|(_, refused)| refused).sum();
        let all = (self.definitions() + refused).max(1);
        let rate = 100 * self.definitions() / all;
        let mut text =
            format!("{} projects, {} definitions of {all} are valid ({rate} %)\n", self.projects, self.definitions());
        for (kind, (accepted, refused)) in &self.kinds {
            writeln!(text, "  {:12} {accepted:7} valid {refused:6} refused", format!("{kind:?}")).unwrap();
        }
        for (code, (count, example)) in &self.refusals {
            writeln!(text, "  refused {count:6} {code}: {}", example.replace('\n', " ")).unwrap();
        }
        text
    }
}
