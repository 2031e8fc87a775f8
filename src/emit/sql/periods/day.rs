//! A day of a period: one of its bounds, or one that follows from them.

use sqlparser::ast::Expr;

use super::days::{Days, FIRST_DAY, LAST_DAY, NEXT_DAY, empty};
use crate::emit::sql::ast::{self, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Body, Compiler, Known};
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::{Driver, Frame, How, RelationId, Source};
use crate::gold::{Calendar, ColumnId};
use crate::plan::tree::Day;
use crate::syntax::tree::Grain;

impl<'a> Compiler<'a> {
    /// A day of the period, by the period's alias.
    pub fn day(&mut self, frame: &mut Frame, id: PeriodId, day: Day) -> Expr {
        if let Some(day) = self.day_at_change(frame, id, day) {
            return day;
        }
        let alias = self.join_period(frame, id);
        match day {
            Day::Start => self.bound_of(id, &alias, FIRST_DAY),
            Day::End => self.bound_of(id, &alias, LAST_DAY),
            Day::Next => self.bound_of(id, &alias, NEXT_DAY),
            Day::NextLessDays(days) => common::add_days(self.bound_of(id, &alias, NEXT_DAY), -i64::from(days)),
            Day::NextLessMonths(months) if self.keeps_months_before(id, months) => {
                common::column(&alias, &since_name(months))
            }
            Day::NextLessMonths(months) => {
                let next = self.bound_of(id, &alias, NEXT_DAY);
                self.months_before(next, months)
            }
            Day::MonthOfNextLess(months) => {
                let next = self.bound_of(id, &alias, NEXT_DAY);
                self.months_before(common::first_of_month(next), months)
            }
            Day::UnitStart(grain) => self.unit_start(frame, id, &alias, grain),
        }
    }

    /// The period is made to hold the day so many months before the day after its last, so that it is worked out
    /// once and not for each row that is compared with it.
    fn keeps_months_before(&mut self, id: PeriodId, months: u32) -> bool {
        let Some(days) = self.days_of_period(id).filter(|_| months > 0) else { return false };
        if !days.months.contains(&months) {
            days.months.push(months);
        }
        true
    }

    /// A bound of the period, by the period's alias; the period is made to hold it.
    pub fn bound_of(&mut self, id: PeriodId, alias: &str, name: &'static str) -> Expr {
        self.keep_bound(id, name);
        common::column(alias, name)
    }

    /// A bound is read where the statement is written.
    pub fn keep_bound(&mut self, id: PeriodId, name: &'static str) {
        if let Some(days) = self.days_of_period(id)
            && !days.read.contains(&name)
        {
            days.read.push(name);
            days.read.sort_unstable();
        }
    }

    fn days_of_period(&mut self, id: PeriodId) -> Option<&mut Days> {
        let relation = self.period_relation(id);
        match self.relations.get_mut(relation.0).map(|relation| &mut relation.body) {
            Some(Body::Bounds(days)) => Some(days.as_mut()),
            _ => None,
        }
    }

    /// So many months before the day, clamped to the month's last (rule R55).
    pub fn months_before(&self, day: Expr, months: u32) -> Expr {
        match months {
            0 => day,
            _ => common::add_months(day, ast::number(-i64::from(months))),
        }
    }

    fn unit_start(&mut self, frame: &mut Frame, id: PeriodId, alias: &str, grain: Grain) -> Expr {
        match grain {
            Grain::Month => common::first_of_month(self.bound_of(id, alias, LAST_DAY)),
            Grain::Quarter => common::first_of_quarter(self.bound_of(id, alias, LAST_DAY)),
            Grain::Year => common::first_of_year(self.bound_of(id, alias, LAST_DAY)),
            Grain::FiscalYear => self.fiscal_day(frame, id, alias),
        }
    }

    fn fiscal_day(&mut self, frame: &mut Frame, id: PeriodId, period: &str) -> Expr {
        let relation = self.fiscal_start(id);
        let known = frame.links.iter().find(|(known, _, _)| *known == relation).map(|(_, _, alias)| alias.clone());
        let alias = known.unwrap_or_else(|| {
            let (unit, by_unit) = (self.unit_name(), self.by_unit(id));
            let alias = self.join(frame, Source::Relation(relation), |alias| {
                let match_unit = || ast::equal(common::column(alias, unit), common::column(period, unit));
                if by_unit { How::Left(match_unit()) } else { How::Cross }
            });
            frame.links.push((relation, Vec::new(), alias.clone()));
            alias
        });
        common::column(&alias, "first_on")
    }

    /// The first day of the fiscal year that each period ends in.
    fn fiscal_start(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::FiscalStart(id), |compiler| {
            let (select, reads) = compiler.fiscal_select(id).unwrap_or_else(empty);
            compiler.add_fixed("fiscal_year_start", select, reads)
        })
    }

    fn fiscal_select(&mut self, id: PeriodId) -> Option<(Selection, Vec<RelationId>)> {
        let calendar = self.gold.calendar.as_ref()?;
        let year = grain_column(calendar, Grain::FiscalYear)?;
        let period = self.period_relation(id);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), id);
        let day = self.column_name(calendar.day);
        let last = self.bound_of(id, "p", LAST_DAY);
        let end = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(ast::equal(common::column(alias, day), last))
        });
        let year = self.column_name(year);
        let all = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(ast::equal(common::column(alias, year), common::column(&end, year)))
        });
        let keys = self.unit_keys(id, "p");
        let first = ast::call("MIN", [common::column(&all, day)]);
        let items = vec![ast::named(first, common::ident("first_on"))];
        Some((self.grouped(frame, keys, items, Vec::new(), None), vec![period]))
    }
}

/// What the day so many months before the day after a period's last is called.
pub fn since_name(months: u32) -> String {
    if months == 1 { "since_1_month".to_owned() } else { format!("since_{months}_months") }
}

/// The calendar column of a grain of the language.
fn grain_column(calendar: &Calendar, grain: Grain) -> Option<ColumnId> {
    calendar.grains.get(grain.name()).copied()
}
