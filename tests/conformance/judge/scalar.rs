//! Scalars at `(P, F, h)`: of a row, and of metrics.

use carat::gold::{Date, Type};
use carat::model::{Expr, ExprKind, Function, Window};
use carat::syntax::tree::ArithmeticOp;

use super::Judge;
use super::context::{Context, Filter, Period, Test};
use super::value::{self, Value};

impl Judge<'_> {
    /// The value of an expression; of a condition, true or false.
    pub fn scalar(&self, expr: &Expr, context: &Context) -> Value {
        match &expr.kind {
            ExprKind::Literal(literal) => as_type(Value::of(literal), expr.ty),
            ExprKind::Column(column) => self.path_value(column, context.hand),
            ExprKind::Start => Value::Date(context.period.start()),
            ExprKind::End => Value::Date(context.period.end()),
            ExprKind::ThisPurpose => asked(context, |asked| &asked.purpose),
            ExprKind::ThisChannel => asked(context, |asked| &asked.channel),
            ExprKind::Negate(operand) => value::negated(&self.scalar(operand, context)),
            ExprKind::Arithmetic { operator, left, right } => {
                arithmetic(*operator, &self.scalar(left, context), &self.scalar(right, context))
            }
            ExprKind::Call { function, arguments } => self.call(*function, arguments, context),
            ExprKind::Case { branches, otherwise } => self.case(branches, otherwise, context),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, context),
            ExprKind::Resolve { path, id } => self.resolve_value(*id, &self.moved(path, context)),
            _ => self.metric(expr, context),
        }
    }

    /// Metrics at `(P, F, h)`: a name is its definition, the rest changes the context.
    fn metric(&self, expr: &Expr, context: &Context) -> Value {
        match &expr.kind {
            ExprKind::Metric(id) => self.model.metric(*id).map_or(Value::Missing, |m| self.scalar(&m.value, context)),
            ExprKind::Prior { value, months } => match self.prior(value, *months, context) {
                Some(period) => self.scalar(value, &context.over(period)),
                None => missing(expr.ty),
            },
            ExprKind::Opening(value) => match self.opening_period(&context.period) {
                Some(period) => self.scalar(value, &context.over(period)),
                None => missing(expr.ty),
            },
            ExprKind::Restricted { value, table, condition } => {
                let test = Test::Condition(condition.as_ref().clone().into());
                self.scalar(value, &context.with(Filter { table: *table, test }))
            }
            ExprKind::Ignoring { value, table } => self.scalar(value, &context.ignoring(*table)),
            _ => Value::Boolean(self.condition(expr, context)),
        }
    }

    /// `P'` of `prior`; none where it is empty, or the period has gaps and what is moved has a `period of`.
    fn prior(&self, moved: &Expr, months: u32, context: &Context) -> Option<Period> {
        let gaps = self.has_gaps(&context.period) && self.has_period_of(moved);
        if gaps { None } else { self.prior_period(&context.period, months) }
    }

    fn has_period_of(&self, expr: &Expr) -> bool {
        let mut found = false;
        super::walk::everything(self.model, expr, &mut |window| found |= *window == Window::Period);
        found
    }

    fn call(&self, function: Function, arguments: &[Expr], context: &Context) -> Value {
        let values: Vec<Value> = arguments.iter().map(|argument| self.scalar(argument, context)).collect();
        match function {
            Function::Coalesce => values.into_iter().find(|value| !value.is_missing()).unwrap_or(Value::Missing),
            Function::Round => match values[1] {
                Value::Integer(decimals) => value::rounded(&values[0], decimals as u32),
                _ => Value::Missing,
            },
            Function::MonthsBetween => of_dates(&values, months_between),
            Function::FullMonths => of_dates(&values, full_months),
            Function::DaysBetween => of_dates(&values, |from, to| i64::from(to.0 - from.0)),
        }
    }

    /// The first condition that is true, else the else.
    fn case(&self, branches: &[(Expr, Expr)], otherwise: &Expr, context: &Context) -> Value {
        let taken = branches.iter().find(|(condition, _)| self.condition(condition, context));
        self.scalar(taken.map_or(otherwise, |(_, value)| value), context)
    }
}

fn arithmetic(operator: ArithmeticOp, left: &Value, right: &Value) -> Value {
    match operator {
        ArithmeticOp::Add => value::plus(left, right),
        ArithmeticOp::Subtract => value::minus(left, right),
        ArithmeticOp::Multiply => value::times(left, right),
        ArithmeticOp::Divide => value::divided(left, right),
    }
}

fn missing(ty: Type) -> Value {
    if ty == Type::Boolean { Value::Boolean(false) } else { Value::Missing }
}

/// A literal takes the type its place asks for.
fn as_type(literal: Value, ty: Type) -> Value {
    match (&literal, ty) {
        (Value::Integer(whole), Type::Money) => Value::Money(i128::from(*whole) * 10_000),
        (Value::Integer(_) | Value::Money(_), Type::Number) => literal.number().map_or(Value::Missing, Value::Number),
        _ => literal,
    }
}

fn asked(context: &Context, which: impl Fn(&super::Asked) -> &String) -> Value {
    context.asked.as_ref().map_or(Value::Missing, |asked| Value::Text(which(asked).clone()))
}

fn of_dates(values: &[Value], function: impl Fn(Date, Date) -> i64) -> Value {
    match (values[0].date(), values[1].date()) {
        (Some(from), Some(to)) => Value::Integer(function(from, to)),
        _ => Value::Missing,
    }
}

/// Month boundaries from the first date to the second.
pub fn months_between(from: Date, to: Date) -> i64 {
    let index = |(year, month, _): (i32, u32, u32)| i64::from(year) * 12 + i64::from(month);
    index(to.ymd()) - index(from.ymd())
}

/// Whole months elapsed; where the second date is the earlier, less those the other way round.
pub fn full_months(from: Date, to: Date) -> i64 {
    if to < from {
        return -full_months(to, from);
    }
    let months = months_between(from, to);
    if from.plus_months(months as i32) > to { months - 1 } else { months }
}
