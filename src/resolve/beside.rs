//! The columns that stand beside metrics in what is emitted and printed: no metric may have the name of one.

use std::collections::HashMap;

use crate::gold::{Column, ColumnId, Gold};
use crate::source::Span;

/// The columns that carat puts beside metrics: the days a row stands for, and what an expectation is called.
const OWN: [&str; 3] = ["start_on", "end_on", "expectation"];

/// The columns by their lower-case names; those of the gold schema with their places.
#[derive(Debug, Default)]
pub(super) struct Beside(HashMap<String, Option<Span>>);

impl Beside {
    /// Groups and units of time of the schema, and the columns that carat adds by itself.
    pub fn of(gold: &Gold) -> Self {
        let groups = groups(gold);
        let mut names: HashMap<String, Option<Span>> = HashMap::new();
        for (_, name, span) in groups.iter().cloned().chain(units(gold)) {
            names.entry(name).or_insert(Some(span));
        }
        // Of two groups of one name, and of one that is called like the unit of time, one is written with its table.
        for (table, name, span) in &groups {
            let again = |(other, same, _): &(&str, String, Span)| other != table && same == name;
            if groups.iter().any(again) || units(gold).any(|(_, unit, _)| unit == *name) {
                names.entry(format!("{table}_{name}").to_lowercase()).or_insert(Some(*span));
            }
        }
        names.extend(OWN.map(|name| (name.to_owned(), None)));
        Self(names)
    }

    /// The column of that name, where there is one; its place, where the gold schema has it.
    pub fn column(&self, name: &str) -> Option<Option<Span>> {
        self.0.get(&name.to_lowercase()).copied()
    }
}

/// The columns that readers may group by: table, name and place.
fn groups(gold: &Gold) -> Vec<(&str, String, Span)> {
    let calendar = gold.calendar.as_ref().map(|calendar| calendar.table);
    let tables = gold.tables.iter().zip(0..).filter(|(_, id)| calendar.is_none_or(|calendar| calendar.0 != *id));
    let columns = tables.flat_map(|(table, _)| table.columns.iter().map(|column| (table.name.as_str(), column)));
    columns.filter(|(_, column)| column.group).map(|(table, column)| named(table, column)).collect()
}

/// The columns of the calendar that tell the units of its grains.
fn units(gold: &Gold) -> impl Iterator<Item = (&str, String, Span)> {
    let units = gold.calendar.iter().flat_map(|calendar| calendar.grains.values());
    let column = |id: &ColumnId| Some(named(gold.table(id.table)?.name.as_str(), gold.column(*id)?));
    units.filter_map(column)
}

fn named<'g>(table: &'g str, column: &'g Column) -> (&'g str, String, Span) {
    (table, column.name.to_lowercase(), column.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileSet;

    #[test]
    fn groups_units_and_days_are_taken_and_other_columns_are_free() {
        let mut files = FileSet::default();
        let id = files.add("gold.yaml", include_str!("../../metrics/gold.yaml"));
        let (gold, _) = crate::gold::load(&files, id);
        let beside = Beside::of(&gold);
        let taken = |name: &str| beside.column(name).is_some();
        assert!(["Language", "month_index", "START_ON", "end_on", "expectation"].into_iter().all(taken));
        // `status` is a group of two tables.
        assert!(["status", "customer_status", "service_case_status"].into_iter().all(taken));
        // No group, a column of the calendar that no grain names, and a group whose name no other has.
        assert!(!["birth_date", "iso_year", "customer_language"].into_iter().any(taken));
    }
}
