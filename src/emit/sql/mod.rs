//! Plan -> sqlparser tree -> text, for every dialect.
//!
//! | step | where |
//! |---|---|
//! | what an expression is evaluated in | [`context`] |
//! | scalars and conditions | [`scalar`], [`condition`] |
//! | aggregates become columns of relations, one pass per table and keys | [`leaf`], [`group`] |
//! | periods, resolves | [`periods`], [`resolve`] |
//! | metrics by groups | [`report`] |
//! | what differs between dialects | [`dialects`] |

mod ast;
mod compiler;
mod condition;
mod context;
pub mod dialects;
mod frame;
mod group;
mod leaf;
mod periods;
mod report;
mod resolve;
mod rows;
mod scalar;

use compiler::Compiler;
use context::{Asked, Filter};
use dialects::Dialect;
use report::Report;

use crate::diagnostics::Diagnostic;
use crate::model::Model;
use crate::plan::tree::{Plan, Query};
use crate::settings::DialectName;

/// The statement that answers a query, without a final semicolon.
///
/// # Errors
/// What the dialect cannot express exactly.
pub fn query(model: &Model, plan: &Plan, query: &Query, dialect: DialectName) -> Result<String, Diagnostic> {
    let asked =
        Asked { grain: query.grain.as_ref().map(|grain| grain.column), calendar: &query.calendar, as_of: query.as_of };
    let mut compiler = Compiler::new(model, plan, Dialect::named(dialect), asked);
    let filters =
        query.filters.iter().map(|(table, condition)| Filter { table: *table, condition, met_by_hand: false });
    let values = query.metrics.iter().filter_map(|id| {
        let name = model.metric(*id)?.head.name.to_lowercase();
        Some((name, plan.metrics.get(id.0 as usize)?))
    });
    let report = Report { values: values.collect(), groups: query.groups.clone(), filters: filters.collect() };
    Ok(format!("{:#}", compiler.report(&report)))
}
