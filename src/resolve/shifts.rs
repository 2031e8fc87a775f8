//! `prior`, `opening` and `ignoring`: the same value for other days, or without filters on a table.

use crate::diagnostics::codes::grain as codes;
use crate::model::{Expr, ExprKind};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, Name, Unit};

use super::expression::{broken, is_broken};
use super::known::{Reads, reads};
use super::scope::Scope;
use super::{Resolver, words};

impl Resolver<'_> {
    pub(super) fn prior(
        &mut self,
        value: &tree::Expr,
        count: &Spanned<String>,
        unit: &Spanned<Unit>,
        scope: Scope,
        span: Span,
    ) -> Expr {
        let value = self.expression(value, scope, None);
        let months = match unit.value {
            Unit::Days => self.nothing(codes::shift_by_days(unit.span)),
            Unit::Months => self.count(count, Unit::Months),
            Unit::Years => self.count(count, Unit::Years).map(|years| years * 12),
        };
        match months {
            Some(months) if !is_broken(&value) => {
                let ty = value.ty;
                Expr::new(ExprKind::Prior { value: Box::new(value), months }, ty, span)
            }
            _ => broken(span),
        }
    }

    pub(super) fn opening(&mut self, value: &tree::Expr, scope: Scope, span: Span) -> Expr {
        let value = self.expression(value, scope, None);
        if is_broken(&value) {
            return broken(span);
        }
        if self.reads(&value).period {
            self.report(codes::opening_of_a_period(value.span));
            return broken(span);
        }
        let ty = value.ty;
        Expr::new(ExprKind::Opening(Box::new(value)), ty, span)
    }

    pub(super) fn ignoring(&mut self, value: &tree::Expr, table: &Name, scope: Scope, span: Span) -> Expr {
        let value = self.value(value, scope, None);
        let Some(id) = self.table(table) else { return broken(span) };
        if is_broken(&value) {
            return broken(span);
        }
        if self.gold.calendar.as_ref().is_some_and(|calendar| calendar.table == id) {
            self.report(codes::ignoring_the_calendar(table));
            return broken(span);
        }
        let found = self.reads(&value);
        let reached = found.leaves.iter().any(|leaf| self.gold.active_path(*leaf, id).is_some());
        if !reached && !found.broken {
            self.report(codes::ignoring_nothing(table));
            return broken(span);
        }
        let ty = value.ty;
        Expr::new(ExprKind::Ignoring { value: Box::new(value), table: id }, ty, span)
    }

    /// What an expression reads, with all it names.
    pub(super) fn reads(&self, expr: &Expr) -> Reads {
        reads(expr, self.known)
    }

    /// The names of the tables, for a message.
    pub(super) fn tables(&self, ids: &[crate::gold::TableId]) -> Vec<String> {
        ids.iter().map(|id| words::table(self.gold, *id)).collect()
    }
}
