//! The context `(P, F, h)` of the definition of a number, literally.

use std::rc::Rc;

use carat::gold::{ColumnId, Date, TableId};
use carat::model::Expr;

use super::value::Value;

/// `P`: a non-empty set of days, sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct Period(Rc<Vec<Date>>);

impl Period {
    /// None for an empty set: then there is no value.
    pub fn of(mut days: Vec<Date>) -> Option<Period> {
        days.sort();
        days.dedup();
        (!days.is_empty()).then(|| Period(Rc::new(days)))
    }

    pub fn start(&self) -> Date {
        self.0[0]
    }

    pub fn end(&self) -> Date {
        self.0[self.0.len() - 1]
    }

    /// The day after the last.
    pub fn next(&self) -> Date {
        self.end().plus_days(1)
    }

    pub fn contains(&self, day: Date) -> bool {
        self.0.binary_search(&day).is_ok()
    }

    pub fn days(&self) -> &[Date] {
        &self.0
    }
}

/// One condition of `F`, on columns of one table.
#[derive(Debug, Clone)]
pub struct Filter {
    pub table: TableId,
    pub test: Test,
}

#[derive(Debug, Clone)]
pub enum Test {
    /// Evaluated at the row of the table.
    Condition(Rc<Expr>),
    /// The column is one of these; missing among them is `is missing`.
    OneOf(ColumnId, Vec<Value>),
}

/// `h`: a row of a table. "No row" is a row whose columns are all missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hand {
    pub table: TableId,
    pub row: Option<usize>,
}

/// What `this purpose` and `this channel` say.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub purpose: String,
    pub channel: String,
}

#[derive(Debug, Clone)]
pub struct Context {
    pub period: Period,
    pub filters: Rc<Vec<Filter>>,
    pub hand: Option<Hand>,
    pub asked: Option<Rc<Asked>>,
}

impl Context {
    /// What a reader asks: no row at hand.
    pub fn of_reader(period: Period, filters: Vec<Filter>) -> Context {
        Context { period, filters: Rc::new(filters), hand: None, asked: None }
    }

    /// `(P, F, t)`.
    pub fn at(&self, table: TableId, row: Option<usize>) -> Context {
        Context { hand: Some(Hand { table, row }), ..self.clone() }
    }

    /// `(P', F, h)`.
    pub fn over(&self, period: Period) -> Context {
        Context { period, ..self.clone() }
    }

    /// `(P, {}, h)`.
    pub fn without_filters(&self) -> Context {
        Context { filters: Rc::new(Vec::new()), ..self.clone() }
    }

    /// `(P, F + {q}, h)`.
    pub fn with(&self, filter: Filter) -> Context {
        let filters = self.filters.iter().cloned().chain([filter]).collect();
        Context { filters: Rc::new(filters), ..self.clone() }
    }

    /// `(P, F less all conditions on T, h or none if h is a row of T)`.
    pub fn ignoring(&self, table: TableId) -> Context {
        let filters = self.filters.iter().filter(|filter| filter.table != table).cloned().collect();
        let hand = self.hand.filter(|hand| hand.table != table);
        Context { filters: Rc::new(filters), hand, ..self.clone() }
    }
}
