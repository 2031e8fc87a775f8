//! Changes of `gold.yaml` that can move a number, followed to whoever reads them.

use crate::gold::{Calendar, Column, ColumnId, Gold, Relationship, RelationshipId, Table, TableId};

use super::Comparison;
use super::change::{Change, Place};
use super::reach::reads_column;
use super::rule::{self, Rule};

impl Comparison<'_> {
    pub(super) fn schema(&mut self) {
        self.tables();
        self.columns();
        self.relationships();
        self.calendar();
    }

    fn tables(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        for (at, table) in new.tables.iter().enumerate() {
            let Some(was) = old.table_named(&table.name).and_then(|id| old.table(id)) else { continue };
            let id = TableId(at as u32);
            let (before, after) = (place_of(was), place_of(table));
            if before != after {
                let message = format!("gold table `{}` is read from `{after}`, not from `{before}`", table.name);
                self.table(&rule::SOURCE_CHANGED, id, table, message);
            }
            let (before, after) = (date_of(old, was), date_of(new, table));
            if before != after {
                let message = format!("gold table `{}` is sliced by {after}, not by {before}", table.name);
                self.table(&rule::DATE_CHANGED, id, table, message);
            }
            let (before, after) = (key_of(was), key_of(table));
            if before != after {
                let message = format!("rows of gold table `{}` are told apart by {after}, not by {before}", table.name);
                self.table(&rule::KEY_CHANGED, id, table, message);
            }
        }
    }

    fn table(&mut self, rule: &'static Rule, id: TableId, table: &Table, message: String) {
        let mut change = Change::new(rule, "table", &table.name, message);
        change.reached = self.readers.reached_by_table(table.name.clone(), id);
        self.found(change.at(Place::New(table.span)));
    }

    fn columns(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        for (at, table) in new.tables.iter().enumerate() {
            let Some(before) = old.table_named(&table.name) else { continue };
            for (index, column) in table.columns.iter().enumerate() {
                let id = ColumnId { table: TableId(at as u32), index: index as u32 };
                let Some(was) = old.column_named(before, &column.name).and_then(|id| old.column(id)) else { continue };
                let clauses = column_clauses(was, column);
                if !clauses.is_empty() {
                    self.column(&table.name, column, id, clauses);
                }
                self.described(was, id, table, column);
            }
        }
    }

    fn column(&mut self, table: &str, column: &Column, id: ColumnId, clauses: Vec<String>) {
        let name = format!("{table}.{}", column.name);
        let message = format!("gold column `{name}` changed");
        let mut change = Change::new(&rule::COLUMN_CHANGED, "column", &name, message).clauses(clauses);
        change.reached = self.readers.reached_by_schema(name, |expr| reads_column(expr, id));
        self.found(change.at(Place::New(column.span)));
    }

    fn relationships(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        for (at, relationship) in new.relationships.iter().enumerate() {
            let name = told(new, relationship);
            let was = old.relationships.iter().find(|other| told(old, other) == name);
            let ends = |gold: &Gold, r: &Relationship| (gold.written(r.from), gold.written(r.to), r.active);
            let before = was.map(|was| ends(old, was));
            let after = ends(new, relationship);
            if before.as_ref() != Some(&after) {
                let id = RelationshipId(at as u32);
                let message = match before {
                    Some((from, to, active)) => {
                        format!(
                            "relationship `{name}` led from `{from}` to `{to}`{}",
                            if active { "" } else { " (inactive)" }
                        )
                    }
                    None => format!("relationship `{name}` is new"),
                };
                let mut change = Change::new(&rule::RELATIONSHIP_CHANGED, "relationship", &name, message);
                change.reached = self.readers.reached_by_schema(name, |expr| expr.travels(id));
                self.found(change.at(Place::New(relationship.span)));
            }
        }
        for relationship in &old.relationships {
            let name = told(old, relationship);
            if !new.relationships.iter().any(|other| told(new, other) == name) {
                let message = format!("relationship `{name}` is gone");
                let change = Change::new(&rule::RELATIONSHIP_CHANGED, "relationship", &name, message);
                self.found(change.at(Place::Old(relationship.span)));
            }
        }
    }

    /// How far it reaches is asked of the data alone: the days of a period are rows of the calendar.
    fn calendar(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        let as_of = |gold: &Gold| gold.as_of.map(|id| gold.written(id));
        let calendar = |gold: &Gold| gold.calendar.as_ref().map(|calendar| calendar_text(gold, calendar));
        let last = |gold: &Gold| gold.calendar.as_ref().map(|calendar| calendar.last);
        let (rule, message) = if as_of(old) != as_of(new) || calendar(old) != calendar(new) {
            (&rule::CALENDAR_CHANGED, "the calendar or the as-of date is another: every number may change".to_owned())
        } else if let (Some(was), Some(is)) = (last(old), last(new))
            && was != is
        {
            (&rule::CALENDAR_END_CHANGED, format!("the calendar ends on {is}, not on {was}"))
        } else {
            return;
        };
        let change = Change::new(rule, "calendar", "calendar", message);
        self.found(match &new.calendar {
            Some(calendar) => change.at(Place::New(calendar.span)),
            None => change,
        });
    }
}

/// Where the rows stand.
fn place_of(table: &Table) -> String {
    format!("{}.{}", table.schema, table.physical)
}

/// The date of the active relationship to the calendar.
fn date_of(gold: &Gold, table: &Table) -> String {
    let date = table.date.and_then(|id| gold.column(id));
    date.map_or_else(|| "no date".to_owned(), |column| format!("`{}`", column.name))
}

/// In whatever order its columns stand.
fn key_of(table: &Table) -> String {
    let columns = table.key.iter().filter_map(|id| table.columns.get(id.index as usize));
    let mut names: Vec<String> = columns.map(|column| format!("`{}`", column.name)).collect();
    names.sort_unstable();
    if names.is_empty() { "no key".to_owned() } else { names.join(" and ") }
}

fn column_clauses(was: &Column, is: &Column) -> Vec<String> {
    let mut clauses = Vec::new();
    if was.ty != is.ty {
        clauses.push(format!("type {} → {}", was.ty.name(), is.ty.name()));
    }
    if was.nullable != is.nullable {
        clauses.push(if is.nullable { "may be missing now" } else { "is never missing now" }.to_owned());
    }
    if was.normalised != is.normalised {
        clauses.push(if is.normalised { "is normalised now" } else { "is no longer normalised" }.to_owned());
    }
    clauses
}

/// `order_line.customer`: the table it leaves and its role.
fn told(gold: &Gold, relationship: &Relationship) -> String {
    let table = gold.table(relationship.from.table).map_or("?", |table| table.name.as_str());
    format!("{table}.{}", relationship.role)
}

fn calendar_text(gold: &Gold, calendar: &Calendar) -> String {
    let grains: Vec<String> =
        calendar.grains.iter().map(|(grain, column)| format!("{grain}={}", gold.written(*column))).collect();
    format!("{} {} {}", gold.written(calendar.day), calendar.first, grains.join(" "))
}
