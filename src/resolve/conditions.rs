//! Tests and what joins them: comparisons, lists, ranges, text, missingness, `and or not`.

use crate::diagnostics::codes::types as codes;
use crate::gold::Type;
use crate::model::{Expr, ExprKind, Literal};
use crate::source::Span;
use crate::syntax::tree::{self, CompareOp};

use super::Resolver;
use super::arithmetic::{hint, is_numeric};
use super::expression::{broken, is_broken};
use super::scope::Scope;

impl Resolver<'_> {
    pub(super) fn test(&mut self, tree: &tree::Expr, scope: Scope) -> Expr {
        use tree::ExprKind::*;
        let kind = match &tree.kind {
            Compare { operator, left, right } => self.compare(operator.value, left, right, scope),
            In { left, negated, values } => self.one_of(left, *negated, values, scope),
            InWindow { left, negated, window } => self.in_window(left, *negated, window, scope),
            Between { left, low, high } => self.between(left, low, high, scope),
            StartsWith { left, text } => self
                .text_test("starts with", left, text, scope)
                .map(|(left, text)| ExprKind::StartsWith { left: Box::new(left), text }),
            Contains { left, text } => self
                .text_test("contains", left, text, scope)
                .map(|(left, text)| ExprKind::Contains { left: Box::new(left), text }),
            IsMissing { value, negated } => self.is_missing(value, *negated, scope),
            And(all) => Some(ExprKind::And(self.all(all, scope))),
            Or(all) => Some(ExprKind::Or(self.all(all, scope))),
            Not(inner) => self.not(inner, scope),
            _ => None,
        };
        kind.map_or_else(|| broken(tree.span), |kind| Expr::new(kind, Type::Boolean, tree.span))
    }

    /// Each is resolved, so that all their problems are told; broken ones stay among them.
    fn all(&mut self, parts: &[tree::Expr], scope: Scope) -> Vec<Expr> {
        parts.iter().map(|part| self.condition(part, scope)).collect()
    }

    fn not(&mut self, inner: &tree::Expr, scope: Scope) -> Option<ExprKind> {
        let inner = self.condition(inner, scope);
        (!is_broken(&inner)).then(|| ExprKind::Not(Box::new(inner)))
    }

    fn compare(
        &mut self,
        operator: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        scope: Scope,
    ) -> Option<ExprKind> {
        let (left, right) = self.pair(left, right, scope);
        self.comparable(&left, &right)?;
        self.about_something(&left, [&right])?;
        let equality = matches!(operator, CompareOp::Equal | CompareOp::NotEqual);
        if !equality {
            self.ordered(&left)?;
        }
        self.check_values(&left, [&right]);
        self.check_values(&right, [&left]);
        Some(ExprKind::Compare { operator, left: Box::new(left), right: Box::new(right) })
    }

    /// Both are there and of one kind.
    fn comparable(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        if is_broken(left) || is_broken(right) {
            return None;
        }
        if left.ty == right.ty || (is_numeric(left.ty) && is_numeric(right.ty)) {
            return Some(());
        }
        self.nothing(codes::type_mismatch((left.ty, left.span), (right.ty, right.span)))
    }

    /// Literals alone are no test: most often a column stands in quotes.
    fn about_something<'e>(&mut self, tested: &Expr, against: impl IntoIterator<Item = &'e Expr>) -> Option<()> {
        let literal = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_));
        match literal(tested) && against.into_iter().all(literal) {
            true => self.nothing(codes::literals_compared(tested.ty, tested.span)),
            false => Some(()),
        }
    }

    /// Text has no order that all engines share, and flags have none at all.
    fn ordered(&mut self, value: &Expr) -> Option<()> {
        match value.ty {
            Type::Text => self.nothing(codes::text_has_no_order(value.span)),
            Type::Boolean => self.nothing(codes::wrong_type("only `=` and `!=` compare flags", value.ty, value.span)),
            _ => Some(()),
        }
    }

    fn one_of(&mut self, left: &tree::Expr, negated: bool, values: &[tree::Expr], scope: Scope) -> Option<ExprKind> {
        let left = self.value(left, scope, None);
        let hint = hint(&left);
        let values: Vec<Expr> = values.iter().map(|value| self.listed(value, hint, scope)).collect();
        for value in &values {
            self.comparable(&left, value)?;
        }
        self.about_something(&left, &values)?;
        self.check_values(&left, &values);
        Some(ExprKind::In { left: Box::new(left), negated, values })
    }

    /// A list holds literals, `this purpose` and `this channel`.
    fn listed(&mut self, tree: &tree::Expr, hint: Option<Type>, scope: Scope) -> Expr {
        let value = self.value(tree, scope, hint);
        if matches!(value.kind, ExprKind::Literal(_) | ExprKind::ThisPurpose | ExprKind::ThisChannel | ExprKind::Broken)
        {
            return value;
        }
        self.report(codes::literal_wanted("a list holds literals", value.span));
        broken(tree.span)
    }

    fn between(&mut self, left: &tree::Expr, low: &tree::Expr, high: &tree::Expr, scope: Scope) -> Option<ExprKind> {
        let left = self.value(left, scope, None);
        let hint = hint(&left);
        let (low, high) = (self.value(low, scope, hint), self.value(high, scope, hint));
        self.comparable(&left, &low)?;
        self.comparable(&left, &high)?;
        self.about_something(&left, [&low, &high])?;
        self.ordered(&left)?;
        if let (Some(lower), Some(upper)) = (place(&low), place(&high))
            && lower > upper
        {
            self.report(codes::bounds_reversed(low.span.to(high.span)));
        }
        Some(ExprKind::Between { left: Box::new(left), low: Box::new(low), high: Box::new(high) })
    }

    fn text_test(&mut self, test: &str, left: &tree::Expr, text: &tree::Expr, scope: Scope) -> Option<(Expr, String)> {
        let left = self.value(left, scope, None);
        let text = self.value(text, scope, None);
        if is_broken(&left) || is_broken(&text) {
            return None;
        }
        if left.ty != Type::Text {
            return self.nothing(codes::wrong_type("`starts with` and `contains` test text", left.ty, left.span));
        }
        self.about_something(&left, [])?;
        match text.kind {
            ExprKind::Literal(Literal::Text(text)) => Some((left, text)),
            kind => {
                let is_literal = matches!(kind, ExprKind::Literal(_));
                self.nothing(codes::text_wanted(test, is_literal, text.span))
            }
        }
    }

    fn is_missing(&mut self, value: &tree::Expr, negated: bool, scope: Scope) -> Option<ExprKind> {
        let value = self.value(value, scope, None);
        if is_broken(&value) {
            return None;
        }
        self.about_something(&value, [])?;
        Some(present(value, negated))
    }
}

/// Where a literal stands among the numbers or days that it is compared with; none for other values.
fn place(bound: &Expr) -> Option<f64> {
    match &bound.kind {
        ExprKind::Literal(Literal::Integer(value)) => Some(*value as f64),
        ExprKind::Literal(Literal::Money(value)) => Some(*value as f64 / 10_000.0),
        ExprKind::Literal(Literal::Number(value)) => Some(*value),
        ExprKind::Literal(Literal::Date(date)) => Some(f64::from(date.0)),
        _ => None,
    }
}

/// `is missing`, or `is present` as its negation.
fn present(value: Expr, negated: bool) -> ExprKind {
    let span: Span = value.span;
    let missing = ExprKind::IsMissing(Box::new(value));
    if negated { ExprKind::Not(Box::new(Expr::new(missing, Type::Boolean, span))) } else { missing }
}
