//! Changes of what `gold.yaml` asks the gold layer for: tables and columns that come and go, dates beside the one that
//! slices, where the contacts stand, what is said of a table.

use std::collections::BTreeSet;

use crate::gold::{Column, Contact, Gold, Table};

use super::Comparison;
use super::bound::{same_column, same_table};
use super::change::{Change, Place};
use super::rule;

impl Comparison<'_> {
    pub(super) fn contract(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        self.contact();
        for table in &new.tables {
            match old.table_named(&table.name).and_then(|id| old.table(id)) {
                Some(was) => self.kept_table(was, table),
                None => self.asked(table, None, "is new", Place::New(table.span)),
            }
            self.shown(same_table(old, table).map(|(_, was)| was), table);
        }
        for table in old.tables.iter().filter(|table| new.table_named(&table.name).is_none()) {
            self.asked(table, None, "is gone", Place::Old(table.span));
        }
    }

    fn contact(&mut self) {
        let told = |gold: &Gold| {
            let column = |contact: Contact| {
                let table = gold.table(contact.table)?;
                Some(format!("`{}.{}`", table.name, gold.column(contact.channel)?.name))
            };
            gold.contact.and_then(column).unwrap_or_else(|| "nowhere".to_owned())
        };
        let (was, is) = (told(&self.old.gold), told(&self.new.gold));
        if was != is {
            let message = format!("the channel of a contact stands in {is}, not in {was}");
            let mut change = Change::new(&rule::CONTACT_CHANGED, "settings", "contact", message);
            change.reached = self.readers.reached_by_contacts("contact");
            self.found(change);
        }
    }

    fn kept_table(&mut self, was: &Table, now: &Table) {
        let place = Place::New(now.span);
        if was.about != now.about {
            let message = format!("gold table `{}` is described differently", now.name);
            self.found(Change::new(&rule::GOLD_DESCRIPTION_CHANGED, "table", &now.name, message).at(place));
        }
        let (before, after) = (dates(was), dates(now));
        if before != after {
            let message =
                format!("gold table `{}` has the dates {}, not {}", now.name, listed(&after), listed(&before));
            self.found(Change::new(&rule::OTHER_DATES_CHANGED, "table", &now.name, message).at(place));
        }
        let has = |table: &Table, column: &Column| table.columns.iter().any(|other| is_same(other, column));
        for column in now.columns.iter().filter(|column| !has(was, column)) {
            self.asked(now, Some(column), "is new", Place::New(column.span));
        }
        for column in was.columns.iter().filter(|column| !has(now, column)) {
            self.asked(was, Some(column), "is gone", Place::Old(column.span));
        }
    }

    /// What came or went of a table, or of a column of it.
    fn asked(&mut self, table: &Table, column: Option<&Column>, how: &str, place: Place) {
        let (kind, name) = match column {
            Some(column) => ("column", format!("{}.{}", table.name, column.name)),
            None => ("table", table.name.clone()),
        };
        let message = format!("gold {kind} `{name}` {how}");
        self.found(Change::new(&rule::CONTRACT_CHANGED, kind, &name, message).at(place));
    }

    /// Columns that readers can group by and could not.
    fn shown(&mut self, was: Option<&Table>, now: &Table) {
        for column in now.columns.iter().filter(|column| column.group) {
            let before = was.and_then(|table| same_column(table, column));
            if before.is_none_or(|(_, column)| !column.group) {
                let name = format!("{}.{}", now.name, column.name);
                let message = format!("readers can group by gold column `{name}`");
                let change = Change::new(&rule::COLUMN_ADDED, "column", &name, message);
                self.found(change.at(Place::New(column.span)));
            }
        }
    }
}

fn is_same(one: &Column, other: &Column) -> bool {
    one.name.eq_ignore_ascii_case(&other.name)
}

/// All dates that belong to the calendar; which of them slices is another question.
fn dates(table: &Table) -> BTreeSet<&str> {
    let all = table.date.iter().chain(&table.other_dates);
    all.filter_map(|id| table.columns.get(id.index as usize)).map(|column| column.name.as_str()).collect()
}

fn listed(names: &BTreeSet<&str>) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}
