//! What `gold.yaml` says of a column beside its type: the values it may have, its order, what it tells of a person.

use crate::gold::{Column, ColumnId, Gold, Table};

use super::Comparison;
use super::change::{Change, Place};
use super::reach::reads_column;
use super::rule;

impl Comparison<'_> {
    pub(super) fn described(&mut self, was: &Column, id: ColumnId, table: &Table, now: &Column) {
        let name = format!("{}.{}", table.name, now.name);
        let place = Place::New(now.span);
        if let Some(message) = values(&name, &was.values, &now.values) {
            let mut change = Change::new(&rule::VALUES_CHANGED, "column", &name, message);
            change.reached = self.readers.reached_by_schema(name.clone(), |expr| reads_column(expr, id));
            self.found(change.at(place));
        }
        let (before, after) = (order(&self.old.gold, was), order(&self.new.gold, now));
        if before != after {
            let message = format!("gold column `{name}` is ordered by {after}, not by {before}");
            self.found(Change::new(&rule::SORT_CHANGED, "column", &name, message).at(place));
        }
        self.documented(&name, was, now);
        if was.sensitivity != now.sensitivity {
            let (before, after) = (was.sensitivity.name(), now.sensitivity.name());
            let message = format!("gold column `{name}` is {after}, not {before}");
            let mut change = Change::new(&rule::SENSITIVITY_CHANGED, "column", &name, message);
            change.reached = self.readers.grouped_by(&name, id);
            self.found(change.at(place));
        }
    }
}

/// What a reader is told of it, which moves no number.
impl Comparison<'_> {
    fn documented(&mut self, name: &str, was: &Column, now: &Column) {
        let place = Place::New(now.span);
        if was.about != now.about {
            let message = format!("gold column `{name}` is described differently");
            self.found(Change::new(&rule::GOLD_DESCRIPTION_CHANGED, "column", name, message).at(place));
        }
        if was.from != now.from {
            let told = |from: &[String]| if from.is_empty() { "nowhere".to_owned() } else { from.join(", ") };
            let message = format!("gold column `{name}` comes from {}, not from {}", told(&now.from), told(&was.from));
            self.found(Change::new(&rule::LINEAGE_CHANGED, "column", name, message).at(place));
        }
        let (before, after) = (was.shown_name(), now.shown_name());
        if !was.group && !now.group && before != after {
            let message = format!("hidden gold column `{name}` is called “{after}”, not “{before}”");
            self.found(Change::new(&rule::HIDDEN_LABEL_CHANGED, "column", name, message).at(place));
        }
    }
}

/// Which values came and went; none where they are the same, in whatever order they stand.
fn values(name: &str, was: &[String], now: &[String]) -> Option<String> {
    let gone = listed(was, now);
    let new = listed(now, was);
    match (was.is_empty(), now.is_empty()) {
        (true, false) => Some(format!("gold column `{name}` may only be {new}, where any value could stand")),
        (false, true) => Some(format!("gold column `{name}` may have any value, not only {gone}")),
        _ if gone.is_empty() && new.is_empty() => None,
        _ if gone.is_empty() => Some(format!("gold column `{name}` may also be {new}")),
        _ if new.is_empty() => Some(format!("gold column `{name}` may no longer be {gone}")),
        _ => Some(format!("gold column `{name}` may be {new}, and no longer {gone}")),
    }
}

/// Those of `some` that are not among `others`: `"a", "b"`.
fn listed(some: &[String], others: &[String]) -> String {
    let left = some.iter().filter(|value| !others.contains(value));
    left.map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}

/// The column that orders another.
fn order(gold: &Gold, column: &Column) -> String {
    let by = column.sort.and_then(|id| gold.column(id));
    by.map_or_else(|| "itself".to_owned(), |column| format!("`{}`", column.name))
}
