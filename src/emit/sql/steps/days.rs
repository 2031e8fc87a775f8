//! Days on which something changes: those of a row's dates, and the one on which a frame stands.

use sqlparser::ast::{BinaryOperator, Expr};

use super::present::Present;
use super::shape::OwnDate;
use crate::emit::months::never;
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::Frame;
use crate::plan::tree::{Day, Shift};

/// Where a frame stands: on the day of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct AtChange {
    /// The day after the last day of the period at hand.
    pub next: Expr,
    /// The steps whose states the frame reads; none where it reads none.
    pub steps: Option<usize>,
}

impl<'a> Compiler<'a> {
    /// The date is there, and not one that stands for never: no period comes to it, and some engines have no
    /// days after it.
    pub fn is_seen(&self, date: Expr) -> Expr {
        ast::compare(date, BinaryOperator::Lt, common::date(never()))
    }

    /// Whether a day lies where no period comes to.
    pub fn is_unseen(&self, date: Expr) -> Expr {
        ast::compare(date, BinaryOperator::GtEq, common::date(never()))
    }

    /// What is known of a row whose date [is seen](Self::is_seen).
    pub fn present<'e>(&self, date: &'e Expr) -> Present<'e> {
        Present { date, before: common::date(never()) }
    }

    /// A date of a row, and the day on which it changes something.
    pub fn own_day(&mut self, frame: &mut Frame, own: &OwnDate<'a>) -> (Expr, Expr) {
        let date = self.scalar(frame, &own.context, own.date);
        let from = match own.months {
            Some(months) => {
                let number = self.scalar(frame, &own.context, months.number);
                self.months_on(date.clone(), number, months.exceeded)
            }
            None => date.clone(),
        };
        (date, own.turn.of(from))
    }

    /// A day of the period where a frame stands on the day of a change.
    pub fn day_at_change(&self, frame: &Frame, id: PeriodId, day: Day) -> Option<Expr> {
        let at = frame.at_change.as_ref().filter(|_| self.by_unit(id))?;
        let moved = |next: Expr, shift: &Shift| match shift {
            Shift::Prior { months, .. } => self.months_before(next, *months),
            Shift::Opening => next,
        };
        let next = self.period(id).shifts.iter().fold(at.next.clone(), moved);
        Some(self.bound(next, day))
    }

    /// A day that follows `next`.
    pub fn bound(&self, next: Expr, day: Day) -> Expr {
        match day {
            Day::End => common::add_days(next, -1),
            Day::NextLessDays(days) => common::add_days(next, -i64::from(days)),
            Day::NextLessMonths(months) => self.months_before(next, months),
            Day::MonthOfNextLess(months) => self.months_before(common::first_of_month(next), months),
            Day::Next | Day::Start | Day::UnitStart(_) => next,
        }
    }
}
