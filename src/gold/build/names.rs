//! Names looked up: keys, dates, relationships, calendar, as-of date and contact.

use indexmap::IndexMap;

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::raw::{RawCalendar, RawColumn, RawContact, RawGold, RawRelationship, Text};
use crate::gold::{Calendar, ColumnId, Contact, Date, Gold, Relationship, TableId};
use crate::source::Spanned;

/// Looks names up in the tables that stand already.
pub(super) struct Names<'g, 'o> {
    pub gold: &'g mut Gold,
    pub out: &'o mut Vec<Diagnostic>,
}

impl Names<'_, '_> {
    fn table(&mut self, name: &Text) -> Option<TableId> {
        let found = self.gold.table_named(&name.value);
        // Where `tables:` could not be read, that is the one message.
        if found.is_none() && !self.gold.tables.is_empty() {
            let known: Vec<&str> = self.gold.tables.iter().map(|table| table.name.as_str()).collect();
            self.out.push(codes::unknown_table(&name.value, &known, name.span));
        }
        found
    }

    fn column(&mut self, table: TableId, name: &Text) -> Option<ColumnId> {
        let found = self.gold.column_named(table, &name.value);
        if let (None, Some(of)) = (found, self.gold.table(table).filter(|of| !of.columns.is_empty())) {
            let known = of.columns.iter().map(|column| column.name.as_str());
            self.out.push(codes::unknown_column(&name.value, &of.name, known, name.span));
        }
        found
    }

    fn columns(&mut self, table: TableId, names: &[Text]) -> Vec<ColumnId> {
        names.iter().filter_map(|name| self.column(table, name)).collect()
    }

    /// Keys, dates and sort columns of every table.
    pub fn tables(&mut self, raw: &RawGold) {
        for (at, table) in raw.tables.iter().enumerate() {
            let id = TableId(at as u32);
            let key = self.columns(id, &table.key);
            let date = table.date.as_ref().and_then(|date| self.column(id, date));
            let other_dates = self.columns(id, &table.other_dates);
            let sorts: Vec<_> = table.columns.iter().map(|column| self.sort(id, column)).collect();
            let Some(built) = self.gold.tables.get_mut(at) else { continue };
            (built.key, built.date, built.other_dates) = (key, date, other_dates);
            built.columns.iter_mut().zip(sorts).for_each(|(column, sort)| column.sort = sort);
        }
    }

    fn sort(&mut self, table: TableId, column: &RawColumn) -> Option<ColumnId> {
        column.sort.as_ref().and_then(|sort| self.column(table, sort))
    }

    /// The relationships whose ends are known, and how each was written.
    pub fn relationships<'a>(&mut self, raw: &'a RawGold) -> Vec<&'a RawRelationship> {
        let mut written = Vec::new();
        for (at, table) in raw.tables.iter().enumerate() {
            for raw in &table.to {
                if let Some(relationship) = self.relationship(TableId(at as u32), raw) {
                    self.gold.relationships.push(relationship);
                    written.push(raw);
                }
            }
        }
        written
    }

    fn relationship(&mut self, table: TableId, raw: &RawRelationship) -> Option<Relationship> {
        let from = self.column(table, &raw.by);
        let target = self.table(raw.target())?;
        let to = self.gold.single_key(target);
        if let (None, Some(of)) = (to, self.gold.table(target)) {
            self.out.push(codes::relationship_needs_key(&of.name, of.key.len(), raw.target().span, of.span));
        }
        Some(Relationship {
            role: raw.role.value.clone(),
            from: from?,
            to: to?,
            active: raw.active,
            span: raw.role.span,
        })
    }

    /// None where its table, day column or a bound is missing or unknown; grains of unknown columns are left out.
    pub fn calendar(&mut self, raw: &RawCalendar) -> Option<Calendar> {
        let first = raw.from.as_ref().and_then(|text| self.day(text));
        let last = raw.to.as_ref().and_then(|text| self.day(text));
        let table = self.table(raw.table.as_ref()?)?;
        let day = raw.day.as_ref().and_then(|day| self.column(table, day));
        let column = |(grain, name): &(Text, Text)| Some((grain.value.clone(), self.column(table, name)?));
        let grains: IndexMap<_, _> = raw.grains.iter().filter_map(column).collect();
        Some(Calendar { table, day: day?, first: first?, last: last?, grains, span: raw.span })
    }

    fn day(&mut self, text: &Text) -> Option<Date> {
        let day = Date::parse(&text.value);
        if day.is_none() {
            self.out.push(codes::invalid_day(&text.value, text.span));
        }
        day
    }

    /// `table.column`.
    pub fn as_of(&mut self, written: &Text) -> Option<ColumnId> {
        let Some((table, column)) = written.value.split_once('.') else {
            self.out.push(codes::as_of_not_a_column(&written.value, written.span));
            return None;
        };
        let table = self.table(&Spanned::new(table.to_owned(), written.span))?;
        self.column(table, &Spanned::new(column.to_owned(), written.span))
    }

    /// None unless both the table and its channel column are known.
    pub fn contact(&mut self, raw: &RawContact) -> Option<Contact> {
        let table = self.table(raw.table.as_ref()?)?;
        let channel = self.column(table, raw.channel.as_ref()?)?;
        Some(Contact { table, channel })
    }
}
