//! A day's row of the calendar table: columns are known by their grain, else by their name.

use carat::gold::{Calendar, Column, ColumnId, Date, Gold, Type};

use crate::judge::Value;

pub fn row(gold: &Gold, calendar: &Calendar, day: Date) -> Vec<Value> {
    let columns = gold.table(calendar.day.table).map_or(&[][..], |table| &table.columns);
    let ids = (0..columns.len() as u32).map(|index| ColumnId { table: calendar.day.table, index });
    ids.zip(columns).map(|(id, column)| typed(&says(calendar, id, column), column.ty, day)).collect()
}

/// The grain whose column it is, else the column's own name.
fn says(calendar: &Calendar, id: ColumnId, column: &Column) -> String {
    let grain = calendar.grains.iter().find(|(_, unit)| **unit == id).map(|(name, _)| name.clone());
    let known = column.name.as_str();
    if NAMES.iter().any(|(name, _)| *name == known) { known.to_string() } else { grain.unwrap_or_else(|| known.into()) }
}

type Of = fn(Date) -> Value;

const NAMES: &[(&str, Of)] = &[
    ("day", Value::Date),
    ("date", Value::Date),
    ("year", |day| Value::Integer(day.ymd().0.into())),
    ("quarter", |day| Value::Integer(quarter(day))),
    ("quarter_index", |day| Value::Integer(i64::from(day.ymd().0) * 4 + quarter(day))),
    ("quarter_name", |day| Value::Text(format!("{} q{}", day.ymd().0, quarter(day)))),
    ("month", |day| Value::Integer(i64::from(day.ymd().0) * 12 + i64::from(day.ymd().1))),
    ("month_index", |day| Value::Integer(i64::from(day.ymd().0) * 12 + i64::from(day.ymd().1))),
    ("month_label", |day| Value::Text(format!("{}-{:02}", day.ymd().0, day.ymd().1))),
    ("month_no", |day| Value::Integer(day.ymd().1.into())),
    ("month_name", |day| Value::Text(format!("m{:02}", day.ymd().1))),
    ("iso_year", |day| Value::Integer(thursday(day).ymd().0.into())),
    ("iso_week", |day| Value::Integer(iso_week(day))),
    ("week", |day| Value::Date(monday(day))),
    ("week_start", |day| Value::Date(monday(day))),
    ("fiscal_year", |day| Value::Integer(day.plus_months(6).ymd().0.into())),
    ("fiscal year", |day| Value::Integer(day.plus_months(6).ymd().0.into())),
];

fn typed(name: &str, ty: Type, day: Date) -> Value {
    match (NAMES.iter().find(|(known, _)| *known == name), ty) {
        (Some((_, of)), _) => of(day),
        (None, Type::Integer) => Value::Integer(i64::from(day.ymd().0) * 12 + i64::from(day.ymd().1)),
        (None, Type::Text) => Value::Text(day.to_string()),
        (None, _) => Value::Date(day),
    }
}

fn quarter(day: Date) -> i64 {
    i64::from((day.ymd().1 - 1) / 3 + 1)
}

/// 1970-01-01 was a Thursday.
fn monday(day: Date) -> Date {
    day.plus_days(-(day.0 + 3).rem_euclid(7))
}

fn thursday(day: Date) -> Date {
    monday(day).plus_days(3)
}

fn iso_week(day: Date) -> i64 {
    let thursday = thursday(day);
    let first = Date::from_ymd(thursday.ymd().0, 1, 1).map_or(thursday.0, |first| first.0);
    i64::from((thursday.0 - first) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_2021_lies_in_week_53_of_2020() {
        let day = Date::from_ymd(2021, 1, 1).unwrap();
        assert_eq!((iso_week(day), thursday(day).ymd().0), (53, 2020));
        assert_eq!(monday(day), Date::from_ymd(2020, 12, 28).unwrap());
    }
}
