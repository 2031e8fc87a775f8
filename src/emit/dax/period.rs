//! The period at hand: its bounds as variables, windows computed on the day after it, the calendar.

use crate::gold::{ColumnId, TableId};
use crate::plan::tree::Day;
use crate::syntax::tree::Grain;

use super::book::{AS_OF, PERIOD_END, PERIOD_START};
use super::lower::Lower;
use super::tree::{Dax, Operator, Variable};

impl Lower<'_> {
    /// A variable of the frame that the period belongs to, blank where there is no period.
    pub fn period_start(&mut self) -> Dax {
        self.bind_for_period("PeriodStart", Dax::measure(PERIOD_START))
    }

    /// As [`period_start`](Self::period_start), of the last day.
    pub fn period_end(&mut self) -> Dax {
        self.bind_for_period("PeriodEnd", Dax::measure(PERIOD_END))
    }

    /// Whether the measure has the period's end in a variable already.
    pub fn knows_period_end(&self) -> bool {
        self.is_bound(&Dax::measure(PERIOD_END))
    }

    /// `next`: every window but the period itself is computed on it.
    pub fn day_after_period(&mut self) -> Dax {
        let end = self.period_end();
        self.bind_for_period("DayAfterPeriod", Dax::binary(Operator::Add, end, Dax::integer(1)))
    }

    /// A day of the period or computed from it.
    pub fn day(&mut self, day: Day) -> Dax {
        match day {
            Day::Start => self.period_start(),
            Day::End => self.period_end(),
            Day::Next => self.day_after_period(),
            Day::NextLessDays(days) => {
                Dax::binary(Operator::Subtract, self.day_after_period(), Dax::integer(i64::from(days)))
            }
            Day::NextLessMonths(months) => edate(self.day_after_period(), -i64::from(months)),
            Day::MonthOfNextLess(months) => month_start(self.day_after_period(), i64::from(months)),
            Day::UnitStart(grain) => self.unit_start(grain),
        }
    }

    fn unit_start(&mut self, grain: Grain) -> Dax {
        let end = self.period_end();
        let year = Dax::call("YEAR", [end.clone()]);
        match grain {
            Grain::Month => month_start(end, 0),
            Grain::Year => Dax::call("DATE", [year, Dax::integer(1), Dax::integer(1)]),
            Grain::Quarter => {
                let last = Dax::binary(Operator::Multiply, Dax::integer(3), Dax::call("QUARTER", [end]));
                let first = Dax::binary(Operator::Subtract, last, Dax::integer(2));
                Dax::call("DATE", [year, first, Dax::integer(1)])
            }
            Grain::FiscalYear => self.fiscal_year_start(end),
        }
    }

    /// The first calendar day with the fiscal year of the period's end.
    fn fiscal_year_start(&mut self, end: Dax) -> Dax {
        let calendar = self.gold().calendar.as_ref();
        let year = calendar.and_then(|calendar| calendar.grains.get("fiscal year")).copied();
        let (Some(day), Some(year)) = (self.day_column(), year) else { return end };
        let of_end = self.first_in_calendar(year, day, end);
        let of_end = self.bind_for_period("FiscalYear", of_end);
        let start = self.first_in_calendar(day, year, of_end);
        self.bind_for_period("FiscalYearStart", start)
    }

    /// The least value of a column among the calendar days where another has this value.
    fn first_in_calendar(&self, wanted: ColumnId, column: ColumnId, value: Dax) -> Dax {
        let least = Dax::call("MIN", [Dax::Column(wanted)]);
        let same = Dax::binary(Operator::Equal, Dax::Column(column), value);
        Dax::call("CALCULATE", [least, self.clear_calendar(), same])
    }

    /// Of the calendar; none where `gold.yaml` has none.
    pub fn day_column(&self) -> Option<ColumnId> {
        self.gold().calendar.as_ref().map(|calendar| calendar.day)
    }

    /// `REMOVEFILTERS` of the whole calendar: one column alone would leave filters on its others (rule R31).
    pub fn clear_calendar(&self) -> Dax {
        let calendar = self.gold().calendar.as_ref().map(|calendar| Dax::Table(calendar.table));
        Dax::call("REMOVEFILTERS", calendar.into_iter().collect::<Vec<_>>())
    }

    /// The days picked, for dates that no relationship leads from.
    pub fn period_days(&mut self) -> Dax {
        let Some(day) = self.day_column() else { return Dax::List(Vec::new()) };
        let end = self.period_end();
        let until = Dax::binary(Operator::LessOrEqual, Dax::Column(day), end);
        let days = Dax::call("CALCULATETABLE", [Dax::call("DISTINCT", [Dax::Column(day)]), keep(until)]);
        self.bind_for_period("PeriodDays", days)
    }

    /// Whether the table is the calendar itself, whose filters pick days and none of its rows.
    pub fn is_calendar(&self, table: TableId) -> bool {
        self.gold().calendar.as_ref().is_some_and(|calendar| calendar.table == table)
    }

    /// Whether a calendar filter reaches the table, over its own active date or that of a table it leads to.
    pub fn calendar_filters(&self, table: TableId) -> bool {
        self.book.calendar_filters(table)
    }
}

/// `KEEPFILTERS ( .. )`: a filter that narrows what the reader set and never replaces it.
pub(super) fn keep(filter: Dax) -> Dax {
    Dax::call("KEEPFILTERS", [filter])
}

pub(super) fn edate(day: Dax, months: i64) -> Dax {
    Dax::call("EDATE", [day, Dax::integer(months)])
}

/// The first day of a day's month, so many months back.
fn month_start(day: Dax, months_back: i64) -> Dax {
    let last_before = Dax::call("EOMONTH", [day, Dax::integer(-months_back - 1)]);
    Dax::binary(Operator::Add, last_before, Dax::integer(1))
}

/// `As of`: the one value of the gold as-of column.
pub(super) fn as_of(column: ColumnId) -> Dax {
    Dax::call("MAX", [Dax::Column(column)])
}

pub(super) fn first_day(day: ColumnId) -> Dax {
    Dax::call("MIN", [Dax::Column(day)])
}

/// Blank exactly where no day is left: a future period, an empty selection, the calendar's blank row.
pub(super) fn last_day(day: ColumnId) -> Dax {
    let until = Dax::binary(Operator::LessOrEqual, Dax::Column(day), Dax::variable("AsOf"));
    let last = Dax::call("CALCULATE", [Dax::call("MAX", [Dax::Column(day)]), keep(until)]);
    Dax::block(vec![Variable { name: "AsOf".to_owned(), value: Dax::measure(AS_OF) }], last)
}
