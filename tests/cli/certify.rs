//! Certificates.

use std::fs;

use super::{carat, started, started_with, stderr, stdout};

#[test]
fn a_certificate_is_bound_to_the_meaning() {
    let folder = started_with(
        "metric returns \"Returns\" = count(order_line where status = \"cancelled\" over period of order_date)\n{ status: certified  version: 1 }\n",
    );
    let run = |arguments: &[&str]| carat(folder.path(), &[arguments, &["-C", "shop"]].concat());
    assert!(stdout(&run(&["check"])).contains("carat certify returns"));
    let certified = run(&["certify", "returns", "--by", "Data Office", "--on", "2026-01-31"]);
    assert_eq!(certified.status.code(), Some(0), "{}", stderr(&certified));
    assert_eq!(run(&["check"]).status.code(), Some(0));
    let path = folder.path().join("shop/more.metric");
    let changed = fs::read_to_string(&path).unwrap().replace("cancelled", "completed");
    fs::write(&path, changed).unwrap();
    assert_eq!(run(&["check"]).status.code(), Some(1));
}

#[test]
fn a_metric_that_does_not_ask_is_not_certified() {
    let folder = started();
    let output = carat(folder.path(), &["certify", "revenue", "--by", "me", "-C", "shop"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("status: certified"));
}
