//! A rule refuses wherever it cannot be told that it does not apply: a missing value never enlarges a policy's set.
//!
//! Where a column may be missing, the rule itself says what then is (`unguarded-refusal`). A column that is never
//! missing, by the gold schema, may be so all the same in rows that break the contract: what compares nothing but such
//! columns is true there. Of the row that is decided it is written as the negation of its opposite, which is false of a
//! missing value: `status = "deceased"` refuses unless `status <> "deceased"`. A row without its date is in no window,
//! as everywhere; the contract lists it.

use crate::gold::{Gold, RelationshipId, TableId};
use crate::model::{Expr, ExprKind, FilterId, PathColumn};
use crate::syntax::tree::CompareOp;

use super::condition::{all_of, any_of, negate};
use super::lower::{Lowering, Row, Scope, Unknown};
use super::moved::Moved;
use super::rows::link_of;
use super::tree::{Absence, Condition, Link, Rows};

impl Lowering<'_> {
    /// The condition of a rule that refuses. What stands under `not`, and what a metric, resolve or segment says of a
    /// missing value, is its own meaning.
    pub(super) fn refusal(&mut self, expr: &Expr, scope: Scope) -> Condition {
        match &expr.kind {
            ExprKind::And(parts) => all_of(parts.iter().map(|part| self.refusal(part, scope)).collect()),
            ExprKind::Or(parts) => any_of(parts.iter().map(|part| self.refusal(part, scope)).collect()),
            ExprKind::Any(rows) => Condition::Any(Box::new(self.rows(rows, scope.with(Unknown::Found)))),
            ExprKind::Filter { path, id } => self.filter_refusal(path, *id, expr, scope),
            _ if self.reads_what_is_always_there(expr) => self.unless_known(expr, scope),
            _ => self.condition(expr, scope.with(Unknown::Fails)),
        }
    }

    /// Written out where it compares what is never missing.
    fn filter_refusal(&mut self, path: &[RelationshipId], id: FilterId, expr: &Expr, scope: Scope) -> Condition {
        let plain = |this: &mut Self| this.condition(expr, scope.with(Unknown::Fails));
        let Some(filter) = self.model.filter(id).filter(|filter| self.is_doubtful(&filter.condition)) else {
            return plain(self);
        };
        let there = self.refusal(&filter.condition, scope.at(filter.table));
        if path.is_empty() {
            return there;
        }
        Further { gold: self.gold(), path, table: filter.table }.condition(&there).unwrap_or_else(|| plain(self))
    }

    /// True unless the values are there and say otherwise.
    fn unless_known(&mut self, expr: &Expr, scope: Scope) -> Condition {
        let doubted = Scope { row: Row::Doubted, ..scope.with(Unknown::Fails) };
        match &expr.kind {
            ExprKind::Compare { operator, left, right } if scope.unknown == Unknown::Refuses => {
                negate(self.compare(operator.opposite(), left, right, doubted))
            }
            ExprKind::Column(_) if scope.unknown == Unknown::Refuses => {
                negate(self.flagged(CompareOp::NotEqual, expr, doubted))
            }
            _ => {
                let sides = if matches!(expr.kind, ExprKind::Column(_)) { vec![expr] } else { expr.parts().collect() };
                let missing = sides.into_iter().map(|side| self.scalar(side, doubted));
                let missing = missing.filter(|side| side.absence == Absence::Missing).map(Condition::IsMissing);
                let missing: Vec<Condition> = missing.collect();
                any_of(missing.into_iter().chain([self.condition(expr, scope.with(Unknown::Fails))]).collect())
            }
        }
    }

    /// Whether [`Self::refusal`] is another condition than the plain one.
    fn is_doubtful(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(|part| self.is_doubtful(part)),
            ExprKind::Any(rows) => rows.condition.as_ref().is_some_and(|inner| self.is_doubtful(inner)),
            ExprKind::Filter { id, .. } => {
                self.model.filter(*id).is_some_and(|filter| self.is_doubtful(&filter.condition))
            }
            _ => self.reads_what_is_always_there(expr),
        }
    }

    /// A comparison of columns that are never missing, with each other, a day or what is written.
    fn reads_what_is_always_there(&self, expr: &Expr) -> bool {
        let mut columns = 0;
        let is_test = match &expr.kind {
            ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::StartsWith { .. }
            | ExprKind::Contains { .. }
            | ExprKind::InWindow { .. } => expr.parts().all(|part| self.is_of_columns_alone(part, &mut columns)),
            ExprKind::Column(_) => self.is_of_columns_alone(expr, &mut columns),
            _ => false,
        };
        is_test && columns > 0
    }

    /// Whether nothing stands in it but columns that are never missing, days and what is written; counts the columns.
    fn is_of_columns_alone(&self, expr: &Expr, columns: &mut usize) -> bool {
        match &expr.kind {
            ExprKind::Column(column) => {
                *columns += 1;
                self.is_always_there(column)
            }
            ExprKind::Literal(_) | ExprKind::Start | ExprKind::End => true,
            ExprKind::ThisPurpose | ExprKind::ThisChannel => true,
            ExprKind::Negate(_) | ExprKind::Arithmetic { .. } | ExprKind::Call { .. } => {
                expr.parts().all(|part| self.is_of_columns_alone(part, columns))
            }
            _ => false,
        }
    }

    fn is_always_there(&self, column: &PathColumn) -> bool {
        self.gold().column(column.column).is_some_and(|column| !column.nullable)
    }
}

/// The row of `table` that `path` leads to, asked from the row at hand.
struct Further<'g> {
    gold: &'g Gold,
    path: &'g [RelationshipId],
    table: TableId,
}

impl Moved for Further<'_> {
    /// Rows that meet that row meet the row at hand over it.
    fn rows(&self, rows: &Rows) -> Option<Rows> {
        let link = match link_of(self.gold, rows, self.table)? {
            Link::To(from_rows) => Link::Common { table: self.table, from_rows, from_hand: self.path.to_vec() },
            Link::Common { table, from_rows, from_hand } => {
                Link::Common { table, from_rows, from_hand: self.path(&from_hand)? }
            }
        };
        Some(Rows { link: Some(link), ..rows.clone() })
    }

    fn path(&self, path: &[RelationshipId]) -> Option<Vec<RelationshipId>> {
        Some(self.path.iter().chain(path).copied().collect())
    }
}
