//! The first value in which an engine and the judge differ, for `mutants/run.py`: it plants a wrong emitter and
//! asks whether the numbers tell.

use std::fs;

use serde_json::json;

use crate::engines::{dax, sql_engines};
use crate::rig::{Mismatch, Report, Trial};
use crate::trials::{compare, dirty_rule_trials, rule_trials, second, shipped};

/// What is asked, one after the other until something differs: what is cheap and tells much first.
const STAGES: [fn() -> Vec<Trial>; 5] = [
    || rule_trials(false),
    || vec![shipped(0), second(0)],
    || dirty_rule_trials(0),
    || vec![shipped(1), second(1), shipped(2), second(2)],
    || rule_trials(true),
];

/// A difference between numbers, else a failure to give one, is written to the file `CARAT_FOUND`; nothing
/// where all agree.
#[test]
#[ignore = "asked by mutants/run.py, which plants what shall differ"]
fn the_first_difference_is_told() {
    let (engines, dax) = (sql_engines(), dax());
    let path = std::env::var_os("CARAT_FOUND").expect("CARAT_FOUND names a file");
    let mut compared = 0;
    for stage in STAGES {
        let all: Vec<&dyn crate::engines::Sql> = engines.iter().map(AsRef::as_ref).collect();
        let report = compare(&stage(), &all, dax.as_ref());
        compared += report.total();
        if let Some(one) = first(&report) {
            return fs::write(path, told(one)).unwrap();
        }
    }
    fs::write(path, json!({ "compared": compared }).to_string()).unwrap();
}

fn first(report: &Report) -> Option<&Mismatch> {
    report.mismatches.iter().find(|one| !one.failed).or(report.mismatches.first())
}

fn told(one: &Mismatch) -> String {
    let Mismatch { engine, metric, asked, key, expected, got, failed, .. } = one;
    json!({ "engine": engine, "metric": metric, "asked": asked, "key": key, "expected": expected, "got": got,
            "failed": failed })
    .to_string()
}
