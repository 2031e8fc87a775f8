//! What must hold of the numbers of any project, checked on the shipped one over dirty rows: it is asked of the
//! answers alone, so that no judge is needed. Runs on the DuckDB program; where it is missing, says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use carat::diagnostics::Diagnostic;
use carat::emit::sql;
use carat::gold::{ColumnId, Date};
use carat::model::{ExprKind, MetricId, Model, Operator, SegmentId};
use carat::plan::{self, tree::Plan};
use carat::rules;
use carat::settings::DialectName;

use crate::data::{Data, Size, dirty, typed};
use crate::engines::{Answer, DuckDb, Sql, Work};
use crate::judge::{Grain, Slice, Value};
use crate::rig::{Answers, Asked, Project, by_key, groupable, query};

struct Shipped {
    model: Model,
    plan: Plan,
    data: Data,
    engine: DuckDb,
}

impl Shipped {
    /// None, and a word about it, where there is no DuckDB.
    fn new(seed: u64, rows: usize) -> Option<Shipped> {
        Shipped::with(seed, rows, "")
    }

    /// With definitions of its own.
    fn with(seed: u64, rows: usize, definitions: &str) -> Option<Shipped> {
        let Some(engine) = DuckDb::found() else {
            eprintln!("not checked: there is no DuckDB program (CARAT_DUCKDB, .carat, or the path)");
            return None;
        };
        let mut project = Project::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics"));
        project.gold =
            project.gold.replace("from: 2015-01-01", "from: 2024-01-01").replace("to: 2030-12-31", "to: 2026-12-31");
        project.metrics.push(("more.metric".into(), definitions.into()));
        let model = project.build();
        assert!(!rules::check(&model).iter().any(Diagnostic::is_error), "a law is broken");
        let day = |text| Date::parse(text).unwrap();
        let calendar = (day("2024-01-01"), day("2026-12-31"));
        let data = dirty(&model.gold, &Size { rows, calendar, as_of: day("2026-02-28") }, seed);
        Some(Shipped { plan: plan::plan(&model), model, data, engine })
    }

    fn answers(&self, data: &Data, queries: Vec<String>) -> Vec<Answer> {
        let folder = tempfile::tempdir().unwrap();
        data.write(&self.model.gold, folder.path());
        let work = Work { gold: &self.model.gold, folder: folder.path(), queries };
        self.engine.run(&[work]).remove(0)
    }

    fn ask(&self, asked: &[Asked], before: &str) -> Vec<Answers> {
        let query = |asked: &Asked| format!("{before}{}", query(&self.model, &self.plan, asked, "duckdb"));
        let answers = self.answers(&self.data, asked.iter().map(query).collect());
        let read = |(asked, answer): (&Asked, Answer)| {
            let rows = answer.unwrap_or_else(|why| panic!("{why}\n{}", query(asked)));
            by_key(&self.model, asked, &rows).unwrap()
        };
        asked.iter().zip(answers).map(read).collect()
    }

    /// The metrics that readers see and that have a total.
    fn shown(&self) -> Vec<MetricId> {
        let ids = (0..self.model.metrics.len() as u32).map(MetricId);
        ids.filter(|id| self.model.metric(*id).is_some_and(|metric| !metric.head.about.hidden)).collect()
    }

    fn groups_of(&self, metric: MetricId) -> Vec<ColumnId> {
        groupable(&self.model, &[&self.model.metric(metric).unwrap().value])
    }

    fn name(&self, metric: MetricId) -> &str {
        &self.model.metric(metric).unwrap().head.name
    }

    fn month(&self) -> Grain {
        let column = self.model.gold.calendar.as_ref().unwrap().grains["month"];
        Grain { name: "month".into(), column }
    }
}

fn asked(metrics: &[MetricId], groups: &[ColumnId], grain: Option<Grain>) -> Asked {
    let slice = Slice { groups: groups.to_vec(), grain, ..Slice::default() };
    Asked { metrics: metrics.to_vec(), slice, kind: "invariant" }
}

/// Nothing, missing and 0 are one, as groups without data are not listed.
fn number(answers: &Answers, key: &[Option<String>], metric: usize) -> f64 {
    let text = answers.get(key).and_then(|values| values.get(metric)).cloned().flatten();
    text.and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn a_metric_by_a_column_is_the_same_alone_and_in_any_combination() {
    let Some(shipped) = Shipped::new(11, 40) else { return };
    let mut columns: BTreeMap<ColumnId, Vec<MetricId>> = BTreeMap::new();
    for metric in shipped.shown() {
        shipped.groups_of(metric).into_iter().for_each(|column| columns.entry(column).or_default().push(metric));
    }
    let mut questions = Vec::new();
    for (column, metrics) in columns.iter().filter(|(_, metrics)| metrics.len() > 1) {
        let grain = (questions.len() % 3 == 0).then(|| shipped.month());
        questions.push(asked(metrics, &[*column], grain.clone()));
        questions.extend(metrics.iter().map(|metric| asked(&[*metric], &[*column], grain.clone())));
    }
    let answers = shipped.ask(&questions, "");
    let (mut together, mut compared) = (None, 0);
    for (question, answers) in questions.iter().zip(&answers) {
        if question.metrics.len() > 1 {
            together = Some((question, answers));
            continue;
        }
        let (all, by_all) = together.unwrap();
        let place = all.metrics.iter().position(|metric| *metric == question.metrics[0]).unwrap();
        for key in by_all.keys().chain(answers.keys()) {
            let (a, b) = (number(answers, key, 0), number(by_all, key, place));
            assert!(close(a, b), "{} at {key:?}: {a} alone, {b} in company", shipped.name(question.metrics[0]));
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared} values were compared");
}

/// A count of rows or a sum, with nothing done to it. Rows that it looks for by a way which readers do not take
/// are filtered by the groups they themselves belong to, so that no group may have both (docs/language.md,
/// The row at hand).
fn is_additive(model: &Model, metric: MetricId) -> bool {
    let value = &model.metric(metric).unwrap().value;
    let ExprKind::Aggregate(aggregate) = &value.kind else { return false };
    let mut strange = false;
    value.walk(&mut |part| strange |= matches!(&part.kind, ExprKind::Any(rows) if rows.through.is_some()));
    matches!(aggregate.operator, Operator::Count | Operator::Sum) && !strange
}

#[test]
fn an_additive_metric_by_any_column_adds_up_to_its_total() {
    let Some(shipped) = Shipped::new(12, 40) else { return };
    let (mut questions, mut compared) = (Vec::new(), 0);
    for metric in shipped.shown().into_iter().filter(|metric| is_additive(&shipped.model, *metric)) {
        questions.push(asked(&[metric], &[], None));
        questions.extend(shipped.groups_of(metric).iter().map(|column| asked(&[metric], &[*column], None)));
    }
    let answers = shipped.ask(&questions, "");
    let mut total = 0.0;
    for (question, answers) in questions.iter().zip(&answers) {
        let sum: f64 = answers.keys().map(|key| number(answers, key, 0)).sum();
        if question.slice.groups.is_empty() {
            total = sum;
            continue;
        }
        let column = shipped.model.gold.column(question.slice.groups[0]).unwrap();
        let name = shipped.name(question.metrics[0]);
        assert!(close(sum, total), "{name} by {} adds up to {sum}, in all it is {total}", column.name);
        compared += usize::from(total != 0.0);
    }
    assert!(compared > 20, "{compared} sums were compared");
}

#[test]
fn no_result_depends_on_the_time_zone_of_the_session() {
    let Some(shipped) = Shipped::new(13, 40) else { return };
    let metrics = shipped.shown();
    let totals = metrics.iter().map(|metric| asked(&[*metric], &[], None));
    let months = metrics.iter().map(|metric| asked(&[*metric], &[], Some(shipped.month())));
    let questions: Vec<Asked> = totals.chain(months).collect();
    let here = shipped.ask(&questions, "");
    for zone in ["Pacific/Kiritimati", "Pacific/Marquesas"] {
        let there = shipped.ask(&questions, &format!("SET TimeZone = '{zone}';\n"));
        for ((question, here), there) in questions.iter().zip(&here).zip(there) {
            assert_eq!(*here, there, "{} in {zone}", shipped.name(question.metrics[0]));
        }
    }
    assert!(here.iter().any(|answers| answers.len() > 12), "months were answered");
}

/// A value that says what a person chose, where and until when they are not to be written to, or what forbids it: missing,
/// it may be any, also where the gold schema says that it is never missing.
const CHOICES: [(&str, &str); 7] = [
    ("consent_event", "status"),
    ("do_not_contact", "effective_to"),
    ("do_not_contact", "scope"),
    ("do_not_contact", "channel"),
    ("customer", "status"),
    ("customer", "processing_restricted"),
    ("contact_point", "bounce_state"),
];

/// What makes rows bear on the marketing e-mail policy at all; nothing stands for a missing value.
const OF_THE_POLICY: [(&str, &str, &str); 10] = [
    ("customer", "status", "active"),
    ("customer", "birth_date", ""),
    ("customer", "erased_on", ""),
    ("customer", "is_test", "false"),
    ("customer", "processing_restricted", "false"),
    ("contact_point", "channel", "email"),
    ("consent_event", "channel", "email"),
    ("consent_event", "purpose", "marketing"),
    ("do_not_contact", "scope", "marketing"),
    ("do_not_contact", "channel", "all"),
];

fn column_of(model: &Model, table: &str, column: &str) -> ColumnId {
    model.gold.column_named(model.gold.table_named(table).unwrap(), column).unwrap()
}

/// Whoever bought may be written to unless they said no: what is known of a choice only takes somebody out.
const SOFT_OPT_IN: &str = r#"
policy unless_told_not_to for marketing by email of contact_point
{
  refuse "said no" when consent_status = "opted_out" or consent_status is missing
  allow "bought" when any(order_line of customer over history of order_date)
  refuse "no business" otherwise
}
policy unless_unknown for marketing by email of contact_point
{
  refuse "not yes" when not (consent_status in ["opted_in", "expired"])
  allow "bought" when any(order_line of customer over history of order_date)
  refuse "no business" otherwise
}
policy told_to for marketing by email of contact_point
{
  refuse "said no" when consent_status = "opted_out"
  allow "said yes, and bought" when consent_status = "opted_in" and any(order_line of customer over history of order_date)
  refuse "no business" otherwise
}
metric not_told "Not told not to" = count(contact_point where unless_told_not_to)
metric not_unknown "Not unknown" = count(contact_point where unless_unknown)
metric told "Told to" = count(contact_point where told_to)
"#;

/// The metrics that count whom a policy allows.
const AUDIENCES: [&str; 4] = ["marketable_customers", "not_told", "not_unknown", "told"];

/// Another value in a column of some rows.
fn replaced(model: &Model, data: &Data, column: ColumnId, value: impl Fn(usize) -> Option<Value>) -> Data {
    let mut new = Data::empty(&model.gold);
    for (at, table) in model.gold.tables.iter().enumerate() {
        let id = carat::gold::TableId(at as u32);
        for row in 0..data.rows(id) {
            let cell = |index: usize| {
                let place = ColumnId { table: id, index: index as u32 };
                let other = if place == column { value(row) } else { None };
                other.unwrap_or_else(|| data.cell(place, row).clone())
            };
            new.push(id, (0..table.columns.len()).map(cell).collect());
        }
    }
    new
}

/// Every other value of a column missing.
fn blanked(model: &Model, data: &Data, column: ColumnId) -> Data {
    replaced(model, data, column, |row| (row % 2 == 0).then_some(Value::Missing))
}

#[test]
fn a_missing_choice_never_widens_an_audience() {
    let mut met: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for seed in 0..2 {
        let Some(shipped) = Shipped::with(seed, 300, SOFT_OPT_IN) else { return };
        let model = &shipped.model;
        let of_the_policy = OF_THE_POLICY.iter().fold(shipped.data.clone(), |data, (table, column, value)| {
            let column = column_of(model, table, column);
            let ty = model.gold.column(column).unwrap().ty;
            replaced(model, &data, column, |_| Some(if value.is_empty() { Value::Missing } else { typed(value, ty) }))
        });
        let segments = (0..model.segments.len() as u32).map(SegmentId);
        let activated = segments.filter(|id| !shipped.plan.segments[id.0 as usize].channels.is_empty());
        let members = |id| sql::members(model, &shipped.plan, id, DialectName::DuckDb).0;
        let mut queries: Vec<String> = activated.map(members).collect();
        let segments = queries.len();
        queries.extend(AUDIENCES.map(|name| {
            let metric = model.metrics.iter().position(|metric| metric.head.name == name).unwrap();
            query(model, &shipped.plan, &asked(&[MetricId(metric as u32)], &[], None), "duckdb")
        }));
        let audiences = |data: &Data| -> Vec<BTreeSet<Vec<Option<String>>>> {
            let answers = shipped.answers(data, queries.clone()).into_iter();
            answers.map(|answer| answer.unwrap().rows.into_iter().collect()).collect()
        };
        let known = audiences(&of_the_policy);
        for (table, column) in CHOICES {
            let unknown = audiences(&blanked(model, &of_the_policy, column_of(model, table, column)));
            let count = |audience: &BTreeSet<Vec<Option<String>>>| -> i64 {
                audience.iter().next().and_then(|row| row[0].as_ref()?.parse().ok()).unwrap_or(0)
            };
            for ((name, wider), known) in AUDIENCES.iter().zip(&unknown[segments..]).zip(&known[segments..]) {
                let (before, after) = (count(known), count(wider));
                assert!(after <= before, "seed {seed}: {name} is {after}, and {before} when {table}.{column} is known");
                let (reached, lost): &mut (i64, i64) = met.entry(*name).or_default();
                (*reached, *lost) = (*reached + before, *lost + before - after);
            }
            for (wider, known) in unknown[..segments].iter().zip(&known) {
                assert!(ids(wider).is_subset(&ids(known)), "seed {seed}: {wider:?} is more than {known:?}");
            }
        }
    }
    for (name, (reached, lost)) in met {
        assert!(reached > 0 && lost > 0, "{name}: {reached} reached, {lost} of them lost");
    }
}

/// The first columns of a member say who it is, in which segment, and by which contact; the rest is evidence.
fn ids(members: &BTreeSet<Vec<Option<String>>>) -> BTreeSet<Vec<Option<String>>> {
    members.iter().map(|row| row[..4].to_vec()).collect()
}
