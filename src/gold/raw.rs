//! `gold.yaml` as it was written: every name still text, with its place.

use crate::source::{Span, Spanned};

pub(super) type Text = Spanned<String>;

#[derive(Debug, Default)]
pub(super) struct RawGold {
    pub as_of: Option<Text>,
    pub calendar: Option<RawCalendar>,
    pub contact: Option<RawContact>,
    pub defaults: RawDefaults,
    pub tables: Vec<RawTable>,
}

#[derive(Debug, Default)]
pub(super) struct RawDefaults {
    pub schema: Option<Text>,
    pub sensitivity: Option<Text>,
}

#[derive(Debug)]
pub(super) struct RawCalendar {
    pub table: Option<Text>,
    pub day: Option<Text>,
    pub from: Option<Text>,
    pub to: Option<Text>,
    pub grains: Vec<(Text, Text)>,
    pub span: Span,
}

#[derive(Debug)]
pub(super) struct RawContact {
    pub table: Option<Text>,
    pub channel: Option<Text>,
}

#[derive(Debug)]
pub(super) struct RawTable {
    pub name: Text,
    pub label: Option<Text>,
    pub about: Option<Text>,
    pub schema: Option<Text>,
    pub physical: Option<Text>,
    pub key: Vec<Text>,
    pub to: Vec<RawRelationship>,
    pub date: Option<Text>,
    pub other_dates: Vec<Text>,
    pub columns: Vec<RawColumn>,
    /// Whether `columns:` was a map; if not, its absence has been reported.
    pub columns_read: bool,
}

/// One entry of `to:`; `role: column`, `role: { by: column }` or `role: { table: .., by: column }`.
#[derive(Debug)]
pub(super) struct RawRelationship {
    pub role: Text,
    /// The target where the role is not its name.
    pub table: Option<Text>,
    pub by: Text,
    pub active: bool,
}

#[derive(Debug)]
pub(super) struct RawColumn {
    /// Without the `?`.
    pub name: Text,
    pub nullable: bool,
    pub ty: Option<Text>,
    pub normalised: Option<Spanned<bool>>,
    pub label: Option<Text>,
    pub about: Option<Text>,
    pub group: Option<Spanned<bool>>,
    pub values: Vec<Text>,
    pub sort: Option<Text>,
    pub sensitivity: Option<Text>,
    pub from: Vec<Text>,
}

impl RawRelationship {
    /// What was written as the table it leads to: the role, unless `table:` names another.
    pub fn target(&self) -> &Text {
        self.table.as_ref().unwrap_or(&self.role)
    }
}

impl RawTable {
    /// A table of which nothing else could be read.
    pub fn named(name: &Text) -> Self {
        Self {
            name: name.clone(),
            label: None,
            about: None,
            schema: None,
            physical: None,
            key: Vec::new(),
            to: Vec::new(),
            date: None,
            other_dates: Vec::new(),
            columns: Vec::new(),
            columns_read: false,
        }
    }
}

impl RawColumn {
    /// A column of which nothing else was said.
    pub fn named(name: Text, nullable: bool) -> Self {
        Self {
            name,
            nullable,
            ty: None,
            normalised: None,
            label: None,
            about: None,
            group: None,
            values: Vec::new(),
            sort: None,
            sensitivity: None,
            from: Vec::new(),
        }
    }
}
