//! What every period relies on: a calendar without gaps that holds every date.

use sqlparser::ast::BinaryOperator;

use super::{Check, Checked};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::frame::{How, Source};
use crate::gold::{Calendar, ColumnId, Date, Table};

impl Compiler<'_> {
    /// Rows in no period, the total included.
    pub(super) fn outside_calendar(&self, table: &Table, date: ColumnId) -> Option<Checked> {
        let calendar = self.gold.calendar.as_ref().filter(|calendar| calendar.table != date.table)?;
        let (mut frame, alias) = self.frame_of(date.table);
        let value = common::column(&alias, self.column_name(date));
        let day = self.column_name(calendar.day);
        let days = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Left(ast::equal(common::column(alias, day), value.clone()))
        });
        let conditions = vec![ast::is_not_null(value.clone()), ast::is_null(common::column(&days, day))];
        let check = Check::of("outside the calendar", table, self.column_name(date));
        Some(self.query_of(&frame, Check { value: Some(value), conditions, ..check }))
    }

    /// Days after which one is left out.
    pub(super) fn calendar_gaps(&self, table: &Table, calendar: &Calendar) -> Option<Checked> {
        let (mut frame, alias) = self.frame_of(calendar.table);
        let column = self.column_name(calendar.day);
        let value = common::column(&alias, column);
        let early = ast::compare(value.clone(), BinaryOperator::Lt, common::date(calendar.last));
        // Some engines have no day after the last they know, which a calendar may hold as the date that stands for never.
        let day_after = common::day_after(ast::when(early.clone(), value.clone()));
        let next = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Left(ast::equal(common::column(alias, column), day_after))
        });
        let conditions = vec![ast::is_null(common::column(&next, column)), early];
        Some(self.query_of(&frame, Check { value: Some(value), conditions, ..Check::of("gap after", table, column) }))
    }

    /// The calendar begins too late or ends too early.
    pub(super) fn calendar_ends(&self, table: &Table, calendar: &Calendar) -> Option<Checked> {
        let (frame, alias) = self.frame_of(calendar.table);
        let column = self.column_name(calendar.day);
        let day = common::column(&alias, column);
        let literal = |date: Date| common::date(date);
        let first = ast::call("MIN", [day.clone()]);
        let last = ast::call("MAX", [day]);
        let having = Some(ast::any([
            ast::is_null(first.clone()),
            ast::compare(first, BinaryOperator::Gt, literal(calendar.first)),
            ast::compare(last, BinaryOperator::Lt, literal(calendar.last)),
        ]));
        Some(self.query_of(&frame, Check { having, ..Check::of(super::CALENDAR_TOO_SHORT, table, column) }))
    }
}
