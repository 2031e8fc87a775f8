//! Literals in the type that their place asks for.

use crate::diagnostics::closest;
use crate::diagnostics::codes::types as codes;
use crate::gold::{Date, Type};
use crate::model::{Definition, Expr, ExprKind, Literal};
use crate::source::{Span, Spanned};
use crate::syntax::tree;

use super::expression::broken;
use super::scope::Scope;
use super::{Resolver, words};

/// Whether it is a literal, a negative number included, whose type its place decides.
pub(super) fn is_literal(tree: &tree::Expr) -> bool {
    match &tree.kind {
        tree::ExprKind::Number(_) | tree::ExprKind::Text(_) | tree::ExprKind::Boolean(_) => true,
        tree::ExprKind::Negate(value) => is_literal(value),
        _ => false,
    }
}

impl Resolver<'_> {
    pub(super) fn literal(&mut self, tree: &tree::Expr, hint: Option<Type>) -> Expr {
        match &tree.kind {
            tree::ExprKind::Number(digits) => self.number(digits, "", hint, tree.span),
            tree::ExprKind::Text(text) => self.text(text, hint, tree.span),
            tree::ExprKind::Boolean(value) => {
                Expr::new(ExprKind::Literal(Literal::Boolean(*value)), Type::Boolean, tree.span)
            }
            _ => broken(tree.span),
        }
    }

    /// A negative literal is a literal; any other negation is arithmetic.
    pub(super) fn negate(&mut self, tree: &tree::Expr, value: &tree::Expr, scope: Scope, hint: Option<Type>) -> Expr {
        if let tree::ExprKind::Number(digits) = &value.kind {
            return self.number(digits, "-", hint, tree.span);
        }
        let value = self.value(value, scope, hint);
        match value.ty {
            _ if super::expression::is_broken(&value) => broken(tree.span),
            Type::Integer | Type::Money | Type::Number => {
                let ty = value.ty;
                Expr::new(ExprKind::Negate(Box::new(value)), ty, tree.span)
            }
            found => {
                self.report(codes::wrong_type("`-` works on numbers", found, value.span));
                broken(tree.span)
            }
        }
    }

    fn number(&mut self, digits: &str, sign: &str, hint: Option<Type>, span: Span) -> Expr {
        let written = format!("{sign}{digits}");
        let whole = !digits.contains('.');
        let literal = match hint {
            Some(Type::Money) if decimals(digits) <= 4 => {
                exact(money(&written)).map(|value| (Literal::Money(value), Type::Money))
            }
            _ if whole && hint != Some(Type::Number) => {
                exact(written.parse().ok()).map(|value| (Literal::Integer(value), Type::Integer))
            }
            _ if has_few_digits(digits) => written.parse().ok().map(|value| (Literal::Number(value), Type::Number)),
            _ => return self.too_many_digits(&written, span),
        };
        match literal {
            Some((literal, ty)) => Expr::new(ExprKind::Literal(literal), ty, span),
            None => {
                self.report(codes::out_of_range(&format!("`{written}` is too large a number"), span));
                broken(span)
            }
        }
    }

    fn too_many_digits(&mut self, written: &str, span: Span) -> Expr {
        let most = MOST_DIGITS;
        let what =
            format!("`{written}` has too many digits: a number has at most {most} before its point and {most} behind");
        self.report(codes::out_of_range(&what, span));
        broken(span)
    }

    fn text(&mut self, text: &str, hint: Option<Type>, span: Span) -> Expr {
        if hint != Some(Type::Date) {
            return Expr::new(ExprKind::Literal(Literal::Text(text.to_owned())), Type::Text, span);
        }
        match Date::parse(text) {
            Some(day) if day < Date::FIRST_OF_DAX => {
                let what =
                    format!("`{text}` is before {}, the first day that DAX can calculate with", Date::FIRST_OF_DAX);
                self.report(codes::out_of_range(&what, span));
                broken(span)
            }
            Some(day) => Expr::new(ExprKind::Literal(Literal::Date(day)), Type::Date, span),
            None => {
                self.report(codes::not_a_date(&Spanned::new(text.to_owned(), span)));
                broken(span)
            }
        }
    }

    /// Texts that `of` is compared with must be among its values, where those are known.
    pub(super) fn check_values<'e>(&mut self, of: &Expr, texts: impl IntoIterator<Item = &'e Expr>) {
        let Some(known) = self.values_of(of) else { return };
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let what = self.what(of);
        for text in texts {
            let ExprKind::Literal(Literal::Text(written)) = &text.kind else { continue };
            let folded = crate::gold::text::fold(written);
            if !known.iter().any(|value| crate::gold::text::fold(value) == folded) {
                let near = closest(written, known.iter().copied());
                let written = Spanned::new(written.clone(), text.span);
                self.report(codes::unknown_value(&written, &what, &known, near));
            }
        }
    }

    /// The texts that an expression can be, where `values:` of columns and literals say so.
    pub(super) fn values_of(&self, expr: &Expr) -> Option<Vec<String>> {
        match &expr.kind {
            ExprKind::Column(column) => {
                let values = &self.gold.column(column.column)?.values;
                (!values.is_empty()).then(|| values.clone())
            }
            ExprKind::Literal(Literal::Text(text)) => Some(vec![text.clone()]),
            ExprKind::Resolve { id, .. } => self.known.get(&Definition::Resolve(*id))?.values.clone(),
            ExprKind::Case { branches, otherwise } => {
                let each = branches.iter().map(|(_, value)| value).chain([otherwise.as_ref()]);
                let all: Option<Vec<Vec<String>>> = each.map(|value| self.values_of(value)).collect();
                all.map(|all| all.concat())
            }
            _ => None,
        }
    }

    /// What an expression is called in a message.
    fn what(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Column(column) => words::column(self.gold, column.column),
            ExprKind::Resolve { id, .. } => self.name_of(Definition::Resolve(*id)),
            ExprKind::Case { .. } => "case .. end".to_owned(),
            _ => "this".to_owned(),
        }
    }
}

/// As far as a sum may come by the contract (rule R13): whole numbers below 9 million million million, amounts in
/// ten-thousandths.
const MOST_EXACT: u64 = 9_000_000_000_000_000_000;
/// Before the point and behind it. A double holds as many, and a decimal of every dialect twice as many.
const MOST_DIGITS: usize = 15;

fn exact(value: Option<i64>) -> Option<i64> {
    value.filter(|value| value.unsigned_abs() < MOST_EXACT)
}

fn has_few_digits(written: &str) -> bool {
    let whole = written.split('.').next().unwrap_or("").trim_start_matches('0').len();
    whole <= MOST_DIGITS && decimals(written) <= MOST_DIGITS
}

/// How many stand behind the point, noughts at the end left out.
fn decimals(written: &str) -> usize {
    written.split_once('.').map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len())
}

/// Digits in ten-thousandths; none with more than four decimals or too large.
fn money(written: &str) -> Option<i64> {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 4 {
        return None;
    }
    format!("{whole}{fraction:0<4}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn an_amount_is_exact_in_ten_thousandths_or_no_amount() {
        assert_eq!(money("12.5"), Some(125_000));
        assert_eq!(money("-0.0001"), Some(-1));
        assert_eq!(money("7"), Some(70_000));
        assert_eq!(money("0.00001"), None);
        assert_eq!(money("99999999999999999999"), None);
    }
}
