//! The emitted SQL: every statement of the shipped project reads back under its dialect.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken assumption shall stop the test"
)]

use std::path::Path;

use carat::emit::sql;
use carat::model::{MetricId, Model, Status};
use carat::plan::tree::{Plan, Query};
use carat::settings::{self, DialectName};
use carat::{gold, plan, resolve, source, syntax};
use sqlparser::dialect::{DatabricksDialect, Dialect, DuckDbDialect, MsSqlDialect, PostgreSqlDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

fn shipped() -> (Model, Plan, source::FileSet) {
    project("metrics")
}

fn project(folder: &str) -> (Model, Plan, source::FileSet) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut sources, mut problems) = source::project::load(&root);
    let (settings, more) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    let id = sources.read(&settings.gold, &mut problems).expect("gold.yaml");
    let (gold, _) = gold::load(&sources.files, id);
    let trees: Vec<_> = sources.definitions.iter().map(|id| syntax::parse(&sources.files, *id).0).collect();
    let (model, found) = resolve::resolve(settings, gold, &trees);
    let errors: Vec<_> = more.into_iter().chain(problems).chain(found).filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let plan = plan::plan(&model);
    (model, plan, sources.files)
}

/// Definitions over a schema of a few tables.
fn in_a_shop(definitions: &str) -> (Model, Plan) {
    let mut files = source::FileSet::default();
    let read = |name: &str| std::fs::read_to_string(format!("tests/changes/keys/{name}")).unwrap();
    let [settings, gold] = ["carat.yaml", "gold.yaml"].map(|name| files.add(name, read(name)));
    let settings = settings::Settings { policies: Default::default(), ..settings::load(&files, settings).0 };
    let id = files.add("shop.metric", definitions);
    let (tree, problems) = syntax::parse(&files, id);
    assert_eq!(problems, []);
    let (model, found) = resolve::resolve(settings, gold::load(&files, gold).0, &[tree]);
    assert_eq!(found, []);
    let plan = plan::plan(&model);
    (model, plan)
}

fn grammar(dialect: DialectName) -> Box<dyn Dialect> {
    match dialect {
        DialectName::Fabric => Box::new(MsSqlDialect {}),
        DialectName::Spark => Box::new(DatabricksDialect {}),
        DialectName::DuckDb => Box::new(DuckDbDialect {}),
        DialectName::Postgres => Box::new(PostgreSqlDialect {}),
    }
}

fn reads_back(text: &str, dialect: DialectName) {
    let parsed = Parser::parse_sql(&*grammar(dialect), text);
    assert!(parsed.is_ok(), "{dialect:?}: {parsed:?}\n{text}");
}

/// A headline, a slice by a column and a unit of time, for each metric.
fn questions(model: &Model) -> Vec<Query> {
    let customer = model.gold.table_named("customer").unwrap();
    let country = model.gold.column_named(customer, "country").unwrap();
    let ids = (0..model.metrics.len()).map(|at| MetricId(at as u32));
    let shown = ids.filter(|id| !model.metric(*id).unwrap().head.about.hidden);
    shown
        .flat_map(|id| {
            let reaches = !model.metric(id).unwrap().head.name.starts_with("match_");
            let groups = if reaches { vec![country] } else { Vec::new() };
            [
                plan::query(model, vec![id], Vec::new(), None, &[], None),
                plan::query(model, vec![id], groups, Some("month"), &[], None),
            ]
        })
        .collect()
}

#[test]
fn every_metric_reads_back_in_every_dialect() {
    let (model, plan, _) = shipped();
    for question in questions(&model) {
        for dialect in DialectName::all() {
            reads_back(&sql::query(&model, &plan, &question, dialect), dialect);
        }
    }
}

fn words(text: &str, dialect: DialectName) -> Vec<Token> {
    let tokens = Tokenizer::new(&*grammar(dialect), text).tokenize().unwrap();
    tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect()
}

#[test]
fn the_layout_adds_and_drops_no_word() {
    let (model, plan, _) = shipped();
    for question in questions(&model) {
        for dialect in DialectName::all() {
            let text = sql::query(&model, &plan, &question, dialect);
            let statements = Parser::parse_sql(&*grammar(dialect), &text).unwrap();
            let plain = statements.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
            assert_eq!(words(&text, dialect), words(&plain, dialect), "{dialect:?}\n{text}");
        }
    }
}

#[test]
fn the_headline_holds_what_is_certified() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    let outputs = sql::build(&model, &plan, &files, &fingerprints, &[DialectName::DuckDb]);
    let headline = outputs.iter().find(|output| output.path == "sql/duckdb/headline.sql").unwrap();
    for metric in model.metrics.iter().filter(|metric| !metric.head.about.hidden) {
        let is_listed = headline.text.contains(&format!("'{}' AS metric", metric.head.name));
        assert_eq!(is_listed, metric.head.about.status == Status::Certified, "{}", metric.head.name);
    }
}

/// A lake view is Spark's own, and the grammar here knows materialised views alone; of statistics it knows none, and an
/// index of the same expressions stands for them.
fn readable(text: &str) -> String {
    text.replace("MATERIALIZED LAKE VIEW", "MATERIALIZED VIEW").lines().map(as_index).collect()
}

fn as_index(line: &str) -> String {
    let parts = || {
        let (name, rest) = line.strip_prefix("CREATE STATISTICS IF NOT EXISTS ")?.split_once(" ON ")?;
        let (folded, table) = rest.strip_suffix(';')?.split_once(" FROM ")?;
        Some((name, folded, table))
    };
    match parts() {
        Some((name, folded, table)) => format!("CREATE INDEX IF NOT EXISTS {name} ON {table} {folded};\n"),
        None => format!("{line}\n"),
    }
}

/// Of the texts that conditions compare; of no text that names a person, since statistics keep what is frequent.
#[test]
fn postgresql_is_told_how_texts_are_compared() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    let outputs = sql::build(&model, &plan, &files, &fingerprints, &DialectName::all());
    let told: Vec<_> = outputs.iter().filter(|output| output.path.ends_with("statistics.sql")).collect();
    assert_eq!(told.iter().map(|output| output.path.as_str()).collect::<Vec<_>>(), ["sql/postgres/statistics.sql"]);
    snapshot("statistics", &told[0].text);
    assert!(!told[0].text.contains("evidence_ref"), "a text that tells of a person");
}

#[test]
fn every_file_reads_back_in_its_dialect() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    for dialect in DialectName::all() {
        let outputs = sql::build(&model, &plan, &files, &fingerprints, &[dialect]);
        assert!(outputs.len() > 20, "{dialect:?}");
        for output in outputs {
            reads_back(&readable(&output.text), dialect);
        }
    }
}

/// The first table of the second project stands in another schema than the default one.
#[test]
fn views_are_created_in_the_default_schema() {
    let (model, plan, files) = project("tests/cases/second_project");
    let fingerprints = carat::model::Fingerprints::of(&model);
    for dialect in DialectName::all() {
        let outputs = sql::build(&model, &plan, &files, &fingerprints, &[dialect]);
        let creates = |text: &str| text.lines().filter(|line| line.contains(" VIEW ")).map(str::to_owned).collect();
        let created: Vec<String> = outputs.iter().flat_map(|output| -> Vec<String> { creates(&output.text) }).collect();
        assert!(created.len() > 3 && created.iter().all(|line| line.contains(" mart.")), "{dialect:?}: {created:?}");
        let in_folder = outputs.iter().any(|output| output.path.starts_with("sql/fabric/mart/Views/"));
        assert_eq!(in_folder, dialect == DialectName::Fabric);
    }
}

/// Words of a person's contact data, which an analytical segment never selects.
#[test]
fn an_analytical_segment_is_counted_and_nothing_else() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    let outputs = sql::build(&model, &plan, &files, &fingerprints, &[DialectName::DuckDb]);
    let dormant: Vec<_> = outputs.iter().filter(|output| output.path.contains("dormant")).collect();
    assert_eq!(dormant.len(), 1, "a count, no view of members");
    let last = dormant[0].text.rsplit("\n)\n").next().unwrap();
    assert_eq!(last.trim(), "SELECT mc.members, p.end_on\nFROM period AS p\nCROSS JOIN member_count AS mc;");
}

/// What a reviewer reads: one dialect in full, the others by what differs from it.
fn shown(ask: impl Fn(DialectName) -> String) -> String {
    let reference = ask(DialectName::DuckDb);
    let mut text = format!("-- duckdb\n{reference}\n");
    for (name, dialect) in
        [("postgres", DialectName::Postgres), ("spark", DialectName::Spark), ("fabric", DialectName::Fabric)]
    {
        let other = ask(dialect);
        let difference = similar::TextDiff::from_lines(&reference, &other);
        text += &format!("\n-- {name}, where it differs\n{}", difference.unified_diff().context_radius(0));
    }
    text
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/sql");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn headlines_read_as_a_careful_person_writes_them() {
    let (model, plan, _) = shipped();
    for name in ["net_revenue", "churn_rate", "cross_sell_rate", "marketable_customers", "net_promoter_score"] {
        let question = plan::query(&model, vec![model.metric_named(name).unwrap()], Vec::new(), None, &[], None);
        snapshot(&format!("headline_{name}"), &shown(|dialect| sql::query(&model, &plan, &question, dialect)));
    }
}

/// Nothing is asked twice of a customer who was active a year ago, and no row of facts meets a month.
#[test]
fn values_by_month_are_sums_of_changes() {
    let (model, plan, _) = shipped();
    let customer = model.gold.table_named("customer").unwrap();
    let country = model.gold.column_named(customer, "country").unwrap();
    for name in ["churn_rate", "customer_lifetime_value", "net_promoter_score", "opt_out_rate", "repeat_purchase_rate"]
    {
        let metric = vec![model.metric_named(name).unwrap()];
        let question = plan::query(&model, metric, vec![country], Some("month"), &[], None);
        snapshot(&format!("month_{name}"), &shown(|dialect| sql::query(&model, &plan, &question, dialect)));
    }
}

#[test]
fn a_view_makes_one_pass_over_each_table_at_each_grain() {
    let (model, plan, _) = shipped();
    let at = model.views.iter().position(|view| view.head.name == "sales_scorecard").unwrap();
    snapshot("view_sales_scorecard", &shown(|dialect| sql::query(&model, &plan, &plan.views[at], dialect)));
}

#[test]
fn a_segment_reaches_only_whom_its_policy_allows() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    let of = |dialect| {
        let outputs = sql::build(&model, &plan, &files, &fingerprints, &[dialect]);
        let wanted = |path: &str| path.ends_with("high_value_members.sql") || path.ends_with("segments/high_value.sql");
        outputs.into_iter().filter(|output| wanted(&output.path)).map(|output| output.text).collect::<String>()
    };
    snapshot("segment_high_value", &shown(of));
}

/// Columns may be of 32 bits in the gold layer: what is worked out of them is not.
#[test]
fn whole_numbers_are_worked_out_in_64_bits() {
    let (model, plan) = in_a_shop(
        "metric squares = sum(sale.pieces * sale.pieces * 3) over history of sold_on\n\
         metric most = max(sale.pieces over history of sold_on) + 3 * max(sale.pieces over history of sold_on)\n\
         metric counts = count(customer) * 2 + count(customer)",
    );
    let ask = |name: &str, dialect| {
        let question = plan::query(&model, vec![model.metric_named(name).unwrap()], Vec::new(), None, &[], None);
        sql::query(&model, &plan, &question, dialect)
    };
    for dialect in DialectName::all() {
        let squares = ask("squares", dialect);
        assert!(squares.contains("CAST(s.pieces AS BIGINT) * s.pieces"), "{squares}");
        let most = ask("most", dialect);
        assert!(most.contains("AS BIGINT)"), "{most}");
        let counts = ask("counts", dialect);
        assert!(!counts.contains("BIGINT"), "{counts}");
    }
}

/// Nor is a sum of what rows hold, by time: T-SQL adds up whole numbers in the type of the column, and fails where it is full.
#[test]
fn whole_numbers_are_added_up_by_month_in_64_bits() {
    let (model, plan) = in_a_shop(
        "metric bought = sum(sale.pieces over history of sold_on)\n\
         metric last = latest(sale.pieces by sold_on) over last 60 days of sold_on { hidden: true }\n\
         metric left = sum(last per customer)",
    );
    for name in ["bought", "left"] {
        let question =
            plan::query(&model, vec![model.metric_named(name).unwrap()], Vec::new(), Some("month"), &[], None);
        let fabric = sql::query(&model, &plan, &question, DialectName::Fabric);
        let sums: Vec<&str> = fabric.lines().filter(|line| line.contains("SUM(")).collect();
        // How many rows there are is counted on the days they come.
        let counts = |line: &str| ["_taken", "_taken,", "_present", "_present,"].iter().any(|end| line.ends_with(end));
        let sums: Vec<&str> = sums.into_iter().filter(|line| !counts(line)).collect();
        assert!(sums.len() > 1, "{name}: {fabric}");
        assert!(sums.iter().all(|line| line.contains("SUM(CAST(")), "{name}: {fabric}");
        let duckdb = sql::query(&model, &plan, &question, DialectName::DuckDb);
        assert!(!duckdb.contains("SUM(CAST("), "{name}: {duckdb}");
    }
}

/// T-SQL has no day after 9999-12-31 and none before 0001-01-01, both of which stand in data for a date that is not known.
#[test]
fn no_day_is_moved_beyond_those_that_an_engine_has() {
    let (model, plan, files) = shipped();
    let metric = vec![model.metric_named("active_customers").unwrap()];
    let question = plan::query(&model, metric, Vec::new(), Some("month"), &[], None);
    let by_month = sql::query(&model, &plan, &question, DialectName::Fabric);
    assert!(by_month.contains("WHEN d.previous_on < DATEADD(month, -12, d.day_on)"), "{by_month}");
    assert!(!by_month.contains("previous_on IS NULL OR"), "{by_month}");
    let fingerprints = carat::model::Fingerprints::of(&model);
    let outputs = sql::build(&model, &plan, &files, &fingerprints, &[DialectName::Fabric]);
    let contract = &outputs.iter().find(|output| output.path.ends_with("contract.sql")).unwrap().text;
    let gaps: Vec<&str> = contract.lines().filter(|line| line.contains("c2.date = DATEADD(day, 1, ")).collect();
    assert!(
        !gaps.is_empty() && gaps.iter().all(|line| line.contains("DATEADD(day, 1, CASE WHEN c.date < ")),
        "{gaps:?}"
    );
}
