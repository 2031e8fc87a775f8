//! Scalar functions and `case`.

use crate::diagnostics::codes::types as codes;
use crate::gold::Type;
use crate::model::{Expr, ExprKind, Function, Literal};
use crate::source::Span;
use crate::syntax::tree::{self, Name};

use super::Resolver;
use super::arithmetic::{common_type, hint, is_numeric};
use super::expression::{broken, is_broken};
use super::literals::is_literal;
use super::scope::Scope;

/// The functions of the language, each with two arguments.
const FUNCTIONS: [(&str, Function); 5] = [
    ("coalesce", Function::Coalesce),
    ("round", Function::Round),
    ("months_between", Function::MonthsBetween),
    ("full_months", Function::FullMonths),
    ("days_between", Function::DaysBetween),
];

impl Resolver<'_> {
    pub(super) fn call(&mut self, name: &Name, arguments: &[tree::Expr], scope: Scope, span: Span) -> Expr {
        // The parser has told of a function that does not exist, and of arguments too few or too many.
        let function = FUNCTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name.value));
        let (Some((_, function)), [first, second]) = (function, arguments) else { return broken(span) };
        let found = match function {
            Function::Coalesce => self.coalesce(first, second, scope),
            Function::Round => self.round(first, second, scope),
            _ => self.dates(name, first, second, scope),
        };
        match found {
            Some((ty, arguments)) => Expr::new(ExprKind::Call { function: *function, arguments }, ty, span),
            None => broken(span),
        }
    }

    fn coalesce(&mut self, first: &tree::Expr, second: &tree::Expr, scope: Scope) -> Option<(Type, Vec<Expr>)> {
        let (first, second) = self.pair(first, second, scope);
        if is_broken(&first) || is_broken(&second) {
            return None;
        }
        match common_type(first.ty, second.ty) {
            Some(ty) => Some((ty, vec![first, second])),
            None => self.nothing(codes::type_mismatch((first.ty, first.span), (second.ty, second.span))),
        }
    }

    fn round(&mut self, first: &tree::Expr, second: &tree::Expr, scope: Scope) -> Option<(Type, Vec<Expr>)> {
        let first = self.value(first, scope, None);
        let decimals = self.value(second, scope, Some(Type::Integer));
        if is_broken(&first) || is_broken(&decimals) {
            return None;
        }
        if !is_numeric(first.ty) {
            return self.nothing(codes::wrong_type("`round` works on numbers", first.ty, first.span));
        }
        match decimals.kind {
            ExprKind::Literal(Literal::Integer(0..=9)) => Some((first.ty, vec![first, decimals])),
            _ => self.nothing(codes::decimals_wanted(second.span)),
        }
    }

    fn dates(
        &mut self,
        name: &Name,
        first: &tree::Expr,
        second: &tree::Expr,
        scope: Scope,
    ) -> Option<(Type, Vec<Expr>)> {
        let arguments = [first, second].map(|argument| self.value(argument, scope, Some(Type::Date)));
        for argument in &arguments {
            if !is_broken(argument) && argument.ty != Type::Date {
                let what = format!("`{}` works on dates", name.value);
                return self.nothing(codes::wrong_type(&what, argument.ty, argument.span));
            }
        }
        (!arguments.iter().any(is_broken)).then(|| (Type::Integer, arguments.into()))
    }

    /// The values agree in type; literals take the type of the others.
    pub(super) fn case(
        &mut self,
        branches: &[(tree::Expr, tree::Expr)],
        otherwise: &tree::Expr,
        scope: Scope,
        wanted: Option<Type>,
        span: Span,
    ) -> Expr {
        let conditions: Vec<Expr> = branches.iter().map(|(when, _)| self.condition(when, scope)).collect();
        let trees: Vec<&tree::Expr> = branches.iter().map(|(_, then)| then).chain([otherwise]).collect();
        let values = self.alike(&trees, scope, wanted);
        let ty = self.type_of_all(&values);
        let (Some(ty), false) = (ty, conditions.iter().any(is_broken)) else { return broken(span) };
        let mut values = values.into_iter();
        let branches: Vec<(Expr, Expr)> = conditions.into_iter().zip(values.by_ref()).collect();
        match values.next() {
            Some(otherwise) => Expr::new(ExprKind::Case { branches, otherwise: Box::new(otherwise) }, ty, span),
            None => broken(span),
        }
    }

    /// Values that stand for each other: those that are no literals first, for they have a type of their own.
    fn alike(&mut self, trees: &[&tree::Expr], scope: Scope, wanted: Option<Type>) -> Vec<Expr> {
        let mut typed = trees.iter().map(|tree| (!is_literal(tree)).then(|| self.value(tree, scope, wanted)));
        let mut typed: Vec<Option<Expr>> = typed.by_ref().collect();
        let hint = typed.iter().flatten().find_map(hint).or(wanted.filter(|ty| *ty != Type::Boolean));
        for (slot, tree) in typed.iter_mut().zip(trees).filter(|(slot, _)| slot.is_none()) {
            *slot = Some(self.value(tree, scope, hint));
        }
        typed.into_iter().flatten().collect()
    }

    fn type_of_all(&mut self, values: &[Expr]) -> Option<Type> {
        if values.iter().any(is_broken) {
            return None;
        }
        let (first, more) = values.split_first()?;
        let mut ty = first.ty;
        for value in more {
            match common_type(ty, value.ty) {
                Some(common) => ty = common,
                None => return self.nothing(codes::type_mismatch((ty, first.span), (value.ty, value.span))),
            }
        }
        Some(ty)
    }
}
