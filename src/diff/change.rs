//! One change, told to a person.

use crate::gold::Date;
use crate::source::Span;

use super::{Class, Rule};

/// What changed: `metric` and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// `metric`, `filter`, `segment`, `policy`, `resolve`, `view`, `expectation`, `table`, `column`, `relationship`, `calendar`,
    /// `settings`.
    pub kind: &'static str,
    pub name: String,
}

/// Who else reads what changed, and by which way: `active → active_customers → churn_rate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    pub subject: Subject,
    /// From what changed to the subject, both ends included.
    pub path: Vec<String>,
}

/// What a reader of the number must know of one definition or setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub rule: &'static Rule,
    pub subject: Subject,
    /// One sentence, lower case, without a final full stop.
    pub message: String,
    /// The clauses that changed, one phrase each.
    pub clauses: Vec<String>,
    /// The definition in plain words before and after, where the meaning changed.
    pub before: Option<String>,
    pub after: Option<String>,
    pub reached: Vec<Reached>,
    /// Where it stands in the new version; of what is gone, where it stood in the old one.
    pub at: Option<Place>,
    /// Until when a deprecated definition was to stay.
    pub ends: Option<Date>,
}

/// A span of one of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the files of the old version.
    Old(Span),
    /// In the files of the new version.
    New(Span),
}

impl Change {
    pub(super) fn new(rule: &'static Rule, kind: &'static str, name: &str, message: String) -> Self {
        Self {
            rule,
            subject: Subject { kind, name: name.to_owned() },
            message,
            clauses: Vec::new(),
            before: None,
            after: None,
            reached: Vec::new(),
            at: None,
            ends: None,
        }
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.at = Some(place);
        self
    }

    pub(super) fn ending(mut self, ends: Option<Date>) -> Self {
        self.ends = ends;
        self
    }

    pub(super) fn clauses(mut self, clauses: Vec<String>) -> Self {
        // A share that changed above and below its line is told once.
        for clause in clauses {
            if !self.clauses.contains(&clause) {
                self.clauses.push(clause);
            }
        }
        self
    }

    pub(super) fn worded(mut self, before: String, after: String) -> Self {
        (self.before, self.after) = (Some(before), Some(after));
        self
    }

    /// That of its rule.
    pub fn class(&self) -> Class {
        self.rule.class
    }
}
