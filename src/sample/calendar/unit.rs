//! The unit of a grain that a day lies in: one value for all its days, another for every other unit.

use super::day::Day;
use crate::gold::{Date, Type};
use crate::sample::value::Value;

/// A week, a month or another unit, told in each way that a column can tell it.
pub struct Unit {
    /// Counts on by one from unit to unit.
    pub index: i64,
    pub first: Date,
    /// Normalised, and sorted as the units are.
    pub text: String,
}

impl Unit {
    /// The unit of a grain as `grains:` of `gold.yaml` names it.
    pub fn of(grain: &str, day: &Day) -> Self {
        let (index, first, text) = match grain {
            "week" => (day.week_index(), day.week_start, format!("{}-w{:02}", day.iso_year, day.iso_week)),
            "month" => (day.year * 12 + day.month, day.first_of_month(0), format!("{}-{:02}", day.year, day.month)),
            "quarter" => {
                let text = format!("{} q{}", day.year, day.quarter());
                (day.year * 4 + day.quarter(), day.first_of_month((day.month - 1) % 3), text)
            }
            "year" => (day.year, day.first_of_month(day.month - 1), day.year.to_string()),
            "fiscal year" => {
                (day.fiscal_year, day.first_of_month(day.fiscal_month - 1), format!("fy{}", day.fiscal_year))
            }
            _ => (i64::from(day.date.0), day.date, day.date.to_string()),
        };
        Self { index, first, text }
    }

    /// What a column of the type holds on each day of the unit.
    pub fn value(self, ty: Type) -> Value {
        match ty {
            Type::Date => Value::Date(self.first),
            // No two values tell more than two units apart.
            Type::Boolean => Value::Boolean(false),
            Type::Text => Value::Text(self.text.into()),
            Type::Integer => Value::Integer(self.index),
            Type::Money => Value::Money(self.index * 10_000),
            Type::Number => Value::Number(self.index * 10_000),
        }
    }
}
