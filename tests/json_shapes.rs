//! `docs/json.md` says what every command answers with `--format json`; what they print is held against it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Map, Value, json};

/// What the page calls a row and a value of `carat diff`, which stand in it often.
const NAMED: [(&str, &str); 2] = [
    ("value", r#"{ "exact?": "text", "shown": "text" }"#),
    ("row", r#"{ "name": "text", "before?": "value", "after?": "value", "difference?": "value" }"#),
];
const WITH_DUCKDB: [&str; 3] = ["run revenue", "verify", "--data"];

fn carat(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    if let Some(duckdb) = carat::engine::find(Path::new(".")) {
        command.env("CARAT_DUCKDB", fs::canonicalize(&duckdb.program).unwrap_or(duckdb.program));
    }
    command.args(arguments).current_dir(folder).env("CARAT_DAX_PYTHON", "no-such-python").output().unwrap()
}

/// Command and shape of each block of the page.
fn blocks(page: &str) -> Vec<(String, Value)> {
    let blocks = page.split("```shape\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let read = |block: &str| {
        let (command, shape) = block.split_once('\n').unwrap();
        let shape = serde_json::from_str(shape).unwrap_or_else(|error| panic!("{command}: {error}"));
        (command.strip_prefix("$ carat ").unwrap().to_owned(), shape)
    };
    blocks.map(read).collect()
}

/// The projects and files that the page's commands name.
fn scene(folder: &Path) {
    let run = |arguments: &[&str]| assert_eq!(carat(folder, arguments).status.code(), Some(0), "{arguments:?}");
    for project in ["shop", "old", "broken", "certified"] {
        run(&["init", project]);
    }
    run(&["sample", "-C", "shop", "--rows", "60", "--out", "data"]);
    let change = |project: &str, from: &str, to: &str| {
        let path = folder.join(project).join("shop.metric");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(&path, text.replace(from, to)).unwrap();
    };
    change("old", "status = \"completed\"", "status = \"cancelled\"");
    change("old", "last 24 months", "last 36 months");
    change("broken", "count(customer where on_record)", "count(custmer where on_record)");
    change("certified", "folder: \"Sales\"", "folder: \"Sales\"  status: certified  version: 1");
    fs::write(folder.join("shop/untidy.metric"), "metric   many=count( customer )\n").unwrap();
    let lake = "CREATE TABLE gold.customer (customer_id VARCHAR(20) NOT NULL PRIMARY KEY, closed_on DATE);";
    fs::write(folder.join("lake.sql"), lake).unwrap();
}

/// Where a value is not of its shape.
fn misfit(value: &Value, shape: &Value, at: &str) -> Option<String> {
    let no = |what: &str| Some(format!("{at}: {value} is no {what}"));
    match (shape, value) {
        (Value::String(name), _) => match (name.as_str(), NAMED.iter().find(|(known, _)| known == name)) {
            (_, Some((_, shape))) => misfit(value, &serde_json::from_str(shape).unwrap(), at),
            ("any", _) => None,
            ("text", _) if value.is_string() => None,
            ("integer", _) if value.is_i64() => None,
            ("number", _) if value.is_number() => None,
            ("boolean", _) if value.is_boolean() => None,
            _ => no(name),
        },
        (Value::Array(of), Value::Array(all)) => {
            all.iter().enumerate().find_map(|(n, one)| misfit(one, &of[0], &format!("{at}[{n}]")))
        }
        (Value::Object(shape), Value::Object(fields)) if shape.contains_key("*") => {
            fields.iter().find_map(|(key, one)| misfit(one, &shape["*"], &format!("{at}.{key}")))
        }
        (Value::Object(shape), Value::Object(fields)) => misfit_of_fields(fields, shape, at),
        _ => no("such thing"),
    }
}

fn misfit_of_fields(fields: &Map<String, Value>, shape: &Map<String, Value>, at: &str) -> Option<String> {
    let plain = |key: &String| key.trim_end_matches('?').to_owned();
    if let Some(more) = fields.keys().find(|key| !shape.keys().any(|known| plain(known) == **key)) {
        return Some(format!("{at}: the page does not know `{more}`"));
    }
    shape.iter().find_map(|(key, of)| {
        let at = format!("{at}.{}", plain(key));
        match fields.get(&plain(key)) {
            None => Some(format!("{at} is not there")),
            Some(Value::Null) if key.ends_with('?') => None,
            Some(value) => misfit(value, of, &at),
        }
    })
}

#[test]
fn every_command_answers_as_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    scene(folder.path());
    let without_duckdb = carat::engine::find(Path::new(".")).is_none();
    for (command, shape) in blocks(include_str!("../docs/json.md")) {
        if without_duckdb && WITH_DUCKDB.iter().any(|part| command.contains(part)) {
            eprintln!("skipped without DuckDB: {command}");
            continue;
        }
        let output = carat(folder.path(), &command.split(' ').collect::<Vec<_>>());
        let value: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{command}: {error} {output:?}"));
        assert_eq!(misfit(&value, &shape, "answer"), None, "{command}");
        let lists = value.as_object().unwrap().iter().filter(|(key, _)| *key != "removed" && *key != "dropped");
        let empty: Vec<_> = lists.filter(|(_, one)| **one == json!([])).map(|(key, _)| key).collect();
        assert!(empty.is_empty() || command.starts_with("gold"), "{command} shows nothing of {empty:?}");
    }
}

#[test]
fn the_page_has_every_command() {
    let page = include_str!("../docs/json.md");
    let help = String::from_utf8(carat(Path::new("."), &["--help"]).stdout).unwrap();
    let commands = help.split_once("Commands:\n").unwrap().1.split("\n\n").next().unwrap();
    for command in commands.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(page.contains(&format!("carat {command}")), "{command}");
    }
}

#[test]
fn a_change_of_the_answer_is_noticed() {
    let shape = json!({ "a": "integer", "b?": ["text"] });
    assert_eq!(misfit(&json!({ "a": 1, "b": null }), &shape, "x"), None);
    assert!(misfit(&json!({ "a": "1", "b": [] }), &shape, "x").is_some());
    assert!(misfit(&json!({ "a": 1 }), &shape, "x").is_some());
    assert!(misfit(&json!({ "a": 1, "b": [1] }), &shape, "x").is_some());
    assert!(misfit(&json!({ "a": 1, "b": [], "c": 1 }), &shape, "x").is_some());
}

/// The same question over the same data is the same text, whatever order the engine finds rows in.
#[test]
fn rows_stand_in_one_order() {
    if carat::engine::find(Path::new(".")).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    scene(folder.path());
    let ask = ["run", "revenue", "--by", "customer.country", "--grain", "month", "-C", "shop", "--data", "data"];
    let answer = || carat(folder.path(), &[&ask[..], &["--format", "json"]].concat()).stdout;
    let first = answer();
    assert!((0..3).all(|_| answer() == first));
    let rows = serde_json::from_slice::<Value>(&first).unwrap()["rows"].as_array().unwrap().clone();
    let keys: Vec<(Option<String>, i64)> = rows
        .iter()
        .map(|row| (row["country"].as_str().map(str::to_owned), row["month_index"].as_i64().unwrap()))
        .collect();
    assert!(keys.len() > 20 && keys.is_sorted(), "{keys:?}");
}
