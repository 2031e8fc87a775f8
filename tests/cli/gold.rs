//! Schemas drafted from scripts and held against them.

use std::fs;

use serde_json::Value;

use super::{carat, json, shipped, started, stderr, stdout};

#[test]
fn drift_names_the_metrics_it_touches() {
    let folder = started();
    fs::write(
        folder.path().join("lake.sql"),
        "CREATE TABLE gold.customer (customer_id VARCHAR(20) NOT NULL PRIMARY KEY, country VARCHAR(2) NOT NULL, closed_on DATE);",
    )
    .unwrap();
    let output = carat(folder.path(), &["gold", "check", "lake.sql", "-C", "shop", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let drift = json(&output)["drift"].as_array().unwrap().clone();
    let since = drift.iter().find(|d| d["column"] == "customer_since").unwrap_or_else(|| panic!("{drift:?}"));
    assert!(since["touches"].as_array().unwrap().iter().any(|name| name == "active_customers"));
}

#[test]
fn a_schema_is_drafted_from_a_script() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("lake.sql"),
        "CREATE TABLE dbo.customer (id INT NOT NULL PRIMARY KEY, name VARCHAR(20));",
    )
    .unwrap();
    let output = carat(folder.path(), &["gold", "import", "lake.sql"]);
    assert!(stdout(&output).contains("customer:"), "{}", stdout(&output));
}

/// The definitions, views and expectations that a drift from the shipped schema touches, by what drifted.
fn touched(changed: impl Fn(String) -> String) -> Vec<(String, Vec<String>)> {
    let schema = fs::read_to_string("metrics/gold.yaml").unwrap();
    let (gold, _) = carat::gold::load(&one_file(&schema), carat::source::FileId(0));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lake.sql"), changed(script(&gold))).unwrap();
    let project = shipped().display().to_string();
    let output = carat(folder.path(), &["gold", "check", "lake.sql", "-C", &project, "--format", "json"]);
    let named = |drift: &Value| {
        let names = drift["touches"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        (drift["message"].as_str().unwrap().to_owned(), names.collect())
    };
    json(&output)["drift"].as_array().unwrap().iter().map(named).collect()
}

fn one_file(text: &str) -> carat::source::FileSet {
    let mut files = carat::source::FileSet::default();
    files.add("gold.yaml", text);
    files
}

/// The tables of a schema as a script.
fn script(gold: &carat::gold::Gold) -> String {
    use carat::gold::Type;
    let ty = |ty| match ty {
        Type::Integer => "bigint",
        Type::Money => "decimal(19, 4)",
        Type::Number => "float",
        Type::Text => "varchar(100)",
        Type::Boolean => "bit",
        Type::Date => "date",
    };
    let table = |table: &carat::gold::Table| {
        let missing = |nullable| if nullable { "" } else { " NOT NULL" };
        let columns = table.columns.iter().map(|c| format!("[{}] {}{},\n", c.name, ty(c.ty), missing(c.nullable)));
        let key: Vec<_> = table.key.iter().map(|id| gold.column(*id).unwrap().name.clone()).collect();
        let key = if key.is_empty() { String::new() } else { format!("PRIMARY KEY ({})", key.join(", ")) };
        format!("CREATE TABLE [{}].[{}] (\n{}{key})\nGO\n", table.schema, table.physical, columns.collect::<String>())
    };
    gold.tables.iter().map(table).collect()
}

fn without_table(script: String, name: &str) -> String {
    let statements = script.split("GO\n").filter(|statement| !statement.contains(&format!("[{name}] (")));
    statements.collect::<Vec<_>>().join("GO\n")
}

#[test]
fn a_schema_that_has_not_drifted_touches_nothing() {
    assert_eq!(touched(|script| script), []);
}

#[test]
fn a_missing_calendar_or_as_of_date_touches_every_metric() {
    let metrics = ["net_revenue", "churn_rate", "customers", "net_promoter_score"];
    for table in ["calendar", "data_status"] {
        let [(message, touched)] = &touched(|script| without_table(script, table))[..] else { panic!("{table}") };
        assert_eq!(*message, format!("`{table}` is not in the database"));
        assert!(metrics.iter().all(|metric| touched.iter().any(|name| name == metric)), "{table}: {touched:?}");
        assert!(touched.iter().any(|name| name == "sales_scorecard"), "{table}: {touched:?}");
        assert!(touched.iter().any(|name| name == "net_revenue_1"), "{table}: {touched:?}");
    }
}

#[test]
fn a_missing_column_touches_the_views_that_group_by_it() {
    let [(_, touched)] = &touched(|script| script.replace("[country] varchar(100) NOT NULL,\n", ""))[..] else {
        panic!("one column")
    };
    let mut views: Vec<_> = touched.iter().filter(|name| name.ends_with("_scorecard")).collect();
    views.sort();
    assert_eq!(views, ["marketing_scorecard", "sales_scorecard", "service_scorecard"]);
    assert!(!touched.iter().any(|name| name == "net_revenue"), "it is told in the view alone: {touched:?}");
}

#[test]
fn a_changed_key_touches_what_goes_over_it() {
    let changed = |script: String| script.replace("PRIMARY KEY (customer_id)", "PRIMARY KEY (customer_id, country)");
    let [(message, touched)] = &touched(changed)[..] else { panic!("one key") };
    assert_eq!(message, "`customer` has the key customer_id, country in the database");
    for name in ["customers", "customer_lifetime_value", "vip_care", "sales_scorecard"] {
        assert!(touched.iter().any(|touched| touched == name), "{name}: {touched:?}");
    }
    assert!(!touched.iter().any(|name| name == "match_precision"), "{touched:?}");
}

#[test]
fn who_needs_a_table_or_column_is_told_whether_it_is_named_or_not() {
    for (name, readers) in [
        ("calendar", ["net_revenue (metric)", "sales_scorecard (view)", "net_revenue_1 (expectation)"].as_slice()),
        ("data_status", &["net_revenue (metric)", "vip_care (segment)"]),
        ("data_status.as_of_date", &["churn_rate (metric)", "vip_care (segment)"]),
        ("calendar.month_index", &["sales_scorecard (view)", "churn_rate_1 (expectation)"]),
        ("customer.country", &["minor (filter)", "sales_scorecard (view)", "service_scorecard (view)"]),
        ("order_line.customer_id", &["customer_lifetime_value (metric)", "sales_scorecard (view)"]),
        ("contact_point.channel", &["marketing_consent (policy)", "vip_care (segment)"]),
    ] {
        let page = json(&carat(&shipped(), &["explain", name, "--format", "json"]));
        let read_by = page["read_by"].as_array().unwrap();
        assert!(readers.iter().all(|reader| read_by.iter().any(|known| known == reader)), "{name}: {read_by:?}");
    }
}

#[test]
fn a_draft_is_not_written_over_a_file_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lake.sql"), "CREATE TABLE dbo.customer (id INT NOT NULL PRIMARY KEY);").unwrap();
    let schema = folder.path().join("gold.yaml");
    fs::write(&schema, "mine").unwrap();
    let import = |more: &[&str]| {
        carat(folder.path(), &[["gold", "import", "lake.sql", "--out", "gold.yaml"].as_slice(), more].concat())
    };
    let output = import(&[]);
    assert_eq!((output.status.code(), fs::read_to_string(&schema).unwrap().as_str()), (Some(2), "mine"));
    let said = stderr(&output);
    assert!(said.contains("`gold.yaml` exists already") && said.contains("--force"), "{said}");
    assert_eq!(import(&["--force"]).status.code(), Some(0));
    assert!(fs::read_to_string(&schema).unwrap().contains("customer:"));
}

#[test]
fn a_script_is_read_in_the_encoding_that_its_mark_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = "CREATE TABLE [dbo].[kunde] ([größe] [int] NOT NULL)\r\nGO\r\n";
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("utf16.sql"), [&[0xff, 0xfe], units.as_slice()].concat()).unwrap();
    fs::write(folder.path().join("unmarked.sql"), units).unwrap();
    let output = carat(folder.path(), &["gold", "import", "utf16.sql"]);
    assert!(stdout(&output).contains("größe: integer"), "{}", stdout(&output));
    let output = carat(folder.path(), &["gold", "import", "unmarked.sql"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("neither UTF-8 nor UTF-16") && stderr(&output).contains("save it as UTF-8"));
}
