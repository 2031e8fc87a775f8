//! Names in a database: signs that they do not carry are one sign, and what is left must still differ.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::target as codes;
use crate::emit::sql::made;
use crate::model::Head;

use super::Facts;

pub(super) fn names_in_sql_differ(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let views = facts.model.views.iter().map(|view| &view.head).flat_map(|head| {
        let view = made::view(head);
        [(head, made::stored(&view)), (head, view)]
    });
    let segments = facts.model.segments.iter().flat_map(|segment| {
        let members = segment.activation.as_ref().map(|_| made::members(&segment.head));
        members.into_iter().chain([made::funnel(&segment.head)]).map(|name| (&segment.head, name))
    });
    let mut first: BTreeMap<String, &Head> = BTreeMap::new();
    let mut told: Option<&Head> = None;
    for (head, name) in views.chain(segments) {
        match first.entry(name) {
            Entry::Occupied(known) if told.is_none_or(|told| told.name != head.name) => {
                told = Some(head);
                found.push(codes::same_name_in_sql(head, known.get(), known.key()));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => drop(place.insert(head)),
        }
    }
}
