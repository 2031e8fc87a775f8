//! Laws of a resolved project: one file per law, registered in one list.

mod certificates;
mod choices;
mod deprecation;
mod duplicates;
mod labels;
mod magnitude;
mod not_over_missing;
mod nothing;
mod power_bi;
mod sql_names;
mod unused;
mod windows;

pub use certificates::check_lock;

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::model::{Expr, Head, Model};

/// What the laws look at.
struct Facts<'m> {
    model: &'m Model,
}

type Law = fn(&Facts<'_>, &mut Vec<Diagnostic>);

const LAWS: &[Law] = &[
    duplicates::one_meaning_has_one_name,
    labels::labels_are_different,
    labels::labels_can_be_carried,
    power_bi::names_in_power_bi_differ,
    power_bi::teams_in_power_bi_differ,
    sql_names::names_in_sql_differ,
    nothing::what_is_seen_is_absent_without_data,
    windows::windows_fit_the_calendar,
    magnitude::whole_numbers_stay_in_their_bits,
    unused::what_is_hidden_is_used,
    choices::a_refusal_says_what_holds_of_a_missing_choice,
    not_over_missing::not_says_what_holds_of_the_unknown,
    deprecation::the_deprecated_is_replaced,
    certificates::the_certified_has_a_version,
    certificates::the_certified_is_a_metric,
];

/// Checks every law but those of `certified.lock`, which [`check_lock`] holds the certified metrics to. Ask it of
/// models without errors: a law says nothing sensible of what is broken.
pub fn check(model: &Model) -> Vec<Diagnostic> {
    let facts = Facts { model };
    let of_law = |law: &Law| {
        let mut found = Vec::new();
        law(&facts, &mut found);
        found
    };
    let mut found: Vec<Diagnostic> = LAWS.par_iter().with_max_len(1).flat_map_iter(of_law).collect();
    found.sort_by_key(Diagnostic::span);
    found
}

impl<'m> Facts<'m> {
    /// The head of every named definition but views.
    fn heads(&self) -> impl Iterator<Item = &'m Head> {
        let model = self.model;
        let metrics = model.metrics.iter().map(|d| &d.head);
        let filters = model.filters.iter().map(|d| &d.head);
        let segments = model.segments.iter().map(|d| &d.head);
        let policies = model.policies.iter().map(|d| &d.head);
        metrics.chain(filters).chain(segments).chain(policies).chain(model.resolves.iter().map(|d| &d.head))
    }

    /// The expressions of every definition, views and expectations included.
    fn expressions(&self) -> impl Iterator<Item = &'m Expr> {
        let model = self.model;
        let metrics = model.metrics.iter().map(|d| &d.value);
        let filters = model.filters.iter().map(|d| &d.condition);
        let segments = model.segments.iter().map(|d| &d.condition);
        let rules = model.policies.iter().flat_map(|d| &d.rules).filter_map(|rule| rule.condition.as_ref());
        let resolves = model.resolves.iter().flat_map(|d| std::iter::once(&d.value).chain(&d.condition));
        let views = model.views.iter().flat_map(|d| &d.filters).map(|filter| &filter.condition);
        let expected = model.expectations.iter().map(|d| &d.condition);
        metrics.chain(filters).chain(segments).chain(rules).chain(resolves).chain(views).chain(expected)
    }
}
