//! Tables and columns with their types, before anything refers to them.

use crate::diagnostics::{Diagnostic, codes::gold as codes, codes::project};
use crate::gold::raw::{RawColumn, RawGold, RawTable, Text};
use crate::gold::types::{Foreign, foreign, is_bare_decimal};
use crate::gold::{Column, Sensitivity, Table, Type};

const DEFAULT_SCHEMA: &str = "gold";

/// What a table or column has where it says nothing.
pub(super) struct Defaults<'a> {
    schema: &'a str,
    sensitivity: Sensitivity,
}

impl<'a> Defaults<'a> {
    /// What `defaults:` says, else the schema `gold` and the sensitivity that [`Sensitivity`] has by default.
    pub fn of(raw: &'a RawGold, out: &mut Vec<Diagnostic>) -> Self {
        let sensitivity = raw.defaults.sensitivity.as_ref().and_then(|text| sensitivity(text, out));
        let schema = raw.defaults.schema.as_ref().map_or(DEFAULT_SCHEMA, |text| &text.value);
        Self { schema, sensitivity: sensitivity.unwrap_or_default() }
    }

    /// The table without what names columns: those ids are only known once all columns stand.
    pub fn table(&self, raw: &RawTable, out: &mut Vec<Diagnostic>) -> Table {
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
fn readable(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn type_named(written: &str) -> Option<Type> {
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
        Some(_) if is_bare_decimal(&written.value) => codes::bare_decimal(&written.value, written.span),
        Some(Foreign::FineDecimal { scale }) => codes::decimal_too_fine(&written.value, scale, written.span),
        Some(Foreign::Instant) => codes::point_in_time(&written.value, written.span),
        Some(Foreign::Unsupported) => codes::unsupported_type(&written.value, written.span),
        Some(Foreign::Single) => codes::foreign_type(&written.value, Type::Number.name(), written.span),
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
