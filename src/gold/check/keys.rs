//! Keys and the relationships that lead to them, one by one.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::build::Draft;
use crate::gold::{ColumnId, Gold, Type};
use crate::source::Span;

use super::repeated;

pub(super) fn keys_tell_rows_apart(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        for (_, again) in repeated(table.raw.key.iter(), |name| name.value.to_lowercase()) {
            out.push(codes::invalid_key(&again.value, "it stands in the key twice", again.span));
        }
        for name in &table.raw.key {
            let Some(id) = draft.gold.column_named(table.id, &name.value) else { continue };
            if let Some(problem) = key_problem(draft, id) {
                out.push(codes::invalid_key(&name.value, problem, name.span));
            }
        }
    }
}

fn key_problem(draft: &Draft, id: ColumnId) -> Option<&'static str> {
    match draft.ty(id) {
        _ if draft.gold.column(id)?.nullable => Some("it may be missing"),
        Some(Type::Number | Type::Money) => Some("it is a number with decimals, and two of them are hardly ever equal"),
        Some(Type::Boolean) => Some("it tells two rows apart at most"),
        _ => None,
    }
}

/// Power BI compares text without regard to case and trailing blanks, SQL does not.
pub(super) fn joined_text_is_normalised(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let mut reported = Vec::new();
    for (id, used) in joined(draft) {
        let Some(column) = draft.gold.column(id) else { continue };
        if draft.ty(id) == Some(Type::Text) && !column.normalised && !reported.contains(&id) {
            reported.push(id);
            out.push(codes::text_key_not_normalised(&column.name, column.span, used));
        }
    }
}

/// Every column that rows are joined by, with the place that says so.
fn joined(draft: &Draft) -> Vec<(ColumnId, Span)> {
    let mut joined = Vec::new();
    for table in draft.tables() {
        let named = |name: &str| draft.gold.column_named(table.id, name);
        joined.extend(table.raw.key.iter().filter_map(|name| Some((named(&name.value)?, name.span))));
    }
    let ends = draft.gold.relationships.iter().zip(&draft.relationships);
    joined.extend(ends.map(|(relationship, raw)| (relationship.from, raw.by.span)));
    joined
}

pub(super) fn relationship_types_agree(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (relationship, raw) in draft.gold.relationships.iter().zip(&draft.relationships) {
        let (Some(from), Some(to)) = (draft.ty(relationship.from), draft.ty(relationship.to)) else { continue };
        if from != to {
            let target = qualified(&draft.gold, relationship.to);
            out.push(codes::relationship_types_differ(&raw.by.value, from.phrase(), &target, to.phrase(), raw.by.span));
        }
    }
}

fn qualified(gold: &Gold, id: ColumnId) -> String {
    let table = gold.table(id.table).map_or("?", |table| &table.name);
    let column = gold.column(id).map_or("?", |column| &column.name);
    format!("{table}.{column}")
}

pub(super) fn roles_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        for (first, again) in repeated(table.to.iter(), |relationship| relationship.role.value.to_lowercase()) {
            let name = &table.name.value;
            out.push(codes::duplicate_role(&again.role.value, name, again.role.span, first.role.span));
        }
    }
}

pub(super) fn relationships_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let relationships = draft.gold.relationships.iter().zip(&draft.relationships);
    for ((_, first), (relationship, again)) in repeated(relationships, |(ends, _)| (ends.from, ends.to)) {
        let target = draft.table_name(relationship.to.table);
        out.push(codes::duplicate_relationship(&again.by.value, target, again.role.span, first.role.span));
    }
}

/// A bare name is a column or relationship of the table at hand; it cannot be both.
pub(super) fn roles_are_no_columns(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        for role in table.to.iter().map(|relationship| &relationship.role) {
            let same = table.columns.iter().find(|column| column.name.value.eq_ignore_ascii_case(&role.value));
            if let Some(column) = same {
                out.push(codes::role_is_a_column(&role.value, &table.name.value, role.span, column.name.span));
            }
        }
    }
}

/// A policy decides about a contact point by its channel, so every row has one.
pub(super) fn contact_has_a_channel(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let (Some(contact), Some(raw)) = (draft.gold.contact, &draft.raw.contact) else { return };
    let (Some(written), Some(channel)) = (&raw.channel, draft.gold.column(contact.channel)) else { return };
    let problem = match draft.ty(contact.channel) {
        Some(ty) if ty != Type::Text => "it is not text",
        _ if channel.nullable => "it may be missing",
        _ if draft.gold.single_key(contact.table).is_none() => "its table has no key of one column",
        _ => return,
    };
    out.push(codes::contact_not_a_channel(&written.value, problem, written.span));
}
