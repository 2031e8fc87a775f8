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

/// A statement before a dialect spells it: one tree for all of them, and another for those that write percentiles as
/// window functions where it asks for some.
pub struct Statement {
    query: Query,
    windowed: Option<Query>,
}

/// What `write` writes with a compiler of its own, for these dialects.
pub fn built<'a>(
    (model, plan, asked): (&'a Model, &'a Plan, Asked<'a>),
    dialects: &[&'static Dialect],
    mut write: impl FnMut(&mut Compiler<'a>) -> Query,
) -> Statement {
    let mut compiler = Compiler::new(model, plan, Percentile::Aggregate, asked);
    let query = write(&mut compiler);
    let windowed = (compiler.asks_percentile && dialects.iter().any(|dialect| is_windowed(dialect)))
        .then(|| write(&mut Compiler::new(model, plan, Percentile::Window, asked)));
    Statement { query, windowed }
}

fn is_windowed(dialect: &Dialect) -> bool {
    matches!(dialect.percentile, Percentile::Window)
}

impl Statement {
    /// One tree for all dialects.
    pub fn plain(query: Query) -> Self {
        Statement { query, windowed: None }
    }

    /// Its text at the end of another.
    pub fn write(&self, dialect: &'static Dialect, text: &mut String) {
        print::write_query(self.of(dialect), dialect, text);
    }

    pub fn spelled(&self, dialects: &[&'static Dialect]) -> Spelled {
        dialects.iter().map(|dialect| print::query(self.of(dialect), dialect)).collect()
    }

    fn of(&self, dialect: &Dialect) -> &Query {
        self.windowed.as_ref().filter(|_| is_windowed(dialect)).unwrap_or(&self.query)
    }
}
