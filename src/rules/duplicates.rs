//! Two metrics, or two filters of one table, with the same fingerprint are the same.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::gold::TableId;
use crate::model::{Definition, FilterId, Fingerprint, Fingerprints, Head, MetricId};

use super::Facts;

pub(super) fn one_meaning_has_one_name(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    // The one law that asks for fingerprints: the others are checked meanwhile.
    let fingerprints = Fingerprints::of(facts.model);
    let mut first: BTreeMap<(&Fingerprint, Option<TableId>), &Head> = BTreeMap::new();
    let metrics = facts.model.metrics.iter().zip(0..).map(|(d, id)| (&d.head, Definition::Metric(MetricId(id)), None));
    let filters =
        facts.model.filters.iter().zip(0..).map(|(d, id)| (&d.head, Definition::Filter(FilterId(id)), Some(d.table)));
    for (head, definition, table) in metrics.chain(filters) {
        let Some(fingerprint) = fingerprints.get(definition) else { continue };
        match first.entry((fingerprint, table)) {
            Entry::Occupied(known) => found.push(codes::duplicate_meaning(head, known.get())),
            Entry::Vacant(place) => drop(place.insert(head)),
        }
    }
}
