//! Names become ids: from what was written to a [`Gold`], with the written form beside it for the checks.

use indexmap::IndexMap;

use crate::diagnostics::{Diagnostic, codes::gold as codes, codes::project};
use crate::source::Spanned;

use super::raw::{RawCalendar, RawColumn, RawContact, RawGold, RawRelationship, RawTable, Text};
use super::types::{Foreign, foreign};
use super::{Calendar, Column, ColumnId, Contact, Date, Gold, Relationship, Sensitivity, Table, TableId, Type};

/// The first day that DAX can calculate with (semantics R47).
pub(super) const FIRST_DAX_DAY: &str = "1900-03-01";
const DEFAULT_SCHEMA: &str = "gold";

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
    pub fn tables(&self) -> impl Iterator<Item = TableView<'_>> {
        let pairs = self.raw.tables.iter().zip(&self.gold.tables).enumerate();
        pairs.map(|(at, (raw, table))| TableView { id: TableId(at as u32), raw, table })
    }

    /// The type of a column, none where it could not be read: a second message would not help.
    pub fn ty(&self, id: ColumnId) -> Option<Type> {
        let raw = self.raw.tables.get(id.table.0 as usize)?.columns.get(id.index as usize)?;
        type_named(&raw.ty.as_ref()?.value)
    }

    pub fn table_name(&self, id: TableId) -> &str {
        self.gold.table(id).map_or("?", |table| &table.name)
    }
}

impl<'a> TableView<'a> {
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
    let sensitivity = raw.defaults.sensitivity.as_ref().and_then(|text| sensitivity(text, out)).unwrap_or_default();
    let defaults =
        Defaults { schema: raw.defaults.schema.as_ref().map_or(DEFAULT_SCHEMA, |text| &text.value), sensitivity };
    let tables = raw.tables.iter().map(|table| defaults.table(table, out)).collect();
    let mut draft = Draft { raw, gold: Gold { tables, ..Gold::default() }, relationships: Vec::new() };
    let mut names = Names { gold: &mut draft.gold, out };
    names.tables(raw);
    draft.relationships = names.relationships(raw);
    names.gold.calendar = raw.calendar.as_ref().and_then(|calendar| names.calendar(calendar));
    names.gold.as_of = raw.as_of.as_ref().and_then(|as_of| names.as_of(as_of));
    names.gold.contact = raw.contact.as_ref().and_then(|contact| names.contact(contact));
    draft
}

struct Defaults<'a> {
    schema: &'a str,
    sensitivity: Sensitivity,
}

impl Defaults<'_> {
    /// The table without what names columns: those ids are only known once all columns stand.
    fn table(&self, raw: &RawTable, out: &mut Vec<Diagnostic>) -> Table {
        Table {
            name: raw.name.value.clone(),
            schema: text_or(&raw.schema, self.schema),
            physical: text_or(&raw.physical, &raw.name.value),
            label: raw.label.as_ref().map_or_else(|| readable(&raw.name.value), |label| label.value.clone()),
            about: raw.about.as_ref().map(|about| about.value.clone()),
            key: Vec::new(),
            columns: raw.columns.iter().map(|column| self.column(column, out)).collect(),
            date: None,
            other_dates: Vec::new(),
            span: raw.name.span,
        }
    }

    fn column(&self, raw: &RawColumn, out: &mut Vec<Diagnostic>) -> Column {
        Column {
            name: raw.name.value.clone(),
            ty: raw.ty.as_ref().and_then(|ty| column_type(ty, out)).unwrap_or(Type::Text),
            nullable: raw.nullable,
            normalised: raw.normalised.as_ref().is_some_and(|flag| flag.value),
            label: raw.label.as_ref().map(|label| label.value.clone()),
            about: raw.about.as_ref().map(|about| about.value.clone()),
            group: raw.group.as_ref().is_some_and(|flag| flag.value),
            values: raw.values.iter().map(|value| value.value.clone()).collect(),
            sort: None,
            sensitivity: raw.sensitivity.as_ref().and_then(|text| sensitivity(text, out)).unwrap_or(self.sensitivity),
            from: raw.from.iter().map(|source| source.value.clone()).collect(),
            span: raw.name.span,
        }
    }
}

fn text_or(written: &Option<Text>, default: &str) -> String {
    written.as_ref().map_or(default, |text| &text.value).to_owned()
}

/// `order_line` as people read it: "Order line".
pub(super) fn readable(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn type_named(written: &str) -> Option<Type> {
    Type::NAMES.iter().find(|(name, _)| *name == written).map(|(_, ty)| *ty)
}

fn column_type(written: &Text, out: &mut Vec<Diagnostic>) -> Option<Type> {
    let ty = type_named(&written.value);
    if ty.is_none() {
        out.push(not_a_type(written));
    }
    ty
}

fn not_a_type(written: &Text) -> Diagnostic {
    let names: Vec<&str> = Type::NAMES.iter().map(|(name, _)| *name).collect();
    match foreign(&written.value) {
        Some(Foreign::FineDecimal { scale }) => codes::decimal_too_fine(&written.value, scale, written.span),
        Some(Foreign::Instant) => codes::point_in_time(&written.value, written.span),
        Some(Foreign::Unsupported) => codes::unsupported_type(&written.value, written.span),
        Some(Foreign::As(ty)) => codes::foreign_type(&written.value, ty.name(), written.span),
        None => codes::unknown_type(&written.value, &names, written.span),
    }
}

fn sensitivity(written: &Text, out: &mut Vec<Diagnostic>) -> Option<Sensitivity> {
    let found = Sensitivity::NAMES.iter().find(|(name, _)| *name == written.value).map(|(_, level)| *level);
    if found.is_none() {
        let names: Vec<&str> = Sensitivity::NAMES.iter().map(|(name, _)| *name).collect();
        out.push(project::unknown_choice(&written.value, "a sensitivity", &names, written.span));
    }
    found
}

/// Looks names up in the tables that stand already.
struct Names<'g, 'o> {
    gold: &'g mut Gold,
    out: &'o mut Vec<Diagnostic>,
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
    fn tables(&mut self, raw: &RawGold) {
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
    fn relationships<'a>(&mut self, raw: &'a RawGold) -> Vec<&'a RawRelationship> {
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

    fn calendar(&mut self, raw: &RawCalendar) -> Option<Calendar> {
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
    fn as_of(&mut self, written: &Text) -> Option<ColumnId> {
        let Some((table, column)) = written.value.split_once('.') else {
            self.out.push(codes::as_of_not_a_column(&written.value, written.span));
            return None;
        };
        let table = self.table(&Spanned::new(table.to_owned(), written.span))?;
        self.column(table, &Spanned::new(column.to_owned(), written.span))
    }

    fn contact(&mut self, raw: &RawContact) -> Option<Contact> {
        let table = self.table(raw.table.as_ref()?)?;
        let channel = self.column(table, raw.channel.as_ref()?)?;
        Some(Contact { table, channel })
    }
}
