//! Arithmetic and the types that meet in it (docs/language.md, Exact and double).

use crate::diagnostics::codes::types as codes;
use crate::gold::Type;
use crate::model::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::tree::{self, ArithmeticOp};

use super::Resolver;
use super::expression::{broken, is_broken};
use super::literals::is_literal;
use super::scope::Scope;

/// What an operation on two types gives.
enum Outcome {
    Is(Type),
    MoneyTimesMoney,
    MoneyWithInteger,
    Dates,
    Mismatch,
}

impl Resolver<'_> {
    pub(super) fn arithmetic(
        &mut self,
        operator: ArithmeticOp,
        left: &tree::Expr,
        right: &tree::Expr,
        scope: Scope,
        span: Span,
    ) -> Expr {
        let additive = matches!(operator, ArithmeticOp::Add | ArithmeticOp::Subtract);
        let (left, right) = match additive {
            true => self.pair(left, right, scope),
            false => (self.value(left, scope, None), self.value(right, scope, None)),
        };
        if is_broken(&left) || is_broken(&right) {
            return broken(span);
        }
        match self.type_of(operator, &left, &right, span) {
            Some(ty) => {
                let (left, right) = (Box::new(left), Box::new(right));
                Expr::new(ExprKind::Arithmetic { operator, left, right }, ty, span)
            }
            None => broken(span),
        }
    }

    fn type_of(&mut self, operator: ArithmeticOp, left: &Expr, right: &Expr, span: Span) -> Option<Type> {
        match outcome(operator, left.ty, right.ty) {
            Outcome::Is(ty) => Some(ty),
            Outcome::MoneyTimesMoney => self.nothing(codes::money_times_money(span)),
            Outcome::MoneyWithInteger => self.nothing(codes::money_with_integer(span)),
            Outcome::Dates => self.nothing(codes::date_arithmetic(span)),
            Outcome::Mismatch => {
                let side = if is_numeric(left.ty) { right } else { left };
                self.nothing(codes::wrong_type("arithmetic works on numbers", side.ty, side.span))
            }
        }
    }

    /// Two values that meet: a literal takes the type of the other side.
    pub(super) fn pair(&mut self, left: &tree::Expr, right: &tree::Expr, scope: Scope) -> (Expr, Expr) {
        if is_literal(left) && !is_literal(right) {
            let right = self.value(right, scope, None);
            let left = self.value(left, scope, hint(&right));
            return (left, right);
        }
        let left = self.value(left, scope, None);
        let right = self.value(right, scope, hint(&left));
        (left, right)
    }
}

/// The type a literal beside this expression takes.
pub(super) fn hint(expr: &Expr) -> Option<Type> {
    (!is_broken(expr)).then_some(expr.ty)
}

pub(super) fn is_numeric(ty: Type) -> bool {
    matches!(ty, Type::Integer | Type::Money | Type::Number)
}

/// The one type of two values that stand for each other, in `case` and `coalesce`.
pub(super) fn common_type(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        _ if left == right => Some(left),
        (Type::Money, Type::Integer) | (Type::Integer, Type::Money) => None,
        _ if is_numeric(left) && is_numeric(right) => Some(Type::Number),
        _ => None,
    }
}

fn outcome(operator: ArithmeticOp, left: Type, right: Type) -> Outcome {
    use Type::{Date, Integer, Money};
    if left == Date || right == Date {
        return Outcome::Dates;
    }
    if !is_numeric(left) || !is_numeric(right) {
        return Outcome::Mismatch;
    }
    match (operator, left, right) {
        (ArithmeticOp::Divide, ..) => Outcome::Is(Type::Number),
        (ArithmeticOp::Multiply, Money, Money) => Outcome::MoneyTimesMoney,
        (ArithmeticOp::Multiply, Money, Integer) | (ArithmeticOp::Multiply, Integer, Money) => Outcome::Is(Money),
        (_, Money, Integer) | (_, Integer, Money) => Outcome::MoneyWithInteger,
        _ if left == right => Outcome::Is(left),
        _ => Outcome::Is(Type::Number),
    }
}
