//! Two answers to one question.

use std::collections::BTreeMap;

use carat::gold::Type;
use carat::model::Model;

use super::asked::{Asked, Key};
use super::shape::sparse;
use crate::data::read_value;
use crate::engines::Rows;
use crate::judge::Value;

/// What an engine said: a text, or nothing, of each metric for every combination it lists.
pub type Answers = BTreeMap<Key, Vec<Option<String>>>;

/// A value that differs: where, what the judge says, what the engine says.
#[derive(Debug, Clone)]
pub struct Difference {
    pub key: Key,
    pub metric: usize,
    pub expected: Value,
    pub got: Option<String>,
}

/// How many values were compared, and in how many of them there is more than nothing or 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Compared {
    pub all: usize,
    pub telling: usize,
}

impl Compared {
    /// A value of which nothing is known, after all.
    pub fn leave_out(&mut self, expected: &Value) {
        self.all -= 1;
        self.telling -= usize::from(says_something(expected));
    }
}

/// More than nothing or 0.
pub fn says_something(value: &Value) -> bool {
    !value.is_missing() && value.number() != Some(0.0)
}

/// Every value of every combination that either side lists; how many were compared of each metric, and what differs.
pub fn compare_rows(
    model: &Model,
    asked: &Asked,
    expected: &BTreeMap<Key, Vec<Value>>,
    got: &Answers,
) -> (Vec<Compared>, Vec<Difference>) {
    let (mut compared, mut differences) = (vec![Compared::default(); asked.metrics.len()], Vec::new());
    let nothing: Vec<Value> = vec![Value::Missing; asked.metrics.len()];
    let keys = expected.keys().chain(got.keys().filter(|key| !expected.contains_key(*key)));
    for key in keys {
        let wanted = expected.get(key).unwrap_or(&nothing);
        for (metric, expected) in wanted.iter().enumerate() {
            let got = got.get(key).and_then(|row| row.get(metric).cloned().flatten());
            compared[metric].all += 1;
            compared[metric].telling += usize::from(says_something(expected));
            if !agrees(model, asked, metric, expected, got.as_deref()) {
                differences.push(Difference { key: key.clone(), metric, expected: expected.clone(), got });
            }
        }
    }
    (compared, differences)
}

fn agrees(model: &Model, asked: &Asked, metric: usize, expected: &Value, got: Option<&str>) -> bool {
    let Some(metric) = model.metric(asked.metrics[metric]) else { return false };
    same(expected, got, metric.value.ty, sparse(model, &metric.value))
}

/// Counts, money, days exactly; numbers at a relative 1e-9. Where nothing is 0, nothing and 0 are one.
pub fn same(expected: &Value, got: Option<&str>, ty: Type, sparse: bool) -> bool {
    let absent = expected.is_missing() || (sparse && expected.number() == Some(0.0));
    let Some(text) = got else { return absent };
    if let (Some(wanted), Ok(number)) = (expected.number().or((absent && sparse).then_some(0.0)), text.parse::<f64>()) {
        return close(wanted, number) && (ty == Type::Number || exactly(expected, number));
    }
    !expected.is_missing() && read_value(text, ty).is_some_and(|got| got.identity() == expected.identity())
}

/// Two values of the judge's kind.
pub fn same_value(a: &Value, b: &Value) -> bool {
    match (a.number(), b.number()) {
        (Some(a), Some(b)) => close(a, b),
        _ => a.identity() == b.identity(),
    }
}

fn close(wanted: f64, got: f64) -> bool {
    (wanted - got).abs() <= 1e-9 * wanted.abs().max(1.0)
}

/// An exact type has the very digits, by whatever type an engine prints it.
fn exactly(expected: &Value, number: f64) -> bool {
    match expected {
        Value::Integer(whole) => number == *whole as f64,
        Value::Money(money) => (number * 10_000.0).round() as i128 == *money,
        _ => true,
    }
}

/// A query's rows by their combination: group columns first, then the unit; the metrics by their names.
/// No combination has two rows.
pub fn by_key(model: &Model, asked: &Asked, rows: &Rows) -> Result<Answers, String> {
    let columns = asked.slice.groups.iter().copied().chain(asked.slice.grain.iter().map(|grain| grain.column));
    let types: Vec<Type> =
        columns.map(|column| model.gold.column(column).map_or(Type::Text, |column| column.ty)).collect();
    let key = |row: &[Option<String>]| {
        let part = |(text, ty): (&Option<String>, &Type)| {
            text.as_ref().and_then(|text| read_value(text, *ty)?.or_missing().identity())
        };
        row.iter().zip(&types).map(part).collect()
    };
    let metrics = asked.metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| &metric.head.name);
    let places: Vec<Option<usize>> =
        metrics.map(|name| rows.names.iter().position(|column| column.eq_ignore_ascii_case(name))).collect();
    let values = |row: &[Option<String>]| places.iter().map(|at| at.and_then(|at| row[at].clone())).collect();
    let mut answers = Answers::new();
    for row in &rows.rows {
        let key: Key = key(row);
        if answers.insert(key.clone(), values(row)).is_some() {
            return Err(format!("two rows for {key:?}"));
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_zero_are_one_for_a_count_alone() {
        assert!(same(&Value::Integer(0), None, Type::Integer, true));
        assert!(same(&Value::Missing, Some("0"), Type::Integer, true));
        assert!(!same(&Value::Number(0.0), None, Type::Number, false));
        assert!(!same(&Value::Missing, Some("0"), Type::Number, false));
        assert!(!same(&Value::Integer(1), None, Type::Integer, true));
    }

    #[test]
    fn money_is_exact_and_numbers_are_close() {
        assert!(same(&Value::Money(10_050), Some("1.0050"), Type::Money, true));
        assert!(!same(&Value::Money(10_050), Some("1.0051"), Type::Money, true));
        assert!(same(&Value::Number(2.0 / 3.0), Some("0.66666666666"), Type::Number, false));
        assert!(!same(&Value::Number(2.0 / 3.0), Some("0.6667"), Type::Number, false));
    }
}
