//! What is put before the engines: every rule's case, the same definitions on dirty rows, the shipped
//! project on dirty rows. `CARAT_ROUNDS` asks for more rows of other seeds.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use carat::gold::Date;
use carat::model::{Expr, ExprKind, MetricId, Model, Operator};

use crate::data::{Random, Size, dirty};
use crate::engines::{Dax, Sql, dax, sql_engines};
use crate::judge::{Grain, Judge, Slice};
use crate::rig::{
    Asked, Project, Report, Trial, ask_dax, ask_queries, ask_segments, ask_sql, ask_written, groupable, slices,
};
use crate::rules::{Case, cases};

/// As-of dates at month-ends, on a leap day, in the middle of a month.
pub const AS_OF: [&str; 6] = ["2026-01-31", "2025-03-30", "2025-02-28", "2026-06-15", "2025-12-31", "2025-04-30"];

/// `CARAT_ROUNDS` seeds from `CARAT_FIRST_SEED` on.
fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("CARAT_FIRST_SEED").unwrap_or(0);
    first..first + number("CARAT_ROUNDS").unwrap_or(1)
}

fn size(rows: usize, seed: u64) -> Size {
    let day = |text| Date::parse(text).unwrap();
    let as_of = AS_OF[seed as usize % AS_OF.len()];
    Size { rows, calendar: (day("2024-01-01"), day("2026-12-31")), as_of: day(as_of) }
}

/// Every metric alone in every slice, the views, and all that can be grouped alike together.
fn everything(judge: &Judge, seed: u64) -> Vec<Asked> {
    let mut random = Random::new(seed);
    let metrics = askable(judge.model);
    let mut asked: Vec<Asked> = metrics.iter().flat_map(|id| slices(judge, &[*id], &mut random)).collect();
    asked.extend(views(judge.model));
    asked.extend(together(judge, &metrics, &mut random));
    thinned(asked, &mut random)
}

/// One question in so many (`CARAT_THIN`): in forty where no engine was asked for, so that a plain run of
/// the tests is short.
fn thinned(mut asked: Vec<Asked>, random: &mut Random) -> Vec<Asked> {
    let wanted = std::env::var("CARAT_THIN").ok().and_then(|text| text.parse().ok());
    let thin = wanted.unwrap_or(if std::env::var_os("CARAT_ENGINES").is_none() { 40 } else { 1 });
    asked.retain(|_| random.one_in(thin));
    asked
}

/// A metric whose total is the latest of something has no total.
fn askable(model: &Model) -> Vec<MetricId> {
    let ids = (0..model.metrics.len() as u32).map(MetricId);
    ids.filter(|id| model.metric(*id).is_some_and(|metric| !is_latest(&metric.value))).collect()
}

fn is_latest(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Aggregate(aggregate) if matches!(aggregate.operator, Operator::Latest(_)))
}

pub fn views(model: &Model) -> Vec<Asked> {
    let grain = |name: &String| {
        let column = *model.gold.calendar.as_ref()?.grains.get(name)?;
        Some(Grain { name: name.clone(), column })
    };
    let view = |view: &carat::model::View| Asked {
        metrics: view.metrics.clone(),
        slice: Slice {
            groups: view.groups.clone(),
            grain: view.grain.as_ref().and_then(grain),
            conditions: view.filters.clone(),
            ..Slice::default()
        },
        kind: "view",
    };
    model.views.iter().map(view).collect()
}

/// A metric is the same alone and in any combination.
fn together(judge: &Judge, metrics: &[MetricId], random: &mut Random) -> Vec<Asked> {
    let model = judge.model;
    let shown: Vec<MetricId> = metrics
        .iter()
        .copied()
        .filter(|id| model.metric(*id).is_some_and(|metric| !metric.head.about.hidden))
        .collect();
    let reached = |id: &MetricId, column| {
        model.metric(*id).is_some_and(|metric| groupable(model, &[&metric.value]).contains(&column))
    };
    let columns = crate::rig::reader_columns(model);
    let mut asked = vec![Asked { metrics: shown.clone(), slice: Slice::default(), kind: "together" }];
    for column in columns {
        let metrics: Vec<MetricId> = shown.iter().copied().filter(|id| reached(id, column)).collect();
        if metrics.len() > 1 && random.one_in(2) {
            let slice = Slice { groups: vec![column], ..Slice::default() };
            asked.push(Asked { metrics, slice, kind: "together" });
        }
    }
    asked
}

/// The cases with what they expect; with everything else a reader may ask, where `all`.
pub fn rule_trials(all: bool) -> Vec<Trial> {
    let trial = |case: Case| {
        let model = case.project().build();
        let data = case.data(&model);
        let expected: Vec<Asked> = case.expectations(&model).into_iter().map(|one| one.asked).collect();
        let ask = |judge: &Judge| if all { [expected, everything(judge, 1)].concat() } else { expected };
        Trial::new(("rules", &case.name), model, data, ask).about(case.rule())
    };
    cases().into_iter().map(trial).collect()
}

/// The definitions of every case on rows that no one made up for them.
pub fn dirty_rule_trials(seed: u64) -> Vec<Trial> {
    let trial = |case: Case| {
        let model = case.project().build();
        let data = dirty(&model.gold, &size(12, seed), seed);
        let name = format!("{} seed {seed}", case.name);
        Trial::new(("rules on dirty rows", &name), model, data, |judge| everything(judge, seed)).about(case.rule())
    };
    cases().into_iter().map(trial).collect()
}

pub fn shipped(seed: u64) -> Trial {
    let mut project = Project::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics"));
    project.gold =
        project.gold.replace("from: 2015-01-01", "from: 2024-01-01").replace("to: 2030-12-31", "to: 2026-12-31");
    let model = project.build();
    let data = dirty(&model.gold, &size(24, seed), seed);
    Trial::new(("shipped project", &format!("shipped seed {seed}")), model, data, |judge| everything(judge, seed))
}

pub fn second(seed: u64) -> Trial {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/second_project");
    let model = Project::read(&folder).build();
    let data = dirty(&model.gold, &size(24, seed), seed);
    let name = format!("second project seed {seed}");
    Trial::new(("second project", &name), model, data, |judge| everything(judge, seed))
}

/// Every engine at once.
pub fn compare(trials: &[Trial], engines: &[&dyn Sql], dax: Option<&Dax>) -> Report {
    let mut report = Report::default();
    std::thread::scope(|scope| {
        let sql = |engine: &dyn Sql| vec![ask_sql(trials, engine), ask_written(trials, engine)];
        let asked = engines.iter().map(|engine| scope.spawn(move || sql(*engine)));
        let of_dax =
            |engine: &Dax| vec![ask_dax(trials, engine), ask_segments(trials, engine), ask_queries(trials, engine)];
        let dax = dax.map(|engine| scope.spawn(move || of_dax(engine)));
        let asked: Vec<_> = asked.chain(dax).collect();
        asked.into_iter().flat_map(|one| one.join().unwrap()).for_each(|one| report.add(one));
    });
    report
}

/// The values that must be compared at least: `CARAT_FLOOR`, else a few where any engine was found.
fn floor(engines: usize) -> usize {
    let wanted = std::env::var("CARAT_FLOOR").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(if engines == 0 { 0 } else { 200 })
}

/// `CARAT_COUNTS` names a file that the counts of every round are added to.
fn keep_counts(report: &Report) {
    let Some(path) = std::env::var_os("CARAT_COUNTS") else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(report.lines().as_bytes()).unwrap();
}

/// Those that are asked in a round: Spark, which takes minutes for what others do in seconds, in the first alone or
/// in so many as `CARAT_SPARK_ROUNDS` says.
fn asked_in(engines: &[Box<dyn Sql>], round: usize) -> Vec<&dyn Sql> {
    let rounds = std::env::var("CARAT_SPARK_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    engines.iter().map(AsRef::as_ref).filter(|engine| engine.dialect() != "spark" || round < rounds).collect()
}

/// The rules whose own rows an engine was not asked about.
fn not_asked(report: &Report, engine: &str) -> Vec<String> {
    let asked = |rule: &String| {
        let mut places = report.compared.iter();
        places.any(|(at, count)| at.engine == engine && at.kind == "expected" && at.subject == *rule && count.all > 0)
    };
    let rules: Vec<String> = cases().iter().filter(|case| !case.expects_nothing()).map(Case::rule).collect();
    rules.into_iter().filter(|rule| !asked(rule)).collect()
}

#[test]
fn every_engine_gives_the_judges_number() {
    let (engines, dax) = (sql_engines(), dax());
    let mut all = Report::default();
    for (round, seed) in seeds().enumerate() {
        let mut trials = if seed == 0 { rule_trials(true) } else { Vec::new() };
        trials.extend(dirty_rule_trials(seed));
        trials.extend([shipped(seed), second(seed)]);
        let report = compare(&trials, &asked_in(&engines, round), dax.as_ref());
        if seed == 0 {
            let names = engines.iter().map(|engine| engine.dialect()).chain(dax.iter().map(|_| "dax"));
            names.for_each(|name| {
                assert_eq!(not_asked(&report, name), [""; 0], "{name} was not asked about these rules")
            });
        }
        keep_counts(&report);
        all.add(report);
    }
    eprintln!("{}", all.in_words());
    all.settle(floor(engines.len() + dax.iter().len()));
}
