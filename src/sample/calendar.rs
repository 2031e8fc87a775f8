//! The rows of the calendar: every day with what its columns are called after.

use std::sync::Arc;

use super::value::Value;
use crate::gold::{Calendar, Date, Gold, Type, date::days_in_month};

/// The first month of a fiscal year, which is named for the year it ends in.
const FISCAL_FIRST_MONTH: i32 = 4;

type Derive = fn(&Day) -> Value;

/// A day and its parts, each worked out once.
struct Day {
    date: Date,
    year: i64,
    month: i64,
    day: i64,
    /// Monday.
    week_start: Date,
    iso_year: i64,
    iso_week: i64,
    fiscal_year: i64,
    /// 1 for the first month of the fiscal year.
    fiscal_month: i64,
}

/// Column names without regard to case and `_`, and what they hold; the first whose type fits counts.
const DERIVED: &[(&[&str], Derive)] = &[
    (&["date", "day", "calendardate"], |d| Value::Date(d.date)),
    (&["year", "calendaryear"], |d| Value::Integer(d.year)),
    (&["quarter", "quarterno", "quarternumber"], |d| Value::Integer(d.quarter())),
    (&["quarterindex"], |d| Value::Integer(d.year * 4 + d.quarter())),
    (&["quartername", "quarterlabel", "quarter"], |d| text(format!("{} q{}", d.year, d.quarter()))),
    (&["month", "monthno", "monthnumber", "monthofyear"], |d| Value::Integer(d.month)),
    (&["monthindex"], |d| Value::Integer(d.year * 12 + d.month)),
    (&["monthlabel", "yearmonth", "month"], |d| text(format!("{}-{:02}", d.year, d.month))),
    (&["monthname"], |d| text(MONTHS.get(d.month as usize - 1).copied().unwrap_or_default())),
    (&["monthstart", "firstofmonth"], |d| Value::Date(d.date.first_of_month())),
    (&["monthend", "endofmonth"], |d| Value::Date(month_end(d.date))),
    (&["isoyear", "weekyear"], |d| Value::Integer(d.iso_year)),
    (&["isoweek", "week", "weekno", "weeknumber"], |d| Value::Integer(d.iso_week)),
    (&["weekindex"], |d| Value::Integer(i64::from((d.week_start.0 + 3) / 7))),
    (&["weekstart"], |d| Value::Date(d.week_start)),
    (&["weeklabel", "weekname", "week", "isoweek"], |d| text(format!("{}-w{:02}", d.iso_year, d.iso_week))),
    (&["weekday", "dayofweek", "weekdayno"], |d| Value::Integer(i64::from(d.date.0 - d.week_start.0) + 1)),
    (&["weekdayname", "dayname"], |d| {
        text(WEEKDAYS.get((d.date.0 - d.week_start.0) as usize).copied().unwrap_or_default())
    }),
    (&["isweekend", "weekend"], |d| Value::Boolean(d.date.0 - d.week_start.0 >= 5)),
    (&["dayofmonth", "dayno"], |d| Value::Integer(d.day)),
    (&["dayofyear"], |d| Value::Integer(d.day_of_year())),
    (&["dayindex"], |d| Value::Integer(i64::from(d.date.0))),
    (&["fiscalyear"], |d| Value::Integer(d.fiscal_year)),
    (&["fiscalyearlabel", "fiscalyearname", "fiscalyear"], |d| text(format!("fy{}", d.fiscal_year))),
    (&["fiscalquarter"], |d| Value::Integer((d.fiscal_month + 2) / 3)),
    (&["fiscalquarterindex"], |d| Value::Integer(d.fiscal_year * 4 + (d.fiscal_month + 2) / 3)),
    (&["fiscalquartername", "fiscalquarterlabel", "fiscalquarter"], |d| {
        text(format!("fy{} q{}", d.fiscal_year, (d.fiscal_month + 2) / 3))
    }),
    (&["fiscalmonth", "fiscalperiod", "fiscalmonthno"], |d| Value::Integer(d.fiscal_month)),
    (&["fiscalmonthindex", "fiscalperiodindex"], |d| Value::Integer(d.fiscal_year * 12 + d.fiscal_month)),
    (&["fiscalmonthlabel", "fiscalperiodlabel"], |d| text(format!("fy{} p{:02}", d.fiscal_year, d.fiscal_month))),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// One row a day, cells in the order of the table's columns.
pub fn rows(gold: &Gold, calendar: &Calendar) -> Vec<Vec<Value>> {
    let Some(table) = gold.table(calendar.table) else { return Vec::new() };
    let derive: Vec<Derive> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| if at as u32 == calendar.day.index { day_itself } else { derived(&column.name, column.ty) })
        .collect();
    (calendar.first.0..=calendar.last.0)
        .map(|day| {
            let day = Day::new(Date(day));
            derive.iter().map(|derive| derive(&day)).collect()
        })
        .collect()
}

fn day_itself(day: &Day) -> Value {
    Value::Date(day.date)
}

/// By name, where the value has the column's type; else something of that type that every day has.
fn derived(name: &str, ty: Type) -> Derive {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let fits = |derive: Derive| type_of(&derive(&Day::new(Date(0)))) == ty;
    let known = DERIVED.iter().find(|(names, derive)| names.contains(&plain.as_str()) && fits(*derive));
    known.map(|(_, derive)| *derive).unwrap_or(match ty {
        Type::Date => day_itself,
        Type::Boolean => |_| Value::Boolean(false),
        Type::Text => |d| text(d.date.to_string()),
        Type::Integer => |d| Value::Integer(i64::from(d.date.0)),
        Type::Money => |d| Value::Money(i64::from(d.date.0) * 10_000),
        Type::Number => |d| Value::Number(i64::from(d.date.0) * 10_000),
    })
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Integer(_) => Type::Integer,
        Value::Money(_) => Type::Money,
        Value::Number(_) => Type::Number,
        Value::Boolean(_) => Type::Boolean,
        Value::Date(_) => Type::Date,
        Value::Missing | Value::Text(_) | Value::Key(..) => Type::Text,
    }
}

fn text(text: impl Into<Arc<str>>) -> Value {
    Value::Text(text.into())
}

/// The last day of the month that the date lies in.
pub fn month_end(date: Date) -> Date {
    let (year, month, day) = date.ymd();
    date.plus_days((days_in_month(year, month) - day) as i32)
}

impl Day {
    fn new(date: Date) -> Self {
        let (year, month, day) = date.ymd();
        // 1970-01-01 was a Thursday, the fourth day of its week.
        let week_start = date.plus_days(-(date.0 + 3).rem_euclid(7));
        // A week belongs to the year that its Thursday lies in (ISO 8601).
        let (iso_year, ..) = week_start.plus_days(3).ymd();
        let first_thursday_week =
            Date::from_ymd(iso_year, 1, 4).map_or(0, |fourth| fourth.0 - (fourth.0 + 3).rem_euclid(7));
        let fiscal_shift = (month as i32 - FISCAL_FIRST_MONTH).rem_euclid(12);
        Self {
            date,
            year: i64::from(year),
            month: i64::from(month),
            day: i64::from(day),
            week_start,
            iso_year: i64::from(iso_year),
            iso_week: i64::from((week_start.0 - first_thursday_week) / 7 + 1),
            fiscal_year: i64::from(year + i32::from(month as i32 >= FISCAL_FIRST_MONTH)),
            fiscal_month: i64::from(fiscal_shift + 1),
        }
    }

    fn quarter(&self) -> i64 {
        (self.month + 2) / 3
    }

    fn day_of_year(&self) -> i64 {
        Date::from_ymd(self.year as i32, 1, 1).map_or(1, |first| i64::from(self.date.0 - first.0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(day: &str, name: &str) -> Value {
        let day = Day::new(Date::parse(day).unwrap());
        let (_, derive) = DERIVED.iter().find(|(names, _)| names.contains(&name)).unwrap();
        derive(&day)
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(of("2021-01-03", "isoweek"), Value::Integer(53));
        assert_eq!(of("2021-01-03", "isoyear"), Value::Integer(2020));
        assert_eq!(of("2021-01-04", "isoweek"), Value::Integer(1));
        assert_eq!(of("2026-06-30", "weekstart"), Value::Date(Date::parse("2026-06-29").unwrap()));
        assert_eq!(of("1969-12-31", "weekstart"), Value::Date(Date::parse("1969-12-29").unwrap()));
    }

    #[test]
    fn an_index_counts_on_over_the_new_year() {
        assert_eq!(of("2025-12-31", "monthindex"), Value::Integer(2025 * 12 + 12));
        assert_eq!(of("2026-01-01", "monthindex"), Value::Integer(2026 * 12 + 1));
        assert_eq!(of("2026-01-01", "quarterindex"), Value::Integer(2026 * 4 + 1));
    }

    #[test]
    fn a_fiscal_year_is_named_for_the_year_it_ends_in() {
        assert_eq!(of("2026-03-31", "fiscalyear"), Value::Integer(2026));
        assert_eq!(of("2026-04-01", "fiscalyear"), Value::Integer(2027));
        assert_eq!(of("2026-04-01", "fiscalmonth"), Value::Integer(1));
    }
}
