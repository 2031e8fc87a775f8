//! Trial data, DuckDB and the numbers it gives.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{carat, json, shipped, started, started_with, stderr, stdout};

#[test]
fn trial_data_is_complete_to_a_day_of_the_calendar() {
    let folder = started();
    for day in ["1800-01-01", "2040-01-01"] {
        let output = carat(folder.path(), &["sample", "-C", "shop", "--as-of", day]);
        assert_eq!(output.status.code(), Some(2), "{day}");
        assert!(stderr(&output).contains("is no day of the calendar"), "{}", stderr(&output));
    }
}

/// A period ends with the calendar: a later as-of date would be answered with fewer days than asked for.
#[test]
fn a_question_is_of_a_day_of_the_calendar() {
    let folder = started();
    for day in ["1800-01-01", "2040-01-01"] {
        for command in [["sql", "revenue"], ["sql", "shop_scorecard"], ["run", "revenue"]] {
            let output = carat(folder.path(), &[&command, ["-C", "shop", "--as-of", day].as_slice()].concat());
            assert_eq!(output.status.code(), Some(2), "{command:?} {day}: {}", stdout(&output));
            let said = stderr(&output);
            assert!(said.contains(&format!("{day} is no day of the calendar")), "{said}");
            assert!(said.contains("`gold.yaml` has days from "), "{said}");
        }
    }
    let output = carat(folder.path(), &["sql", "revenue", "-C", "shop", "--as-of", "2026-01-31"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn more_rows_than_memory_holds_are_told_with_their_place() {
    let folder = started();
    let sample = ["sample", "-C", "shop"];
    let problem = |profile: &str| {
        fs::write(folder.path().join("shop/sample.yaml"), profile).unwrap();
        let output = carat(folder.path(), &sample);
        assert_eq!(output.status.code(), Some(2), "{profile}");
        stderr(&output)
    };
    let said = problem("tables:\n  order_line:\n    rows: 1000000000000000\n");
    assert!(said.contains("sample.yaml`:3:11: `order_line` would have about 2000000000000000000 rows"), "{said}");
    assert!(said.contains("a table has at most 100000000 rows"), "{said}");
    assert!(problem("tables: { order_line: { rows: -1 } }").contains("`rows: -1` is no number of rows, at line 1"));
}

#[test]
fn the_same_seed_writes_the_same_files() {
    let folder = started();
    let made = |out: &str| {
        let output = carat(folder.path(), &["sample", "-C", "shop", "--rows", "50", "--out", out, "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(json(&output)["tables"]["customer"], 50);
        fs::read(folder.path().join(out).join("order_line.csv")).unwrap()
    };
    assert_eq!(made("a"), made("b"));
}

#[test]
fn without_duckdb_the_hint_says_how_to_get_it() {
    let folder = started();
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["run", "-C", "shop"])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .env_remove("CARAT_DUCKDB")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("carat run --get-duckdb"), "{}", stderr(&output));
}

#[test]
fn a_duckdb_that_is_named_and_not_there_is_named_with_the_hint() {
    let folder = started();
    let data = folder.path().to_str().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["run", "-C", "shop", "--data", data])
        .current_dir(folder.path())
        .env("CARAT_DUCKDB", "no/such/duckdb")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("cannot run `no/such/duckdb`") && said.contains("CARAT_DUCKDB="), "{said}");
}

#[test]
#[cfg(unix)]
fn a_duckdb_that_answers_nothing_is_not_blamed_on_the_files() {
    let folder = started();
    assert_eq!(carat(folder.path(), &["sample", "-C", "shop", "--rows", "20"]).status.code(), Some(0));
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    // A program that starts, and ends with 1 whatever it is asked.
    command.args(["run", "-C", "shop"]).current_dir(folder.path()).env("CARAT_DUCKDB", "false");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("DuckDB stopped") && !said.contains(".csv") && !said.contains("gold.yaml"), "{said}");
}

/// The DuckDB program, where this machine has one; `.ci/run` gets it first.
fn with_duckdb() -> Option<carat::engine::DuckDb> {
    carat::engine::find(&shipped())
}

#[test]
fn without_a_name_all_metrics_are_shown_while_none_is_certified() {
    let Some(duckdb) = with_duckdb() else { return };
    let folder = started();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        command.args(arguments).args(["-C", "shop"]).current_dir(folder.path()).env("CARAT_DUCKDB", &duckdb.program);
        command.output().unwrap()
    };
    run(&["sample", "--rows", "50"]);
    let output = run(&["run"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("Customers") && stdout(&output).contains("Revenue"), "{}", stdout(&output));
    for file in fs::read_dir(folder.path().join("shop")).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "metric") {
            fs::write(file, "").unwrap();
        }
    }
    let output = run(&["run"]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("no metric to show"), "{}", stderr(&output));
}

#[test]
fn a_demo_for_machines_is_one_json_object() {
    let Some(duckdb) = with_duckdb() else { return };
    let folder = started();
    let demo = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        command.args(["demo", "-C", "shop", "--rows", "50", "--format", format]).current_dir(folder.path());
        let output = command.env("CARAT_DUCKDB", &duckdb.program).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
        output
    };
    assert!(json(&demo("json"))["rows"][0]["customers"].as_u64() > Some(0));
    assert!(stdout(&demo("human")).contains("trial data: "));
}

#[test]
fn a_name_in_any_script_finds_its_number() {
    let Some(duckdb) = with_duckdb() else { return };
    let metrics = "metric \u{130}ADE \"Returns\" = count(customer)\nmetric \u{c4}RGER \"Anger\" = count(customer where customer_id is present)\n";
    let folder = started_with(metrics);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        let output = command.args(arguments).args(["-C", "shop"]).current_dir(folder.path());
        let output = output.env("CARAT_DUCKDB", &duckdb.program).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
        output
    };
    run(&["sample", "--rows", "50"]);
    let shown = stdout(&run(&["run", "\u{130}ade", "\u{e4}rger"]));
    let values = shown.lines().filter(|line| line.starts_with("Returns") || line.starts_with("Anger"));
    assert_eq!(values.filter(|line| line.ends_with(|last: char| last.is_ascii_digit())).count(), 2, "{shown}");
    let found = json(&run(&["run", "\u{130}ADE", "\u{c4}RGER", "--format", "json"]));
    for column in ["i\u{307}ade", "\u{e4}rger"] {
        assert!(found["rows"][0][column].as_i64().is_some_and(|count| count > 0), "{found}");
    }
}

#[test]
fn numbers_of_csv_and_parquet_are_the_same() {
    let Some(duckdb) = with_duckdb() else { return };
    let folder = started();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        let output = command.args(arguments).args(["-C", "shop", "--format", "json"]).current_dir(folder.path());
        let output = output.env("CARAT_DUCKDB", &duckdb.program).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
        json(&output)
    };
    run(&["sample", "--rows", "200"]);
    let ask = ["run", "customers", "revenue", "win_back", "--by", "customer.country"];
    let csv = run(&ask);
    assert!(csv["rows"].as_array().unwrap().len() > 5, "{csv}");
    run(&["sample", "--rows", "200", "--parquet"]);
    assert!(!folder.path().join("sample/customer.csv").exists());
    let sorted = |value: &Value| {
        let mut rows: Vec<String> = value["rows"].as_array().unwrap().iter().map(Value::to_string).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&csv), sorted(&run(&ask)));
    assert_eq!(run(&["run", "shop_scorecard"])["end"], "2026-06-30");
}
