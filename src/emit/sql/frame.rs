//! One `SELECT` under construction: a driving table and the relations joined to it, each once.

use sqlparser::ast::Expr;

use super::context::PeriodId;
use super::steps::AtChange;
use crate::gold::{ColumnId, RelationshipId, TableId};

/// A common table expression, by its place in the compiler's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationId(pub usize);

/// What a `FROM` or a join reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Table(TableId),
    Relation(RelationId),
}

/// How a join keeps rows; the conditions are written with the alias of what is joined.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// Rows without a match stay.
    Left(Expr),
    Inner(Expr),
    Cross,
}

/// Something that a [`Frame`] joins, under an alias of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub source: Source,
    pub alias: String,
    pub how: How,
}

/// What drives a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Driver {
    Table(TableId),
    Relation(RelationId),
    /// Not known yet: the groups of a report.
    Open,
}

/// A `SELECT` being built. Whoever needs a row that another one leads to, a period or a value of a relation asks
/// for its alias here, and it is joined the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub driver: Driver,
    pub alias: String,
    pub joins: Vec<Join>,
    /// Paths from the driving table to their aliases.
    pub paths: Vec<(Vec<RelationshipId>, String)>,
    /// Paths that find a row wherever the frame has one: another join says so.
    pub sure: Vec<Vec<RelationshipId>>,
    pub periods: Vec<(PeriodId, String)>,
    /// Relations joined on the row at hand, by the path to it.
    pub links: Vec<(RelationId, Vec<RelationshipId>, String)>,
    /// Groups that the driving table does not reach: all their values are joined.
    pub domains: Vec<(ColumnId, Expr)>,
    /// The period that binds the unit of time, where the reader groups by time.
    pub period: PeriodId,
    /// The unit of time, once a period is joined.
    pub unit: Option<Expr>,
    /// The change whose day it stands on, where it adds up changes.
    pub at_change: Option<AtChange>,
    taken: Vec<String>,
}

impl Frame {
    /// A frame with nothing joined.
    pub fn new(driver: Driver, alias: String, period: PeriodId) -> Self {
        let taken = vec![alias.clone()];
        Self {
            driver,
            alias,
            joins: Vec::new(),
            paths: Vec::new(),
            sure: Vec::new(),
            periods: Vec::new(),
            links: Vec::new(),
            domains: Vec::new(),
            period,
            unit: None,
            at_change: None,
            taken,
        }
    }

    /// A short alias for something of this name, unique in the frame.
    pub fn alias(&mut self, name: &str, is_reserved: impl Fn(&str) -> bool) -> String {
        let short = initials(name);
        let mut alias = short.clone();
        let mut number = 2;
        while self.taken.contains(&alias) || is_reserved(&alias) {
            alias = format!("{short}{number}");
            number += 1;
        }
        self.taken.push(alias.clone());
        alias
    }

    /// The relations that stand in it.
    pub fn relations(&self) -> impl Iterator<Item = RelationId> {
        let driver = match self.driver {
            Driver::Relation(id) => Some(id),
            Driver::Table(_) | Driver::Open => None,
        };
        driver.into_iter().chain(self.joins.iter().filter_map(|join| match join.source {
            Source::Relation(id) => Some(id),
            Source::Table(_) => None,
        }))
    }
}

/// Three letters and a number, ordinarily.
const LONGEST: usize = 5;

/// `order_line` -> `ol`.
pub fn initials(name: &str) -> String {
    let mut letters = String::with_capacity(LONGEST);
    let mut between = true;
    for byte in name.bytes() {
        if between && byte.is_ascii_alphabetic() && letters.len() < 3 {
            letters.push(char::from(byte.to_ascii_lowercase()));
        }
        between = !byte.is_ascii_alphanumeric();
    }
    if letters.is_empty() {
        letters.push('t');
    }
    letters
}
