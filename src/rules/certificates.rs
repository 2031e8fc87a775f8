//! A certificate is bound to a meaning: the badge cannot outlive the definition (docs/review.md).

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::lock::Lock;
use crate::model::{Definition, Fingerprint, Fingerprints, Metric, MetricId, Model, Status};

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
    let others = model.definitions().filter(|one| !matches!(one, Definition::Metric(_)));
    let others = others.filter_map(|one| Some((model.head(one)?, one.kind())));
    let views = model.views.iter().map(|view| (&view.head, "view"));
    let certified = others.chain(views).filter(|(head, _)| head.about.status == Status::Certified);
    found.extend(certified.map(|(head, kind)| codes::certified_is_no_metric(head, kind)));
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
