//! `carat verify`, as a person runs it. Needs the DuckDB program; DAX is asked where `CARAT_DAX_PYTHON` names an
//! evaluator.

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

use tempfile::TempDir;

/// The small project of `carat init` with trial data in `data`; none, with a word, where there is no DuckDB.
fn shop() -> Option<TempDir> {
    if carat::engine::find(Path::new(".")).is_none() {
        eprintln!("skipped: there is no DuckDB program (CARAT_DUCKDB names one)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(carat(folder.path(), &["init", "shop"]).status.code(), Some(0));
    let sample = ["sample", "-C", "shop", "--rows", "30", "--out", "data"];
    assert_eq!(carat(folder.path(), &sample).status.code(), Some(0));
    Some(folder)
}

/// Without an evaluator of DAX, with the DuckDB program that [`shop`] found from here.
fn carat(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    if let Some(duckdb) = carat::engine::find(Path::new(".")) {
        command.env("CARAT_DUCKDB", fs::canonicalize(&duckdb.program).unwrap_or(duckdb.program));
    }
    command.args(arguments).current_dir(folder).env("CARAT_DAX_PYTHON", "no-such-python").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Removes what names a row that is not there, so that the data keeps the contract.
fn without_orphans(folder: &Path) {
    let data = folder.join("data");
    for file in fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&file).unwrap();
        let kept: String = text.split_inclusive('\n').filter(|line| !line.contains("-9000")).collect();
        fs::write(&file, kept).unwrap();
    }
}

#[test]
fn without_an_evaluator_sql_is_asked_alone_and_the_hint_says_how_to_get_one() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    let output = carat(shop.path(), &["verify", "shop", "--data", "data"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("DAX was not compared") && text.contains("pip install pbix-mcp"), "{text}");
    assert!(text.contains("0 broken"), "{text}");
}

#[test]
fn an_order_of_nobody_breaks_the_contract_in_every_format() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    let orders = shop.path().join("data/order_line.csv");
    let text = fs::read_to_string(&orders).unwrap();
    let customer = text.lines().nth(1).unwrap().split(',').find(|cell| cell.starts_with("c-")).unwrap().to_owned();
    fs::write(&orders, text.replacen(&customer, "c-nobody", 1)).unwrap();
    for (format, words) in [
        ("human", "no such customer: 1 row breaks it"),
        ("json", "\"holds\": false"),
        ("junit", "<failure message=\"contract order_line.customer_id: no such customer: 1 row breaks it\">"),
        ("markdown", "- contract order_line.customer_id: no such customer: 1 row breaks it"),
    ] {
        let output = carat(shop.path(), &["verify", "shop", "--data", "data", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(said(&output).contains(words), "{format}: {}", said(&output));
    }
}

/// A cell of a file, by its column and row (1 is the first below the header).
fn set(folder: &Path, file: &str, column: &str, row: usize, value: &str) {
    let path = folder.join("data").join(file);
    let text = fs::read_to_string(&path).unwrap();
    let at = text.lines().next().unwrap().split(',').position(|name| name == column).unwrap();
    let mut lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    lines[row][at] = value;
    let lines: Vec<String> = lines.iter().map(|cells| cells.join(",") + "\n").collect();
    fs::write(&path, lines.concat()).unwrap();
}

#[test]
fn blanks_alone_days_too_early_and_months_that_do_not_order_break_the_contract() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    set(shop.path(), "customer.csv", "country", 1, "   ");
    set(shop.path(), "customer.csv", "closed_on", 2, "1900-02-28");
    set(shop.path(), "customer.csv", "closed_on", 3, "1900-03-01");
    set(shop.path(), "calendar.csv", "month_index", 1, "1");
    set(shop.path(), "calendar.csv", "month_label", 400, "another");
    let text = said(&carat(shop.path(), &["verify", "shop", "--data", "data"]));
    for words in [
        "customer.country: empty text: 1 row breaks it",
        "customer.closed_on: before 1900-03-01: 1 row breaks it",
        "calendar.month_label: several of month_index: 1 value breaks it, in 31 rows",
        "calendar.month_index: several of month_label: 1 value breaks it, in 28 rows",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_is_no_number_breaks_the_contract() {
    let Some(shop) = shop() else { return };
    let project = shipped_project(shop.path());
    for (row, value) in [(1, "NaN"), (2, "-inf"), (3, "0.5")] {
        set(shop.path(), "customer.csv", "match_confidence", row, value);
    }
    let told = said(&carat(shop.path(), &["verify", &project, "--data", "data"]));
    assert!(told.contains("customer.match_confidence: no number: 2 rows break it"), "{told}");
}

#[test]
fn grains_that_are_no_units_break_the_contract() {
    let Some(shop) = shop() else { return };
    let project = shipped_project(shop.path());
    let told = || said(&carat(shop.path(), &["verify", &project, "--data", "data"]));
    let good = told();
    assert!(!good.contains("calendar."), "{good}");
    // The calendar begins with 2015; each change is of one day.
    set(shop.path(), "calendar.csv", "month_index", 40, "99999");
    set(shop.path(), "calendar.csv", "quarter_index", 85, "8062");
    set(shop.path(), "calendar.csv", "year", 400, "2015");
    set(shop.path(), "calendar.csv", "week_start", 60, "2016-01-04");
    set(shop.path(), "calendar.csv", "fiscal_year", 500, "1900");
    let text = told();
    for words in [
        "calendar.month_index: several in a month:",
        "calendar.quarter_index: several quarters:",
        "calendar.quarter_index: several in a quarter:",
        "calendar.year: several years:",
        "calendar.year: several in a year:",
        "calendar.week_start: days apart:",
        "calendar.week_start: not seven days:",
        "calendar.fiscal_year: days apart:",
        "calendar.fiscal_year: not a month to two years:",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// The shipped project over trial data of its own in `data`.
fn shipped_project(folder: &Path) -> String {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics").to_str().unwrap().to_owned();
    fs::remove_dir_all(folder.join("data")).unwrap();
    let sample = ["sample", "-C", &project, "--rows", "30", "--out", "data"];
    assert_eq!(carat(folder, &sample).status.code(), Some(0));
    project
}

/// A send names its customer, and the contact point it went to names one too.
#[test]
fn two_ways_to_a_customer_that_disagree_break_the_contract() {
    let Some(shop) = shop() else { return };
    let project = shipped_project(shop.path());
    let told = || said(&carat(shop.path(), &["verify", &project, "--data", "data"]));
    let words = "campaign_send.customer_id: another customer by contact_point";
    assert!(!told().contains(words));
    let of_first = |column: &str| {
        let text = fs::read_to_string(shop.path().join("data/campaign_send.csv")).unwrap();
        let at = text.lines().next().unwrap().split(',').position(|name| name == column).unwrap();
        text.lines().nth(1).unwrap().split(',').nth(at).unwrap().to_owned()
    };
    let other = if of_first("customer_id") == "c-0000001" { "c-0000002" } else { "c-0000001" };
    set(shop.path(), "campaign_send.csv", "customer_id", 1, other);
    assert!(told().contains(&format!("{words}: 1 row breaks it")));
}

/// Each of them has a day that some engine does not have on one of its sides.
#[test]
fn days_that_stand_for_no_date_in_the_calendar_are_told_and_move_nothing() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    let calendar = shop.path().join("data/calendar.csv");
    let text = fs::read_to_string(&calendar).unwrap();
    let at = text.lines().next().unwrap().split(',').position(|column| column == "date").unwrap();
    let last = text.lines().last().unwrap().split(',').collect::<Vec<_>>();
    let on = |day| {
        let cells = last.iter().enumerate().map(|(place, cell)| if place == at { day } else { *cell });
        cells.collect::<Vec<_>>().join(",")
    };
    fs::write(&calendar, format!("{}\n{}\n{}\n", text.trim_end(), on("0001-01-01"), on("9999-12-31"))).unwrap();
    let told = said(&carat(shop.path(), &["verify", "shop", "--data", "data"]));
    assert!(told.contains("calendar.date: gap after: 1 row breaks it"), "{told}");
}

/// All periods would end earlier than the data does.
#[test]
fn data_that_is_complete_to_a_day_behind_the_calendar_breaks_the_contract() {
    let Some(shop) = shop() else { return };
    let gold = fs::read_to_string(shop.path().join("shop/gold.yaml")).unwrap();
    let as_of = gold.lines().find_map(|line| line.strip_prefix("as_of: ")).unwrap();
    let as_of = as_of.split_whitespace().next().unwrap();
    let (table, column) = as_of.split_once('.').unwrap();
    let words = format!("{as_of}: outside the calendar");
    let told = || said(&carat(shop.path(), &["verify", "shop", "--data", "data"]));
    assert!(!told().contains(&words));
    set(shop.path(), &format!("{table}.csv"), column, 1, "2099-12-31");
    assert!(told().contains(&format!("{words}: 1 row breaks it")), "{}", told());
}

#[test]
fn data_that_is_not_there_is_told_and_ends_with_2() {
    let Some(shop) = shop() else { return };
    let output = carat(shop.path(), &["verify", "shop", "--data", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("there is no folder `nowhere`"));
    fs::remove_file(shop.path().join("data/order_line.csv")).unwrap();
    let output = carat(shop.path(), &["verify", "shop", "--data", "data"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("has no file for: order_line"), "{}", said(&output));
}

/// What DuckDB would round or cut without a word is told with its file, column and value.
#[test]
fn a_value_that_would_not_fit_its_column_is_told_not_rounded() {
    for (file, column, value, words) in [
        ("order_line.csv", "net_amount", "1.23456", "column `net_amount`: 1.23456 has more than four decimals"),
        ("order_line.csv", "order_date", "2026-01-05 10:30:00", "2026-01-05 10:30:00 has a time of day"),
        ("calendar.csv", "month_index", "24301.5", "column `month_index`: 24301.5 is no whole number"),
    ] {
        let Some(shop) = shop() else { return };
        set(shop.path(), file, column, 1, value);
        for command in [["run", "revenue", "--grain", "month", "-C", "shop"].as_slice(), &["verify", "shop"]] {
            let output = carat(shop.path(), &[command, &["--data", "data"]].concat());
            assert_eq!(output.status.code(), Some(2), "{words}: {}", said(&output));
            assert!(said(&output).contains(words) && said(&output).contains(file), "{words}: {}", said(&output));
        }
    }
}

#[test]
fn decimals_and_days_that_fit_are_taken_as_they_stand() {
    let Some(shop) = shop() else { return };
    set(shop.path(), "order_line.csv", "net_amount", 1, "1.23450000");
    set(shop.path(), "order_line.csv", "net_amount", 2, "1e2");
    set(shop.path(), "order_line.csv", "order_date", 1, "2026-01-05 00:00:00");
    let output = carat(shop.path(), &["run", "revenue", "-C", "shop", "--data", "data"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// Puts a table's CSV file into Parquet files, each as one selection of its columns, all of which are text.
fn as_parquet(folder: &Path, table: &str, files: &[(&str, &str)]) {
    let csv = folder.join(format!("data/{table}.csv"));
    let copy = |(name, columns): &(&str, &str)| {
        let parquet = folder.join("data").join(name);
        fs::create_dir_all(parquet.parent().unwrap()).unwrap();
        let rows = format!("read_csv('{}', header = true, all_varchar = true)", csv.display());
        format!("COPY (SELECT * REPLACE ({columns}) FROM {rows}) TO '{}' (FORMAT parquet)", parquet.display())
    };
    let copies: Vec<String> = files.iter().map(copy).collect();
    let duckdb = carat::engine::find(Path::new(".")).unwrap();
    duckdb.ask("", &copies).unwrap();
    fs::remove_file(csv).unwrap();
}

/// Parquet has types of its own; what would be rounded, cut or taken for something else is told as in CSV.
#[test]
fn a_parquet_value_that_would_not_fit_its_column_is_told_not_rounded() {
    for (column, value, words) in [
        ("net_amount", "1.23456::DOUBLE", "column `net_amount`: 1.23456 has more than four decimals"),
        ("net_amount", "1.23456::DECIMAL(18,6)", "column `net_amount`: 1.234560 has more than four decimals"),
        ("net_amount", "'twelve'", "column `net_amount`: twelve does not fit"),
        ("order_date", "TIMESTAMP '2026-01-05 10:30:00'", "2026-01-05 10:30:00 has a time of day"),
        ("order_date", "TIMESTAMPTZ '2026-01-05 10:30:00+00'", "2026-01-05 10:30:00+00 has a time of day"),
        ("order_date", "'2026-01-05 10:30:00'", "2026-01-05 10:30:00 has a time of day"),
    ] {
        let Some(shop) = shop() else { return };
        as_parquet(shop.path(), "order_line", &[("order_line.parquet", &format!("{value} AS {column}"))]);
        for command in [["run", "revenue", "--grain", "month", "-C", "shop"].as_slice(), &["verify", "shop"]] {
            let output = carat(shop.path(), &[command, &["--data", "data"]].concat());
            assert_eq!(output.status.code(), Some(2), "{words}: {}", said(&output));
            let schema = format!(": `order_line.{column}` is `");
            for words in [words, "order_line.parquet`: column", &schema, "` in `gold.yaml`"] {
                assert!(said(&output).contains(words), "{words}: {}", said(&output));
            }
        }
    }
}

/// The same numbers as from CSV, whatever the types that hold them.
#[test]
fn a_parquet_value_that_loses_nothing_is_read() {
    let Some(shop) = shop() else { return };
    let run = || {
        let run = ["run", "revenue", "--grain", "month", "-C", "shop", "--data", "data", "--format", "json"];
        let output = carat(shop.path(), &run);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let of_csv = run();
    let wide = "net_amount::DECIMAL(30,12) AS net_amount, order_date::TIMESTAMP AS order_date";
    let loose = "net_amount::DOUBLE AS net_amount, (order_date || ' 00:00:00+00')::TIMESTAMPTZ AS order_date, \
                 encode(status) AS status";
    let exact = "net_amount::DECIMAL(18,4) AS net_amount, order_date::DATE AS order_date";
    let text = fs::read(shop.path().join("data/order_line.csv")).unwrap();
    for columns in [wide, loose, exact] {
        as_parquet(shop.path(), "order_line", &[("order_line.parquet", columns)]);
        assert_eq!(run(), of_csv, "{columns}");
        fs::remove_file(shop.path().join("data/order_line.parquet")).unwrap();
        fs::write(shop.path().join("data/order_line.csv"), &text).unwrap();
    }
    let months = "month_index::SMALLINT AS month_index, date::DATE AS date";
    as_parquet(shop.path(), "calendar", &[("calendar.parquet", months)]);
    assert_eq!(run(), of_csv);
}

/// The engine reads all parts of a table as the first one is.
#[test]
fn parts_of_a_table_have_one_type() {
    let Some(shop) = shop() else { return };
    let part = |ty: &str| format!("net_amount::{ty} AS net_amount");
    let parts = [("order_line/1.parquet", part("DECIMAL(18,2)")), ("order_line/2.parquet", part("DECIMAL(20,2)"))];
    let text = fs::read(shop.path().join("data/order_line.csv")).unwrap();
    as_parquet(shop.path(), "order_line", &parts.each_ref().map(|(name, columns)| (*name, columns.as_str())));
    let run = || carat(shop.path(), &["run", "revenue", "-C", "shop", "--data", "data"]);
    assert_eq!(run().status.code(), Some(0), "{}", said(&run()));
    fs::write(shop.path().join("data/order_line.csv"), text).unwrap();
    as_parquet(shop.path(), "order_line", &[("order_line/3.parquet", &part("DOUBLE"))]);
    assert_eq!(run().status.code(), Some(2), "{}", said(&run()));
    for words in ["column `net_amount`: DECIMAL(18,2) in data/order_line/", "DOUBLE in data/order_line/3.parquet"] {
        assert!(said(&run()).contains(words), "{words}: {}", said(&run()));
    }
}

#[test]
fn two_files_of_one_table_are_refused() {
    let Some(shop) = shop() else { return };
    fs::write(shop.path().join("data/customer.parquet"), "").unwrap();
    for command in [["run", "revenue", "-C", "shop"].as_slice(), &["verify", "shop"]] {
        let output = carat(shop.path(), &[command, &["--data", "data"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("are files of one table"), "{}", said(&output));
    }
    fs::remove_file(shop.path().join("data/customer.parquet")).unwrap();
    fs::remove_file(shop.path().join("data/order_line.csv")).unwrap();
    let output = carat(shop.path(), &["run", "revenue", "-C", "shop", "--data", "data"]);
    assert!(said(&output).contains("carat: `data` has no file for: order_line"), "{}", said(&output));
}

/// What a build server publishes is a file, whatever became of the run.
#[test]
fn what_could_not_run_is_an_error_in_junit() {
    let Some(shop) = shop() else { return };
    fs::remove_file(shop.path().join("data/order_line.csv")).unwrap();
    let output = carat(shop.path(), &["verify", "shop", "--data", "data", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(2));
    let xml = String::from_utf8_lossy(&output.stdout);
    assert!(xml.contains("<error message=\"`data` has no file for: order_line\">"), "{xml}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    let verify = ["verify", "shop", "--data", "data", "--format", "junit"];
    let output =
        command.args(verify).current_dir(shop.path()).env_remove("CARAT_DUCKDB").env("PATH", "").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("<error message=\"there is no DuckDB program\">"), "{}", said(&output));
}

#[test]
fn without_an_evaluator_no_metric_is_a_success_in_junit_and_markdown_says_why() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    let verify = |format: &str| said(&carat(shop.path(), &["verify", "shop", "--data", "data", "--format", format]));
    let junit = verify("junit");
    assert!(junit.contains("<skipped message=\"DAX was not compared: carat evaluates DAX through"), "{junit}");
    assert!(!junit.contains("name=\"metric revenue\"/>"), "{junit}");
    let markdown = verify("markdown");
    assert!(markdown.contains("DAX was not compared: carat evaluates DAX through"), "{markdown}");
    assert!(markdown.contains(" EUR |"), "a value has its format: {markdown}");
}

#[test]
fn a_file_that_does_not_fit_the_schema_is_named_with_its_column() {
    let Some(shop) = shop() else { return };
    let customers = shop.path().join("data/customer.csv");
    let text = fs::read_to_string(&customers).unwrap();
    fs::write(&customers, text.replacen("country", "land", 1)).unwrap();
    let verify = ["verify", "shop", "--data", "data"];
    let output = carat(shop.path(), &verify);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("customer.csv` has no column `country`"), "{}", said(&output));
    let run = carat(shop.path(), &["run", "customers", "-C", "shop", "--data", "data", "--by", "customer.country"]);
    assert!(said(&run).contains("customer.csv` has no column `country`"), "{}", said(&run));
    fs::write(&customers, text).unwrap();
    let orders = shop.path().join("data/order_line.csv");
    let text = fs::read_to_string(&orders).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let amount = head.split(',').position(|name| name == "net_amount").unwrap();
    let mut cells: Vec<&str> = rest.lines().next().unwrap().split(',').collect();
    cells[amount] = "twelve";
    fs::write(&orders, format!("{text}{}\n", cells.join(","))).unwrap();
    let output = carat(shop.path(), &verify);
    let words = said(&output);
    assert!(
        words.contains("order_line.csv`: column `net_amount`: twelve does not fit: `order_line.net_amount` is `money`"),
        "{words}"
    );
    assert!(words.contains("`gold.yaml`"), "{words}");
}

#[test]
fn an_expectation_that_is_broken_is_shown_as_it_is_written() {
    let Some(shop) = shop() else { return };
    without_orphans(shop.path());
    let definitions = shop.path().join("shop/shop.metric");
    let text = fs::read_to_string(&definitions).unwrap();
    fs::write(&definitions, text + "\nexpect customers\n  > 1000\n").unwrap();
    for format in ["human", "junit", "markdown", "json"] {
        let output = carat(shop.path(), &["verify", "shop", "--data", "data", "--format", format]);
        let words = said(&output).replace("&gt;", ">");
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("`expect customers > 1000`") && words.contains("shop.metric:"), "{format}: {words}");
    }
}

#[test]
fn groups_add_checks_to_an_expectation_and_take_none_away() {
    let Some(shop) = shop() else { return };
    let definitions = shop.path().join("shop/shop.metric");
    let text = fs::read_to_string(&definitions).unwrap();
    fs::write(&definitions, text + "\nexpect revenue < 0\nexpect revenue < 0 by customer.country\n").unwrap();
    let output = carat(shop.path(), &["verify", "shop", "--data", "data", "--format", "json"]);
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let breaches = |name: &str| {
        let check = verdict["broken"].as_array().unwrap().iter().find(|check| check["name"] == name);
        check.unwrap_or_else(|| panic!("no check is called {name}: {verdict}"))["breaches"].as_u64().unwrap()
    };
    let (alone, grouped) = numbers_of(&verdict, "revenue");
    for slice in ["all days", "every month"] {
        assert_eq!(breaches(&format!("{alone}, {slice}")), breaches(&format!("{grouped}, {slice}")), "{slice}");
        assert!(breaches(&format!("{grouped}, {slice} by customer.country")) > 0, "{slice}");
    }
}

/// The last two expectations of a metric, as they are called.
fn numbers_of(verdict: &serde_json::Value, metric: &str) -> (String, String) {
    let names = verdict["broken"].as_array().unwrap().iter().filter_map(|check| check["name"].as_str());
    let mut names: Vec<&str> = names.filter_map(|name| name.strip_suffix(", all days")).collect();
    names.retain(|name| name.starts_with(&format!("{metric}_")));
    let [.., one, other] = names.as_slice() else { panic!("{names:?}") };
    ((*one).to_owned(), (*other).to_owned())
}

#[test]
fn data_without_an_as_of_date_is_compared_with_nothing() {
    let Some(shop) = shop() else { return };
    let gold = fs::read_to_string(shop.path().join("shop/gold.yaml")).unwrap();
    let as_of = gold.lines().find_map(|line| line.strip_prefix("as_of: ")).unwrap();
    let file = shop.path().join("data").join(format!("{}.csv", as_of.split('.').next().unwrap()));
    let head = fs::read_to_string(&file).unwrap().lines().next().unwrap().to_owned();
    fs::write(&file, head + "\n").unwrap();
    let output = carat(shop.path(), &["verify", "shop", "--data", "data"]);
    let words = said(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("no day up to the as-of date of the data") && words.contains("not one row"), "{words}");
}

#[test]
fn a_report_is_the_same_bytes_twice_and_knows_its_data() {
    let Some(shop) = shop() else { return };
    let report = |name: &str| {
        let arguments = ["verify", "shop", "--data", "data", "--report", name, "--signed-by", "The Office"];
        carat(shop.path(), &arguments);
        fs::read_to_string(shop.path().join(name)).unwrap()
    };
    let first = report("first.json");
    assert_eq!(first, report("second.json"));
    assert!(first.contains("\"signed_by\": \"The Office\"") && first.contains("\"DuckDB\": "), "{first}");
    without_orphans(shop.path());
    fs::write(shop.path().join("data/customer.csv"), {
        let text = fs::read_to_string(shop.path().join("data/customer.csv")).unwrap();
        let last = text.trim_end().rfind('\n').unwrap();
        text[..=last].to_owned()
    })
    .unwrap();
    assert_ne!(first, report("third.json"));
}

#[test]
fn a_report_without_dax_is_no_evidence_for_a_certificate() {
    let Some(shop) = shop() else { return };
    let definitions = shop.path().join("shop/shop.metric");
    let text = fs::read_to_string(&definitions).unwrap();
    let certified = "folder: \"Sales\"  owner: \"Analytics\"  status: certified  version: 1 }";
    fs::write(&definitions, text.replacen("folder: \"Sales\"  owner: \"Analytics\" }", certified, 1)).unwrap();
    carat(shop.path(), &["certify", "-C", "shop", "--all", "--by", "me"]);
    carat(shop.path(), &["verify", "shop", "--data", "data", "--report", "report.json"]);
    let certify = ["certify", "-C", "shop", "--all", "--by", "me", "--evidence", "report.json"];
    let output = carat(shop.path(), &certify);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("does not show that SQL and DAX agree on `revenue`"), "{}", said(&output));
}

#[test]
fn a_query_for_power_bi_holds_the_values_of_sql() {
    let Some(shop) = shop() else { return };
    carat(shop.path(), &["verify", "shop", "--data", "data", "--dax-query", "check.dax"]);
    let query = fs::read_to_string(shop.path().join("check.dax")).unwrap();
    assert!(query.contains("EVALUATE\nADDCOLUMNS (\n"), "{query}");
    assert!(query.contains("ROW ( \"Metric\", \"customers\", \"Slice\", \"total\", \"Expected\", "), "{query}");
    assert!(query.contains("TREATAS ( { \"de\" }, 'Customer'[Country] )"), "{query}");
}

#[test]
fn both_sides_agree_where_dax_can_be_evaluated() {
    let python = std::env::var_os("CARAT_DAX_PYTHON");
    let (Some(shop), Some(python)) = (shop(), python) else { return };
    let verify = ["verify", "shop", "--data", "data", "--values", "12", "--format", "json"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    let output = command.args(verify).current_dir(shop.path()).env("CARAT_DAX_PYTHON", python).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["differences"], 0, "{said:#}");
    assert!(said["compared"].as_u64().unwrap() > 50, "{said:#}");
}
