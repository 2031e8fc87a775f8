//! What a change does to the numbers and the people of an extract.
//!
//! Shown numbers are rounded first and subtracted then, so that a reader who adds them up finds what stands beside them.

use super::Decimal;

/// A number as people read it; exact to twelve decimals where it is a number at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    /// None for what is no number: a date, a text.
    pub exact: Option<Decimal>,
    pub shown: String,
}

/// One number before and after; none where there is no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The member of a slice, the first day of a month, `all`.
    pub name: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Nothing counts as 0; none for what is no number.
    pub difference: Option<Value>,
}

/// What one clause of a change does to a metric, after the clauses before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The clauses; several where no valid definition lies between them, or none with a value.
    pub clauses: Vec<String>,
    pub difference: Value,
    /// The metric with this clause and those before it.
    pub after: Value,
}

/// The members of a column that move most, the furthest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slices {
    /// `customer.country`
    pub column: String,
    pub rows: Vec<Row>,
}

/// Contacts of a segment that may be reached now and could not be before, or the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    pub channel: String,
    /// Else they leave.
    pub enters: bool,
    /// `allowed: opted in`, `refused: no consent`, `not in the segment`.
    pub before: String,
    pub after: String,
    pub contacts: u64,
}

/// A chart that was drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    /// The file's name in the folder of charts.
    pub file: String,
    /// The whole file.
    pub svg: String,
    /// Where it was written, as a reference from the report; none until then.
    pub reference: Option<String>,
}

/// Everything that was asked of one definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    pub total: Option<Row>,
    /// Two or more, adding up to the difference of `total`; none where a single clause changed.
    pub parts: Vec<Part>,
    pub slices: Vec<Slices>,
    /// The last months in order; only where charts were asked for.
    pub months: Vec<Row>,
    /// None for what is no segment that may be activated.
    pub people: Option<Vec<Move>>,
    pub charts: Vec<Chart>,
}

impl Impact {
    /// Neither the total nor the people were computed.
    pub fn is_empty(&self) -> bool {
        self.total.is_none() && self.people.is_none()
    }

    /// How many contacts enter and leave on all channels.
    pub fn moved(&self) -> Option<(u64, u64)> {
        let all = self.people.as_ref()?;
        let sum = |enters: bool| all.iter().filter(|one| one.enters == enters).map(|one| one.contacts).sum();
        Some((sum(true), sum(false)))
    }
}
