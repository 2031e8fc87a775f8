//! carat compiles metric definitions into Power BI and SQL that give the same number everywhere.
//!
//! # From text to files
//!
//! Text goes through these functions, in this order; what is wrong is told beside what they give, and none stops at
//! the first error. Commands call them through [`pipeline`]; `ARCHITECTURE.md` says what each stage may do, and
//! `docs/language.md` what the language means.
//!
//! - [`syntax::parse()`]: a `.metric` file -> [`syntax::tree::File`]: what was written
//! - [`resolve::resolve`]: trees, [`settings::Settings`], [`gold::Gold`] -> [`model::Model`]: what it means
//! - [`rules::check`]: model -> findings: the laws that it breaks
//! - [`plan::plan`]: model -> [`plan::tree::Plan`]: how each number is worked out, every decision taken
//! - [`emit::sql::build`], [`emit::powerbi::build`]: model and plan -> files: SQL in four dialects, a Power BI model
//!   with its DAX
//! - [`diff::diff`]: two models -> what changed, and of which class ([`changes`])
//! - [`format::format`]: a `.metric` file -> the same text, laid out
//!
//! Around them: [`source`] reads files, [`diagnostics`] has every message and shows it, [`sample`] makes trial data,
//! [`engine`] runs DuckDB and an evaluator of DAX, [`verify`] compares what they say, [`cli`] has a file for each
//! command.
//!
//! # Words
//!
//! - **gold schema**: the tables, columns, keys, relationships and calendar that definitions are written over:
//!   `gold.yaml`, [`gold`]
//! - **missing**: the value that is not there: NULL, BLANK, the empty text
//! - **nobody**: the row that a key leads to where there is none: facts of nobody are kept, their columns by path are
//!   missing
//! - **path**: relationships from a row to the one row of another table that it leads to; `T ~> D` is the active one
//! - **metric**: a number, defined once: [`model::Metric`]
//! - **aggregate, leaf**: a count, sum, latest value or the like over rows of one table; what a metric is computed
//!   from
//! - **filter**: a condition that belongs to a table and is used like a column of it: [`model::Filter`]
//! - **filter from outside**: what the reader of a number restricts by, in a report or a `WHERE`; it works at the
//!   leaves
//! - **reader**: who asks for a number: a report, a query, an expectation
//! - **period**: the days a reader picked, up to the as-of date; `start`, `end`, and `next`, the day after `end`
//! - **as-of date**: the last day that the data is complete to: a column that `gold.yaml` names, never a clock
//! - **window**: the days that an aggregate reads, counted from the period: `over last 12 months of order_date`
//! - **row at hand**: the row that a condition or a value by entity is asked of; aggregates inside are over the rows
//!   that belong to it
//! - **segment**: a set of rows, for all days up to the as-of date: [`model::Segment`]; with `for .. by ..` it is
//!   sent by channels
//! - **policy**: who may be reached for a purpose by a channel, rule by rule: [`model::Policy`]
//! - **resolve**: one value per row of what several sources say of it: [`model::Resolve`]
//! - **view, expectation**: a table of metrics by groups; what must hold on real data: [`model::View`],
//!   [`model::Expectation`]
//! - **share**: a metric divided by itself over everybody: `m / (m ignoring t)`
//! - **meaning, fingerprint**: what stands before the braces of a definition, and a hash of it with all it depends
//!   on: [`model::Fingerprint`]
//! - **certificate**: who vouched for a fingerprint, and when: an entry of `certified.lock`, [`model::lock`]
//! - **law**: what a resolved project must keep: a check in [`rules`]
//! - **rule R7**: what is meant where engines differ; the rules by number are the cases in
//!   `tests/conformance/rules/cases`
//! - **judge**: a slow evaluator of the language alone, in `tests/conformance`, which every engine is compared with

pub mod changes;
pub mod cli;
pub mod diagnostics;
pub mod diff;
pub mod emit;
pub mod engine;
pub mod format;
pub mod gold;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod resolve;
pub mod rules;
pub mod sample;
pub mod settings;
pub mod source;
pub mod syntax;
pub mod verify;
mod yaml;
