//! A small verdict for tests.

use super::{CheckVerdict, Difference, MetricVerdict, Shown, Verdict};
use crate::model::MetricId;

/// One metric that agrees.
pub fn verdict() -> Verdict {
    let metric = MetricVerdict {
        id: MetricId(0),
        name: "revenue".into(),
        label: "Revenue | net".into(),
        fingerprint: "f00d".into(),
        sql: Some("12.5000".into()),
        dax: Some(Ok(Some("12.5".into()))),
        slices: vec!["total".into(), "customer.country".into()],
        compared: 3,
        differences: Vec::new(),
        failures: Vec::new(),
        shown: Vec::new(),
    };
    Verdict { metrics: vec![metric], engines: vec![("DuckDB".into(), "v1".into())], ..Verdict::default() }
}

/// The metric differs in one country.
pub fn disagree(verdict: &mut Verdict) {
    let difference = Difference {
        slice: 1,
        member: Some("de".into()),
        place: "customer.country = de".into(),
        sql: Some("4.0000".into()),
        dax: None,
    };
    let shown = Shown {
        why: "first",
        difference: difference.clone(),
        sql: "SELECT 4 WHERE 1 < 2".into(),
        dax: "EVALUATE { [Revenue] }".into(),
    };
    for metric in &mut verdict.metrics {
        metric.differences.push(difference.clone());
        metric.shown.push(shown.clone());
    }
}

/// A check that two rows break.
pub fn break_a_check(verdict: &mut Verdict) {
    verdict.checks.push(CheckVerdict {
        kind: "contract",
        name: "customer.id: missing".into(),
        written: None,
        breaches: 2,
        breakers: crate::verify::Breakers::Rows(2),
        rows: vec!["value: missing".into()],
        sql: "SELECT 1".into(),
    });
}
