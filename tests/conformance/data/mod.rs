//! Small gold tables in memory, and as a folder of CSV files that every engine reads.

mod calendar;
mod csv;
mod dirt;

use std::fs;
use std::path::Path;

use carat::gold::{ColumnId, Date, Gold, Table, TableId, Type};

use crate::judge::Value;

pub use csv::read as read_csv;
pub use dirt::{Random, Size, calendar_rows, dirty};

/// Rows of every table, in the order of the gold schema's tables and columns.
#[derive(Debug, Clone, Default)]
pub struct Data {
    tables: Vec<Vec<Vec<Value>>>,
}

impl Data {
    /// Every table empty.
    pub fn empty(gold: &Gold) -> Data {
        Data { tables: vec![Vec::new(); gold.tables.len()] }
    }

    pub fn rows(&self, table: TableId) -> usize {
        self.tables[table.0 as usize].len()
    }

    /// As stored: `""` is still `""`.
    pub fn cell(&self, column: ColumnId, row: usize) -> &Value {
        &self.tables[column.table.0 as usize][row][column.index as usize]
    }

    /// Nothing is missing that the schema says is never missing.
    pub fn keeps(&self, gold: &Gold) -> bool {
        let is_there = |(column, value): (&carat::gold::Column, &Value)| column.nullable || !value.is_missing();
        let whole = |table: &Table, row: &Vec<Value>| table.columns.iter().zip(row).all(is_there);
        gold.tables.iter().zip(&self.tables).all(|(table, rows)| rows.iter().all(|row| whole(table, row)))
    }

    pub fn push(&mut self, table: TableId, row: Vec<Value>) {
        self.tables[table.0 as usize].push(row);
    }

    /// Writes a file for every table.
    pub fn write(&self, gold: &Gold, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        for (table, text) in gold.tables.iter().zip(self.texts(gold)) {
            fs::write(folder.join(format!("{}.csv", table.name)), text).unwrap();
        }
    }

    /// Every table as CSV.
    pub fn texts(&self, gold: &Gold) -> Vec<String> {
        let text = |(table, rows): (&Table, &Vec<Vec<Value>>)| {
            let names: Vec<Option<String>> = table.columns.iter().map(|column| Some(column.name.clone())).collect();
            let lines = rows.iter().map(|row| csv::line(&row.iter().map(printed).collect::<Vec<_>>()));
            std::iter::once(csv::line(&names)).chain(lines).collect()
        };
        gold.tables.iter().zip(&self.tables).map(text).collect()
    }
}

/// Rows of one table out of CSV text; a column without a field is missing.
pub fn rows_of(table: &Table, text: &str) -> Vec<Vec<Value>> {
    let mut lines = csv::read(text).into_iter();
    let names = lines.next().unwrap_or_default();
    let place = |name: &str| names.iter().position(|field| field.as_deref() == Some(name));
    let places: Vec<(Option<usize>, Type)> =
        table.columns.iter().map(|column| (place(&column.name), column.ty)).collect();
    let value = |line: &Vec<Option<String>>, at: Option<usize>, ty| {
        at.and_then(|at| line.get(at).cloned().flatten()).map_or(Value::Missing, |text| typed(&text, ty))
    };
    lines.map(|line| places.iter().map(|(at, ty)| value(&line, *at, *ty)).collect()).collect()
}

/// A field as a value of its column's type.
pub fn typed(text: &str, ty: Type) -> Value {
    read_value(text, ty).unwrap_or_else(|| panic!("`{text}` is no {ty:?}"))
}

/// Text as a value of a type; none where it is not one.
pub fn read_value(text: &str, ty: Type) -> Option<Value> {
    match ty {
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Money => money(text).map(Value::Money),
        Type::Number => text.parse().ok().map(Value::Number),
        Type::Text => Some(Value::Text(text.to_string())),
        Type::Boolean => Some(Value::Boolean(matches!(text, "true" | "t" | "True" | "1"))),
        Type::Date => Date::parse(text.get(..10).unwrap_or(text)).map(Value::Date),
    }
}

/// `-12.345` in ten-thousandths.
fn money(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let fraction = (fraction.len() <= 4).then(|| format!("{fraction:0<4}"))?;
    Some(sign * (whole.parse::<i128>().ok()? * 10_000 + fraction.parse::<i128>().ok()?))
}

/// The type of a column in a SQL engine that calls a double so.
pub fn sql_type(ty: Type, double: &str) -> String {
    match ty {
        Type::Integer => "BIGINT".into(),
        Type::Money => "DECIMAL(19,4)".into(),
        Type::Number => double.into(),
        Type::Text => "VARCHAR".into(),
        Type::Boolean => "BOOLEAN".into(),
        Type::Date => "DATE".into(),
    }
}

fn printed(value: &Value) -> Option<String> {
    match value {
        Value::Missing => None,
        Value::Integer(value) => Some(value.to_string()),
        Value::Money(value) => {
            let sign = if *value < 0 { "-" } else { "" };
            let (whole, fraction) = (value.abs() / 10_000, value.abs() % 10_000);
            Some(format!("{sign}{whole}.{fraction:04}"))
        }
        Value::Number(value) => Some(format!("{value:?}")),
        Value::Text(text) => Some(text.clone()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::Date(date) => Some(date.to_string()),
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&printed(self).unwrap_or_else(|| "-".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_and_prints_in_ten_thousandths() {
        assert_eq!(typed("-0.05", Type::Money), Value::Money(-500));
        assert_eq!(typed("12.340000", Type::Money), Value::Money(123_400));
        assert_eq!(printed(&Value::Money(-500)).as_deref(), Some("-0.0500"));
    }
}
