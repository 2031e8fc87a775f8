//! Gold columns, relationships and windows in canonical text: names, types and missingness; no labels.

use crate::gold::{Column, ColumnId, Gold, Link, RelationshipId, Table, TableId, Type, link};
use crate::model::{PathColumn, Window};
use crate::syntax::tree::Grain;

use super::{Writer, call};

impl Writer<'_> {
    pub(super) fn table(&self, id: TableId) -> String {
        self.model.gold.table(id).map_or_else(|| "?".to_owned(), table)
    }

    pub(super) fn column(&self, id: ColumnId) -> String {
        let column = self.columns.get(id.table.0 as usize).and_then(|columns| columns.get(id.index as usize));
        column.map_or("?", String::as_str).to_owned()
    }

    pub(super) fn path_column(&self, column: &PathColumn) -> String {
        self.path(&column.path) + &self.column(column.column)
    }

    /// Each relationship travelled, with `!` for an inactive one.
    pub(super) fn path(&self, path: &[RelationshipId]) -> String {
        let steps = path.iter().filter_map(|id| self.model.gold.relationship(*id));
        steps
            .map(|step| {
                let inactive = if step.active { "" } else { "!" };
                format!("{}>{}{inactive}/", self.column(step.from), self.column(step.to))
            })
            .collect()
    }

    /// The way from rows of a table to the row at hand.
    pub(super) fn link(&self, rows: TableId, hand: TableId) -> String {
        match link(&self.model.gold, rows, hand) {
            Ok(Link::To(path)) => self.path(&path),
            Ok(Link::Common { from_rows, from_hand, .. }) => {
                format!("{}={}", self.path(&from_rows), self.path(&from_hand))
            }
            Err(_) => String::new(),
        }
    }

    pub(super) fn window(&self, window: &Window, date: Option<String>) -> String {
        let date = date.unwrap_or_default();
        match window {
            Window::Period => call("period", [date]),
            Window::LastDays(count) => call("days", [count.to_string(), date]),
            Window::LastMonths(count) => call("months", [count.to_string(), date]),
            Window::LastCompleteMonths(count) => call("complete", [count.to_string(), date]),
            Window::ToDate(grain) => call("to_date", [self.grain(*grain), date]),
            Window::History => call("history", [date]),
            Window::Life { from, to } => call("life", [self.path_column(from), self.path_column(to)]),
        }
    }

    /// A fiscal year is what the calendar's column says it is.
    fn grain(&self, grain: Grain) -> String {
        let name = grain.name();
        let column = self.model.gold.calendar.as_ref().and_then(|calendar| calendar.grains.get(name));
        match (grain, column) {
            (Grain::FiscalYear, Some(column)) => self.column(*column),
            _ => name.to_owned(),
        }
    }

    /// The days that every metric is asked for. Its last day is left out: no period goes beyond the as-of date.
    pub(in crate::model) fn calendar(&self) -> String {
        let gold = &self.model.gold;
        let day = gold.calendar.as_ref().map(|calendar| (self.column(calendar.day), calendar.first.to_string()));
        let (day, first) = day.unwrap_or_default();
        let as_of = gold.as_of.map(|column| self.column(column)).unwrap_or_default();
        call("calendar", [day, first, as_of])
    }
}

/// Every column, by table.
pub(super) fn texts(gold: &Gold) -> Vec<Vec<String>> {
    let columns = |of: &Table| of.columns.iter().map(|one| column(&table(of), one)).collect();
    gold.tables.iter().map(columns).collect()
}

/// The table's name, and where its data stands under another.
fn table(table: &Table) -> String {
    if table.physical == table.name { table.name.clone() } else { format!("{}@{}", table.name, table.physical) }
}

/// `table.column:type`, with `?` where it may be missing and `~` where its text is not normalised.
fn column(table: &str, column: &Column) -> String {
    let missing = if column.nullable { "?" } else { "" };
    let folded = if column.ty == Type::Text && !column.normalised { "~" } else { "" };
    [table, ".", &column.name, ":", column.ty.name(), missing, folded].concat()
}
