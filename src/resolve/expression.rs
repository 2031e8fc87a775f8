//! Expressions: which construct it is and whether a value or a condition may stand there.

use crate::diagnostics::codes::types as codes;
use crate::gold::Type;
use crate::model::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::tree;

use super::Resolver;
use super::scope::Scope;

/// What could not be resolved; its message was given.
pub(super) fn broken(span: Span) -> Expr {
    Expr::new(ExprKind::Broken, Type::Integer, span)
}

pub(super) fn is_broken(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Broken)
}

impl Resolver<'_> {
    /// A value: a number, text, a date, a flag; no condition. `hint` is the type that a literal takes here.
    pub(super) fn value(&mut self, tree: &tree::Expr, scope: Scope, hint: Option<Type>) -> Expr {
        let found = self.expression(tree, scope, hint);
        if is_condition(&found) {
            self.report(codes::condition_as_value(tree.span));
            return broken(tree.span);
        }
        found
    }

    /// A condition: true or false. A column of flags may stand bare.
    pub(super) fn condition(&mut self, tree: &tree::Expr, scope: Scope) -> Expr {
        let found = self.expression(tree, scope, Some(Type::Boolean));
        if is_broken(&found) || found.ty == Type::Boolean {
            return found;
        }
        self.report(codes::not_a_condition(found.ty, tree.span));
        broken(tree.span)
    }

    /// Either of the two.
    pub(super) fn expression(&mut self, tree: &tree::Expr, scope: Scope, hint: Option<Type>) -> Expr {
        use tree::ExprKind::*;
        let span = tree.span;
        match &tree.kind {
            Number(_) | Text(_) | Boolean(_) => self.literal(tree, hint),
            Path(path) => self.path(path, scope),
            Start => Expr::new(ExprKind::Start, Type::Date, span),
            End => Expr::new(ExprKind::End, Type::Date, span),
            ThisPurpose => self.asked(ExprKind::ThisPurpose, "`this purpose`", scope, span),
            ThisChannel => self.asked(ExprKind::ThisChannel, "`this channel`", scope, span),
            Negate(value) => self.negate(tree, value, scope, hint),
            Arithmetic { operator, left, right } => self.arithmetic(operator.value, left, right, scope, span),
            Case { branches, otherwise } => self.case(branches, otherwise, scope, hint, span),
            Call { function, arguments } => self.call(function, arguments, scope, span),
            Aggregate(aggregate) => self.aggregate(aggregate, scope, span),
            Prior { value, count, unit } => self.prior(value, count, unit, scope, span),
            Opening(value) => self.opening(value, scope, span),
            Ignoring { value, table } => self.ignoring(value, table, scope, span),
            Clauses { value, clauses } => self.clauses(value, clauses, scope, span),
            Broken => broken(span),
            _ => self.test(tree, scope),
        }
    }

    fn asked(&mut self, kind: ExprKind, what: &str, scope: Scope, span: Span) -> Expr {
        if !scope.asked {
            self.report(crate::diagnostics::codes::grain::this_outside_a_policy(what, span));
            return broken(span);
        }
        Expr::new(kind, Type::Text, span)
    }
}

/// Whether this is a condition and no value: true or false, and not a flag that stands somewhere.
pub(super) fn is_condition(expr: &Expr) -> bool {
    use ExprKind::*;
    match &expr.kind {
        Prior { value, .. } | Opening(value) => is_condition(value),
        Literal(_) | Column(_) | Case { .. } | Call { .. } | Aggregate(_) | Metric(_) | Broken => false,
        _ => expr.ty == Type::Boolean,
    }
}
