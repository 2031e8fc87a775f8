//! Plan scalars -> SQL expressions.

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::common;
use super::compiler::Compiler;
use super::context::{Context, Hand};
use super::frame::Frame;
use super::periods::LAST_DAY;
use super::wide::Wide;
use crate::gold::{RelationshipId, Type};
use crate::model::Literal;
use crate::plan::tree::{Absence, Column, Condition, Scalar, ScalarKind, Shift};
use crate::syntax::tree::ArithmeticOp;

impl<'a> Compiler<'a> {
    /// The scalar in a context, over what the frame joins. Missing is NULL.
    pub fn scalar(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Expr {
        match &scalar.kind {
            ScalarKind::Literal(literal) => self.literal(literal),
            ScalarKind::Column(column) => self.column(frame, context, column),
            ScalarKind::Day(day) => self.day(frame, context.period, *day),
            ScalarKind::Arithmetic { operator: ArithmeticOp::Add | ArithmeticOp::Subtract, .. } => {
                self.sum(frame, context, scalar).value()
            }
            ScalarKind::Arithmetic { operator, left, right } => self.arithmetic(frame, context, *operator, left, right),
            ScalarKind::Coalesce(first, second) => {
                let first = self.scalar(frame, context, first);
                let second = self.scalar(frame, context, second);
                ast::coalesce(first, second)
            }
            ScalarKind::Case { branches, otherwise } => self.case(frame, context, branches, otherwise),
            ScalarKind::Metric(id) => self.metric(frame, context, *id),
            ScalarKind::Zero(value) => self.zeroed(frame, context, value),
            ScalarKind::Aggregate(aggregate) => self.aggregate(frame, context, aggregate),
            ScalarKind::Resolve { path, id } => self.resolve_value(frame, context, path, *id),
            ScalarKind::Shifted { value, shift } => self.shifted_value(frame, context, value, *shift),
            ScalarKind::Restricted { value, table, condition } => {
                self.scalar(frame, &context.restricted(*table, condition), value)
            }
            ScalarKind::Ignoring { value, table } => self.scalar(frame, &context.ignoring(*table), value),
            _ => self.function(frame, context, scalar),
        }
    }

    fn function(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Expr {
        let mut at = |value: &'a Scalar| self.scalar(frame, context, value);
        match &scalar.kind {
            ScalarKind::Round { value, decimals } => round(at(value), value.ty, *decimals),
            ScalarKind::MonthsBetween(start, end) => common::months_between(at(start), at(end)),
            ScalarKind::FullMonths(start, end) => common::full_months(at(start), at(end)),
            ScalarKind::DaysBetween(start, end) => common::days_between(at(start), at(end)),
            ScalarKind::ToNumber(value) if matches!(value.kind, ScalarKind::Literal(_)) => at(value),
            ScalarKind::ToNumber(value) => common::to_double(at(value)),
            ScalarKind::Rounded(value) if matches!(value.kind, ScalarKind::Literal(_)) => at(value),
            ScalarKind::Rounded(value) => common::rounded(at(value), 9),
            _ => ast::null(),
        }
    }

    /// In the type it has in the plan; the empty text is NULL (rule R5).
    pub fn literal(&self, literal: &Literal) -> Expr {
        match literal {
            Literal::Integer(value) => ast::number(value),
            Literal::Money(value) => ast::number(money(*value)),
            Literal::Number(value) => ast::number(value),
            Literal::Text(text) if text.is_empty() => ast::null(),
            Literal::Text(text) => common::text(text),
            Literal::Boolean(value) => ast::boolean(*value),
            Literal::Date(date) => common::date(*date),
        }
    }

    /// A column of the row at hand, folded where its text must be.
    pub fn column(&mut self, frame: &mut Frame, context: &Context<'a>, column: &Column) -> Expr {
        let value = self.column_at(frame, &from_hand(context, &column.path), column.column);
        if column.fold { common::folded(value) } else { value }
    }

    fn arithmetic(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        operator: ArithmeticOp,
        left: &'a Scalar,
        right: &'a Scalar,
    ) -> Expr {
        let (left_hint, right_hint) = hints(&context.hint, operator);
        let a = self.scalar(frame, &context.called(left_hint), left);
        let b = self.scalar(frame, &context.called(right_hint), right);
        match operator {
            ArithmeticOp::Divide => self.divide(a, left, b, right),
            _ => {
                let (a, b) = self.wide(left, right).of(a, b);
                ast::arithmetic(a, BinaryOperator::Multiply, b)
            }
        }
    }

    /// A sum of sums is one sum: were each a value of its own, every `+` would write what is left of it twice.
    fn sum(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Sum {
        match &scalar.kind {
            ScalarKind::Arithmetic { operator: ArithmeticOp::Add, left, right } => {
                let sides = (self.sum(frame, context, left), self.sum(frame, context, right));
                Sum::both(sides, self.wide(left, right), BinaryOperator::Plus)
            }
            ScalarKind::Arithmetic { operator: ArithmeticOp::Subtract, left, right } => {
                let sides = (self.sum(frame, context, left), self.sum(frame, context, right));
                Sum::both(sides, self.wide(left, right), BinaryOperator::Minus)
            }
            ScalarKind::Metric(id) => match self.plan.metrics.get(id.0 as usize) {
                Some(value) => self.sum(frame, &context.called(self.metric_name(*id)), value),
                None => Sum::of(ast::null(), scalar.absence),
            },
            _ => {
                let value = self.scalar(frame, context, scalar);
                let always = self.is_count_of_all(frame, &value);
                Sum::of(value, if always { Absence::Never } else { scalar.absence })
            }
        }
    }

    /// A count or sum, 0 where it was of nothing. So many times it is so many times 0: what it is of is asked as far in as
    /// that can be said.
    fn zeroed(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Expr {
        match &scalar.kind {
            ScalarKind::Arithmetic { operator: ArithmeticOp::Add | ArithmeticOp::Subtract, .. } => {
                self.sum(frame, context, scalar).zeroed
            }
            ScalarKind::Arithmetic { operator: ArithmeticOp::Multiply, left, right } if is_positive(left) => {
                let times = self.scalar(frame, context, left);
                ast::arithmetic(times, BinaryOperator::Multiply, self.zeroed(frame, context, right))
            }
            _ => {
                let value = self.scalar(frame, context, scalar);
                self.or_zero(frame, value)
            }
        }
    }

    /// As the column of its values is called; empty for an id of another model.
    pub fn metric_name(&self, id: crate::model::MetricId) -> String {
        self.model.metric(id).map_or(String::new(), |metric| metric.head.column())
    }

    fn divide(&self, a: Expr, left: &Scalar, b: Expr, right: &Scalar) -> Expr {
        let (a, b) = (self.as_double(a, left), self.as_double(b, right));
        ast::arithmetic(a, BinaryOperator::Divide, ast::nullif(b, ast::number(0)))
    }

    fn case(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        branches: &'a [(Condition, Scalar)],
        otherwise: &'a Scalar,
    ) -> Expr {
        let mut cases = Vec::new();
        for (condition, value) in branches {
            let condition = self.condition(frame, context, condition);
            cases.push((condition, self.scalar(frame, context, value)));
        }
        let otherwise = self.scalar(frame, context, otherwise);
        ast::case(cases, Some(otherwise))
    }

    fn metric(&mut self, frame: &mut Frame, context: &Context<'a>, id: crate::model::MetricId) -> Expr {
        let Some(value) = self.plan.metrics.get(id.0 as usize) else { return ast::null() };
        self.scalar(frame, &context.called(self.metric_name(id)), value)
    }

    fn shifted_value(&mut self, frame: &mut Frame, context: &Context<'a>, value: &'a Scalar, shift: Shift) -> Expr {
        let period = self.shifted(context.period, shift);
        let alias = self.join_period(frame, period);
        let hint = format!("{}_{}", context.hint, if shift == Shift::Opening { "opening" } else { "prior" });
        let moved = context.at_period(period).called(hint);
        let result = self.scalar(frame, &moved, value);
        ast::when(ast::is_not_null(self.bound_of(period, &alias, LAST_DAY)), result)
    }
}

/// The path from the row of the frame, for a path from the row at hand.
pub fn from_hand(context: &Context<'_>, path: &[RelationshipId]) -> Vec<RelationshipId> {
    let start = context.hand.as_ref().map_or(&[][..], |hand: &Hand| hand.path.as_slice());
    [start, path].concat()
}

/// A literal above 0: times a negative one, 0 would be -0.0 in double.
fn is_positive(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Literal(Literal::Integer(value) | Literal::Money(value)) => *value > 0,
        ScalarKind::Literal(Literal::Number(value)) => *value > 0.0,
        ScalarKind::ToNumber(value) => is_positive(value),
        _ => false,
    }
}

/// Summands of which a missing one is 0, and all missing is missing (rule R6).
struct Sum {
    /// It is missing unless one of these holds; none where it is never missing.
    present: Option<Vec<Expr>>,
    zeroed: Expr,
}

impl Sum {
    fn of(value: Expr, absence: Absence) -> Sum {
        if absence == Absence::Never {
            return Sum { present: None, zeroed: value };
        }
        Sum { present: Some(vec![ast::is_not_null(value.clone())]), zeroed: ast::coalesce(value, ast::number(0)) }
    }

    fn both((left, right): (Sum, Sum), wide: Wide, op: BinaryOperator) -> Sum {
        let present = left.present.zip(right.present).map(|(a, b)| [a, b].concat());
        let (a, b) = wide.of(left.zeroed, right.zeroed);
        Sum { present, zeroed: ast::sum(a, op, b) }
    }

    fn value(self) -> Expr {
        match self.present {
            Some(present) => ast::when(ast::any(present), self.zeroed),
            None => self.zeroed,
        }
    }
}

fn hints(hint: &str, operator: ArithmeticOp) -> (String, String) {
    match operator {
        ArithmeticOp::Divide => (format!("{hint}_numerator"), format!("{hint}_denominator")),
        _ => (hint.to_owned(), hint.to_owned()),
    }
}

/// What has no decimals to round is left as it is.
fn round(value: Expr, ty: Type, decimals: u32) -> Expr {
    match ty {
        Type::Number => common::to_double(common::rounded(value, decimals)),
        Type::Money if decimals < 4 => common::rounded_money(value, decimals),
        _ => value,
    }
}

/// Ten-thousandths as a decimal literal.
fn money(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let decimals = format!("{rest:04}");
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}.{digits}"),
    }
}
