//! The days of a period moved back, and those before it.

use sqlparser::ast::{BinaryOperator, Expr};

use super::days::{Days, FIRST_DAY, LAST_DAY, NEXT_DAY, empty};
use crate::emit::sql::ast::{self, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Compiler, Known};
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::{Driver, Frame, How, RelationId, Source};
use crate::plan::tree::Shift;

impl<'a> Compiler<'a> {
    /// The bounds of the days of `source` after one shift.
    pub fn moved_period(&mut self, source: PeriodId, shift: Shift) -> RelationId {
        let name = format!("period_{}", shift_name(shift));
        let days = self.moved_picked(source, shift);
        self.add_bounds(&name, days)
    }

    fn moved_picked(&mut self, source: PeriodId, shift: Shift) -> Option<Days> {
        let calendar = self.gold.calendar.as_ref()?;
        let relation = self.period_relation(source);
        let mut frame = Frame::new(Driver::Relation(relation), "p".to_owned(), source);
        let day_name = self.column_name(calendar.day);
        let start = self.bound_of(source, "p", FIRST_DAY);
        let months = match shift {
            Shift::Prior { months, .. } => Some((months, self.bound_of(source, "p", NEXT_DAY))),
            Shift::Opening => None,
        };
        let alias = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(within_shift(common::column(alias, day_name), start, months))
        });
        let mut conditions = Vec::new();
        if matches!(shift, Shift::Prior { reads_period: true, .. }) {
            conditions.push(self.without_gaps(&mut frame, source));
        }
        let keys = self.unit_keys(source, "p");
        let day = common::column(&alias, day_name);
        Some(Days { frame, keys, day, conditions, months: Vec::new(), read: Vec::new(), or_none: false })
    }

    /// Only a period whose days follow one another is moved for what reads its days.
    fn without_gaps(&mut self, frame: &mut Frame, source: PeriodId) -> Expr {
        let days = self.day_relation(source);
        let count = self.day_count(source, days);
        let unit = self.unit_name();
        let by_unit = self.by_unit(source);
        let alias = self.join(frame, Source::Relation(count), |alias| match by_unit {
            true => How::Inner(ast::equal(common::column(alias, unit), common::column("p", unit))),
            false => How::Cross,
        });
        let (start, next) = (self.bound_of(source, "p", FIRST_DAY), self.bound_of(source, "p", NEXT_DAY));
        ast::equal(common::column(&alias, "days"), common::days_between(start, next))
    }

    fn day_count(&mut self, source: PeriodId, days: RelationId) -> RelationId {
        let frame = Frame::new(Driver::Relation(days), "d".to_owned(), source);
        let keys = self.unit_keys(source, "d");
        let items = vec![ast::named(ast::call_star("COUNT"), common::ident("days"))];
        let select = self.grouped(frame, keys, items, Vec::new(), None);
        self.add_fixed("period_length", select, vec![days])
    }

    /// The days of a period after all of its shifts, a row each.
    pub fn moved_days(&mut self, id: PeriodId) -> RelationId {
        let (select, reads) = self.moved_days_select(id).unwrap_or_else(empty);
        self.add_fixed(&format!("{}_day", self.relation_name_of_period(id)), select, reads)
    }

    fn relation_name_of_period(&self, id: PeriodId) -> String {
        let known = self.known.iter().find(|(known, _)| *known == Known::Period(id));
        known.map_or_else(|| "period".to_owned(), |(_, relation)| self.relation_name(*relation).to_owned())
    }

    fn moved_days_select(&mut self, id: PeriodId) -> Option<(Selection, Vec<RelationId>)> {
        let calendar = self.gold.calendar.as_ref()?;
        let relation = self.period_relation(id);
        let mut frame = Frame::new(Driver::Relation(relation), "p".to_owned(), id);
        let day_name = self.column_name(calendar.day);
        let (start, end) = (self.bound_of(id, "p", FIRST_DAY), self.bound_of(id, "p", LAST_DAY));
        let alias = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(ast::between(common::column(alias, day_name), start, end))
        });
        let day = common::column(&alias, day_name);
        let parts = self.days_parts(&frame, self.unit_keys(id, "p"), day, Vec::new());
        Some((ast::select(parts), vec![relation]))
    }
}

/// A day before the first of a period or, where that is moved so many months back, between its bounds.
fn within_shift(day: Expr, start: Expr, moved: Option<(u32, Expr)>) -> Expr {
    let Some((months, next)) = moved else { return ast::compare(day, BinaryOperator::Lt, start) };
    let back = |day| common::add_months(day, ast::number(-i64::from(months)));
    ast::all([
        ast::compare(day.clone(), BinaryOperator::GtEq, back(start)),
        ast::compare(day, BinaryOperator::Lt, back(next)),
    ])
}

/// `12_months_earlier`.
pub fn shift_name(shift: Shift) -> String {
    match shift {
        Shift::Prior { months, .. } => format!("{months}_months_earlier"),
        Shift::Opening => "before".to_owned(),
    }
}
