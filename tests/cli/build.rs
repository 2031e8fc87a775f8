//! What is written, kept and removed.

use std::fs;

use serde_json::Value;

use super::{carat, json, shipped, started, started_with, stderr};

#[test]
fn every_file_of_sql_says_what_its_numbers_mean_and_of_which_version() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    assert_eq!(carat(&shipped(), &["build", "--out", &out]).status.code(), Some(0));
    let file = |path: &str| fs::read_to_string(folder.path().join("out/sql/duckdb").join(path)).unwrap();
    let net = "-- net_revenue: Posted invoices less credit notes";
    for path in ["headline.sql", "views/sales_scorecard.sql", "expectations.sql"] {
        let text = file(path);
        let line = text.lines().find(|line| line.starts_with(net)).unwrap_or_else(|| panic!("{path}: {text}"));
        assert!(line.contains("version 1, fingerprint "), "{path}: {line}");
    }
    assert!(
        file("expectations.sql").contains("-- opt_out_rate_1, every month\n-- expect opt_out_rate between 0 and 0.2\n")
    );
}

#[test]
fn a_second_build_writes_nothing_and_a_smaller_one_removes_what_is_no_part_of_it() {
    let folder = started();
    let build = || json(&carat(folder.path(), &["build", "shop", "--format", "json"]));
    let first = build();
    assert!(first["written"].as_array().unwrap().len() > 20, "{first}");
    let again = build();
    assert_eq!(again["written"], Value::Array(vec![]));
    assert_eq!(again["unchanged"], first["written"].as_array().unwrap().len());
    fs::write(folder.path().join("build/notes.txt"), "mine").unwrap();
    let settings = folder.path().join("shop/carat.yaml");
    let fewer = fs::read_to_string(&settings).unwrap().replace("[fabric, spark, duckdb, postgres]", "[duckdb]");
    fs::write(&settings, fewer).unwrap();
    assert!(build()["removed"].as_array().unwrap().len() > 3);
    assert!(!folder.path().join("build/sql/spark").exists());
    assert!(folder.path().join("build/notes.txt").exists());
}

#[test]
fn a_project_with_errors_builds_nothing() {
    let folder = started_with("metric x = count(custmer)\n");
    let output = carat(folder.path(), &["build", "shop"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("custmer") && !folder.path().join("build").exists());
}
