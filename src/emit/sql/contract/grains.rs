//! What the column of a grain promises: one value for all days of a unit, and no other unit with that value.
//!
//! Months, quarters and years are those of the calendar. Which day weeks begin on and when a fiscal year begins is
//! in the column alone: of these the days follow each other, and are as many as such a unit has.

use sqlparser::ast::{BinaryOperator, Expr};

use super::{Check, Checked};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::gold::{Calendar, ColumnId, Table};

/// The first day of the unit that a day lies in.
type FirstOf = fn(Expr) -> Expr;

/// How many days a unit has that the calendar holds whole: a year that moves its beginning may be short or long.
const WEEK: (u32, u32, &str) = (7, 7, "not seven days");
const FISCAL_YEAR: (u32, u32, &str) = (28, 731, "not a month to two years");

impl<'a> Compiler<'a> {
    pub(super) fn grains(&self, table: &'a Table, calendar: &'a Calendar, take: &mut impl FnMut(Checked)) {
        for (grain, column) in calendar.grains.iter().filter(|(_, column)| **column != calendar.day) {
            let mut as_in_the_calendar = |first_of: FirstOf| {
                self.not_one_to_one(table, calendar, (grain, *column), first_of).into_iter().for_each(&mut *take);
            };
            match grain.as_str() {
                "month" => as_in_the_calendar(common::first_of_month),
                "quarter" => as_in_the_calendar(common::first_of_quarter),
                "year" => as_in_the_calendar(common::first_of_year),
                "week" => self.runs_of_days(table, calendar, *column, WEEK).into_iter().for_each(&mut *take),
                _ => self.runs_of_days(table, calendar, *column, FISCAL_YEAR).into_iter().for_each(&mut *take),
            }
        }
    }

    /// Values that stand for days of several units; units, by their first day, whose days have several values.
    fn not_one_to_one(
        &self,
        table: &Table,
        calendar: &Calendar,
        (grain, column): (&str, ColumnId),
        first_of: FirstOf,
    ) -> [Checked; 2] {
        let (frame, alias) = self.frame_of(calendar.table);
        let first = first_of(common::column(&alias, self.column_name(calendar.day)));
        let value = self.stored(&alias, column);
        let several = |breach: String, of: &Expr, in_each: &Expr| {
            let having = Some(more_than_one(of.clone()));
            let check = Check::of(&breach, table, self.column_name(column));
            self.query_of(&frame, Check { value: Some(in_each.clone()), having, ..check })
        };
        [several(format!("several {grain}s"), &first, &value), several(format!("several in a {grain}"), &value, &first)]
    }

    /// Values whose days other days lie between, and those of too few or too many days.
    fn runs_of_days(
        &self,
        table: &Table,
        calendar: &Calendar,
        column: ColumnId,
        (least, most, unlike): (u32, u32, &str),
    ) -> [Checked; 2] {
        let (frame, alias) = self.frame_of(calendar.table);
        let day = common::column(&alias, self.column_name(calendar.day));
        let value = self.stored(&alias, column);
        let first = ast::call("MIN", [day.clone()]);
        let last = ast::call("MAX", [day.clone()]);
        let between = || common::days_between(first.clone(), last.clone());
        let days = || ast::arithmetic(between(), BinaryOperator::Plus, ast::number(1));
        let apart = ast::compare(days(), BinaryOperator::NotEq, common::count_distinct(day));
        // The first and the last unit may be cut by the calendar's ends.
        let whole = ast::all([
            ast::compare(first.clone(), BinaryOperator::Gt, common::date(calendar.first)),
            ast::compare(last.clone(), BinaryOperator::Lt, common::date(calendar.last)),
        ]);
        let too_few = ast::all([ast::compare(days(), BinaryOperator::Lt, ast::number(least)), whole]);
        let too_many = ast::compare(days(), BinaryOperator::Gt, ast::number(most));
        [("days apart", apart), (unlike, ast::any([too_many, too_few]))].map(|(breach, broken)| {
            let check = Check::of(breach, table, self.column_name(column));
            self.query_of(&frame, Check { value: Some(value.clone()), having: Some(broken), ..check })
        })
    }
}

fn more_than_one(value: Expr) -> Expr {
    ast::compare(common::count_distinct(value), BinaryOperator::Gt, ast::number(1))
}
