//! The laws of a gold schema. A law is one small function; each reports every place that breaks it.

mod calendar;
mod columns;
mod dates;
mod keys;
mod labels;
mod names;

pub(super) use names::{can_be_written, is_reserved};

mod paths;

use crate::diagnostics::Diagnostic;

use super::build::Draft;

type Law = fn(&Draft, &mut Vec<Diagnostic>);

const LAWS: [Law; 30] = [
    names::names_can_be_written,
    names::table_names_differ,
    names::column_names_differ,
    labels::labels_can_be_carried,
    labels::descriptions_can_be_shown,
    labels::table_labels_are_free,
    labels::table_labels_differ,
    labels::column_labels_differ,
    columns::tables_have_columns,
    columns::groupable_columns_are_present,
    columns::only_text_is_normalised,
    columns::only_text_has_values,
    columns::values_differ,
    columns::sort_columns_order,
    columns::lineage_names_a_source,
    keys::keys_tell_rows_apart,
    keys::joined_text_is_normalised,
    keys::relationship_types_agree,
    keys::roles_differ,
    keys::relationships_differ,
    keys::roles_are_no_columns,
    keys::contact_has_a_channel,
    paths::no_relationship_to_the_calendar,
    paths::no_relationship_to_itself,
    paths::no_circles,
    paths::one_active_path,
    dates::date_roles_are_dates,
    dates::calendar_filters_facts_only,
    dates::as_of_is_one_date,
    calendar::calendar_is_sound,
];

pub(super) fn check(draft: &Draft, out: &mut Vec<Diagnostic>) {
    LAWS.iter().for_each(|law| law(draft, out));
}

/// The first of two things that are the same, by a key.
fn repeated<'a, T: Copy, K: PartialEq>(items: impl Iterator<Item = T> + 'a, key: impl Fn(T) -> K) -> Vec<(T, T)> {
    let mut seen: Vec<(K, T)> = Vec::new();
    let mut pairs = Vec::new();
    for item in items {
        let this = key(item);
        match seen.iter().find(|(other, _)| *other == this) {
            Some((_, first)) => pairs.push((*first, item)),
            None => seen.push((this, item)),
        }
    }
    pairs
}
