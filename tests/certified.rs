//! Fingerprints, certificates and the other laws of a whole project, on the shipped one and on changes to it.
#![allow(clippy::expect_used, clippy::indexing_slicing)] // A test that cannot go on says where.

#[path = "support/project.rs"]
mod project;

use std::collections::BTreeMap;

use carat::gold::Date;
use carat::model::lock::{Certifier, Lock};
use carat::model::{Fingerprints, Model};
use carat::rules;
use carat::source::FileSet;
use project::{Project, plain};

const LOCK: &str = include_str!("../metrics/certified.lock");

fn lock() -> (FileSet, Lock) {
    let mut files = FileSet::default();
    let id = files.add("certified.lock", LOCK);
    let (lock, found) = Lock::parse(&files, id);
    assert!(found.is_empty(), "{found:?}");
    (files, lock)
}

/// The fingerprint of every metric, by name.
fn fingerprints(model: &Model) -> BTreeMap<String, String> {
    let all = Fingerprints::of(model);
    let shown = |name: &String| all.metric(model.metric_named(name).expect(name)).expect(name).to_string();
    model.metrics.iter().map(|metric| (metric.head.name.clone(), shown(&metric.head.name))).collect()
}

fn fingerprint(model: &Model, name: &str) -> String {
    fingerprints(model)[name].clone()
}

/// The shipped project with one text replaced by another, which must stand in it.
fn changed(from: &str, to: &str) -> Model {
    let mut project = Project::shipped();
    assert!(project.files.iter().any(|(_, text)| text.contains(from)), "`{from}` stands nowhere");
    for (_, text) in &mut project.files {
        *text = text.replace(from, to);
    }
    let (files, model, found) = project.compile();
    let said: String = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said, "");
    model
}

fn shipped() -> Model {
    changed("metric", "metric")
}

#[test]
fn the_shipped_project_keeps_every_law() {
    let (files, model, found) = Project::shipped().compile();
    let laws = rules::check(&model);
    let said: String = found.iter().chain(&laws).map(|problem| plain(&files, problem)).collect();
    assert_eq!(said, "");
}

#[test]
fn the_fifteen_certified_metrics_mean_what_was_certified() {
    let (files, lock) = lock();
    let model = shipped();
    let found = rules::check_lock(&model, &Fingerprints::of(&model), &lock);
    let said: String = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said, "");
    assert_eq!(lock.entries.len(), 15);
}

#[test]
fn certifying_again_writes_the_same_bytes() {
    let (_, lock) = lock();
    let model = shipped();
    let ids: Vec<_> = model.metrics.iter().filter_map(|metric| model.metric_named(&metric.head.name)).collect();
    let on = Date::parse("2030-01-01").expect("a day");
    let certifier = Certifier { by: "Somebody else", on, evidence: None, note: None };
    let again = lock.certify(&model, &Fingerprints::of(&model), &ids, certifier);
    assert_eq!(again.to_text(), LOCK);
}

#[test]
fn what_changes_no_number_changes_no_fingerprint() {
    let before = fingerprints(&shipped());
    let same = [
        ("is_test = false\n    and erased_on is missing", "erased_on is missing\n    and is_test = false"),
        ("\"Customers\"", "\"All customers\""),
        ("countable", "on_record"),
        ("[\"prospect\", \"merged\"]", "[\"Merged\", \"prospect\", \"merged\"]"),
        ("label: Order status", "label: Line status"),
        ("count(customer where countable)", "count(customer where (countable and countable))"),
        ("/// Customers on record", "// a comment\n/// Whoever is on record"),
        ("schema: gold,", "schema: other,"),
        ("where countable and active)", "where active and countable)"),
    ];
    for (from, to) in same {
        assert_eq!(fingerprints(&changed(from, to)), before, "{from} -> {to}");
    }
}

#[test]
fn a_filter_written_out_is_the_filter() {
    let inline = "sum(order_line.net_amount) where status = \"completed\" over period of order_date";
    let after = changed("sum(order_line.net_amount) where completed over period of order_date", inline);
    assert_eq!(fingerprint(&shipped(), "order_value"), fingerprint(&after, "order_value"));
}

#[test]
fn a_window_is_the_condition_it_stands_for() {
    let inline = "sum(invoice.net_amount) where status = \"posted\" and invoice_date in period";
    let after = changed("sum(invoice.net_amount) where status = \"posted\" over period of invoice_date", inline);
    assert_eq!(fingerprint(&shipped(), "net_revenue"), fingerprint(&after, "net_revenue"));
}

#[test]
fn what_can_change_a_number_changes_the_fingerprint_of_all_that_read_it() {
    let before = fingerprints(&shipped());
    let different = [
        ("status not in [\"prospect\", \"merged\"]", "status not in [\"prospect\"]", "churn_rate"),
        (
            "over last 12 months of order_date)\n    or",
            "over last 13 months of order_date)\n    or",
            "active_customers",
        ),
        ("cost_amount?:  { type: money", "cost_amount:  { type: money", "customer_lifetime_value"),
        ("prior(active_customer, 12 months) and not", "prior(active_customer, 11 months) and not", "churn_rate"),
        ("\"opted_out\" wins within 7 days", "\"opted_out\" wins within 8 days", "marketable_customers"),
        ("as_of_date", "as_of_day", "net_revenue"),
        ("from: 2015-01-01", "from: 2016-01-01", "open_cases"),
    ];
    for (from, to, name) in different {
        let after = changed(from, to);
        assert_ne!(before[name], fingerprint(&after, name), "{name} after {from} -> {to}");
    }
}

#[test]
fn a_changed_filter_breaks_the_certificates_of_its_readers_and_no_other() {
    let (_, lock) = lock();
    let model = changed(
        "filter completed of order_line = status = \"completed\"",
        "filter completed of order_line = status = \"placed\"",
    );
    let found = rules::check_lock(&model, &Fingerprints::of(&model), &lock);
    let broken: Vec<&str> = found.iter().map(|problem| problem.message.split('`').nth(1).expect("a name")).collect();
    assert!(found.iter().all(|problem| problem.code.id == "changed-since-certified"));
    assert!(broken.contains(&"active_customers") && broken.contains(&"churn_rate"), "{broken:?}");
    assert!(!broken.contains(&"customers") && !broken.contains(&"open_cases"), "{broken:?}");
}
