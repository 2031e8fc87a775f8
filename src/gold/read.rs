//! From the nodes of `gold.yaml` to [`RawGold`]: which keys there are and what shape they have.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Value};

use super::raw::{RawCalendar, RawColumn, RawContact, RawDefaults, RawGold, RawRelationship, RawTable, Text};

type Out<'a> = &'a mut Vec<Diagnostic>;

const GOLD_KEYS: [&str; 5] = ["as_of", "calendar", "contact", "defaults", "tables"];
const CALENDAR_KEYS: [&str; 5] = ["table", "day", "from", "to", "grains"];
const TABLE_KEYS: [&str; 9] = ["label", "about", "schema", "physical", "key", "to", "date", "other_dates", "columns"];
const COLUMN_KEYS: [&str; 9] =
    ["type", "normalised", "label", "about", "group", "values", "sort", "sensitivity", "from"];

pub(super) fn read(node: &Node, out: Out) -> RawGold {
    let Some(fields) = Fields::of(node, "`gold.yaml`", &GOLD_KEYS, out) else { return RawGold::default() };
    let top = Span { end: fields.span.start, ..fields.span };
    fields.required("as_of", "`gold.yaml`", top, out);
    RawGold {
        as_of: fields.text("as_of", out),
        calendar: fields.required("calendar", "`gold.yaml`", top, out).and_then(|node| calendar(node, out)),
        contact: fields.get("contact").and_then(|node| contact(node, out)),
        defaults: fields.get("defaults").and_then(|node| defaults(node, out)).unwrap_or_default(),
        tables: fields.required("tables", "`gold.yaml`", top, out).map(|node| tables(node, out)).unwrap_or_default(),
    }
}

fn defaults(node: &Node, out: Out) -> Option<RawDefaults> {
    let fields = Fields::of(node, "`defaults`", &["schema", "sensitivity"], out)?;
    Some(RawDefaults { schema: fields.text("schema", out), sensitivity: fields.text("sensitivity", out) })
}

fn calendar(node: &Node, out: Out) -> Option<RawCalendar> {
    let fields = Fields::of(node, "`calendar`", &CALENDAR_KEYS, out)?;
    for key in CALENDAR_KEYS {
        fields.required(key, "`calendar`", start_of(fields.span), out);
    }
    Some(RawCalendar {
        table: fields.text("table", out),
        day: fields.text("day", out),
        from: fields.text("from", out),
        to: fields.text("to", out),
        grains: fields.get("grains").map(|node| pairs(node, "`grains`", out)).unwrap_or_default(),
        span: fields.span,
    })
}

fn contact(node: &Node, out: Out) -> Option<RawContact> {
    let fields = Fields::of(node, "`contact`", &["table", "channel"], out)?;
    fields.required("table", "`contact`", start_of(fields.span), out);
    fields.required("channel", "`contact`", start_of(fields.span), out);
    Some(RawContact { table: fields.text("table", out), channel: fields.text("channel", out) })
}

fn pairs(node: &Node, what: &str, out: Out) -> Vec<(Text, Text)> {
    let entries = node.map(what, out).unwrap_or_default();
    entries.iter().filter_map(|(key, node)| Some((key.clone(), node.text(what, out)?))).collect()
}

fn tables(node: &Node, out: Out) -> Vec<RawTable> {
    let entries = node.map("`tables`", out).unwrap_or_default();
    entries.iter().map(|(name, node)| table(name, node, out)).collect()
}

/// A table that cannot be read is kept with its name, so that what refers to it gets no second message.
fn table(name: &Text, node: &Node, out: Out) -> RawTable {
    let what = format!("the table `{}`", name.value);
    let Some(fields) = Fields::of(node, &what, &TABLE_KEYS, out) else { return RawTable::named(name) };
    let columns = fields.required("columns", &what, name.span, out);
    RawTable {
        name: name.clone(),
        label: fields.text("label", out),
        about: fields.text("about", out),
        schema: fields.text("schema", out),
        physical: fields.text("physical", out),
        key: fields.texts("key", out),
        to: fields.get("to").map(|node| relationships(node, out)).unwrap_or_default(),
        date: fields.text("date", out),
        other_dates: fields.texts("other_dates", out),
        columns_read: columns.is_some_and(|node| matches!(node.value, Value::Map(_))),
        columns: columns.map(|node| read_columns(node, &what, out)).unwrap_or_default(),
    }
}

fn relationships(node: &Node, out: Out) -> Vec<RawRelationship> {
    let entries = node.map("`to`", out).unwrap_or_default();
    entries.iter().filter_map(|(role, node)| relationship(role, node, out)).collect()
}

fn relationship(role: &Text, node: &Node, out: Out) -> Option<RawRelationship> {
    if let Value::Scalar(by) = &node.value {
        let by = Spanned::new(by.clone(), node.span);
        return Some(RawRelationship { role: role.clone(), table: None, by, active: true });
    }
    let what = format!("the relationship `{}`", role.value);
    let fields = Fields::of(node, &what, &["table", "by", "active"], out)?;
    fields.required("by", &what, role.span, out);
    Some(RawRelationship {
        role: role.clone(),
        table: fields.text("table", out),
        active: fields.flag("active", out).is_none_or(|active| active.value),
        by: fields.text("by", out)?,
    })
}

fn read_columns(node: &Node, table: &str, out: Out) -> Vec<RawColumn> {
    let entries = node.map(&format!("`columns` of {table}"), out).unwrap_or_default();
    entries.iter().map(|(name, node)| column(name, node, out)).collect()
}

/// `name: type` or `name: { type: .., .. }`; a `?` after the name says that it may be missing.
fn column(written: &Text, node: &Node, out: Out) -> RawColumn {
    let (name, nullable) = missingness(written);
    if let Value::Scalar(ty) = &node.value {
        let ty = Some(Spanned::new(ty.clone(), node.span));
        return RawColumn { ty, ..RawColumn::named(name, nullable) };
    }
    let what = format!("the column `{}`", name.value);
    if node.value == Value::Nothing {
        out.push(codes::column_without_type(&name.value, name.span));
        return RawColumn::named(name, nullable);
    }
    let Some(fields) = Fields::of(node, &what, &COLUMN_KEYS, out) else { return RawColumn::named(name, nullable) };
    if fields.get("type").is_none() {
        out.push(codes::column_without_type(&name.value, name.span));
    }
    RawColumn {
        ty: fields.text("type", out),
        normalised: fields.flag("normalised", out),
        label: fields.text("label", out),
        about: fields.text("about", out),
        group: fields.flag("group", out),
        values: fields.texts("values", out),
        sort: fields.text("sort", out),
        sensitivity: fields.text("sensitivity", out),
        from: fields.texts("from", out),
        ..RawColumn::named(name, nullable)
    }
}

fn missingness(written: &Text) -> (Text, bool) {
    match written.value.strip_suffix('?') {
        Some(name) => (Spanned::new(name.to_owned(), Span { end: written.span.end - 1, ..written.span }), true),
        None => (written.clone(), false),
    }
}

fn start_of(span: Span) -> Span {
    Span { end: span.start, ..span }
}
