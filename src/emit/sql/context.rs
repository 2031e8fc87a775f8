//! What an expression is evaluated in: a period, the filters from outside and perhaps a row at hand.

use crate::gold::{ColumnId, Date, RelationshipId, TableId};
use crate::plan::tree::{Condition, Link, PolicyPlanId, Shift};

/// What a reader asks for, the same for everything in one statement.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The calendar column whose values are the units of time.
    pub grain: Option<ColumnId>,
    /// The reader's filters on calendar columns.
    pub calendar: &'a [Condition],
    /// In place of the as-of date of the data.
    pub as_of: Option<Date>,
}

/// A period, by its place in [`super::compiler::Compiler::periods`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodId(pub usize);

/// The days a period starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Those the reader asked for, one period per unit of time where the reader groups by time.
    Asked,
    /// All days up to the as-of date.
    All,
}

/// The days that a value is asked for: what they start from, and how they were moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub base: Base,
    /// Applied in order.
    pub shifts: Vec<Shift>,
}

/// A filter from outside, on the row of `table`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filter<'a> {
    pub table: TableId,
    pub condition: &'a Condition,
    /// The row at hand is known to satisfy it.
    pub met_by_hand: bool,
}

/// The row at hand: of `table`, reached from the row of the frame by `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    pub table: TableId,
    pub path: Vec<RelationshipId>,
}

/// What an expression is evaluated in, and what its value may be called.
#[derive(Debug, Clone, PartialEq)]
pub struct Context<'a> {
    pub period: PeriodId,
    pub filters: Vec<Filter<'a>>,
    /// Columns whose value the context fixes, one value a group.
    pub groups: Vec<ColumnId>,
    pub hand: Option<Hand>,
    /// What a value computed here may be called.
    pub hint: String,
    /// A policy whose question to the row that rows at hand belong to is asked there already.
    pub owner_asked: Option<PolicyPlanId>,
    /// What the row at hand is asked beside, each for its period: it holds, or nothing is taken of the row.
    pub settled: Vec<(PeriodId, &'a Condition)>,
}

/// A variable of the context: what the rows of a relation are kept apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Var {
    /// A column that readers group by.
    Group(ColumnId),
    /// The unit of time.
    Unit,
}

impl<'a> Context<'a> {
    /// Nothing but a period.
    pub fn bare(period: PeriodId) -> Context<'a> {
        let (filters, groups, hint) = (Vec::new(), Vec::new(), String::new());
        Context { period, filters, groups, hand: None, hint, owner_asked: None, settled: Vec::new() }
    }

    /// Without filters from outside and groups, for another period.
    pub fn cleared(&self, period: PeriodId) -> Context<'a> {
        Context { hand: self.hand.clone(), hint: self.hint.clone(), ..Context::bare(period) }
    }

    /// Its period, filters and groups alone.
    fn anywhere(&self) -> Context<'a> {
        let (filters, groups) = (self.filters.clone(), self.groups.clone());
        Context { filters, groups, owner_asked: self.owner_asked, ..Context::bare(self.period) }
    }

    /// For a value of this name: what it is computed in may be called so.
    pub fn called(&self, hint: impl Into<String>) -> Context<'a> {
        let (hand, settled) = (self.hand.clone(), self.settled.clone());
        Context { hint: hint.into(), hand, settled, ..self.anywhere() }
    }

    /// The same for another period.
    pub fn at_period(&self, period: PeriodId) -> Context<'a> {
        Context { period, ..self.clone() }
    }

    /// With another row at hand, which nothing was asked of yet.
    pub fn at_row(&self, hand: Hand) -> Context<'a> {
        Context { hand: Some(hand), hint: self.hint.clone(), ..self.anywhere() }
    }

    /// `m ignoring t`: without filters and groups on the table, and without a row at hand of it.
    pub fn ignoring(&self, table: TableId) -> Context<'a> {
        Context {
            filters: self.filters.iter().copied().filter(|filter| filter.table != table).collect(),
            groups: self.groups.iter().copied().filter(|group| group.table != table).collect(),
            hand: self.hand.clone().filter(|hand| hand.table != table),
            settled: Vec::new(),
            ..self.clone()
        }
    }

    /// `m where p`: with one more filter on a table.
    pub fn restricted(&self, table: TableId, condition: &'a Condition) -> Context<'a> {
        let mut context = Context { settled: Vec::new(), ..self.clone() };
        context.filters.push(Filter { table, condition, met_by_hand: false });
        context
    }
}

/// The part of `T ~> D` that the row at hand already fixes is what starts with the link.
pub fn goes_through(path: &[RelationshipId], link: &Option<Link>) -> bool {
    match link {
        None => false,
        Some(Link::To(steps)) => path.starts_with(steps),
        Some(Link::Common { from_rows, .. }) => path.starts_with(from_rows),
    }
}
