//! Chains of relationships: no circles, and one active way from a table to another.

use std::collections::VecDeque;

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::build::Draft;
use crate::gold::{Gold, RelationshipId, TableId};
use crate::source::Span;

pub(super) fn no_relationship_to_the_calendar(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let Some(calendar) = &draft.gold.calendar else { return };
    for (relationship, raw) in draft.gold.relationships.iter().zip(&draft.relationships) {
        if relationship.to.table == calendar.table {
            out.push(codes::relationship_to_calendar(&raw.target().value, &raw.by.value, raw.role.span));
        }
    }
}

pub(super) fn no_relationship_to_itself(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for relationship in draft.gold.relationships.iter().filter(|r| r.from.table == r.to.table) {
        let table = draft.table_name(relationship.from.table);
        out.push(codes::relationship_to_itself(table, &relationship.role, relationship.span));
    }
}

/// Each circle is reported once, at the table of it that stands first in the file.
pub(super) fn no_circles(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        let Some(circle) = shortest_circle(&draft.gold, table.id) else { continue };
        let tables: Vec<TableId> = targets(&draft.gold, &circle).collect();
        if tables.iter().all(|other| *other >= table.id) {
            let names: Vec<&str> = std::iter::once(table.id).chain(tables).map(|id| draft.table_name(id)).collect();
            out.push(codes::relationship_cycle(&names, last_place(&draft.gold, &circle)));
        }
    }
}

fn targets<'a>(gold: &'a Gold, path: &'a [RelationshipId]) -> impl Iterator<Item = TableId> + 'a {
    path.iter().filter_map(|id| Some(gold.relationship(*id)?.to.table))
}

fn last_place(gold: &Gold, path: &[RelationshipId]) -> Span {
    let last = path.last().and_then(|id| gold.relationship(*id));
    last.map_or_else(|| Span::new(crate::source::FileId(0), 0, 0), |relationship| relationship.span)
}

fn shortest_circle(gold: &Gold, table: TableId) -> Option<Vec<RelationshipId>> {
    let first = active(gold, table);
    let circles = first.filter_map(|(id, next)| {
        let back = reach(gold, next, None).into_iter().find(|(reached, _)| *reached == table)?.1;
        Some(std::iter::once(id).chain(back).collect::<Vec<_>>())
    });
    circles.min_by_key(Vec::len)
}

/// The active relationships of a table to other tables, with where they lead.
fn active(gold: &Gold, table: TableId) -> impl Iterator<Item = (RelationshipId, TableId)> {
    let others = gold.leaving(table).filter(move |(_, r)| r.active && r.to.table != table);
    others.map(|(id, relationship)| (id, relationship.to.table))
}

/// Every table that active relationships reach from `table`, nearest first, with the way; not by way of `without`.
fn reach(gold: &Gold, table: TableId, without: Option<TableId>) -> Vec<(TableId, Vec<RelationshipId>)> {
    let mut queue = VecDeque::from([(table, Vec::new())]);
    let mut reached: Vec<(TableId, Vec<RelationshipId>)> = Vec::new();
    while let Some((at, way)) = queue.pop_front() {
        if Some(at) == without || reached.iter().any(|(known, _)| *known == at) {
            continue;
        }
        let onwards = active(gold, at).map(|(id, next)| (next, [way.as_slice(), &[id]].concat()));
        queue.extend(onwards);
        reached.push((at, way));
    }
    reached
}

/// Of two relationships that leave a table, the ways behind them must not meet again.
pub(super) fn one_active_path(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        let leaving: Vec<_> = active(&draft.gold, table.id).collect();
        for (at, second) in leaving.iter().enumerate() {
            for first in leaving.iter().take(at) {
                if let Some((one, other)) = meeting(&draft.gold, table.id, *first, *second) {
                    report(draft, table.id, &one, &other, out);
                }
            }
        }
    }
}

type Way = Vec<RelationshipId>;

fn meeting(
    gold: &Gold,
    from: TableId,
    first: (RelationshipId, TableId),
    second: (RelationshipId, TableId),
) -> Option<(Way, Way)> {
    let others = reach(gold, second.1, Some(from));
    let met = |(table, way): (TableId, Way)| {
        let other = others.iter().find(|(reached, _)| *reached == table)?;
        Some(([&[first.0], way.as_slice()].concat(), [&[second.0], other.1.as_slice()].concat()))
    };
    reach(gold, first.1, Some(from)).into_iter().find_map(met)
}

fn report(
    draft: &Draft,
    from: TableId,
    first: &[RelationshipId],
    second: &[RelationshipId],
    out: &mut Vec<Diagnostic>,
) {
    let roles = |way: &[RelationshipId]| -> Vec<&str> {
        way.iter().filter_map(|id| Some(draft.gold.relationship(*id)?.role.as_str())).collect()
    };
    let place = |way: &[RelationshipId]| last_place(&draft.gold, way.get(..1).unwrap_or_default());
    let to = targets(&draft.gold, first).last().unwrap_or(from);
    let (from, to) = (draft.table_name(from), draft.table_name(to));
    out.push(codes::two_active_paths(from, to, &roles(first), &roles(second), place(first), place(second)));
}
