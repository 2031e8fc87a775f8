//! The program, run as a person or a pipeline runs it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use carat::settings::DialectName;
use carat::source::project::MAX_BYTES;
use serde_json::Value;

fn carat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_carat")).args(arguments).current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stdout(output)))
}

/// The folder of the package, which holds the shipped project in `metrics`.
fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A project made by `carat init`.
fn started() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = carat(folder.path(), &["init", "shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

/// A started project with one more definition file.
fn started_with(text: &str) -> tempfile::TempDir {
    let folder = started();
    fs::write(folder.path().join("shop/more.metric"), text).unwrap();
    folder
}

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
fn files_to_lay_out_are_named_from_where_one_stands() {
    let folder = started_with("metric   m=count( customer )\n");
    let inside = folder.path().join("shop");
    let output = carat(&inside, &["fmt", "--check"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), "more.metric\n"));
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
fn without_a_project_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["check"][..], &["sample"], &["explain", "customers"], &["sql", "customers"]] {
        let output = carat(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("carat init"), "{}", stderr(&output));
    }
}

#[test]
fn wrong_arguments_end_with_two_and_help_with_none() {
    assert_eq!(carat(&shipped(), &["chekc"]).status.code(), Some(2));
    let help = carat(&shipped(), &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("Exit codes:"));
}

#[test]
fn an_explanation_says_meaning_readers_and_place() {
    let text = stdout(&carat(&shipped(), &["explain", "Churn_Rate"]));
    assert!(text.contains("12 months earlier") && text.contains("active_customer (filter)"), "{text}");
    assert!(text.contains("marketing_scorecard (view)"), "{text}");
    let page = json(&carat(&shipped(), &["explain", "churn_rate", "--format", "json"]));
    assert_eq!(page["kind"], "metric");
    assert!(page["place"].as_str().unwrap().starts_with("customers.metric:"));
}

#[test]
fn a_segment_is_explained_with_what_it_may_be_used_for_and_its_members() {
    let text = stdout(&carat(&shipped(), &["explain", "win_back"]));
    let meaning = "For marketing by email, post, where “";
    assert!(text.contains(meaning) && text.contains("allows it."), "{text}");
    let sql = text.split_once("\nSQL (").unwrap().1;
    assert!(sql.contains("SELECT") && sql.contains("consent"), "{sql}");
    let folder = started();
    let text = stdout(&carat(folder.path(), &["explain", "win_back", "-C", "shop"]));
    assert!(text.contains("It is only counted") && text.contains("AS members"), "{text}");
}

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
fn the_next_commands_are_quoted_where_a_shell_would_cut_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = stdout(&carat(folder.path(), &["init", "my shop"]));
    assert!(text.contains("\n  carat check 'my shop'\n") && text.contains("-C 'my shop' --data"), "{text}");
    assert!(stdout(&carat(folder.path(), &["init", "shop"])).contains("\n  carat check shop\n"));
}

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
fn a_label_is_told_as_it_is_written() {
    let folder = started_with("/// Customers.\nmetric other \"it's\" = count(customer)\n");
    let text = stdout(&carat(folder.path(), &["check", "shop"]));
    assert!(text.contains("the label \"it's\""), "{text}");
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

#[test]
fn who_counts_or_tests_the_rows_of_a_table_reads_it_and_an_expectation_reads_its_metric() {
    let read_by = |name: &str| {
        let page = json(&carat(&shipped(), &["explain", name, "--format", "json"]));
        let names = page["read_by"].as_array().unwrap().iter().map(|reader| reader.as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let customer = read_by("customer");
    for reader in ["active (filter)", "active_customer (filter)", "customers (metric)", "churn_risk (segment)"] {
        assert!(customer.iter().any(|name| name == reader), "{reader}: {customer:?}");
    }
    let revenue = read_by("net_revenue");
    assert!(revenue.iter().any(|name| name.ends_with("(expectation)")), "{revenue:?}");
}

#[test]
fn a_code_is_explained_by_its_page_and_a_wrong_name_by_the_closest() {
    assert!(stdout(&carat(&shipped(), &["explain", "not-utf8"])).starts_with("# `not-utf8`"));
    let output = carat(&shipped(), &["explain", "custmers"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `customers`?"));
}

#[test]
fn sql_is_printed_for_every_dialect_and_slice() {
    for (dialect, _) in DialectName::NAMES {
        let arguments = [
            "sql",
            "net_revenue",
            "win_back",
            "--by",
            "customer.country",
            "--where",
            "customer.tier = \"vip\"",
            "--dialect",
            dialect,
        ];
        let output = carat(&shipped(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("members_of_win_back") && text.trim_end().ends_with(';'), "{text}");
    }
}

#[test]
fn a_mistake_in_a_slice_is_underlined_like_one_in_a_file() {
    let output = carat(&shipped(), &["sql", "customers", "--where", "custmer.tier = \"vip\""]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("(command line)") && stderr(&output).contains("did you mean `customer`?"));
}

#[test]
fn a_column_without_its_table_is_told_with_it() {
    let by = carat(&shipped(), &["sql", "customers", "--by", "country"]);
    assert!(stderr(&by).contains("did you mean `customer.country`?"), "{}", stderr(&by));
    let filter = carat(&shipped(), &["sql", "customers", "--where", "tier = \"vip\""]);
    assert!(stderr(&filter).contains("write `customer.tier`"), "{}", stderr(&filter));
}

#[test]
fn a_folder_that_is_not_there_is_no_project_of_the_current_one() {
    let output = carat(&shipped(), &["check", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no folder `no/such/folder`"), "{}", stderr(&output));
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

#[test]
fn completions_are_printed_for_a_shell() {
    assert!(stdout(&carat(&shipped(), &["completions", "bash"])).contains("_carat"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let script =
        format!("{} check --format json | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_carat"));
    let folder = started_with(&"metric x = count(custmer)\n".repeat(500));
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path().join("shop")).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
}

#[test]
fn a_file_is_brought_into_its_layout_and_checked_for_it() {
    let folder = started_with("metric   x=count( customer )\n");
    let check = carat(folder.path(), &["fmt", "shop", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(stdout(&check).contains("more.metric"), "{}", stdout(&check));
    let diff = carat(folder.path(), &["fmt", "shop/more.metric", "--diff"]);
    assert!(stdout(&diff).contains("+metric x = count(customer)"), "{}", stdout(&diff));
    assert_eq!(carat(folder.path(), &["fmt", "shop"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("shop/more.metric")).unwrap(), "metric x = count(customer)\n");
    assert_eq!(carat(folder.path(), &["fmt", "shop", "--check"]).status.code(), Some(0));
}

#[test]
fn text_from_standard_input_is_formatted_to_standard_output() {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["fmt", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"metric   x=count( customer )").unwrap();
    assert_eq!(stdout(&child.wait_with_output().unwrap()), "metric x = count(customer)\n");
}

#[test]
fn what_is_larger_than_a_file_may_be_is_not_formatted() {
    let limit = usize::try_from(MAX_BYTES).unwrap();
    // Without the mark and the carriage returns it would be no larger than it may be.
    let text = format!("\u{feff}{}", "metric a = 1\r\n".repeat(limit / 14 + 1));
    let folder = started_with(&text);
    let input = folder.path().join("shop/more.metric");
    let refused = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        command.args(arguments).current_dir(folder.path()).stdin(fs::File::open(&input).unwrap());
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""), "{arguments:?}");
        assert!(stderr(&output).contains("file-too-large"), "{}", stderr(&output));
    };
    refused(&["fmt", "-"]);
    refused(&["fmt", "-", "--check"]);
    refused(&["fmt", "shop"]);
    refused(&["fmt", "shop", "--check"]);
    assert_eq!(fs::read_to_string(&input).unwrap(), text);
}

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

#[test]
fn files_that_are_no_definitions_get_a_message_and_not_a_panic() {
    let folder = started();
    let shop = folder.path().join("shop");
    fs::write(shop.join("deep.metric"), format!("metric x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)))
        .unwrap();
    fs::write(
        shop.join("noise.metric"),
        (0..50_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    )
    .unwrap();
    fs::File::create(shop.join("big.metric")).unwrap().set_len(50 << 20).unwrap();
    let output = carat(folder.path(), &["check", "shop", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found = json(&output);
    let codes: Vec<&str> =
        found["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    for code in ["nested-too-deep", "not-utf8", "file-too-large"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn a_size_beyond_reason_is_a_wrong_argument() {
    assert_eq!(carat(&shipped(), &["sample", "--rows", "99999999999"]).status.code(), Some(2));
}

#[test]
fn a_new_project_is_formatted_and_asks_for_no_certificate() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(carat(folder.path(), &["init", "shop"]).status.code(), Some(0));
    let shop = folder.path().join("shop");
    assert_eq!(carat(&shop, &["fmt", "--check"]).status.code(), Some(0));
    let output = carat(&shop, &["certify", "--all", "--by", "Analytics"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no metric of this project asks for a certificate"), "{}", stderr(&output));
    assert!(!shop.join("certified.lock").exists(), "nothing was certified");
}

/// A difference names files as one stands, so that `git apply` finds them.
#[test]
fn a_difference_of_layout_can_be_applied() {
    let folder = started_with("metric x = count( customer )\n");
    let shown = stdout(&carat(folder.path(), &["fmt", "-C", "shop", "--diff"]));
    assert!(shown.starts_with("--- shop/more.metric\n+++ shop/more.metric\n"), "{shown}");
    fs::write(folder.path().join("layout.patch"), &shown).unwrap();
    let applied = std::process::Command::new("git")
        .args(["apply", "-p0", "layout.patch"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(carat(folder.path(), &["fmt", "-C", "shop", "--check"]).status.code(), Some(0));
}
