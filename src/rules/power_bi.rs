//! Names of the Power BI model: signs that it does not carry are dropped, and what is left must still differ.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::target as codes;
use crate::emit::dax::book::OWN;
use crate::emit::names::{object_name, perspective_name, words};
use crate::model::Head;

use super::Facts;

pub(super) fn names_in_power_bi_differ(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let metrics = facts.model.metrics.iter().map(|metric| &metric.head);
    let segments = facts.model.segments.iter().map(|segment| &segment.head);
    let mut first: BTreeMap<String, &Head> = BTreeMap::new();
    for head in metrics.chain(segments) {
        let name = object_name(&head.label);
        if is_carats_own(&name) {
            found.push(codes::name_of_the_period(&head.label, head.name_span));
        }
        match first.entry(name.to_lowercase()) {
            // Two equal labels have their own message.
            Entry::Occupied(known) if known.get().label.eq_ignore_ascii_case(&head.label) => {}
            Entry::Occupied(known) => found.push(codes::same_name_in_power_bi(head, known.get(), &name)),
            Entry::Vacant(place) => drop(place.insert(head)),
        }
    }
    found.extend(calendar_columns(facts));
}

/// A perspective is made of each team, and of those whose names differ in case, blanks and `_` alone one is meant.
pub(super) fn teams_in_power_bi_differ(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let metrics = facts.model.metrics.iter().map(|metric| &metric.head);
    let heads = metrics.chain(facts.model.segments.iter().map(|segment| &segment.head));
    let shown = heads.filter(|head| head.about.is_shown());
    let mut first: BTreeMap<String, (&str, &Head)> = BTreeMap::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for (team, head) in shown.flat_map(|head| head.about.teams.iter().map(move |team| (team.as_str(), head))) {
        let name = perspective_name(team);
        let known = *first.entry(name.to_lowercase()).or_insert((team, head));
        if !name.is_empty() && read(team) != read(known.0) && told.insert(read(team)) {
            found.push(codes::same_team_in_power_bi((team, head), known, &name));
        }
    }
}

/// A team's name without what makes no other team of it.
fn read(team: &str) -> String {
    words(team).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The measures that say which days are asked for stand in the calendar's table.
fn calendar_columns(facts: &Facts<'_>) -> Option<Diagnostic> {
    let gold = &facts.model.gold;
    let columns = &gold.table(gold.calendar.as_ref()?.table)?.columns;
    let shown = |column: &crate::gold::Column| object_name(column.label.as_ref().unwrap_or(&column.name));
    let column = columns.iter().find(|column| is_carats_own(&shown(column)))?;
    Some(codes::name_of_the_period(&shown(column), column.span))
}

fn is_carats_own(name: &str) -> bool {
    OWN.iter().any(|own| own.eq_ignore_ascii_case(name))
}
