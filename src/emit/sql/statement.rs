//! A statement that every dialect can spell.

use sqlparser::ast::Query;

use super::compiler::Compiler;
use super::context::Asked;
use super::dialects::{Dialect, Percentile};
use super::print;
use crate::model::Model;
use crate::plan::tree::Plan;

/// A statement: one tree for all dialects, or two where it asks for percentiles.
#[derive(Debug, Clone)]
pub struct Statement {
    query: Query,
    /// With percentiles as window functions.
    windowed: Option<Query>,
}

impl Statement {
    /// What `write` writes with a compiler of its own.
    pub fn of<'a>(
        model: &'a Model,
        plan: &'a Plan,
        asked: Asked<'a>,
        mut write: impl FnMut(&mut Compiler<'a>) -> Query,
    ) -> Self {
        let mut compiler = Compiler::new(model, plan, Percentile::Aggregate, asked);
        let query = write(&mut compiler);
        let windowed =
            compiler.asks_percentile.then(|| write(&mut Compiler::new(model, plan, Percentile::Window, asked)));
        Statement { query, windowed }
    }

    /// As the dialect spells it, without a final semicolon.
    pub fn text(&self, dialect: &'static Dialect) -> String {
        let windowed = self.windowed.as_ref().filter(|_| matches!(dialect.percentile, Percentile::Window));
        print::query(windowed.unwrap_or(&self.query), dialect)
    }
}

impl From<Query> for Statement {
    /// A statement without percentiles.
    fn from(query: Query) -> Self {
        Statement { query, windowed: None }
    }
}
