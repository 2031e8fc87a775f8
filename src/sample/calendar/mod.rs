//! The rows of the calendar: every day with what its columns hold. `grains:` of `gold.yaml` decides first, then what a
//! column sorts by, then its name.

mod day;
mod unit;
mod words;

pub use day::month_end;

use super::value::Value;
use crate::gold::{Calendar, Column, ColumnId, Date, Gold, Type};
use day::Day;
use unit::Unit;
use words::Derive;

/// How a column of the calendar gets its values.
enum Filling<'a> {
    Day,
    /// The unit of a grain.
    Grain(&'a str),
    Named(Derive),
    /// Something that every day has.
    Any,
}

/// One row a day, cells in the order of the table's columns. Where nothing is said, a fiscal year begins in the month
/// that the calendar begins in.
pub fn rows(gold: &Gold, calendar: &Calendar, fiscal_first: Option<u32>) -> Vec<Vec<Value>> {
    let Some(table) = gold.table(calendar.table) else { return Vec::new() };
    let columns: Vec<(Type, Filling)> =
        (0..).zip(&table.columns).map(|(at, column)| (column.ty, filling(calendar, at, column))).collect();
    let fiscal_first = fiscal_first.unwrap_or(calendar.first.ymd().1).clamp(1, 12) as i32;
    (calendar.first.0..=calendar.last.0)
        .map(|day| {
            let day = Day::new(Date(day), fiscal_first);
            columns.iter().map(|(ty, filling)| filling.value(*ty, &day)).collect()
        })
        .collect()
}

fn filling<'a>(calendar: &'a Calendar, at: u32, column: &Column) -> Filling<'a> {
    let id = ColumnId { table: calendar.table, index: at };
    if id == calendar.day {
        return Filling::Day;
    }
    // A title that sorts by a unit's key is one with it.
    let grain = grain_of(calendar, id).or_else(|| grain_of(calendar, column.sort?));
    let named = || words::derived(&column.name, column.ty).map(Filling::Named);
    grain.map(Filling::Grain).or_else(named).unwrap_or(Filling::Any)
}

/// The grain whose units the column holds.
fn grain_of(calendar: &Calendar, column: ColumnId) -> Option<&str> {
    calendar.grains.iter().find(|(_, named)| **named == column).map(|(grain, _)| grain.as_str())
}

impl Filling<'_> {
    fn value(&self, ty: Type, day: &Day) -> Value {
        match self {
            Filling::Day => Value::Date(day.date),
            Filling::Grain(grain) => Unit::of(grain, day).value(ty),
            Filling::Named(derive) => derive(day),
            Filling::Any => Unit::of("day", day).value(ty),
        }
    }
}
