//! Date roles and the as-of date.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::Type;
use crate::gold::build::{Draft, TableView};
use crate::gold::raw::Text;

use super::repeated;

/// Every date role with the key that names it.
fn roles<'a>(table: TableView<'a>) -> impl Iterator<Item = (&'static str, &'a Text)> {
    let active = table.raw.date.iter().map(|date| ("date", date));
    active.chain(table.raw.other_dates.iter().map(|date| ("other_dates", date)))
}

/// A role may be missing in a row: that row is then in no period.
pub(super) fn date_roles_are_dates(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        for (role, name) in roles(table) {
            let ty = draft.gold.column_named(table.id, &name.value).and_then(|id| draft.ty(id));
            if let Some(ty) = ty.filter(|ty| *ty != Type::Date) {
                out.push(codes::not_a_date(&name.value, ty.phrase(), role, name.span));
            }
        }
        for ((_, first), (_, again)) in repeated(roles(table), |(_, name)| name.value.to_lowercase()) {
            out.push(codes::date_twice(&again.value, again.span, first.span));
        }
    }
}

/// A table that others reach has no active date: else the calendar would filter them by two ways, or by a date
/// that is not theirs.
pub(super) fn calendar_filters_facts_only(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        let Some(date) = &table.raw.date else { continue };
        let reached =
            draft.gold.relationships.iter().find(|r| r.active && r.to.table == table.id && r.from.table != table.id);
        if let Some(relationship) = reached {
            let from = draft.table_name(relationship.from.table);
            out.push(codes::dated_dimension(&table.table.name, from, date.span, relationship.span));
        }
    }
}

pub(super) fn as_of_is_one_date(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let (Some(id), Some(written)) = (draft.gold.as_of, &draft.raw.as_of) else { return };
    let (Some(column), Some(table)) = (draft.gold.column(id), draft.gold.table(id.table)) else { return };
    let problem = match draft.ty(id) {
        Some(ty) if ty != Type::Date => format!("it is {}", ty.phrase()),
        _ if column.nullable => "it may be missing".to_owned(),
        _ if !table.key.is_empty() => format!("`{}` has a key, so it may have many rows", table.name),
        _ => return,
    };
    out.push(codes::invalid_as_of(&written.value, &problem, written.span));
}
