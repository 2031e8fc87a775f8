//! A project is started, checked and told of.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{carat, json, shipped, started, started_with, stderr, stdout};

#[test]
fn the_shipped_project_has_no_findings() {
    let output = carat(&shipped(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("8 segments"), "{}", stdout(&output));
}

#[test]
fn a_project_without_findings_is_told_so_in_markdown_too() {
    let folder = started();
    let check = |format: &str| stdout(&carat(folder.path(), &["check", "shop", "--format", format]));
    assert!(check("markdown").ends_with("nothing is wrong\n"), "{}", check("markdown"));
    assert_eq!(check("markdown"), check("human"));
}

#[test]
fn a_started_project_has_no_findings() {
    let folder = started();
    let output = carat(folder.path(), &["check", "shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let output = carat(folder.path(), &["fmt", "--diff", "shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_project_is_never_started_over_another() {
    let folder = started();
    let output = carat(folder.path(), &["init", "shop"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("exists already"));
}

#[test]
fn findings_end_with_one_and_stand_in_every_format() {
    let folder = started_with("metric x = count(custmer)\n");
    let shown = |format: &str| {
        let output = carat(folder.path(), &["check", "shop", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        stdout(&output)
    };
    assert!(shown("human").contains("did you mean `customer`?"));
    assert!(shown("github").starts_with("::error title="));
    assert!(shown("azure").starts_with("##vso[task.logissue type=error;"));
    assert!(shown("junit").contains("<failure type="));
    let sarif: Value = serde_json::from_str(&shown("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
    let found: Value = serde_json::from_str(&shown("json")).unwrap();
    assert_eq!(found["diagnostics"][0]["labels"][0]["path"], "more.metric");
    assert_eq!(found["diagnostics"][0]["labels"][0]["line"], 1);
}

#[test]
fn the_errors_of_every_file_are_shown_in_one_run() {
    let folder = started_with("metric x = count(custmer)\n");
    fs::write(
        folder.path().join("shop/other.metric"),
        "metric = \nmetric y = sum(order_line.net_amont) over period of order_date\n",
    )
    .unwrap();
    let found = json(&carat(folder.path(), &["check", "shop", "--format", "json"]));
    let paths: Vec<&str> =
        found["diagnostics"].as_array().unwrap().iter().map(|d| d["labels"][0]["path"].as_str().unwrap()).collect();
    assert!(
        paths.contains(&"more.metric") && paths.iter().filter(|path| **path == "other.metric").count() >= 2,
        "{paths:?}"
    );
}

/// The codes of what `carat check` says, in order.
fn codes(folder: &Path, project: &str) -> Vec<String> {
    let found = json(&carat(folder, &["check", project, "--format", "json"]));
    let diagnostics = found["diagnostics"].as_array().unwrap();
    diagnostics.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_schema_outside_the_project_is_never_read() {
    let folder = started();
    fs::write(folder.path().join("secret"), "root: secret\n\tline\n").unwrap();
    let settings = folder.path().join("shop/carat.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    let outside = folder.path().join("secret").display().to_string();
    for path in ["../secret", "./../secret", "a/../../secret", "../shop/../secret", &outside] {
        fs::write(&settings, text.replace("gold: gold.yaml", &format!("gold: {path}"))).unwrap();
        let output = carat(folder.path(), &["check", "shop"]);
        assert_eq!(codes(folder.path(), "shop"), ["invalid-file-path"], "{path}: {}", stdout(&output));
        assert!(!(stdout(&output) + &stderr(&output)).contains("root:"), "{path}");
    }
}

#[test]
fn a_schema_that_cannot_be_read_is_one_mistake_and_hides_no_other() {
    let folder = started_with("metric odd = count(\n");
    let schema = folder.path().join("shop/gold.yaml");
    let text = fs::read_to_string(&schema).unwrap();
    assert_eq!(codes(folder.path(), "shop"), ["unclosed-bracket"]);
    fs::write(&schema, text.replacen("    columns:", "\tcolumns:", 1)).unwrap();
    assert_eq!(codes(folder.path(), "shop"), ["invalid-yaml", "unclosed-bracket"]);
    fs::remove_file(&schema).unwrap();
    assert_eq!(codes(folder.path(), "shop"), ["unreadable-file", "unclosed-bracket"]);
}

#[test]
fn an_alias_inside_what_it_names_is_told_in_the_words_of_yaml() {
    let folder = started();
    fs::write(folder.path().join("shop/gold.yaml"), "tables: &all\n  a: *all\n").unwrap();
    let text = stdout(&carat(folder.path(), &["check", "shop"]));
    assert!(text.contains("invalid-yaml") && text.contains("an alias `*name` stands inside"), "{text}");
}

/// The query of an expectation defines a measure of that name.
#[test]
fn a_metric_is_not_called_like_a_measure_of_the_programs_own() {
    for label in ["Period end", "broken expectation"] {
        let folder = started_with(&format!("/// Customers.\nmetric other \"{label}\" = count(customer)\n"));
        let output = carat(folder.path(), &["check", "shop"]);
        assert_eq!(output.status.code(), Some(1), "{label}");
        assert!((stdout(&output) + &stderr(&output)).contains("name-of-the-period"), "{label}");
    }
}
