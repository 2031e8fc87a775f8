//! `d in w` by the table of docs/language.md, Windows.

use carat::gold::Date;
use carat::model::{Over, PathColumn, Window};
use carat::syntax::tree::Grain;

use super::Judge;
use super::context::{Context, Period};
use super::value::equal;

impl Judge<'_> {
    /// `over w of d` is the condition `d in w` at the row at hand.
    pub fn over(&self, over: &Over, context: &Context) -> bool {
        if let Window::Life { from, to } = &over.window {
            return self.lives(from, to, context);
        }
        let date = over.date.as_ref().and_then(|date| self.path_value(date, context.hand).date());
        self.in_window(date, &over.window, context)
    }

    /// `a < next` and (`b` missing or `b >= next`).
    fn lives(&self, from: &PathColumn, to: &PathColumn, context: &Context) -> bool {
        let next = context.period.next();
        let begun = self.path_value(from, context.hand).date().is_some_and(|from| from < next);
        begun && self.path_value(to, context.hand).date().is_none_or(|to| to >= next)
    }

    /// False if the date is missing.
    pub fn in_window(&self, date: Option<Date>, window: &Window, context: &Context) -> bool {
        let (Some(date), period) = (date, &context.period) else { return false };
        let next = period.next();
        match window {
            Window::Period => period.contains(date),
            Window::History => date < next,
            Window::LastDays(days) => next.plus_days(-(*days as i32)) <= date && date < next,
            Window::LastMonths(months) => next.plus_months(-(*months as i32)) <= date && date < next,
            Window::LastCompleteMonths(months) => {
                let first = next.first_of_month();
                first.plus_months(-(*months as i32)) <= date && date < first
            }
            Window::ToDate(grain) => {
                self.first_of_unit(*grain, period).is_some_and(|first| first <= date) && date < next
            }
            Window::Life { from, to } => self.lives(from, to, context),
        }
    }

    /// The first day of the unit that `end` lies in.
    fn first_of_unit(&self, grain: Grain, period: &Period) -> Option<Date> {
        let (year, month, _) = period.end().ymd();
        match grain {
            Grain::Month => Date::from_ymd(year, month, 1),
            Grain::Quarter => Date::from_ymd(year, (month - 1) / 3 * 3 + 1, 1),
            Grain::Year => Date::from_ymd(year, 1, 1),
            Grain::FiscalYear => self.first_of_fiscal_year(period.end()),
        }
    }

    /// The first calendar day with the same value in the calendar's fiscal-year column.
    fn first_of_fiscal_year(&self, end: Date) -> Option<Date> {
        let calendar = self.model.gold.calendar.as_ref()?;
        let unit = *calendar.grains.get("fiscal year").or_else(|| calendar.grains.get("fiscal_year"))?;
        let days: Vec<usize> = (0..self.data.rows(calendar.day.table)).collect();
        let last = days.iter().find(|row| self.cell(calendar.day, **row).date() == Some(end))?;
        let year = self.cell(unit, *last);
        let same = days.iter().filter(|row| equal(&self.cell(unit, **row), &year));
        same.filter_map(|row| self.cell(calendar.day, *row).date()).min()
    }

    /// `{d in C : start - N <= d < next - N}`.
    pub fn prior_period(&self, period: &Period, months: u32) -> Option<Period> {
        let (from, before) =
            (period.start().plus_months(-(months as i32)), period.next().plus_months(-(months as i32)));
        Period::of(self.calendar.iter().copied().filter(|day| from <= *day && *day < before).collect())
    }

    /// `{d in C : d < start}`.
    pub fn opening_period(&self, period: &Period) -> Option<Period> {
        Period::of(self.calendar.iter().copied().filter(|day| *day < period.start()).collect())
    }

    /// Some calendar day between the first and the last is not picked.
    pub fn has_gaps(&self, period: &Period) -> bool {
        let between = self.calendar.iter().filter(|day| period.start() <= **day && **day <= period.end());
        between.count() != period.days().len()
    }
}
