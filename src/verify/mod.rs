//! The same numbers, compared: what SQL and DAX say of a project's metrics in the slices a reader makes.
//!
//! Pure: what engines said comes in, a verdict and its texts go out.
//!
//! | what | where |
//! |---|---|
//! | which slices | [`mod@slices`] |
//! | two answers to one question | [`compare`] |
//! | what breaks a check, in words | [`mod@breakers`] |
//! | the verdict as JSON, JUnit, Markdown | [`render`] |
//! | the report that can be attached to a release | [`evidence`] |
//! | a query for Power BI with the expected values in it | [`power_bi`] |

pub mod breakers;
pub mod compare;
pub mod evidence;
pub mod power_bi;
pub mod render;
#[cfg(test)]
mod samples;
pub mod slices;

pub use breakers::Breakers;
pub use compare::{Answers, Difference, Kind, Member};
pub use slices::{Slice, slices};

use crate::model::MetricId;

/// What the engines said of a whole project.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// First and last day of the data, as SQL sees them; none where the period is empty.
    pub days: Option<(String, String)>,
    pub metrics: Vec<MetricVerdict>,
    pub checks: Vec<CheckVerdict>,
    /// Why DAX was not evaluated, and what to do about it.
    pub no_dax: Option<String>,
    /// Name and version of each engine that was asked.
    pub engines: Vec<(String, String)>,
}

/// One metric over all its slices.
#[derive(Debug, Clone)]
pub struct MetricVerdict {
    pub id: MetricId,
    pub name: String,
    pub label: String,
    pub fingerprint: String,
    /// The total by SQL; none for a missing value.
    pub sql: Option<String>,
    /// The total by DAX; none where DAX was not asked.
    pub dax: Option<Said>,
    /// The kinds of slice: `total`, `customer.country`, `month`.
    pub slices: Vec<String>,
    /// Values that both sides said.
    pub compared: usize,
    pub differences: Vec<Difference>,
    /// Why values could not be evaluated as DAX, each reason once.
    pub failures: Vec<String>,
    /// What the first and the smallest difference can be seen by.
    pub shown: Vec<Shown>,
}

/// What a DAX evaluator says of one cell: a value, none for BLANK, or why it could not evaluate it.
pub type Said = Result<Option<String>, String>;

/// A difference with the queries that give its two values.
#[derive(Debug, Clone)]
pub struct Shown {
    /// `first` or `smallest`.
    pub why: &'static str,
    pub difference: Difference,
    pub sql: String,
    pub dax: String,
}

/// One query of the gold contract or of the expectations, and how many rows break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckVerdict {
    /// `contract` or `expectation`.
    pub kind: &'static str,
    pub name: String,
    /// An expectation as it stands in its file, and where; none for what the schema promises.
    pub written: Option<String>,
    /// Rows of the answer: values of the data, units and groups, or the table.
    pub breaches: usize,
    /// The same as messages count it.
    pub breakers: Breakers,
    /// The first rows as text, each `column: value, ..`.
    pub rows: Vec<String>,
    pub sql: String,
}

/// How a metric fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Every value both sides said is the same.
    Agrees,
    Differs,
    /// No value could be compared: DAX was not asked, or could not be evaluated.
    SqlAlone,
}

impl MetricVerdict {
    /// A difference weighs more than any number of agreements.
    pub fn mark(&self) -> Mark {
        match (self.differences.is_empty(), self.compared) {
            (false, _) => Mark::Differs,
            (true, 0) => Mark::SqlAlone,
            (true, _) => Mark::Agrees,
        }
    }
}

impl Mark {
    /// One character, for terminals and tables.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Agrees => "✓",
            Mark::Differs => "✗",
            Mark::SqlAlone => "·",
        }
    }

    /// As reports for people and programs write it.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Agrees => "agrees",
            Mark::Differs => "differs",
            Mark::SqlAlone => "SQL alone",
        }
    }
}

impl Verdict {
    /// Nothing differs and nothing is broken.
    pub fn holds(&self) -> bool {
        self.metrics.iter().all(|metric| metric.differences.is_empty()) && self.broken().next().is_none()
    }

    /// The checks that some row breaks.
    pub fn broken(&self) -> impl Iterator<Item = &CheckVerdict> {
        self.checks.iter().filter(|check| check.breaches > 0)
    }

    /// How many values were compared.
    pub fn compared(&self) -> usize {
        self.metrics.iter().map(|metric| metric.compared).sum()
    }

    /// How many values differ.
    pub fn differences(&self) -> usize {
        self.metrics.iter().map(|metric| metric.differences.len()).sum()
    }
}
