//! Answers of DuckDB -> the parts of an impact, with numbers as people read them.

use std::collections::BTreeMap;

use super::super::number;
use super::asked::{About, Question};
use crate::diff::{Decimal, Impact, Move, Part, Row, Slices, Value};
use crate::emit::sql::FIRST_DAY;
use crate::engine::Answer;
use crate::model::{Format, Model};

/// The slices of a column that move most.
const MOST: usize = 3;
/// The months of a chart.
const MONTHS: usize = 24;

/// Adds what was answered to a question.
pub fn tell(question: &Question, answers: &[Answer], model: &Model, impact: &mut Impact) {
    let printed = Printed::of(model, &question.subject.name);
    match (&question.about, answers) {
        (About::Total, [old, new]) => {
            let value = |answer| printed.values(answer, None).into_iter().next().and_then(|(_, value)| value);
            impact.total = Some(printed.row("all", value(old).as_deref(), value(new).as_deref()));
        }
        (About::Steps(clauses), between) => {
            let values = between.iter().map(|answer| printed.values(answer, None).into_values().next().flatten());
            impact.parts = printed.parts(impact.total.as_ref(), clauses, values.collect());
        }
        (About::Slices(column), [old, new]) => {
            let name = column.split_once('.').map_or(column.as_str(), |(_, name)| name);
            impact.slices.push(Slices { column: column.clone(), rows: printed.moved(old, new, name) });
        }
        (About::Months, [old, new]) => {
            let mut rows = printed.rows(old, new, FIRST_DAY);
            impact.months = rows.split_off(rows.len().saturating_sub(MONTHS));
        }
        (About::People, [counted]) => impact.people = Some(counted.rows.iter().filter_map(|row| moved(row)).collect()),
        _ => {}
    }
}

/// How a metric's numbers are read and shown.
struct Printed<'a> {
    /// What its column is called.
    column: String,
    format: Format,
    currency: &'a str,
}

type Cells = BTreeMap<String, Option<String>>;

impl<'a> Printed<'a> {
    fn of(model: &'a Model, name: &str) -> Self {
        let metric = model.metric_named(name).and_then(|id| model.metric(id));
        let format = metric.map_or(Format::Default, |metric| metric.head.about.format.clone());
        let column = metric.map(|metric| metric.head.column()).unwrap_or_default();
        Self { column, format, currency: &model.settings.currency }
    }

    /// The metric by the text of the group's column.
    fn values(&self, answer: &Answer, group: Option<&str>) -> Cells {
        let at = |name: &str| answer.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        let (value, group) = (at(&self.column), group.and_then(at));
        let cell = |row: &Vec<Option<String>>, at: Option<usize>| at.and_then(|at| row.get(at).cloned().flatten());
        answer.rows.iter().map(|row| (cell(row, group).unwrap_or_default(), cell(row, value))).collect()
    }

    /// Every member that one of the answers has, in the order of their names.
    fn rows(&self, old: &Answer, new: &Answer, group: &str) -> Vec<Row> {
        let (old, new) = (self.values(old, Some(group)), self.values(new, Some(group)));
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        let cell = |cells: &Cells, key: &String| cells.get(key).cloned().flatten();
        keys.into_iter().map(|key| self.row(key, cell(&old, key).as_deref(), cell(&new, key).as_deref())).collect()
    }

    fn moved(&self, old: &Answer, new: &Answer, group: &str) -> Vec<Row> {
        let mut rows = self.rows(old, new, group);
        rows.retain(|row| row.before != row.after);
        let distance = |row: &Row| row.difference.as_ref().and_then(|value| value.exact).map(Decimal::distance);
        rows.sort_by_key(|row| std::cmp::Reverse(distance(row)));
        rows.truncate(MOST);
        rows
    }

    fn row(&self, name: &str, old: Option<&str>, new: Option<&str>) -> Row {
        let number = |text: Option<&str>| text.map_or(Some(Decimal::default()), Decimal::parse);
        let difference = number(old).zip(number(new)).map(|(old, new)| self.difference(old, new));
        let value = |text: &str| self.value(text);
        Row { name: name.to_owned(), before: old.map(value), after: new.map(value), difference }
    }

    fn value(&self, text: &str) -> Value {
        Value { exact: Decimal::parse(text), shown: number::shown(text, &self.format, self.currency) }
    }

    fn difference(&self, old: Decimal, new: Decimal) -> Value {
        let rounded = |number: Decimal| match number::places(&self.format) {
            Some(places) => number.rounded(places),
            None => number,
        };
        let shown = rounded(new).minus(rounded(old)).to_string();
        Value { exact: Some(new.minus(old)), shown: number::shown(&shown, &self.format, self.currency) }
    }

    /// What each step adds. A step without a number is one with the next; nothing is told of a way without ends.
    fn parts(&self, total: Option<&Row>, clauses: &[Vec<String>], between: Vec<Option<String>>) -> Vec<Part> {
        let ends = total.and_then(|total| Some((total.before.clone()?.exact?, total.after.clone()?)));
        let Some((mut here, last)) = ends else { return Vec::new() };
        let between = between.iter().map(|text| text.as_deref().map(|text| self.value(text)));
        let (mut parts, mut waiting) = (Vec::new(), Vec::new());
        for (clauses, after) in clauses.iter().zip(between.chain([Some(last)])) {
            waiting.extend(clauses.iter().cloned());
            let Some((after, exact)) = after.and_then(|after| after.exact.map(|exact| (after, exact))) else {
                continue;
            };
            parts.push(Part { clauses: std::mem::take(&mut waiting), difference: self.difference(here, exact), after });
            here = exact;
        }
        // A way that does not end has been told of in part only; one clause alone is the difference itself.
        if waiting.is_empty() && parts.len() > 1 { parts } else { Vec::new() }
    }
}

/// `channel, enters, was, becomes, contacts`.
fn moved(row: &[Option<String>]) -> Option<Move> {
    let [Some(channel), Some(enters), Some(before), Some(after), Some(contacts)] = row else { return None };
    let (before, after, contacts) = (before.clone(), after.clone(), contacts.parse().ok()?);
    Some(Move { channel: channel.clone(), enters: enters == "1", before, after, contacts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(format: Format) -> Printed<'static> {
        Printed { column: "m".to_owned(), format, currency: "EUR" }
    }

    fn parts(format: Format, values: &[Option<&str>]) -> Vec<Part> {
        let printed = printed(format);
        let [first, between @ .., last] = values else { panic!("two ends") };
        let total = printed.row("all", *first, *last);
        let clauses: Vec<Vec<String>> = (1..values.len()).map(|at| vec![at.to_string()]).collect();
        printed.parts(Some(&total), &clauses, between.iter().map(|value| value.map(str::to_owned)).collect())
    }

    fn told(parts: &[Part]) -> Vec<(String, &str)> {
        parts.iter().map(|part| (part.clauses.join("+"), part.difference.shown.as_str())).collect()
    }

    #[test]
    fn each_clause_has_its_part_and_one_without_a_number_goes_with_the_next() {
        let all = parts(Format::Whole, &[Some("10"), Some("7"), None, Some("12")]);
        assert_eq!(told(&all), [("1".to_owned(), "-3"), ("2+3".to_owned(), "5")]);
        assert_eq!(told(&parts(Format::Whole, &[Some("10"), None, Some("12")])), [], "one part is no split");
        assert_eq!(told(&parts(Format::Whole, &[None, Some("1"), Some("12")])), []);
    }

    #[test]
    fn a_date_has_no_difference() {
        let row = printed(Format::Date).row("all", Some("2026-01-01"), Some("2026-02-01"));
        assert_eq!((row.before.unwrap().shown.as_str(), row.difference), ("2026-01-01", None));
    }

    proptest! {
        /// Exactly, and as they are shown.
        #[test]
        fn parts_add_up_to_the_difference(values in prop::collection::vec(-1_000_000_i64..1_000_000, 3..8)) {
            let texts: Vec<String> = values.iter().map(|v| format!("{}.{:03}", v / 1000, (v % 1000).abs())).collect();
            let all: Vec<Option<&str>> = texts.iter().map(|text| Some(text.as_str())).collect();
            let number = |text: &str| text.replace(',', "").replace(" EUR", "").parse::<f64>().unwrap();
            let parts = parts(Format::Money, &all);
            let total = printed(Format::Money).row("all", all[0], all[all.len() - 1]).difference.unwrap();
            let shown: f64 = parts.iter().map(|part| number(&part.difference.shown)).sum();
            prop_assert!((shown - number(&total.shown)).abs() < 1e-6, "{shown} of {}", total.shown);
            let exact = parts.iter().fold(Decimal::default(), |sum, part| {
                Decimal::default().minus(Decimal::default().minus(sum).minus(part.difference.exact.unwrap()))
            });
            prop_assert_eq!(exact, total.exact.unwrap());
        }
    }
}
