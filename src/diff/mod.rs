//! Two versions of a project -> what changed, in whose words, of which class, and whom it reaches.
//!
//! Whether a meaning changed is decided by fingerprints alone; words only tell it.
//!
//! | question | where |
//! |---|---|
//! | which kinds of change there are, and of which class | [`crate::changes`] |
//! | which definition is which | `pairs` |
//! | what changed inside an expression | `clauses` |
//! | what changed of the schema and the settings | `schema`, `contract`, `described`, `bound`, `settings` |
//! | whom it reaches, and by what it was reached | `reach`, `causes` |
//! | how it is shown | [`report`] |
//! | what each clause of it does by itself | [`steps`] |
//! | what it does to the numbers of an extract | [`Impact`] |
//! | what the project does about it | [`judge()`] |

mod bound;
mod causes;
mod change;
mod clauses;
mod consent;
mod contract;
mod decimal;
mod definitions;
mod described;
mod judge;
mod numbers;
mod outputs;
mod pairs;
mod reach;
pub mod report;
mod schema;
mod settings;
pub mod steps;

pub use crate::changes::{Class, Level, Rule, rule};
pub use change::{Change, Place, Reached, Subject};
pub use decimal::Decimal;
pub use judge::{Judged, judge};
pub use numbers::{Chart, Impact, Move, Part, Row, Slices, Value};

use crate::model::Fingerprints;
use crate::model::{Definition, Model};

use clauses::Versions;
use pairs::Pairs;
use reach::Readers;

/// Everything that changed from one version to the next, worst class first, then in the order of the
/// new version. Two versions of one meaning give nothing of class `meaning` or `consent`.
pub fn diff(old: &Model, new: &Model) -> Vec<Change> {
    let (old_prints, new_prints) = rayon::join(|| Fingerprints::of(old), || Fingerprints::of(new));
    let pairs = Pairs::of(old, &old_prints, new, &new_prints);
    let mut comparison = Comparison {
        old,
        new,
        old_prints: &old_prints,
        new_prints: &new_prints,
        versions: Versions::new(old, new),
        readers: Readers::of(new),
        changes: Vec::new(),
    };
    comparison.settings();
    comparison.schema();
    comparison.bound();
    comparison.contract();
    comparison.definitions(&pairs);
    comparison.outputs(&pairs);
    let mut changes = comparison.changes;
    causes::tell(&mut changes);
    changes.sort_by_key(Change::class);
    changes
}

/// Both versions and what was found so far.
struct Comparison<'m> {
    old: &'m Model,
    new: &'m Model,
    old_prints: &'m Fingerprints,
    new_prints: &'m Fingerprints,
    versions: Versions<'m>,
    readers: Readers<'m>,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn definitions(&mut self, pairs: &Pairs) {
        pairs.removed.iter().for_each(|definition| self.removed(*definition));
        for (old, new) in &pairs.kept {
            self.heads(*old, *new);
            self.kept(*old, *new);
        }
        pairs.added.iter().for_each(|definition| self.added(*definition));
    }

    fn kept(&mut self, old: Definition, new: Definition) {
        let (before, after) = (self.old, self.new);
        match (old, new) {
            (Definition::Policy(a), Definition::Policy(b)) => {
                let before_it = self.changes.len();
                let moved = self.old_prints.get(old) != self.new_prints.get(new);
                if let (Some(a), Some(b)) = (before.policy(a), after.policy(b)) {
                    self.policy(new, a, b, moved);
                }
                if self.changes.len() == before_it {
                    self.meaning(old, new);
                }
            }
            (Definition::Resolve(a), Definition::Resolve(b)) => {
                if let (Some(a), Some(b)) = (before.resolve(a), after.resolve(b)) {
                    self.resolve(old, new, a, b);
                }
            }
            (Definition::Segment(a), Definition::Segment(b)) => {
                if let (Some(a), Some(b)) = (before.segment(a), after.segment(b)) {
                    self.activation(a, b);
                }
                self.meaning(old, new);
            }
            (Definition::Metric(a), Definition::Metric(b)) => {
                if let (Some(a), Some(b)) = (before.metric(a), after.metric(b)) {
                    self.metric_shape(a, b);
                }
                self.meaning(old, new);
            }
            _ => self.meaning(old, new),
        }
    }

    fn found(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn found_reaching(&mut self, mut change: Change, new: Definition) {
        change.reached = self.readers.reached(new);
        self.changes.push(change);
    }
}
