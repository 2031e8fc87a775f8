//! A resolve at a row: one value out of what the sources say (section 6), at `(P, {}, t)`.

use std::collections::BTreeMap;

use carat::gold::Date;
use carat::model::{Resolve, ResolveId, Rows, Way};

use super::Judge;
use super::context::Context;
use super::value::{Value, folded};

/// What a row, or a source, says on a date: folded text, none for "unknown".
#[derive(Debug, Clone, PartialEq)]
struct Says {
    source: Option<String>,
    /// The column of `first of`, as compared.
    rank: Option<String>,
    date: Date,
    value: Option<String>,
}

impl Judge<'_> {
    /// The resolved text, folded; missing where nothing is said, or no one knows.
    pub fn resolve_value(&self, id: ResolveId, context: &Context) -> Value {
        let Some(resolve) = self.model.resolve(id) else { return Value::Missing };
        let mut by_source: BTreeMap<Option<String>, Vec<Says>> = BTreeMap::new();
        for says in self.said(resolve, context) {
            by_source.entry(says.source.clone()).or_default().push(says);
        }
        let sources = by_source.into_values().map(|rows| last_of(rows, &resolve.way)).collect();
        decided(sources, &resolve.way).map_or(Value::Missing, Value::Text)
    }

    /// The rows that belong to the row at hand with a date on or before the end.
    fn said(&self, resolve: &Resolve, context: &Context) -> Vec<Says> {
        let fixed = context.without_filters();
        let condition = resolve.condition.clone();
        let rows =
            Rows { table: resolve.source, condition, over: vec![], of: None, through: None, span: resolve.head.span };
        let chosen = self.chosen(&rows, &fixed).into_iter();
        chosen.filter_map(|row| self.says(resolve, &fixed.at(resolve.source, Some(row)))).collect()
    }

    fn says(&self, resolve: &Resolve, at: &Context) -> Option<Says> {
        let text = |column| self.column_value(column, at.hand).identity();
        let date = self.column_value(resolve.date, at.hand).date().filter(|date| *date <= at.period.end())?;
        let rank = match &resolve.way {
            Way::First { column, .. } => text(*column),
            _ => None,
        };
        let source = resolve.per.map_or(rank.clone(), text);
        Some(Says { source, rank, date, value: self.scalar(&resolve.value, at).identity() })
    }
}

/// Per source: the row with the latest date; two different values on it are nothing known.
fn last_of(rows: Vec<Says>, way: &Way) -> Says {
    let last = rows.iter().map(|says| says.date).max();
    let tied: Vec<Says> = rows.into_iter().filter(|says| Some(says.date) == last).collect();
    let value = agreed(&tied, way);
    Says { value, ..tied[0].clone() }
}

/// What rows of one date say together: the `wins` value goes first; else all must say the same.
fn agreed(tied: &[Says], way: &Way) -> Option<String> {
    let winner = wins(way).filter(|winner| tied.iter().any(|says| says.value.as_ref() == Some(winner)));
    let same = tied.iter().all(|says| says.value == tied[0].value);
    winner.or_else(|| if same { tied[0].value.clone() } else { None })
}

fn decided(sources: Vec<Says>, way: &Way) -> Option<String> {
    match way {
        Way::Latest | Way::Wins { .. } => latest(sources, way),
        Way::Strictest(order) => {
            let order = order.iter().filter_map(|value| folded(value));
            order.into_iter().find(|value| sources.iter().any(|says| says.value.as_ref() == Some(value)))
        }
        Way::First { values, .. } => {
            let order = values.iter().filter_map(|value| folded(value));
            let mut ranked = order.filter_map(|value| sources.iter().find(|says| says.rank.as_ref() == Some(&value)));
            ranked.next().and_then(|says| says.value.clone())
        }
    }
}

/// The latest of the sources, except that a `wins` value at most N days older wins.
fn latest(sources: Vec<Says>, way: &Way) -> Option<String> {
    let last = sources.iter().map(|says| says.date).max()?;
    let winner = wins(way).filter(|winner| {
        let near = sources.iter().filter(|says| says.date.plus_days(days(way)) >= last);
        near.into_iter().any(|says| says.value.as_ref() == Some(winner))
    });
    let tied: Vec<Says> = sources.into_iter().filter(|says| says.date == last).collect();
    winner.or_else(|| agreed(&tied, way))
}

fn wins(way: &Way) -> Option<String> {
    match way {
        Way::Wins { value, .. } => folded(value),
        _ => None,
    }
}

fn days(way: &Way) -> i32 {
    match way {
        Way::Wins { days, .. } => *days as i32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, day: i32, value: Option<&str>) -> Says {
        Says { source: Some(source.into()), rank: None, date: Date(day), value: value.map(str::to_string) }
    }

    fn out_wins() -> Way {
        Way::Wins { value: "OUT".into(), days: 7 }
    }

    #[test]
    fn a_winning_value_at_most_n_days_older_wins() {
        let at = |day| decided(vec![said("a", 10, Some("in")), said("b", day, Some("out"))], &out_wins());
        assert_eq!(at(3).as_deref(), Some("out"));
        assert_eq!(at(2).as_deref(), Some("in"));
    }

    #[test]
    fn two_values_on_one_date_are_nothing_known_unless_one_of_them_wins() {
        let tied = |a, b| last_of(vec![said("a", 1, a), said("a", 1, b)], &out_wins()).value;
        assert_eq!(tied(Some("in"), Some("out")).as_deref(), Some("out"));
        assert_eq!(tied(Some("in"), Some("expired")), None);
        assert_eq!(tied(Some("in"), None), None);
        assert_eq!(tied(Some("in"), Some("in")).as_deref(), Some("in"));
    }

    #[test]
    fn a_source_that_says_unknown_last_is_not_passed_over_for_an_older_one() {
        assert_eq!(decided(vec![said("a", 10, None), said("b", 1, Some("in"))], &Way::Latest), None);
    }

    #[test]
    fn the_strictest_value_any_source_has_is_taken() {
        let way = Way::Strictest(vec!["out".into(), "in".into()]);
        assert_eq!(decided(vec![said("a", 10, Some("in")), said("b", 1, Some("out"))], &way).as_deref(), Some("out"));
    }
}
