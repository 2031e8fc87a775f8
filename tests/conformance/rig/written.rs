//! What stands in SQL files beside metrics and views: how many members a segment has and whom its policy lets
//! through, where an expectation is broken.

use std::collections::{BTreeMap, BTreeSet};

use carat::model::SegmentId;

use super::breaches::{Breaches, broken_rows, slices};
use super::compare::Compared;
use super::emitted;
use super::report::{Mismatch, Place, Report};
use super::run::Trial;
use crate::engines::{Answer, Rows, Sql, Work};
use crate::judge::{Judge, folded};

/// What the rows of a query say, by what it is called.
type Read = Box<dyn Fn(&Rows) -> BTreeMap<String, i64>>;

/// A query of a file, and the numbers it must give, by what they are called.
struct Written {
    kind: &'static str,
    name: String,
    query: String,
    read: Read,
    expected: BTreeMap<String, i64>,
    /// What may be said and need not be.
    open: BTreeSet<String>,
}

/// Segments and expectations of every trial, asked of one SQL engine.
pub fn ask_written(trials: &[Trial], engine: &dyn Sql) -> Report {
    let mut report = Report::default();
    let trials: Vec<&Trial> = trials.iter().filter(|trial| trial.says_more()).collect();
    let all: Vec<Vec<Written>> = trials.iter().map(|trial| trial.written(engine.dialect())).collect();
    let folders: Vec<_> = trials.iter().map(|trial| trial.data_folder()).collect();
    let works = trials.iter().zip(&folders).zip(&all).map(|((trial, folder), written)| {
        let queries = written.iter().map(|one| one.query.clone()).collect();
        Work { gold: &trial.model.gold, folder, queries }
    });
    for ((trial, written), answers) in trials.iter().zip(&all).zip(engine.run(&works.collect::<Vec<_>>())) {
        written.iter().zip(answers).for_each(|(one, answer)| settle(trial, one, engine.dialect(), answer, &mut report));
    }
    report
}

fn settle(trial: &Trial, one: &Written, engine: &str, answer: Answer, report: &mut Report) {
    let answer = answer.map(|rows| (one.read)(&rows));
    for (what, expected) in &one.expected {
        let got = answer.as_ref().map(|got| got.get(what).copied().unwrap_or_default());
        let asked = Told { kind: one.kind, name: &one.name, what, expected: *expected, query: &one.query };
        asked.compare(trial, engine, got.map_err(Clone::clone), report);
    }
    // A breach or a channel that nobody expected.
    let unknown = |what: &String| !one.expected.contains_key(what) && !one.open.contains(what);
    let others = answer.iter().flatten().filter(|(what, _)| one.kind == "expectation" && unknown(what));
    for (what, got) in others {
        let asked = Told { kind: one.kind, name: &one.name, what, expected: 0, query: &one.query };
        asked.compare(trial, engine, Ok(*got), report);
    }
}

/// One whole number, expected and said.
pub(super) struct Told<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    pub what: &'a str,
    pub expected: i64,
    pub query: &'a str,
}

impl Told<'_> {
    pub fn compare(&self, trial: &Trial, engine: &str, got: Result<i64, String>, report: &mut Report) {
        let subject = trial.subject.clone().unwrap_or_else(|| self.name.to_string());
        let place = Place { engine: engine.into(), family: trial.family, kind: self.kind, subject };
        let told = usize::from(self.expected != 0);
        report.count(place, Compared { all: 1, telling: told });
        if got == Ok(self.expected) {
            return;
        }
        report.mismatches.push(Mismatch {
            engine: engine.to_string(),
            metric: format!("{}: {}", trial.name, self.name),
            asked: format!("{}: {}", self.kind, self.what),
            key: vec![],
            expected: self.expected.to_string(),
            failed: got.is_err(),
            got: got.map_or_else(|why| why, |got| got.to_string()),
            query: self.query.to_string(),
            size: 0,
        });
    }
}

impl Trial {
    /// It has segments or expectations.
    pub(super) fn says_more(&self) -> bool {
        !self.model.segments.is_empty() || !self.model.expectations.is_empty()
    }

    fn written(&self, dialect: &str) -> Vec<Written> {
        let judge = Judge::new(&self.model, &self.data);
        let segments = emitted::segments(&self.model, &self.plan, dialect).into_iter().map(|(id, query)| Written {
            kind: "segment",
            name: self.model.segment(id).map_or(String::new(), |segment| segment.head.name.clone()),
            query,
            read: Box::new(people),
            expected: of_segment(&judge, id),
            open: BTreeSet::new(),
        });
        let expectations = emitted::expectations(&self.model, &self.plan, dialect).into_iter();
        let all = self.model.expectations.iter();
        let all = all.flat_map(|one| slices(&judge, one).into_iter().map(move |slice| (one, slice)));
        let expectations = all.zip(expectations).map(|((one, slice), (name, query))| {
            let Breaches { expected, open } = Breaches::of(&judge, one, &slice);
            let model = self.model.clone();
            let groups = slice.groups;
            let read = Box::new(move |rows: &Rows| broken_rows(&model, &groups, rows));
            Written { kind: "expectation", name, query, read, expected, open }
        });
        segments.chain(expectations).collect()
    }
}

/// `members`, or `email/matched`: the counts of members, and `email/eligible contacts`.
fn people(rows: &Rows) -> BTreeMap<String, i64> {
    let place = |name: &str| rows.names.iter().position(|one| one.eq_ignore_ascii_case(name));
    let text = |row: &[Option<String>], name: &str| place(name).and_then(|at| row[at].clone()).unwrap_or_default();
    let number = |row: &[Option<String>], name: &str| text(row, name).parse().unwrap_or_default();
    let mut said = BTreeMap::new();
    for row in &rows.rows {
        let step = if place("channel").is_none() {
            "members".to_string()
        } else {
            format!("{}/{}", text(row, "channel"), text(row, "outcome"))
        };
        said.insert(format!("{step} contacts"), number(row, "contacts"));
        said.insert(step, number(row, "members"));
    }
    said
}

fn of_segment(judge: &Judge, id: SegmentId) -> BTreeMap<String, i64> {
    let members = judge.members(id);
    let Some(activation) = judge.model.segment(id).and_then(|segment| segment.activation.as_ref()) else {
        return [("members".to_string(), members.len() as i64)].into();
    };
    let mut expected = BTreeMap::new();
    for channel in &activation.channels {
        let (contacts, reached) = judge.eligible(id, &channel.channel, channel.policy);
        let name = folded(&channel.channel).unwrap_or_default();
        expected.insert(format!("{name}/matched"), members.len() as i64);
        expected.insert(format!("{name}/eligible"), reached as i64);
        expected.insert(format!("{name}/eligible contacts"), contacts as i64);
    }
    expected
}
