//! Columns of a calendar that no grain names: what they hold follows from what people call them.

use std::sync::Arc;

use super::day::{Day, month_end};
use crate::gold::{Date, Type};
use crate::sample::value::Value;

/// What a column holds on a day.
pub type Derive = fn(&Day) -> Value;

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
    (&["weekindex"], |d| Value::Integer(d.week_index())),
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
    (&["fiscalquarter"], |d| Value::Integer(d.fiscal_quarter())),
    (&["fiscalquarterindex"], |d| Value::Integer(d.fiscal_year * 4 + d.fiscal_quarter())),
    (&["fiscalquartername", "fiscalquarterlabel", "fiscalquarter"], |d| {
        text(format!("fy{} q{}", d.fiscal_year, d.fiscal_quarter()))
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

/// The first entry that bears the name and whose value has the type.
pub fn derived(name: &str, ty: Type) -> Option<Derive> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let plain = plain.replace("business", "fiscal").replace("financial", "fiscal");
    let some_day = Day::new(Date(0), 1);
    let fits = |derive: Derive| type_of(&derive(&some_day)) == ty;
    DERIVED.iter().find(|(names, derive)| names.contains(&plain.as_str()) && fits(*derive)).map(|(_, derive)| *derive)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(day: &str, name: &str) -> Value {
        let day = Day::new(Date::parse(day).unwrap(), 4);
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
        assert_eq!(Day::new(Date::parse("2026-12-31").unwrap(), 1).fiscal_year, 2026);
    }

    #[test]
    fn other_words_for_a_fiscal_year_are_known() {
        assert!(derived("business_year", Type::Integer).is_some());
        assert!(derived("Financial year", Type::Integer).is_some());
    }
}
