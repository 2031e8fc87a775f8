//! A resolve at a row: one value out of what the sources say (docs/language.md, Segments), at `(P, {}, t)`.

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
        let sources = by_source.into_values().map(last_of).collect();
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

/// The rows of a source's latest date.
fn last_of(rows: Vec<Says>) -> Vec<Says> {
    let last = rows.iter().map(|says| says.date).max();
    rows.into_iter().filter(|says| Some(says.date) == last).collect()
}

/// What rows of one date say together; two different values are nothing known.
fn agreed(tied: &[Says]) -> Option<String> {
    let same = tied.iter().all(|says| says.value == tied[0].value);
    if same { tied[0].value.clone() } else { None }
}

/// An unknown may be any value: it is never passed over, or a missing value would enlarge a policy's set.
fn decided(sources: Vec<Vec<Says>>, way: &Way) -> Option<String> {
    match way {
        Way::Latest | Way::Wins { .. } => latest(&sources.concat(), way),
        Way::Strictest(order) => strictest(&sources.concat(), order),
        Way::First { values, .. } => {
            let order = values.iter().filter_map(|value| folded(value));
            let of = |value: String| sources.iter().find(|rows| rows[0].rank.as_ref() == Some(&value));
            order.filter_map(of).next().and_then(|rows| agreed(rows))
        }
    }
}

/// The first in the order that any row says; beside an unknown only the strictest of all.
fn strictest(said: &[Says], order: &[String]) -> Option<String> {
    let order: Vec<String> = order.iter().filter_map(|value| folded(value)).collect();
    let says = |value: &&String| said.iter().any(|says| says.value.as_ref() == Some(*value));
    let unknown = said.iter().any(|says| says.value.is_none());
    order.iter().find(says).filter(|value| !unknown || Some(*value) == order.first()).cloned()
}

/// The latest of the sources, except that a `wins` value at most N days older wins.
fn latest(said: &[Says], way: &Way) -> Option<String> {
    let last = said.iter().map(|says| says.date).max()?;
    let near: Vec<&Says> = said.iter().filter(|says| says.date.plus_days(days(way)) >= last).collect();
    let winner = wins(way).filter(|winner| near.iter().any(|says| says.value.as_ref() == Some(winner)));
    if winner.is_some() || near.iter().any(|says| says.value.is_none()) {
        return winner;
    }
    agreed(&said.iter().filter(|says| says.date == last).cloned().collect::<Vec<_>>())
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

    fn each(sources: Vec<Says>, way: &Way) -> Option<String> {
        decided(sources.into_iter().map(|says| vec![says]).collect(), way)
    }

    #[test]
    fn a_winning_value_at_most_n_days_older_wins() {
        let at = |day| each(vec![said("a", 10, Some("in")), said("b", day, Some("out"))], &out_wins());
        assert_eq!(at(3).as_deref(), Some("out"));
        assert_eq!(at(2).as_deref(), Some("in"));
    }

    #[test]
    fn two_values_on_one_date_are_nothing_known_unless_one_of_them_wins() {
        let tied = |a, b| decided(vec![last_of(vec![said("a", 1, a), said("a", 1, b)])], &out_wins());
        assert_eq!(tied(Some("in"), Some("out")).as_deref(), Some("out"));
        assert_eq!(tied(Some("in"), Some("expired")), None);
        assert_eq!(tied(Some("in"), None), None);
        assert_eq!(tied(Some("in"), Some("in")).as_deref(), Some("in"));
    }

    #[test]
    fn an_unknown_that_could_have_won_is_not_passed_over() {
        let at = |day| each(vec![said("a", 10, Some("in")), said("b", day, None)], &out_wins());
        assert_eq!(at(3), None);
        assert_eq!(at(2).as_deref(), Some("in"));
    }

    #[test]
    fn a_source_that_says_unknown_last_is_not_passed_over_for_an_older_one() {
        assert_eq!(each(vec![said("a", 10, None), said("b", 1, Some("in"))], &Way::Latest), None);
    }

    #[test]
    fn the_strictest_value_any_row_of_a_latest_date_has_is_taken_and_an_unknown_may_be_it() {
        let way = Way::Strictest(vec!["out".into(), "in".into()]);
        let in_and = |value| each(vec![said("a", 10, Some("in")), said("b", 1, value)], &way);
        assert_eq!(in_and(Some("out")).as_deref(), Some("out"));
        assert_eq!(in_and(Some("in")).as_deref(), Some("in"));
        assert_eq!(in_and(None), None);
        let tied = vec![vec![said("a", 1, Some("in")), said("a", 1, Some("out"))]];
        assert_eq!(decided(tied, &way).as_deref(), Some("out"));
    }
}
