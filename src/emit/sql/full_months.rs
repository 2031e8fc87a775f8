//! Full months since a date, compared with a number of them: whether the day so many months after the date is
//! reached. That day is one computation where counting the months is several.

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::common;
use super::comparison::sql_operator;
use super::compiler::Compiler;
use super::condition::Sense;
use super::context::Context;
use super::frame::Frame;
use crate::emit::months::some_months;
use crate::plan::tree::{Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

impl<'a> Compiler<'a> {
    /// `full_months(date, day) < number` and its like, where the number is one of some literals from 1 on.
    ///
    /// `full_months(a, b) >= n` is `EDATE(a, n) <= b` for n from 1 on, and `> n` is `>= n + 1`.
    pub fn full_months_compared(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        operator: CompareOp,
        (left, right): (&'a Scalar, &'a Scalar),
        sense: Sense,
    ) -> Option<Expr> {
        let ScalarKind::FullMonths(date, day) = &left.kind else { return None };
        let ScalarKind::Day(asked) = day.kind else { return None };
        let exceeded = match operator {
            CompareOp::GreaterOrEqual | CompareOp::Less => false,
            CompareOp::Greater | CompareOp::LessOrEqual => true,
            CompareOp::Equal | CompareOp::NotEqual => return None,
        };
        some_months(right).then_some(())?;
        let reached = match operator {
            CompareOp::GreaterOrEqual | CompareOp::Greater => CompareOp::LessOrEqual,
            _ => CompareOp::Greater,
        };
        let from = self.scalar(frame, context, date);
        let number = self.scalar(frame, context, right);
        let there = self.months_on(from.clone(), number, exceeded);
        let seen = self.is_seen(from.clone());
        // A date that stands for never has no day after it in some engines, and no period comes to it.
        let there = ast::case(vec![(seen, there)], Some(from.clone()));
        let day = self.day(frame, context.period, asked);
        Some(if sense == Sense::Holds {
            ast::compare(there, sql_operator(reached), day)
        } else {
            ast::any([ast::is_null(from), ast::compare(there, sql_operator(reached.opposite()), day)])
        })
    }

    /// The day so many months after a date, or one month more.
    pub fn months_on(&self, date: Expr, number: Expr, exceeded: bool) -> Expr {
        let number = if exceeded { ast::sum(number, BinaryOperator::Plus, ast::number(1)) } else { number };
        common::add_months(date, number)
    }
}

#[cfg(test)]
mod tests {
    use crate::gold::Date;

    /// The largest k for which the date, k months on, is not after the day; the language's full months.
    fn full_months(date: Date, day: Date) -> i32 {
        if date > day {
            return -full_months(day, date);
        }
        (0..).take_while(|months| date.plus_months(*months) <= day).last().unwrap_or(0)
    }

    #[test]
    fn so_many_full_months_are_there_from_the_day_so_many_months_on() {
        let first = Date::from_ymd(2023, 10, 25).expect("a date");
        for date in (0..140).map(|days| first.plus_days(days)) {
            for day in (-80..500).map(|days| first.plus_days(days)) {
                for months in 1..14 {
                    assert_eq!(
                        full_months(date, day) >= months,
                        date.plus_months(months) <= day,
                        "{date} {day} {months}"
                    );
                }
            }
        }
    }
}
