//! A resolve in words: what a row says, which rows are asked, and whose word counts.

use crate::model::{Resolve, Way};

use super::value::literal_text;
use super::window::counted;
use super::{Words, list};

impl Words<'_> {
    /// Sentences.
    pub fn resolve(&self, resolve: &Resolve) -> Vec<String> {
        let inside = self.at(resolve.source);
        let mut all = vec![inside.sentence(&resolve.value), inside.asked(resolve)];
        all.extend(self.counts(&resolve.way));
        all
    }

    fn asked(&self, resolve: &Resolve) -> String {
        let rows = self.table(resolve.source);
        let only = resolve.condition.as_ref().map(|condition| format!(" where {}", self.condition(condition)));
        let of_each = resolve.per.map(|column| format!(" for each {}", self.column(column)));
        format!(
            "Read from {rows} rows{}, of each {} the one with the latest {}{}, up to the end of the period.",
            only.unwrap_or_default(),
            self.table(resolve.table),
            self.column(resolve.date),
            of_each.unwrap_or_default(),
        )
    }

    /// Which of these rows counts.
    fn counts(&self, way: &Way) -> Option<String> {
        let quoted = |values: &[String]| values.iter().map(|value| literal_text(value)).collect::<Vec<_>>();
        match way {
            Way::Latest => None,
            Way::Wins { value, days } => Some(format!(
                "The latest of them counts, but {} wins where it is at most {} older.",
                literal_text(value),
                counted(*days, "day")
            )),
            Way::Strictest(values) => {
                Some(format!("The first that is found counts, in this order: {}.", list(&quoted(values), "then")))
            }
            Way::First { column, values } => Some(format!(
                "The first {} with rows counts, in this order: {}.",
                self.column(*column),
                list(&quoted(values), "then")
            )),
        }
    }
}
