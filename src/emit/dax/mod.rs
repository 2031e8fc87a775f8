//! Plan -> DAX tree -> text.
//!
//! | what | where |
//! |---|---|
//! | the tree and its text | [`tree`], [`mod@print`] |
//! | what measures are called | [`book`] |
//! | the measures of a project | [`measures()`], [`metric_text`] |
//! | the period, windows | `period` |
//! | values, comparisons, presence | `scalar`, `predicate` |
//! | rows, aggregates, conditions | `rows`, `aggregate`, `condition`, `reads` |
//! | how picked days meet rows | `roles` |
//! | what a test asks twice | `repeated` |
//! | what tests beside one say | `known` |
//! | rows that a row only meets | `meeting`, `beyond` |
//! | what ignores a table | `ignoring` |
//! | dates over inactive relationships | `detour` |
//! | what variables are called | `variables`, `words` |
//! | other periods, an empty period | `shift`, `vanish` |
//! | segments, policies, resolves | `decide` |
//! | views, expectations | [`queries()`] |
//!
//! Every filter argument is in KEEPFILTERS: a metric's own filters narrow what a reader set. A row at
//! hand is one key in the filter context; its rows are then what relationships let through.

mod aggregate;
mod beyond;
pub mod book;
mod condition;
mod decide;
mod detour;
mod ignoring;
mod known;
mod lower;
mod measures;
mod meeting;
mod period;
mod predicate;
pub mod print;
mod queries;
mod reads;
mod repeated;
mod roles;
mod rows;
mod scalar;
mod shift;
pub mod tree;
mod vanish;
mod variables;
mod visit;
mod words;

pub use measures::{Kind, Measure, Named, measures, metric_text};
pub use queries::{Query, queries};
pub use words::may_be_reserved;

use crate::model::{FilterId, Model, SegmentId};
use crate::plan::tree::{Plan, PolicyPlanId, ResolvePlanId};

/// All [`measures()`] and the [`queries()`] to ask of them.
pub fn measures_and_queries(model: &Model, plan: &Plan) -> (Vec<Measure>, Vec<Query>) {
    let book = book::Book::new(model, plan);
    (measures::called(model, plan, &book), queries::called(model, plan, &book))
}

/// A hidden measure that answers for the row in the filter context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Helper {
    Filter(FilterId),
    Segment(SegmentId),
    /// A policy for one channel.
    Policy(PolicyPlanId),
    /// A resolve for one purpose and channel.
    Resolve(ResolvePlanId),
}
