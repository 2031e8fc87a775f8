//! A statement in the words of several dialects.

use sqlparser::ast::Query;

use super::compiler::Compiler;
use super::context::Asked;
use super::dialects::{Dialect, Percentile};
use super::print;
use crate::model::Model;
use crate::plan::tree::Plan;

/// The text of one statement in each of several dialects, in their order, without a final semicolon.
pub type Spelled = Vec<String>;

/// What `write` writes with a compiler of its own: one tree for all dialects, and another for those that write
/// percentiles as window functions where it asks for some.
pub fn spelled<'a>(
    (model, plan, asked): (&'a Model, &'a Plan, Asked<'a>),
    dialects: &[&'static Dialect],
    mut write: impl FnMut(&mut Compiler<'a>) -> Query,
) -> Spelled {
    let mut compiler = Compiler::new(model, plan, Percentile::Aggregate, asked);
    let query = write(&mut compiler);
    let is_windowed = |dialect: &Dialect| matches!(dialect.percentile, Percentile::Window);
    let windowed = (compiler.asks_percentile && dialects.iter().any(|dialect| is_windowed(dialect)))
        .then(|| write(&mut Compiler::new(model, plan, Percentile::Window, asked)));
    let of = |dialect: &Dialect| windowed.as_ref().filter(|_| is_windowed(dialect)).unwrap_or(&query);
    dialects.iter().map(|dialect| print::query(of(dialect), dialect)).collect()
}
