//! Periods: the days a value is asked for, and the same days moved.
//!
//! | what | where |
//! |---|---|
//! | the days that the reader picked, and their bounds | [`days`] |
//! | the same days moved | [`moved`] |
//! | a day of a period | [`day`] |

mod day;
mod days;
mod moved;

use sqlparser::ast::Expr;

use super::ast;
use super::common;
use super::compiler::{Compiler, Known};
use super::context::{Base, Period, PeriodId};
use super::frame::{Frame, How, RelationId, Source};
use crate::plan::tree::Shift;
pub use days::{DAYS, Days, FIRST_DAY, LAST_DAY, NEXT_DAY};
pub use moved::shift_name;

impl<'a> Compiler<'a> {
    /// What the id stands for; the period asked for where it is unknown.
    pub fn period(&self, id: PeriodId) -> Period {
        self.periods.get(id.0).cloned().unwrap_or(Period { base: Base::Asked, shifts: Vec::new() })
    }

    /// The id of that period; the same for the same period.
    pub fn period_id(&mut self, period: Period) -> PeriodId {
        if let Some(at) = self.periods.iter().position(|known| *known == period) {
            return PeriodId(at);
        }
        self.periods.push(period);
        PeriodId(self.periods.len() - 1)
    }

    /// All days up to the as-of date.
    pub fn whole(&mut self) -> PeriodId {
        let asked_is_whole = self.asked.grain.is_none() && self.asked.calendar.is_empty();
        let base = if asked_is_whole { Base::Asked } else { Base::All };
        self.period_id(Period { base, shifts: Vec::new() })
    }

    /// The period moved once more. A period that cannot have gaps is not asked for them.
    pub fn shifted(&mut self, id: PeriodId, shift: Shift) -> PeriodId {
        let mut period = self.period(id);
        let whole = !self.may_have_gaps(&period);
        period.shifts.push(match shift {
            Shift::Prior { months, .. } if whole => Shift::Prior { months, reads_period: false },
            other => other,
        });
        self.period_id(period)
    }

    /// One row per unit of time, not one row.
    pub fn by_unit(&self, id: PeriodId) -> bool {
        self.asked.grain.is_some() && self.period(id).base == Base::Asked
    }

    fn may_have_gaps(&self, period: &Period) -> bool {
        let picked = !self.asked.calendar.is_empty() || self.asked.grain.is_some();
        period.shifts.is_empty() && period.base == Base::Asked && picked
    }

    /// Whether a day of the period must be looked up, since its bounds do not say.
    pub fn needs_days(&self, id: PeriodId) -> bool {
        self.by_unit(id) || self.may_have_gaps(&self.period(id))
    }

    /// The calendar column that readers group by; empty where they do not group by time.
    pub fn unit_name(&self) -> &'a str {
        self.asked.grain.map_or("", |grain| self.column_name(grain))
    }

    fn unit_keys(&self, id: PeriodId, alias: &str) -> Vec<(String, Expr)> {
        let name = self.unit_name();
        if self.by_unit(id) { vec![(name.to_owned(), common::column(alias, name))] } else { Vec::new() }
    }

    /// The alias of the period in this frame. Where time is a group, the frame's own period binds
    /// the unit and every other one is matched to it.
    pub fn join_period(&mut self, frame: &mut Frame, id: PeriodId) -> String {
        if let Some((_, alias)) = frame.periods.iter().find(|(known, _)| *known == id) {
            return alias.clone();
        }
        if self.by_unit(id) && frame.unit.is_none() && id != frame.period {
            let own = frame.period;
            self.join_period(frame, own);
        }
        let relation = self.period_relation(id);
        let how = self.how_to_join(frame, id);
        let alias = self.join(frame, Source::Relation(relation), how);
        if self.by_unit(id) && frame.unit.is_none() {
            frame.unit = Some(common::column(&alias, self.unit_name()));
        }
        frame.periods.push((id, alias.clone()));
        alias
    }

    fn how_to_join(&self, frame: &Frame, id: PeriodId) -> impl FnOnce(&str) -> How + use<'a> {
        let unit_name = self.unit_name();
        let unit = frame.unit.clone().filter(|_| self.by_unit(id));
        let own = id == frame.period;
        move |alias: &str| match unit {
            Some(unit) if own => How::Inner(ast::equal(common::column(alias, unit_name), unit)),
            Some(unit) => How::Left(ast::equal(common::column(alias, unit_name), unit)),
            None => How::Cross,
        }
    }

    /// The bounds of the period, made once.
    pub fn period_relation(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::Period(id), |compiler| {
            let period = compiler.period(id);
            match period.shifts.split_last() {
                None => compiler.base_period(period.base),
                Some((shift, before)) => {
                    let source = compiler.period_id(Period { base: period.base, shifts: before.to_vec() });
                    compiler.moved_period(source, *shift)
                }
            }
        })
    }

    /// The days of the period, made once.
    pub fn day_relation(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::Day(id), |compiler| {
            let period = compiler.period(id);
            if period.shifts.is_empty() { compiler.base_days(period.base) } else { compiler.moved_days(id) }
        })
    }
}
