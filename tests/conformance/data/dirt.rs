//! Random rows with every kind of dirt, for any gold schema; the same seed gives the same rows.
//!
//! Missing values, keys of nobody, `""`, spellings with other case and trailing blanks, month-ends and
//! leap days, ties, days outside the calendar, days after the as-of date.

use carat::gold::{Column, ColumnId, Date, Gold, TableId, Type};

use super::Data;
use crate::judge::Value;

/// How many rows a table gets, and which days there are.
#[derive(Debug, Clone)]
pub struct Size {
    pub rows: usize,
    /// First and last day of the calendar.
    pub calendar: (Date, Date),
    pub as_of: Date,
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Rows for every table.
pub fn dirty(gold: &Gold, size: &Size, seed: u64) -> Data {
    let mut random = Random::new(seed);
    let mut data = Data::empty(gold);
    calendar_rows(gold, size, &mut data);
    other_as_of_dates(gold, size, &mut data);
    for at in 0..gold.tables.len() as u32 {
        fill(gold, TableId(at), size, &mut random, &mut data);
    }
    data
}

fn fill(gold: &Gold, table: TableId, size: &Size, random: &mut Random, data: &mut Data) {
    let calendar = gold.calendar.as_ref().map(|calendar| calendar.day.table);
    if Some(table) == calendar || gold.as_of.is_some_and(|column| column.table == table) {
        return;
    }
    let rows = size.rows / 2 + random.below(size.rows);
    (0..rows).for_each(|row| {
        let cells = row_of(gold, table, row, size, random);
        data.push(table, cells);
    });
}

/// The one row that says what the data is complete to stands there twice, and beside an older one.
fn other_as_of_dates(gold: &Gold, size: &Size, data: &mut Data) {
    let Some(as_of) = gold.as_of else { return };
    let columns = gold.table(as_of.table).map_or(0, |table| table.columns.len());
    for date in [size.as_of, size.as_of.plus_days(-40)] {
        data.push(as_of.table, vec![Value::Date(date); columns]);
    }
}

/// The rows that are not random: the days of the calendar, and the as-of date.
pub fn calendar_rows(gold: &Gold, size: &Size, data: &mut Data) {
    if let Some(calendar) = &gold.calendar {
        let (first, last) = size.calendar;
        let days = (first.0..=last.0).map(|day| super::calendar::row(gold, calendar, Date(day)));
        days.for_each(|row| data.push(calendar.day.table, row));
    }
    if let Some(as_of) = gold.as_of {
        let columns = gold.table(as_of.table).map_or(0, |table| table.columns.len());
        data.push(as_of.table, vec![Value::Date(size.as_of); columns]);
    }
}

fn row_of(gold: &Gold, table: TableId, row: usize, size: &Size, random: &mut Random) -> Vec<Value> {
    let columns = gold.table(table).map_or(&[][..], |table| &table.columns);
    let ids = (0..columns.len() as u32).map(|index| ColumnId { table, index });
    ids.zip(columns).map(|(id, column)| cell(gold, id, column, row, size, random)).collect()
}

fn cell(gold: &Gold, id: ColumnId, column: &Column, row: usize, size: &Size, random: &mut Random) -> Value {
    let key = &gold.tables[id.table.0 as usize].key;
    if key.last() == Some(&id) {
        return if column.ty == Type::Date { snapshot(size, row) } else { key_value(id.table, column.ty, row) };
    }
    if column.nullable && random.one_in(5) {
        return Value::Missing;
    }
    match gold.relationships.iter().find(|relationship| relationship.from == id) {
        Some(relationship) => reference(relationship.to.table, column.ty, size, random),
        None => value(column, size, random),
    }
}

/// A key that most often finds a row; a quarter of the rows gather on a few keys, some find nobody.
fn reference(table: TableId, ty: Type, size: &Size, random: &mut Random) -> Value {
    let row = if random.one_in(4) { random.below(3) } else { random.below(size.rows + size.rows / 4) };
    key_value(table, ty, row)
}

/// The days on which balances are taken, a different one for every row, go back from the as-of date.
fn snapshot(size: &Size, row: usize) -> Value {
    Value::Date(size.as_of.plus_days(2 - 13 * row as i32))
}

/// A different value for every row.
fn key_value(table: TableId, ty: Type, row: usize) -> Value {
    match ty {
        Type::Text => Value::Text(format!("k{}-{row}", table.0)),
        Type::Date => Value::Date(Date::from_ymd(2024, 1, 1).map_or(Date(0), |first| first.plus_days(row as i32))),
        _ => Value::Integer(row as i64),
    }
}

fn value(column: &Column, size: &Size, random: &mut Random) -> Value {
    match column.ty {
        Type::Integer => Value::Integer(*random.pick(&[0, 0, 1, 1, 2, 3, 5, 6, 9, 10, -1])),
        Type::Money => Value::Money(*random.pick(&[0, 10_000, 10_050, 50_050, 123_456, 999_999, 1, -20_000, 200_000])),
        Type::Number => Value::Number(*random.pick(&[0.0, 0.1, 0.2, 0.3, 0.5, 0.95, 1.0, 1.005, -2.5, 3.25])),
        Type::Boolean => Value::Boolean(random.one_in(4)),
        Type::Date => Value::Date(day(size, random)),
        Type::Text => text(column, random),
    }
}

/// Days gather around the as-of date, on month-ends and on leap days; some lie outside the calendar.
fn day(size: &Size, random: &mut Random) -> Date {
    let (first, last) = size.calendar;
    let any = Date(first.0 - 5 + random.below((last.0 - first.0 + 10) as usize) as i32);
    match random.below(8) {
        0 => any.first_of_month().plus_days(-1),
        1 => any.first_of_month(),
        2 => size.as_of.plus_days(random.below(5) as i32 - 3),
        3 => size.as_of.plus_days(1).plus_months(-(random.below(25) as i32)).plus_days(random.below(3) as i32 - 1),
        4 => size.as_of.plus_days(-(random.below(95) as i32)),
        5 => Date::from_ymd(2024, 2, 29).unwrap_or(any),
        _ => any,
    }
}

fn text(column: &Column, random: &mut Random) -> Value {
    let plain: Vec<String> = match column.values.as_slice() {
        [] => ["de", "fr", "nl", "x y", "all"].map(String::from).to_vec(),
        values => values.to_vec(),
    };
    let text = random.pick(&plain).clone();
    let spelled = if column.normalised { text } else { misspelled(text, column, random) };
    Value::Text(spelled)
}

/// Another case, trailing blanks; nothing at all only where the column may be missing.
fn misspelled(text: String, column: &Column, random: &mut Random) -> String {
    match random.below(8) {
        0 => text.to_uppercase(),
        1 => text + "  ",
        2 => text[..1].to_uppercase() + &text[1..] + " ",
        3 if column.nullable => String::new(),
        _ => text,
    }
}
