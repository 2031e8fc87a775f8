//! Names become ids: from what was written to a [`Gold`], with the written form beside it for the checks.

mod names;
mod tables;

use crate::diagnostics::Diagnostic;

use super::raw::{RawColumn, RawGold, RawRelationship, RawTable};
use super::{Column, ColumnId, Gold, Table, TableId, Type};

use names::Names;
use tables::{Defaults, type_named};

/// A schema and how it was written: `raw.tables` and `gold.tables` stand in one order, and so do their columns.
pub(super) struct Draft<'a> {
    pub raw: &'a RawGold,
    pub gold: Gold,
    /// How the relationships of `gold` were written, in their order.
    pub relationships: Vec<&'a RawRelationship>,
}

/// A table that was written with its id.
#[derive(Clone, Copy)]
pub(super) struct TableView<'a> {
    pub id: TableId,
    pub raw: &'a RawTable,
    pub table: &'a Table,
}

/// A column that was written with its id.
#[derive(Clone, Copy)]
pub(super) struct ColumnView<'a> {
    pub id: ColumnId,
    pub raw: &'a RawColumn,
    pub column: &'a Column,
}

impl Draft<'_> {
    /// In the order of the file, which numbers them.
    pub fn tables(&self) -> impl Iterator<Item = TableView<'_>> {
        let pairs = self.raw.tables.iter().zip(&self.gold.tables).enumerate();
        pairs.map(|(at, (raw, table))| TableView { id: TableId(at as u32), raw, table })
    }

    /// The type of a column, none where it could not be read: a second message would not help.
    pub fn ty(&self, id: ColumnId) -> Option<Type> {
        let raw = self.raw.tables.get(id.table.0 as usize)?.columns.get(id.index as usize)?;
        type_named(&raw.ty.as_ref()?.value)
    }

    /// As the language writes it; `?` for an id of another schema.
    pub fn table_name(&self, id: TableId) -> &str {
        self.gold.table(id).map_or("?", |table| &table.name)
    }
}

impl<'a> TableView<'a> {
    /// In the order of the file, which numbers them within their table.
    pub fn columns(self) -> impl Iterator<Item = ColumnView<'a>> {
        let pairs = self.raw.columns.iter().zip(&self.table.columns).enumerate();
        pairs.map(move |(at, (raw, column))| ColumnView {
            id: ColumnId { table: self.id, index: at as u32 },
            raw,
            column,
        })
    }
}

pub(super) fn build<'a>(raw: &'a RawGold, out: &mut Vec<Diagnostic>) -> Draft<'a> {
    let defaults = Defaults::of(raw, out);
    let tables = raw.tables.iter().map(|table| defaults.table(table, out)).collect();
    let default_schema = raw.defaults.schema.as_ref().map(|schema| schema.value.clone());
    let gold = Gold { default_schema, tables, ..Gold::default() };
    let mut draft = Draft { raw, gold, relationships: Vec::new() };
    let mut names = Names { gold: &mut draft.gold, out };
    names.tables(raw);
    draft.relationships = names.relationships(raw);
    names.gold.calendar = raw.calendar.as_ref().and_then(|calendar| names.calendar(calendar));
    names.gold.as_of = raw.as_of.as_ref().and_then(|as_of| names.as_of(as_of));
    names.gold.contact = raw.contact.as_ref().and_then(|contact| names.contact(contact));
    draft
}
