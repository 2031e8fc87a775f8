//! Dates in windows and in the days of a period.

use sqlparser::ast::{BinaryOperator, Expr};

use super::Sense::{self, Holds};
use super::compare::may_miss;
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::comparison::sql_operator;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::{Context, Var};
use crate::emit::sql::frame::{Frame, How, Source};
use crate::plan::tree::{Day, Scalar};
use crate::syntax::tree::CompareOp;

impl<'a> Compiler<'a> {
    /// `from <= date < before`, an open side where a bound is none.
    pub fn within(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        date: &'a Scalar,
        (from, before): (Option<Day>, Option<Day>),
        sense: Sense,
    ) -> Expr {
        let value = self.scalar(frame, context, date);
        let bounds = [(from, CompareOp::GreaterOrEqual), (before, CompareOp::Less)];
        let mut parts = Vec::new();
        for (day, operator) in bounds {
            let Some(day) = day else { continue };
            let operator = if sense == Holds { operator } else { operator.opposite() };
            let day = self.day(frame, context.period, day);
            parts.push(ast::compare(value.clone(), sql_operator(operator), day));
        }
        if sense == Holds {
            return if parts.is_empty() { ast::is_not_null(value) } else { ast::all(parts) };
        }
        ast::any(may_miss(date).then(|| ast::is_null(value)).into_iter().chain(parts))
    }

    /// Between the bounds, or one of the days where the period may have gaps.
    pub fn in_period(&mut self, frame: &mut Frame, context: &Context<'a>, date: &'a Scalar, sense: Sense) -> Expr {
        let value = self.scalar(frame, context, date);
        if self.needs_days(context.period) {
            let day = self.matching_day(frame, context, value);
            return if sense == Holds { ast::is_not_null(day) } else { ast::is_null(day) };
        }
        let start = self.day(frame, context.period, Day::Start);
        let end = self.day(frame, context.period, Day::End);
        if sense == Holds {
            return ast::between(value, start, end);
        }
        let missing = may_miss(date).then(|| ast::is_null(value.clone()));
        let outside =
            [ast::compare(value.clone(), BinaryOperator::Lt, start), ast::compare(value, BinaryOperator::Gt, end)];
        ast::any(missing.into_iter().chain(outside))
    }

    /// The day of the period that equals a date, missing where there is none.
    fn matching_day(&mut self, frame: &mut Frame, context: &Context<'a>, date: Expr) -> Expr {
        let relation = self.day_relation(context.period);
        let mut on = Vec::new();
        let unit_name = self.unit_name();
        if self.by_unit(context.period) {
            on.push(self.var(frame, Var::Unit));
        }
        let alias = self.join(frame, Source::Relation(relation), |alias| {
            let unit = on.into_iter().map(|unit| ast::equal(common::column(alias, unit_name), unit));
            How::Left(ast::all(unit.chain([ast::equal(common::column(alias, "day_on"), date)])))
        });
        common::column(&alias, "day_on")
    }
}
