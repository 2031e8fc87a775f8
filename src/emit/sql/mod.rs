//! Plan -> sqlparser tree -> text, for every dialect.
//!
//! | step | where |
//! |---|---|
//! | what an expression is evaluated in | [`context`] |
//! | scalars and conditions | [`scalar`], [`condition`], [`comparison`] |
//! | aggregates become columns of relations, one pass per table and keys | [`leaf`], [`evaluate`], [`place`], [`group`], [`distinct`], [`threshold`], [`full_months`], [`folded`], [`window`] |
//! | periods, resolves | [`periods`], [`resolve`] |
//! | whether some row belongs to another, whether a policy allows one | [`owner`] |
//! | values by time as sums of changes, where they change by steps | [`steps`] |
//! | metrics by groups | [`report`] |
//! | a frame as a `SELECT` | [`frame`], [`selection`] |
//! | what a statement says before a dialect spells it | [`common`] |
//! | what goes without saying beside the rest of a statement is left out | [`tidy`] |
//! | a statement written in every dialect | [`statement`] |
//! | what is written: headlines, views, segments, expectations, the contract, statistics | [`files`], [`deploy`], [`statistics`] |
//! | how a dialect spells it, and how it is laid out | [`dialects`], [`mod@print`], [`broken`], [`flat`], [`calls`], [`mod@line`], [`page`] |

mod ast;
mod broken;
mod calls;
mod common;
mod comparison;
mod compiler;
mod condition;
mod context;
mod contract;
mod counted;
mod deploy;
pub mod dialects;
mod distinct;
mod double;
mod evaluate;
mod expectations;
mod files;
mod first_ever;
mod flat;
mod folded;
mod frame;
mod full_months;
mod group;
mod headline;
mod leaf;
mod line;
pub mod made;
mod owner;
mod page;
mod periods;
mod place;
mod print;
mod report;
mod resolve;
mod rows;
mod scalar;
mod segments;
mod selection;
mod settled;
mod statement;
mod statistics;
mod steps;
mod threshold;
mod tidy;
mod views;
mod wide;
mod window;

pub use contract::is_of_the_table;
pub use periods::{DAYS, FIRST_DAY, LAST_DAY};

use compiler::Compiler;
use context::{Asked, Filter};
use dialects::Dialect;
use report::Report;
use statement::{Said, Spelled};

use super::OutputFile;
use crate::model::{Fingerprints, Model, SegmentId};
use crate::plan::tree::{Plan, Query};
use crate::settings::DialectName;
use crate::source::FileSet;

/// The statement that answers a query, without a final semicolon.
pub fn query(model: &Model, plan: &Plan, query: &Query, dialect: DialectName) -> String {
    let asked =
        Asked { grain: query.grain.as_ref().map(|grain| grain.column), calendar: &query.calendar, as_of: query.as_of };
    let dialect = Dialect::named(dialect);
    let mut compiler = Compiler::new(model, plan, dialect.percentile, asked);
    let report = report_of(model, plan, query);
    let draft = compiler.report(&report);
    statement::in_dialect(dialect, &mut compiler, draft)
}

/// The contacts that an activated segment may reach, without a final semicolon, and the names of the columns.
pub fn members(model: &Model, plan: &Plan, segment: SegmentId, dialect: DialectName) -> (String, Vec<String>) {
    let dialect = Dialect::named(dialect);
    let mut compiler = Compiler::new(model, plan, dialect.percentile, Asked::default());
    let (draft, columns) = compiler.members(segment, None);
    (statement::in_dialect(dialect, &mut compiler, draft), columns)
}

/// The members of an activated segment that may be reached, or how many an analytical one has, without a final semicolon.
pub fn segment(model: &Model, plan: &Plan, segment: SegmentId, dialect: DialectName) -> String {
    if plan.segments.get(segment.0 as usize).is_some_and(|plan| !plan.channels.is_empty()) {
        return members(model, plan, segment, dialect).0;
    }
    let dialect = Dialect::named(dialect);
    let mut compiler = Compiler::new(model, plan, dialect.percentile, Asked::default());
    let draft = compiler.member_count(segment);
    statement::in_dialect(dialect, &mut compiler, draft)
}

/// What the policies of an activated segment say of every contact of its members, without a final semicolon, and the
/// names of the columns: the keys that tell contacts apart, `channel`, `outcome` in words, `allowed` as 1 or 0.
pub fn decisions(model: &Model, plan: &Plan, segment: SegmentId, dialect: DialectName) -> (String, Vec<String>) {
    let dialect = Dialect::named(dialect);
    let mut compiler = Compiler::new(model, plan, dialect.percentile, Asked::default());
    let (draft, columns) = compiler.all_decisions(segment);
    (statement::in_dialect(dialect, &mut compiler, draft), columns)
}

fn report_of<'a>(model: &'a Model, plan: &'a Plan, query: &'a Query) -> Report<'a> {
    let filters =
        query.filters.iter().map(|(table, condition)| Filter { table: *table, condition, met_by_hand: false });
    let values = query.metrics.iter().filter_map(|id| {
        let name = model.metric(*id)?.head.column();
        Some((name, plan.metrics.get(id.0 as usize)?))
    });
    Report { values: values.collect(), groups: query.groups.clone(), filters: filters.collect() }
}

/// Every file of every dialect, under `sql/<dialect>/`: the headline values of each definition file and of
/// the certified ones together, the views, the segments, the checks of the gold schema and of the expectations.
pub fn build(
    model: &Model,
    plan: &Plan,
    files: &FileSet,
    fingerprints: &Fingerprints,
    dialects: &[DialectName],
) -> Vec<OutputFile> {
    each(model, plan, files, fingerprints, dialects, |file| file)
}

/// What `take` makes of every file of [`build`], in the order of the files. Each is given away as soon as it is made,
/// on any thread.
pub fn each<T: Send>(
    model: &Model,
    plan: &Plan,
    files: &FileSet,
    fingerprints: &Fingerprints,
    dialects: &[DialectName],
    take: impl Fn(OutputFile) -> T + Sync,
) -> Vec<T> {
    let dialects: Vec<&'static Dialect> = dialects.iter().map(|dialect| Dialect::named(*dialect)).collect();
    let said = Said::default();
    files::each(files::Build { model, plan, files, fingerprints, dialects: &dialects, said: &said }, take)
}

/// Queries whose rows break something, each under the name of what it looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    /// What `gold.yaml` takes for granted.
    pub contract: Vec<(String, String)>,
    /// What must hold on real data.
    pub expectations: Vec<(String, String)>,
}

/// The checks of the gold schema and of the expectations, as they stand in the files.
pub fn checks(model: &Model, plan: &Plan, dialect: DialectName) -> Checks {
    let (files, fingerprints) = (FileSet::default(), Fingerprints::default());
    let (dialects, said) = ([Dialect::named(dialect)], Said::default());
    let build =
        files::Build { model, plan, files: &files, fingerprints: &fingerprints, dialects: &dialects, said: &said };
    let spelled = |checks: Vec<(String, Spelled)>| {
        checks.into_iter().filter_map(|(what, texts)| Some((what, texts.into_iter().next()?))).collect()
    };
    Checks { contract: spelled(contract::checks(build)), expectations: spelled(expectations::checks(build)) }
}
