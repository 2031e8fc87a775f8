//! Definitions that read well and mean nothing: what is said about them.
//!
//! Each file of `tests/cases/broken_meaning` holds cases, `=== a sentence` and below it definitions over the schema
//! `docs/errors/gold.yaml`; its snapshot holds every message.
#![allow(clippy::expect_used, clippy::indexing_slicing)] // A test that cannot go on says where.

#[path = "support/project.rs"]
mod project;
#[path = "support/shop.rs"]
mod shop;

use std::fmt::Write as _;
use std::fs;

use project::{Project, plain};
use shop::Shop;

const GUARDED: &str = "\
language: 1
project: shop
gold: gold.yaml
currency: EUR
targets: { sql: [duckdb] }
policies:
  marketing: { email: marketing_consent, sms: marketing_consent }
";

#[test]
fn the_shipped_project_has_a_meaning() {
    let (files, model, found) = Project::shipped().compile();
    let said: String = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said, "");
    assert_eq!((model.metrics.len(), model.segments.len(), model.policies.len()), (34, 8, 2));
}

fn check(name: &str, settings: Option<&str>) {
    let text = fs::read_to_string(format!("tests/cases/broken_meaning/{name}.cases")).expect(name);
    let mut report = String::new();
    for case in text.split("=== ").skip(1) {
        let (title, definitions) = case.split_once('\n').expect("a case has text");
        let (files, found) = Shop { settings, definitions: Some(definitions), ..Shop::default() }.check();
        assert!(!found.is_empty(), "nothing is said about {title}");
        let said: String = found.iter().map(|problem| plain(&files, problem)).collect();
        writeln!(report, "=== {title}\n{}\n\n{said}", definitions.trim_end()).expect("memory");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("meaning_{name}"), report));
}

#[test]
fn names_and_paths_that_lead_nowhere_are_told() {
    check("names", None);
}

#[test]
fn what_is_expected_needs_months_to_be_checked_in_and_says_so_once() {
    let gold = include_str!("../docs/errors/gold.yaml").replace("month: month_index, ", "");
    let definitions = "metric buyers = count(customer)\nexpect buyers >= 0\nexpect buyers < 9 by customer.country\n";
    let (files, found) = Shop { gold: Some(&gold), definitions: Some(definitions), ..Shop::default() }.check();
    let said: Vec<String> = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("checked in every month, and the calendar has no grain `month`"), "{said:?}");
    assert!(said[0].contains("2:1 `expect buyers >= 0`"), "{said:?}");
}

#[test]
fn a_grain_that_is_written_as_its_column_is_told_how_it_is_called() {
    let gold = include_str!("../docs/errors/gold.yaml")
        .replace("year: year }", "year: year, fiscal year: fiscal_year }")
        .replace("month_index: integer\n", "month_index: integer\n      fiscal_year: { type: integer, group: true }\n");
    let definitions =
        "metric buyers = count(customer)\nview v = [buyers] by fiscal_year\nview w = [buyers] by FiscalYear\n";
    let (files, found) = Shop { gold: Some(&gold), definitions: Some(definitions), ..Shop::default() }.check();
    let said: Vec<String> = found.iter().map(|problem| plain(&files, problem)).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    let help = "help: write the grain `fiscal year`; in a shell `--grain \"fiscal year\"`";
    assert!(said.iter().all(|message| message.contains(help)), "{said:?}");
}

#[test]
fn values_that_do_not_go_together_are_told() {
    check("types", None);
}

#[test]
fn aggregates_of_no_rows_or_of_too_many_are_told() {
    check("grain", None);
}

#[test]
fn policies_that_leave_something_to_chance_are_told() {
    check("consent", Some(GUARDED));
}

#[test]
fn views_and_braces_that_do_not_fit_are_told() {
    check("about", None);
}

#[test]
fn laws_of_a_whole_project_that_are_broken_are_told() {
    check("laws", None);
}
