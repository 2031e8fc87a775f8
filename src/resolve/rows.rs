//! The rows that an aggregate or `any` reads: its clauses, its windows and how they meet the row at hand.

use crate::diagnostics::codes::grain as codes;
use crate::gold::{TableId, Type};
use crate::model::{Expr, ExprKind, Over, Rows};
use crate::source::Span;
use crate::syntax::tree::{Clause, Name};

use super::links::By;
use super::scope::{At, Scope};
use super::{Resolver, words};

/// Conditions on rows may stand in one another this many levels deep.
const MOST_LEVELS: usize = 8;

impl Resolver<'_> {
    pub(super) fn rows(
        &mut self,
        table: TableId,
        clauses: &[Clause],
        link: (Option<&Name>, By),
        scope: Scope,
        span: Span,
    ) -> Option<Rows> {
        let before = self.found.len();
        let inner = scope.at(At::Row(table));
        let condition = self.restrictions(clauses, inner);
        let over = self.overs(clauses, table);
        let linked = self.linked(table, scope.hand(), link.0, link.1, span);
        if self.found.len() == before {
            self.check_window(table, clauses, condition.as_ref(), span);
        }
        let linked = linked?;
        let rows = Rows { table, condition, over: over?, of: linked.of, through: linked.through, span };
        Some(rows)
    }

    /// The `where` clauses as one condition.
    fn restrictions(&mut self, clauses: &[Clause], scope: Scope) -> Option<Expr> {
        let all: Vec<Expr> = super::walk::conditions(clauses).map(|part| self.condition(part, scope)).collect();
        joined(all)
    }

    fn overs(&mut self, clauses: &[Clause], table: TableId) -> Option<Vec<Over>> {
        let overs = clauses.iter().filter_map(|clause| match clause {
            Clause::Over(over) => Some(over),
            Clause::Where(_) => None,
        });
        let found: Vec<Option<Over>> = overs.map(|over| self.over(over, table)).collect();
        found.into_iter().collect()
    }

    /// A table with a date role is read over a window: `over`, or `d in WINDOW` among its conditions.
    fn check_window(&mut self, table: TableId, clauses: &[Clause], condition: Option<&Expr>, span: Span) {
        let Some(date) = self.gold.table(table).and_then(|found| found.date) else { return };
        let over = clauses.iter().any(|clause| matches!(clause, Clause::Over(_)));
        if !over && !condition.is_some_and(|condition| has_window(condition, table)) {
            let (table, date) = (words::table(self.gold, table), words::column(self.gold, date));
            self.report(codes::no_window(&table, &date, span));
        }
    }

    /// Reports conditions nested too deep; once, at the level that is too much.
    pub(super) fn shallow(&mut self, found: Expr) -> Expr {
        let reads = self.reads(&found);
        if reads.depth > MOST_LEVELS && !reads.broken {
            self.report(codes::too_deep(found.span));
            return super::expression::broken(found.span);
        }
        found
    }
}

/// Several conditions as one.
pub(super) fn joined(mut all: Vec<Expr>) -> Option<Expr> {
    let first = all.first()?.span;
    let last = all.last()?.span;
    match all.len() {
        1 => all.pop(),
        _ => Some(Expr::new(ExprKind::And(all), Type::Boolean, first.to(last))),
    }
}

/// Whether a date of the table's own is held in a window.
fn has_window(condition: &Expr, table: TableId) -> bool {
    match &condition.kind {
        ExprKind::And(all) => all.iter().any(|part| has_window(part, table)),
        ExprKind::InWindow { date, .. } => {
            matches!(&date.kind, ExprKind::Column(column) if column.column.table == table)
        }
        _ => false,
    }
}
