//! Changes of `gold.yaml` that move what readers bind to: names they see, columns they group by.

use crate::gold::{Column, ColumnId, Gold, Table, TableId};

use super::Comparison;
use super::change::{Change, Place};
use super::rule;

impl Comparison<'_> {
    pub(super) fn bound(&mut self) {
        let (old, new) = (&self.old.gold, &self.new.gold);
        for table in &old.tables {
            match same_table(new, table) {
                Some((id, now)) => {
                    self.table_label(table, now);
                    self.table_columns(table, id, now);
                }
                None => self.table_lost(table),
            }
        }
        self.views_moved();
    }

    fn views_moved(&mut self) {
        let (was, is) = (self.old.gold.view_schema(), self.new.gold.view_schema());
        if was != is {
            let message = format!("the SQL views are created in schema `{is}`, not in `{was}`");
            let mut change = Change::new(&rule::VIEWS_MOVED, "settings", "schema", message);
            change.reached = self.readers.views_of_all("schema");
            self.found(change);
        }
    }

    fn table_label(&mut self, was: &Table, now: &Table) {
        if was.label != now.label {
            let message = format!("gold table `{}` is shown as “{}”, not as “{}”", now.name, now.label, was.label);
            let change = Change::new(&rule::GOLD_LABEL_CHANGED, "table", &now.name, message);
            self.found(change.at(Place::New(now.span)));
        }
    }

    /// Readers see the columns they may group by; what only measures need is hidden from them.
    fn table_columns(&mut self, was: &Table, id: TableId, now: &Table) {
        for column in was.columns.iter().filter(|column| column.group) {
            match same_column(now, column) {
                Some((at, shown)) if shown.group => {
                    self.column_label(column, ColumnId { table: id, index: at as u32 }, now, shown);
                }
                Some((_, hidden)) => self.column_lost(&now.name, hidden, "hidden now", Place::New(hidden.span)),
                None => self.column_lost(&was.name, column, "gone", Place::Old(column.span)),
            }
        }
    }

    fn column_label(&mut self, was: &Column, id: ColumnId, table: &Table, now: &Column) {
        let (before, after) = (was.shown_name(), now.shown_name());
        if before != after {
            let name = format!("{}.{}", table.name, now.name);
            let message = format!("gold column `{name}` is shown as “{after}”, not as “{before}”");
            let mut change = Change::new(&rule::GOLD_LABEL_CHANGED, "column", &name, message);
            change.reached = self.readers.grouped_by(&name, id);
            self.found(change.at(Place::New(now.span)));
        }
    }

    fn column_lost(&mut self, table: &str, column: &Column, why: &str, place: Place) {
        let name = format!("{table}.{}", column.name);
        let message = format!("readers cannot group by gold column `{name}`: it is {why}");
        self.found(Change::new(&rule::COLUMN_LOST, "column", &name, message).at(place));
    }

    fn table_lost(&mut self, table: &Table) {
        if table.columns.iter().any(|column| column.group) {
            let message = format!("readers cannot group by the columns of gold table `{}`: it is gone", table.name);
            let change = Change::new(&rule::COLUMN_LOST, "table", &table.name, message);
            self.found(change.at(Place::Old(table.span)));
        }
    }
}

/// The table of that name, else the one that readers see under the same name.
pub(super) fn same_table<'g>(gold: &'g Gold, was: &Table) -> Option<(TableId, &'g Table)> {
    let shown = || gold.tables.iter().position(|table| table.label == was.label).map(|at| TableId(at as u32));
    let id = gold.table_named(&was.name).or_else(shown)?;
    Some((id, gold.table(id)?))
}

/// The column of that name with its place, else the one that readers see under the same name.
pub(super) fn same_column<'t>(table: &'t Table, was: &Column) -> Option<(usize, &'t Column)> {
    let columns = || table.columns.iter().enumerate();
    let shown = || columns().find(|(_, column)| column.shown_name() == was.shown_name());
    columns().find(|(_, column)| column.name.eq_ignore_ascii_case(&was.name)).or_else(shown)
}
