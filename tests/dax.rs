//! The DAX of the shipped project, read as a Power BI developer would.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::Path;

use carat::emit::dax::{Kind, Measure, may_be_reserved, measures, queries};
use carat::model::Model;
use carat::{gold, plan, resolve, source, syntax};

/// The projects whose texts are held to the rules.
const PROJECTS: [&str; 2] = ["metrics", "tests/cases/second_project"];

fn model(folder: &str) -> Model {
    let (mut sources, mut found) = source::project::load(Path::new(folder));
    let (settings, _) = carat::settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    let gold_file = sources.read(&settings.gold, &mut found).expect("the gold schema");
    let (gold, _) = gold::load(&sources.files, gold_file);
    let trees: Vec<_> = sources.definitions.iter().map(|file| syntax::parse(&sources.files, *file).0).collect();
    let (model, errors) = resolve::resolve(settings, gold, &trees);
    assert!(errors.is_empty(), "{errors:?}");
    model
}

#[test]
fn every_measure_has_a_text_and_a_name_of_its_own() {
    let model = model("metrics");
    let all = measures(&model, &plan::plan(&model));
    let mut names: Vec<String> = all.iter().map(|measure| measure.name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|measure| !measure.dax.is_empty()));
}

#[test]
fn what_breaks_an_expectation_is_told_with_the_metrics_it_names() {
    let model = model("tests/cases/second_project");
    let queries = queries(&model, &plan::plan(&model));
    let share = queries.iter().find(|query| query.name == "bookings_share_1").expect("the expectation of a share");
    assert!(share.dax.contains("\"Share of bookings\", [Share of bookings]"), "{}", share.dax);
    assert!(!share.dax.contains("\"Bookings\""), "{}", share.dax);
}

/// All texts of a project: measures, then queries.
fn texts(model: &Model) -> Vec<(String, String)> {
    let plan = plan::plan(model);
    let measures = measures(model, &plan).into_iter().map(|measure| (measure.name, measure.dax));
    let queries = queries(model, &plan).into_iter().map(|query| (query.name, query.dax));
    measures.chain(queries).collect()
}

fn settings(folder: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn the_shipped_measures_read_as_a_careful_person_writes_them() {
    let model = model("metrics");
    let all = measures(&model, &plan::plan(&model));
    let show = |name: &str, wanted: &dyn Fn(&Measure) -> bool| {
        let chosen = all.iter().filter(|measure| wanted(measure));
        let text: String = chosen.map(|measure| format!("{} =\n{}\n\n", measure.name, measure.dax)).collect();
        settings("dax").bind(|| insta::assert_snapshot!(name, text));
    };
    show("metrics", &|measure| matches!(measure.kind, Kind::Base | Kind::Metric(_)));
    show("segments", &|measure| matches!(measure.kind, Kind::SegmentCount(_)));
    show("helpers", &|measure| matches!(measure.kind, Kind::Helper(_)));
}

#[test]
fn the_shipped_queries_show_views_and_what_breaks_expectations() {
    let model = model("metrics");
    let all = queries(&model, &plan::plan(&model));
    let chosen = all
        .iter()
        .filter(|query| ["Marketing scorecard", "average_order_value_1", "opt_out_rate_1"].contains(&&*query.name));
    let text: String = chosen.map(|query| format!("// {}\n{}\n", query.name, query.dax)).collect();
    settings("dax").bind(|| insta::assert_snapshot!("queries", text));
}

/// Functions that are never written: their meaning depends on a visual, a locale, a clock or ties, or an
/// analyser of models warns of them.
const NEVER: [&str; 19] = [
    "ALLSELECTED (",
    "EARLIER (",
    "LASTDATE (",
    "FIRSTDATE (",
    "CLOSINGBALANCE",
    "IFERROR (",
    "ISERROR (",
    "FORMAT (",
    "EVALUATEANDLOG (",
    "RANKX (",
    "TOPN (",
    "INTERSECT (",
    "TODAY (",
    "NOW (",
    "DATEADD (",
    "DATESINPERIOD (",
    "SAMEPERIODLASTYEAR (",
    "TOTALYTD (",
    "= BLANK ()",
];

/// The rules of Microsoft's Best Practice Analyzer about expressions, by what their published patterns look for.
fn broken_rules(dax: &str) -> Vec<String> {
    let flat = dax.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut broken: Vec<String> = NEVER.iter().filter(|word| flat.contains(**word)).map(|w| (*w).to_owned()).collect();
    let mut rule = |holds: bool, name: &str| {
        if !holds {
            broken.push(name.to_owned());
        }
    };
    rule(!flat.contains("] /") && !flat.contains(") /"), "USE_THE_DIVIDE_FUNCTION_FOR_DIVISION");
    let alone = flat.starts_with('[') && flat.ends_with(']') && flat.matches('[').count() == 1;
    rule(!alone, "MEASURES_SHOULD_NOT_BE_DIRECT_REFERENCES_OF_OTHER_MEASURES");
    let digit_before = |operator: &str| {
        flat.match_indices(operator).any(|(at, _)| flat[..at].trim_end().ends_with(|c: char| c.is_ascii_digit()))
    };
    rule(!digit_before("- DIVIDE (") && !digit_before("+ DIVIDE ("), "AVOID_USING_'1-(X/Y)'_SYNTAX");
    for call in ["CALCULATE ( ", "CALCULATETABLE ( "] {
        for (at, _) in flat.match_indices(call) {
            let second = flat[at + call.len()..].split_once(", ").map_or("", |(_, rest)| rest);
            rule(!second.starts_with("FILTER ( '"), "FILTER_COLUMN_VALUES");
        }
    }
    for (at, _) in flat.match_indices('[') {
        let qualified = flat[..at].ends_with('\'');
        let name = flat[at + 1..].split(']').next().unwrap_or_default();
        rule(qualified || !name.contains('_') || name.starts_with('@'), "DAX_COLUMNS_FULLY_QUALIFIED");
    }
    broken
}

#[test]
fn no_expression_breaks_a_rule_of_the_best_practice_analyzer() {
    for folder in PROJECTS {
        for (name, dax) in texts(&model(folder)) {
            assert_eq!(broken_rules(&dax), Vec::<String>::new(), "{name} of {folder}:\n{dax}");
        }
    }
}

#[test]
fn the_rules_find_what_they_look_for() {
    let broken = |dax: &str| broken_rules(dax).len();
    assert_eq!(broken("1 - DIVIDE ( [a], [b] )"), 1);
    assert_eq!(broken("[Orders]"), 1);
    assert_eq!(broken("[a] / [b]"), 1);
    assert_eq!(broken("CALCULATE ( [a], FILTER ( 'T', 'T'[c] > 1 ) )"), 1);
    assert_eq!(broken("SUM ( [net_amount] )"), 1);
    assert_eq!(broken("DIVIDE ( [a], [b] )"), 0);
}

#[test]
fn no_line_is_wider_than_a_hundred_columns_but_for_one_long_name() {
    for folder in PROJECTS {
        for (name, dax) in texts(&model(folder)) {
            let wide: Vec<&str> =
                dax.lines().filter(|line| line.chars().count() > 100 && line.contains(", ")).collect();
            assert_eq!(wide, Vec::<&str>::new(), "{name} of {folder}");
        }
    }
}

/// The names after `VAR` in a text.
fn variables(text: &str) -> Vec<&str> {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("VAR "));
    lines.filter_map(|line| line.split(' ').next()).collect()
}

#[test]
fn no_variable_is_a_single_word_or_a_name_of_the_engine_or_a_table() {
    let reference = fs::read_to_string("docs/language.md").unwrap();
    let mut found: Vec<(String, String)> =
        variables(&reference).into_iter().map(|name| ("docs/language.md".to_owned(), name.to_owned())).collect();
    for folder in PROJECTS {
        let model = model(folder);
        let tables: Vec<String> = model.gold.tables.iter().map(|table| table.label.to_lowercase()).collect();
        for (name, dax) in texts(&model) {
            for variable in variables(&dax) {
                assert!(!tables.contains(&variable.to_lowercase()), "{folder}: {name}: {variable}");
                found.push((format!("{folder}: {name}"), variable.to_owned()));
            }
        }
    }
    assert!(found.len() > 100, "{}", found.len());
    let refused: Vec<_> = found.iter().filter(|(_, name)| may_be_reserved(name)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn the_same_project_gives_the_same_text() {
    assert_eq!(texts(&model("metrics")), texts(&model("metrics")));
}

const TWO_ROADS: &str = "
as_of: status.as_of
calendar: { table: calendar, day: date, from: 2020-01-01, to: 2030-12-31, grains: { month: month, fiscal year: fiscal } }
defaults: { schema: gold, sensitivity: internal }
tables:
  customer: { key: id, columns: { id: { type: text, normalised: true } } }
  address: { key: id, to: { customer: customer_id }, columns: { id: { type: text, normalised: true }, customer_id: { type: text, normalised: true } } }
  sale: { key: id, to: { customer: customer_id }, date: sold_on, columns: { id: { type: text, normalised: true }, customer_id?: { type: text, normalised: true }, sold_on: date, amount: money } }
  calendar: { key: date, columns: { date: date, month: integer, fiscal: integer } }
  status: { columns: { as_of: date } }
";

/// Sales of nobody are not those of an address of nobody: the measure of a metric would take them for it.
#[test]
fn a_metric_of_an_earlier_period_is_written_in_full_at_a_row_that_may_be_of_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("carat.yaml", "language: 1\nproject: shop\ngold: gold.yaml\ncurrency: EUR\ntargets: { sql: [duckdb] }\n");
    write("gold.yaml", TWO_ROADS);
    write(
        "a.metric",
        "metric most = max(sale.amount over history of sold_on)\nmetric earlier = average(prior(most, 1 year) per address)\n",
    );
    let model = model(folder.path().to_str().unwrap());
    let (_, text) = texts(&model).into_iter().find(|(name, _)| name == "Earlier").expect("its measure");
    assert!(!text.contains("[Most]"), "{text}");
    assert!(text.contains("VAR HasCustomer = NOT ISBLANK ( 'Customer'[id] )"), "{text}");
    assert!(text.contains("NOT ISBLANK ( PeriodEnd )"), "{text}");
}
