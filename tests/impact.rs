//! `carat diff --data`: what each clause of a change does to a number, and whom a changed policy lets in and out, on
//! rows that a person can count.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/repository.rs"]
mod repository;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use carat::diff;
use carat::diff::report::charts;
use repository::{Repository, original, stderr, stdout};
use serde_json::Value;

/// As of 2026-06-30. `a` bought last month; `b` and `d` bought more than a year ago; `c` is blocked.
const TABLES: [(&str, &str); 6] = [
    (
        "customer",
        "id,tier,since,blocked\na,gold,2020-01-01,false\nb,basic,2020-01-01,false\nc,gold,2020-01-01,true\n\
         d,silver,2020-01-01,false\n",
    ),
    (
        "address",
        "id,customer_id,channel,bounced\nx,a,email,false\nz,a,email,true\ny,c,email,false\nw,d,email,false\nv,b,email,true\n",
    ),
    (
        "consent",
        "id,address_id,said,said_on,source\n1,x,yes,2025-01-01,web\n2,z,yes,2025-01-01,web\n3,y,yes,2025-01-01,web\n\
         4,w,yes,2025-01-01,web\n5,v,no,2025-01-01,web\n",
    ),
    (
        "sale",
        "id,customer_id,sold_on,amount,pieces,state\n1,a,2026-05-15,10,1,done\n2,b,2025-01-15,10,1,done\n\
         3,d,2025-02-15,10,1,done\n4,c,2026-01-15,10,1,done\n",
    ),
    (
        "calendar",
        "date,month_index,year\n2025-01-15,1,2025\n2025-02-15,2,2025\n2026-01-15,13,2026\n2026-05-15,17,2026\n\
         2026-06-30,18,2026\n",
    ),
    ("status", "as_of\n2026-06-30\n"),
];

/// Three clauses of `buyers`, one of them in the filter it reads; a rule of the policy is gone.
fn changed() -> String {
    let text = original()
        .replace("blocked = false and since <= end", "since <= end")
        .replace(
            "count(customer where served and any(sale where done over last 12 months of sold_on))",
            "count(customer where served and tier != \"basic\" and any(sale where done over last 24 months of sold_on))",
        )
        .replace("  refuse \"bounced\" when bounced = true\n", "");
    let segment = "= served and any(sale where done over last 12 months of sold_on)\n  for";
    assert!(text.contains(segment));
    text.replace(segment, "= served and any(sale where done over last 24 months of sold_on)\n  for")
}

/// Two commits and an extract; none where there is no DuckDB program.
fn ready() -> Option<(Repository, tempfile::TempDir, PathBuf)> {
    let Some(duckdb) = carat::engine::find(Path::new(env!("CARGO_MANIFEST_DIR"))) else {
        eprintln!("skipped: there is no DuckDB program");
        return None;
    };
    let (repository, data) = (Repository::new(), tempfile::tempdir().unwrap());
    repository.write("sub folder/shop.metric", &changed());
    repository.commit("changed");
    for (table, rows) in TABLES {
        fs::write(data.path().join(format!("{table}.csv")), rows).unwrap();
    }
    Some((repository, data, duckdb.program))
}

fn run(arguments: &[&str]) -> Option<(Repository, Output)> {
    let (repository, data, duckdb) = ready()?;
    let data = data.path().display().to_string();
    let output =
        repository.carat(&["diff", "--data", &data]).args(arguments).env("CARAT_DUCKDB", duckdb).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the policy is denied: {}", stderr(&output));
    Some((repository, output))
}

fn impacts(output: &Output) -> impl Fn(&str) -> Value {
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)));
    move |name: &str| {
        let all = value["changes"].as_array().unwrap().iter();
        all.filter(|change| change["name"] == name).find(|change| !change["impact"].is_null()).unwrap()["impact"]
            .clone()
    }
}

fn parts(impact: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let clauses = |part: &Value| part["clauses"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join("; ");
    let parts = impact["parts"].as_array().unwrap().iter();
    parts.map(|p| (clauses(p), text(&p["difference"]["exact"]), text(&p["after"]["exact"]))).collect()
}

fn told(parts: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    parts.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

#[test]
fn each_clause_has_its_part_of_the_difference_and_the_parts_add_up() {
    let Some((_, output)) = run(&["HEAD~1", "HEAD", "--format", "json"]) else { return };
    let buyers = impacts(&output)("buyers");
    assert_eq!(buyers["total"]["before"]["exact"], "1");
    assert_eq!(buyers["total"]["after"]["exact"], "3");
    let expected = [
        ("`served`: no longer requires that blocked is false", "1", "2"),
        ("with sold on in the last 12 months → with sold on in the last 24 months (2 years)", "2", "4"),
        ("now also requires that tier is present and not “basic”", "-1", "3"),
    ];
    assert_eq!(parts(&buyers), told(&expected));
    let slices = &buyers["slices"][0];
    assert_eq!(slices["column"], "customer.tier");
    assert_eq!(slices["rows"][0]["difference"]["exact"], "1");
}

#[test]
fn people_enter_and_leave_by_a_rule_of_the_policy() {
    let moves = |output: &Output| -> Vec<String> {
        let loyal = impacts(output)("loyal");
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let told = |one: &Value| {
            let words = ["channel", "way", "before", "after"].map(|key| text(one, key)).join(", ");
            format!("{words}, {}", one["contacts"])
        };
        loyal["people"].as_array().unwrap().iter().map(told).collect()
    };
    let Some((_, output)) = run(&["HEAD~1", "HEAD", "--format", "json"]) else { return };
    assert_eq!(
        moves(&output),
        [
            "email, enter, not in the segment, allowed: said yes, 1",
            "email, enter, refused: bounced, allowed: said yes, 1"
        ]
    );
    let Some((_, output)) = run(&["HEAD", "HEAD~1", "--format", "json"]) else { return };
    assert_eq!(
        moves(&output),
        [
            "email, leave, allowed: said yes, not in the segment, 1",
            "email, leave, allowed: said yes, refused: bounced, 1"
        ]
    );
}

#[test]
fn the_terminal_and_the_comment_show_the_same_numbers() {
    let Some((_, output)) = run(&["HEAD~1", "HEAD"]) else { return };
    let shown = stdout(&output);
    for line in [
        "all       1      3           2",
        "now also requires that tier is present and not “basic”",
        "email    enter     refused: bounced    allowed: said yes         1",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let Some((_, output)) = run(&["HEAD~1", "HEAD", "--format", "markdown"]) else { return };
    let shown = stdout(&output);
    for line in [
        "**Buyers**: metric `buyers` is defined differently; with sold on in the last 12 months → with sold on in the last \
         24 months (2 years); now also requires that tier is present and not “basic” — **1 → 3 (+2)**\n",
        "**Loyal**: segment `loyal` is defined differently; ",
        " — **1 → 3 (+2)**\n",
        " — **2 contacts enter, 0 leave**\n",
        "  | all | 1 | 3 | +2 |\n",
        "  | now also requires that tier is present and not “basic” | -1 | 3 |\n",
        "  | email | enter | refused: bounced | allowed: said yes | 1 |\n",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn charts_are_files_that_the_comment_shows_the_same_bytes_every_time() {
    let arguments = ["HEAD~1", "HEAD", "--format", "markdown", "--charts", "the charts"];
    let Some((repository, output)) = run(&arguments) else { return };
    let shown = stdout(&output);
    let folder = repository.path().join("the charts");
    let names = ["buyers-by-customer.tier.svg", "buyers-months.svg", "buyers-waterfall.svg"];
    let read = |folder: &Path| names.map(|name| fs::read_to_string(folder.join(name)).unwrap());
    for (name, svg) in names.iter().zip(read(&folder)) {
        assert!(shown.contains(&format!("](the%20charts/{name})\n")), "{name}\n{shown}");
        let drawn = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(drawn.root_element().tag_name().name(), "svg");
        assert!(!drawn.descendants().any(|node| node.has_tag_name("script")));
        assert!(svg.contains("prefers-color-scheme: dark") && svg.contains("<title>Buyers: "), "{svg}");
    }
    let (other, _) = run(&arguments).unwrap();
    assert_eq!(read(&folder), read(&other.path().join("the charts")));
}

/// A file of the extract that does not fit is told as `carat run` tells it.
#[test]
fn a_value_that_does_not_fit_is_told_with_its_file() {
    let Some((repository, data, duckdb)) = ready() else { return };
    let sales = data.path().join("sale.csv");
    let text = fs::read_to_string(&sales).unwrap();
    let (head, row) = (text.lines().next().unwrap(), text.lines().nth(1).unwrap());
    let at = head.split(',').position(|name| name == "sold_on").unwrap();
    let cells: Vec<&str> = row.split(',').enumerate().map(|(n, cell)| if n == at { "soon" } else { cell }).collect();
    fs::write(&sales, text.replacen(row, &cells.join(","), 1)).unwrap();
    let folder = data.path().display().to_string();
    let output =
        repository.carat(&["diff", "HEAD~1", "HEAD", "--data", &folder]).env("CARAT_DUCKDB", duckdb).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let words = "sale.csv`: column `sold_on`: soon does not fit: `sale.sold_on` is `date` in `gold.yaml`";
    assert!(stderr(&output).contains(words), "{}", stderr(&output));
}

#[test]
fn charts_need_an_extract() {
    let repository = Repository::new();
    let output = repository.carat(&["diff", "--charts", "charts"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--data"), "{}", stderr(&output));
}

fn number(text: &str) -> diff::Value {
    diff::Value { exact: diff::Decimal::parse(text), shown: format!("{text} €") }
}

fn row(name: &str, before: &str, after: &str, difference: &str) -> diff::Row {
    let value = |text: &str| (!text.is_empty()).then(|| number(text));
    diff::Row { name: name.to_owned(), before: value(before), after: value(after), difference: value(difference) }
}

/// Names and numbers that would break a drawing that was glued together carelessly.
fn odd() -> diff::Impact {
    let part = |clause: &str, difference: &str, after: &str| diff::Part {
        clauses: vec![clause.to_owned()],
        difference: number(difference),
        after: number(after),
    };
    diff::Impact {
        total: Some(row("all", "100", "99.5", "-0.5")),
        parts: vec![
            part(
                "now also requires that name is “<b> & \"c\"” \u{7} and much more that nobody would read",
                "-1.5",
                "98.5",
            ),
            part("last 12 months → last 13 months", "1", "99.5"),
        ],
        slices: vec![diff::Slices {
            column: "customer.tier".to_owned(),
            rows: vec![row("", "3", "", "-3"), row("R&D <x>", "-1", "1", "2")],
        }],
        months: vec![
            row("2026-01-01", "1", "1", "0"),
            row("2026-02-01", "", "", ""),
            row("2026-03-01", "", "-4", "-4"),
        ],
        ..diff::Impact::default()
    }
}

#[test]
fn drawings_are_whole_whatever_stands_in_them() {
    let charts = charts::of("a_b", "A & <B>", &odd());
    assert_eq!(
        charts.iter().map(|chart| chart.file.as_str()).collect::<Vec<_>>(),
        ["a_b-waterfall.svg", "a_b-by-customer.tier.svg", "a_b-months.svg"]
    );
    for chart in &charts {
        let drawn = roxmltree::Document::parse(&chart.svg).unwrap_or_else(|error| panic!("{}: {error}", chart.file));
        let title = drawn.root_element().children().find(|node| node.has_tag_name("title")).unwrap();
        assert_eq!(title.text(), Some(chart.title.as_str()));
        assert!(!chart.svg.contains("NaN") && !chart.svg.contains("inf"), "{}", chart.svg);
    }
    assert!(charts[0].svg.contains("the line does not begin at zero"), "a half of a hundred would not be seen");
    assert!(charts[0].svg.contains(">-1.5 €<") && charts[0].svg.contains(">+1 €<"), "{}", charts[0].svg);
    assert!(charts[1].svg.contains("(missing)") && charts[1].svg.contains("-1 € → 1 € (+2 €)"), "{}", charts[1].svg);
    assert_eq!(charts, charts::of("a_b", "A & <B>", &odd()), "the same text for the same numbers");
}

#[test]
fn what_has_nothing_to_draw_is_not_drawn() {
    assert_eq!(charts::of("a", "A", &diff::Impact::default()), []);
    let total_alone = diff::Impact { total: Some(row("all", "1", "2", "1")), ..diff::Impact::default() };
    assert_eq!(charts::of("a", "A", &total_alone), []);
}
