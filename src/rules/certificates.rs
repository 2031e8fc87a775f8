//! A certificate is bound to a meaning: the badge cannot outlive the definition (docs/review.md).

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::lock::Lock;
use crate::model::{Fingerprint, Fingerprints, Metric, MetricId, Model, Status};

use super::Facts;

pub(super) fn the_certified_has_a_version(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let metrics = facts.model.metrics.iter().map(|metric| &metric.head);
    for head in metrics.filter(|head| head.about.status == Status::Certified) {
        if head.about.version.is_none() {
            found.push(codes::certified_without_version(head));
        }
    }
}

/// The lock is of metrics: what has no entry there would keep its badge whatever became of its meaning.
pub(super) fn the_certified_is_a_metric(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let model = facts.model;
    let others = [
        ("a filter", model.filters.iter().map(|one| &one.head).collect::<Vec<_>>()),
        ("a segment", model.segments.iter().map(|one| &one.head).collect()),
        ("a policy", model.policies.iter().map(|one| &one.head).collect()),
        ("a resolve", model.resolves.iter().map(|one| &one.head).collect()),
        ("a view", model.views.iter().map(|one| &one.head).collect()),
    ];
    for (what, heads) in others {
        let certified = heads.into_iter().filter(|head| head.about.status == Status::Certified);
        found.extend(certified.map(|head| codes::certified_is_no_metric(head, what)));
    }
}

/// Holds the certified metrics of a model without errors to `certified.lock`.
pub fn check_lock(model: &Model, fingerprints: &Fingerprints, lock: &Lock) -> Vec<Diagnostic> {
    let certified = |metric: &&Metric| metric.head.about.status == Status::Certified;
    let mut found = Vec::new();
    for (metric, id) in model.metrics.iter().zip(0..) {
        if certified(&metric)
            && let Some(fingerprint) = fingerprints.metric(MetricId(id))
        {
            found.extend(mismatch(metric, fingerprint, lock));
        }
    }
    for (name, entry) in &lock.entries {
        let known = model.metrics.iter().filter(certified).any(|metric| metric.head.name == *name);
        if let (false, Some(span)) = (known, entry.span) {
            found.push(codes::lock_of_nothing(name, span));
        }
    }
    found
}

/// What a certified metric and its entry do not agree on.
fn mismatch(metric: &Metric, fingerprint: &Fingerprint, lock: &Lock) -> Option<Diagnostic> {
    let head = &metric.head;
    let Some(entry) = lock.entries.get(&head.name) else { return Some(codes::not_yet_certified(head)) };
    let place = entry.span.unwrap_or(head.name_span);
    if entry.fingerprint != *fingerprint {
        let (now, then) = (fingerprint.to_string(), entry.fingerprint.to_string());
        return Some(codes::changed_since_certified(head, &now, &then, place));
    }
    let version = head.about.version.filter(|version| *version != entry.version)?;
    Some(codes::version_since_certified(head, version, entry.version, place))
}
