//! Sizes beyond reason get an answer or a clear message; the program never crashes, and ends soon.

#![allow(clippy::unwrap_used, reason = "a broken assumption shall stop the test")]

use std::fs;
use std::process::Command;

fn carat(folder: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_carat")).current_dir(folder).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// Every stage over a small shop with this text added: the exit code, and what was said.
fn built(text: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    carat(folder.path(), &["init", "shop"]);
    let shop = folder.path().join("shop");
    fs::write(shop.join("large.metric"), text).unwrap();
    carat(&shop, &["build"])
}

fn refused(text: &str, code: &str) {
    let (exit, said) = built(text);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains(code), "{said}");
}

fn accepted(text: &str) {
    let (exit, said) = built(text);
    assert_eq!(exit, Some(0), "{said}");
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (1..=count).map(line).collect()
}

#[test]
fn a_hundred_thousand_parentheses_are_too_deep() {
    let (open, close) = ("(".repeat(100_000), ")".repeat(100_000));
    refused(&format!("metric deep = {open}count(customer){close}\n"), "nested-too-deep");
}

#[test]
fn a_hundred_thousand_braces_are_too_deep() {
    refused(&format!("metric deep = count(customer) {{ {}", "a: {".repeat(100_000)), "nested-too-deep");
}

#[test]
fn a_file_of_fifty_megabytes_is_refused() {
    refused(&" ".repeat(50 * 1024 * 1024), "file-too-large");
}

#[test]
fn a_sum_of_hundreds_of_operands_is_built_in_every_target() {
    let sum = vec!["count(customer)"; 400].join(" + ");
    accepted(&format!("metric sum = {sum}\n"));
}

#[test]
fn a_condition_of_hundreds_of_operands_is_built_in_every_target() {
    let conditions: Vec<String> = (0..400).map(|at| format!("country = \"c{at}\"")).collect();
    accepted(&format!("metric chosen = count(customer where {})\n", conditions.join(" or ")));
}

#[test]
fn different_summands_do_not_double_what_is_written() {
    let counts: Vec<String> = (0..40).map(|at| format!("count(customer where country = \"c{at}\")")).collect();
    accepted(&format!("metric sum = {}\n", counts.join(" + ")));
}

#[test]
fn ten_thousand_metrics_on_each_other_are_too_large() {
    let chain = lines(10_000, |at| format!("metric m{at} = m{} + count(customer)\n", at - 1));
    refused(&format!("metric m0 = count(customer)\n{chain}"), "definition-too-large");
}

#[test]
fn five_thousand_filters_on_each_other_are_too_large() {
    let chain = lines(5_000, |at| format!("filter f{at} of customer = f{} and country = \"c{at}\"\n", at - 1));
    let end = "metric chosen = count(customer where f5000)\n";
    refused(&format!("filter f0 of customer = country = \"de\"\n{chain}{end}"), "definition-too-large");
}

#[test]
fn what_doubles_a_hundred_times_is_too_large() {
    let chain = lines(100, |at| format!("metric m{at} = m{} + m{}\n", at - 1, at - 1));
    refused(&format!("metric m0 = count(customer)\n{chain}"), "definition-too-large");
}
