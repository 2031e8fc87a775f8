//! The days that the reader picked, and the bounds of days.

use sqlparser::ast::{BinaryOperator, Expr};

use super::day::since_name;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Body, Compiler};
use crate::emit::sql::context::{Base, Context, Hand, PeriodId};
use crate::emit::sql::frame::{Frame, How, RelationId, Source};
use crate::gold::Calendar;

/// The columns that say which days a row stands for, in periods and in answers.
pub const FIRST_DAY: &str = "start_on";
/// As [`FIRST_DAY`], of the last of the days.
pub const LAST_DAY: &str = "end_on";
/// Both, in the order of an answer.
pub const DAYS: [&str; 2] = [FIRST_DAY, LAST_DAY];

/// The day after the last.
pub const NEXT_DAY: &str = "next_on";

const BOUNDS: [&str; 3] = [FIRST_DAY, LAST_DAY, NEXT_DAY];

/// Days of the calendar whose bounds are a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    pub frame: Frame,
    pub keys: Vec<(String, Expr)>,
    pub day: Expr,
    pub conditions: Vec<Expr>,
    /// How many months before the day after the last windows begin.
    pub months: Vec<u32>,
    /// Which of the bounds are read.
    pub read: Vec<&'static str>,
    /// Without days there is no period, not one whose bounds are missing.
    pub or_none: bool,
}

impl<'a> Compiler<'a> {
    /// The bounds of the days, one row or one a unit of time.
    pub fn base_period(&mut self, base: Base) -> RelationId {
        let name = if base == Base::Asked { "period" } else { "whole_period" };
        let days = self.base_picked(base);
        self.add_bounds(name, days)
    }

    /// The days themselves, a row each; for periods that may have gaps.
    pub fn base_days(&mut self, base: Base) -> RelationId {
        let (select, reads) = match self.base_picked(base) {
            // As-of dates that stand in several rows are one: the latest.
            Some(days) => {
                let parts = self.days_parts(&days.frame, days.keys, days.day, days.conditions);
                (ast::select(Parts { distinct: true, ..parts }), Vec::new())
            }
            None => empty(),
        };
        self.add_fixed("period_day", select, reads)
    }

    /// A relation of the bounds of some days.
    pub fn add_bounds(&mut self, name: &str, days: Option<Days>) -> RelationId {
        match days {
            Some(days) => self.add(name, Body::Bounds(Box::new(days))),
            None => {
                let (select, reads) = empty();
                self.add_fixed(name, select, reads)
            }
        }
    }

    /// The days up to the as-of date that the reader picked.
    fn base_picked(&mut self, base: Base) -> Option<Days> {
        let calendar = self.gold.calendar.as_ref()?;
        let period = PeriodId(0);
        let mut frame = self.table_frame(calendar.table, period);
        let day = common::column(&frame.alias.clone(), self.column_name(calendar.day));
        let as_of = self.as_of(&mut frame)?;
        let mut conditions = vec![ast::compare(day.clone(), BinaryOperator::LtEq, as_of)];
        let mut keys = Vec::new();
        if base == Base::Asked {
            conditions.extend(self.picked(&mut frame, calendar));
            keys.extend(self.asked.grain.map(|grain| (self.unit_name().to_owned(), self.stored(&frame.alias, grain))));
        }
        Some(Days { frame, keys, day, conditions, months: Vec::new(), read: Vec::new(), or_none: true })
    }

    fn picked(&mut self, frame: &mut Frame, calendar: &Calendar) -> Vec<Expr> {
        let hand = Hand { table: calendar.table, path: Vec::new() };
        let context = Context::bare(PeriodId(0)).at_row(hand);
        let asked = self.asked.calendar;
        asked.iter().map(|condition| self.condition(frame, &context, condition)).collect()
    }

    fn as_of(&mut self, frame: &mut Frame) -> Option<Expr> {
        if let Some(date) = self.asked.as_of {
            return Some(common::date(date));
        }
        let column = self.gold.as_of?;
        let alias = self.join(frame, Source::Table(column.table), |_| How::Cross);
        Some(common::column(&alias, self.column_name(column)))
    }

    /// The bounds of the days that are read, and the days so many months before the day after the last.
    pub fn bounds_select(&self, days: Days) -> Selection {
        let Days { frame, keys, day, conditions, months, mut read, or_none } = days;
        if read.is_empty() && keys.is_empty() && months.is_empty() {
            read.push(LAST_DAY);
        }
        let first = ast::call("MIN", [day.clone()]);
        let last = ast::call("MAX", [day]);
        let next = common::day_after(last.clone());
        let since = months.into_iter().map(|months| (since_name(months), self.months_before(next.clone(), months)));
        let since: Vec<_> = since.map(|(name, day)| ast::named(day, common::ident(&name))).collect();
        let some = (or_none && keys.is_empty()).then(|| ast::is_not_null(first.clone()));
        let bounds = BOUNDS.into_iter().zip([first, last, next]).filter(|(name, _)| read.contains(name));
        let items = bounds.map(|(name, value)| ast::named(value, common::ident(name)));
        self.grouped(frame, keys, items.chain(since).collect(), conditions, some)
    }

    /// A row a day, with `keys` before the day.
    pub fn days_parts(&self, frame: &Frame, keys: Vec<(String, Expr)>, day: Expr, conditions: Vec<Expr>) -> Parts {
        let days = keys.into_iter().chain([("day_on".to_owned(), day)]);
        let items = days.map(|(name, value)| self.item(value, &name)).collect();
        Parts { items, conditions, ..self.parts_of(frame) }
    }
}

/// A project without a calendar asks for no period; nothing reads this.
pub fn empty() -> (Selection, Vec<RelationId>) {
    (ast::select(Parts::default()), Vec::new())
}
