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
use carat::model::{MetricId, Model};
use carat::plan::tree::{Plan, Query};
use carat::settings::{self, DialectName};
use carat::{gold, plan, resolve, source, syntax};
use sqlparser::dialect::{DatabricksDialect, Dialect, DuckDbDialect, MsSqlDialect, PostgreSqlDialect};
use sqlparser::parser::Parser;

const DIALECTS: [DialectName; 4] =
    [DialectName::Fabric, DialectName::Spark, DialectName::DuckDb, DialectName::Postgres];

fn shipped() -> (Model, Plan, source::FileSet) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics");
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
        for dialect in DIALECTS {
            reads_back(&sql::query(&model, &plan, &question, dialect).unwrap(), dialect);
        }
    }
}

/// A lake view is Spark's own: its grammar here knows materialised views alone.
fn readable(text: &str) -> String {
    text.replace("MATERIALIZED LAKE VIEW", "MATERIALIZED VIEW")
}

#[test]
fn every_file_reads_back_in_its_dialect() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    for dialect in DIALECTS {
        let outputs = sql::build(&model, &plan, &files, &fingerprints, dialect);
        assert!(outputs.len() > 20, "{dialect:?}");
        for output in outputs {
            reads_back(&readable(&output.text), dialect);
        }
    }
}

/// Words of a person's contact data, which an analytical segment never selects.
#[test]
fn an_analytical_segment_is_counted_and_nothing_else() {
    let (model, plan, files) = shipped();
    let fingerprints = carat::model::Fingerprints::of(&model);
    let outputs = sql::build(&model, &plan, &files, &fingerprints, DialectName::DuckDb);
    let dormant: Vec<_> = outputs.iter().filter(|output| output.path.contains("dormant")).collect();
    assert_eq!(dormant.len(), 1, "a count, no view of members");
    let last = dormant[0].text.rsplit("\n)\n").next().unwrap();
    assert_eq!(last.trim(), "SELECT mc.members, p.end_on\nFROM period AS p\nCROSS JOIN member_count AS mc;");
}
