//! A day and its parts.

use crate::gold::{Date, date::days_in_month};

/// A day and its parts, each worked out once.
pub struct Day {
    pub date: Date,
    pub year: i64,
    pub month: i64,
    pub day: i64,
    /// Monday.
    pub week_start: Date,
    pub iso_year: i64,
    pub iso_week: i64,
    /// Named for the year it ends in.
    pub fiscal_year: i64,
    /// 1 for the first month of the fiscal year.
    pub fiscal_month: i64,
}

impl Day {
    /// `fiscal_first` is the month that a fiscal year begins in, 1 for January.
    pub fn new(date: Date, fiscal_first: i32) -> Self {
        let (year, month, day) = date.ymd();
        // 1970-01-01 was a Thursday, the fourth day of its week.
        let week_start = date.plus_days(-(date.0 + 3).rem_euclid(7));
        // A week belongs to the year that its Thursday lies in (ISO 8601).
        let (iso_year, ..) = week_start.plus_days(3).ymd();
        let first_thursday_week =
            Date::from_ymd(iso_year, 1, 4).map_or(0, |fourth| fourth.0 - (fourth.0 + 3).rem_euclid(7));
        let ends_next_year = fiscal_first > 1 && month as i32 >= fiscal_first;
        Self {
            date,
            year: i64::from(year),
            month: i64::from(month),
            day: i64::from(day),
            week_start,
            iso_year: i64::from(iso_year),
            iso_week: i64::from((week_start.0 - first_thursday_week) / 7 + 1),
            fiscal_year: i64::from(year + i32::from(ends_next_year)),
            fiscal_month: i64::from((month as i32 - fiscal_first).rem_euclid(12) + 1),
        }
    }

    pub fn quarter(&self) -> i64 {
        (self.month + 2) / 3
    }

    pub fn fiscal_quarter(&self) -> i64 {
        (self.fiscal_month + 2) / 3
    }

    /// Weeks since the one of 1970-01-01.
    pub fn week_index(&self) -> i64 {
        i64::from((self.week_start.0 + 3) / 7)
    }

    pub fn day_of_year(&self) -> i64 {
        Date::from_ymd(self.year as i32, 1, 1).map_or(1, |first| i64::from(self.date.0 - first.0) + 1)
    }

    /// The first day of the month so many months before the day's.
    pub fn first_of_month(&self, months_before: i64) -> Date {
        self.date.first_of_month().plus_months(-(months_before as i32))
    }
}

/// The last day of the month that the date lies in.
pub fn month_end(date: Date) -> Date {
    let (year, month, day) = date.ymd();
    date.plus_days((days_in_month(year, month) - day) as i32)
}
