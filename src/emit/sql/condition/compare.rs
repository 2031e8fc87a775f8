//! Values compared: with another, with a list, with a pattern of text.

use sqlparser::ast::Expr;

use super::Sense::{self, Fails, Holds};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::comparison::sql_operator;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::Context;
use crate::emit::sql::frame::Frame;
use crate::model::Literal;
use crate::plan::tree::{Absence, Scalar, ScalarKind};
use crate::syntax::tree::{ArithmeticOp, CompareOp};

impl<'a> Compiler<'a> {
    /// With the sense written out: what fails is true where a side is missing (rules R1 to R3).
    pub fn compare(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        operator: CompareOp,
        (left, right): (&'a Scalar, &'a Scalar),
        sense: Sense,
    ) -> Expr {
        if let Some(told) = self.distinct_threshold(frame, context, operator, (left, right), sense) {
            return told;
        }
        if let Some(reached) = self.full_months_compared(frame, context, operator, (left, right), sense) {
            return reached;
        }
        let a = self.compared(frame, context, left);
        let b = self.compared(frame, context, right);
        if sense == Holds && operator == CompareOp::Equal {
            // Only one of them is a text, which stays what it is.
            let b = common::folded_to_be_one_of(b, std::slice::from_ref(&a));
            return ast::equal(common::folded_to_be_one_of(a, std::slice::from_ref(&b)), b);
        }
        if sense == Holds {
            return match (&right.kind, operator) {
                (ScalarKind::Literal(Literal::Boolean(value)), CompareOp::NotEqual) => {
                    ast::equal(a, ast::boolean(!value))
                }
                _ => ast::compare(a, sql_operator(operator), b),
            };
        }
        let mut missing = self.missing(frame, context, left);
        missing.extend(self.missing(frame, context, right));
        ast::any(missing.into_iter().chain([self.fails(a, operator, b, right)]))
    }

    fn fails(&self, a: Expr, operator: CompareOp, b: Expr, right: &Scalar) -> Expr {
        match (&right.kind, operator) {
            (ScalarKind::Literal(Literal::Boolean(value)), CompareOp::Equal) => ast::equal(a, ast::boolean(!value)),
            _ => ast::compare(a, sql_operator(operator.opposite()), b),
        }
    }

    /// The ways in which a side can be missing.
    fn missing(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Vec<Expr> {
        match &scalar.kind {
            ScalarKind::MonthsBetween(a, b)
            | ScalarKind::FullMonths(a, b)
            | ScalarKind::DaysBetween(a, b)
            | ScalarKind::Arithmetic { operator: ArithmeticOp::Multiply, left: a, right: b } => {
                let mut all = self.missing(frame, context, a);
                all.extend(self.missing(frame, context, b));
                all
            }
            ScalarKind::ToNumber(inner) | ScalarKind::Rounded(inner) => self.missing(frame, context, inner),
            _ if may_miss(scalar) => vec![ast::is_null(self.scalar(frame, context, scalar))],
            _ => Vec::new(),
        }
    }

    /// A side of a comparison: nothing counted or summed compares as 0.
    fn compared(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Expr {
        let value = self.scalar(frame, context, scalar);
        self.number(frame, value, scalar.absence)
    }

    /// Both bounds belong to it; what fails is either comparison failing.
    pub fn between(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        value: &'a Scalar,
        (low, high): (&'a Scalar, &'a Scalar),
        sense: Sense,
    ) -> Expr {
        if sense == Fails {
            let bounds = [(CompareOp::GreaterOrEqual, low), (CompareOp::LessOrEqual, high)];
            let fails = bounds.map(|(operator, bound)| self.compare(frame, context, operator, (value, bound), Fails));
            return ast::any(fails);
        }
        let value = self.compared(frame, context, value);
        let low = self.compared(frame, context, low);
        let high = self.compared(frame, context, high);
        ast::between(value, low, high)
    }

    /// `negated` is that of the language: present and none of them; the sense comes on top.
    pub fn in_list(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        (scalar, values): (&'a Scalar, &'a [Literal]),
        negated: bool,
        sense: Sense,
    ) -> Expr {
        let value = self.compared(frame, context, scalar);
        let list: Vec<Expr> = values.iter().map(|literal| self.literal(literal)).collect();
        let member = |value: Expr, negated: bool| match list.len() {
            0 if negated => ast::is_not_null(value),
            0 => ast::never(),
            _ if negated => ast::in_list(value, list.clone(), true),
            _ => ast::in_list(common::folded_to_be_one_of(value, &list), list.clone(), false),
        };
        if sense == Holds {
            return member(value, negated);
        }
        let missing = may_miss(scalar).then(|| ast::is_null(value.clone()));
        ast::any(missing.into_iter().chain([member(value, !negated)]))
    }

    /// `pattern` makes the pattern of the escaped text: a beginning, or a part.
    pub fn like(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        (scalar, text): (&'a Scalar, &str),
        pattern: fn(String) -> String,
        sense: Sense,
    ) -> Expr {
        let value = self.scalar(frame, context, scalar);
        let matches = common::like(value.clone(), text, pattern, sense == Fails);
        let missing = (sense == Fails && may_miss(scalar)).then(|| ast::is_null(value));
        ast::any(missing.into_iter().chain([matches]))
    }
}

/// Folded text counts as one that may be missing, since `''` is.
pub fn may_miss(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Literal(_) => false,
        ScalarKind::Column(column) if column.fold || !column.path.is_empty() => true,
        _ => scalar.absence == Absence::Missing,
    }
}
