//! Asking the engines, and what they answer otherwise than the judge.

use std::panic::{AssertUnwindSafe, catch_unwind};

use carat::model::Model;

use super::draft::Draft;
use super::question::{Question, text_of};
use crate::engines::{Dax, Sql, dax, sql_engines};
use crate::rig::{Asked, Mismatch, Report, Trial, ask_dax, ask_queries, ask_segments, ask_sql, ask_written};

/// What runs the same numbers.
pub enum Engine {
    Sql(Box<dyn Sql>),
    Dax(Dax),
}

impl Engine {
    /// Those that are wanted, the quickest first; where `CARAT_RANDOM_ALL` is set, also the rewritten T-SQL, whose
    /// own errors random definitions find as well.
    pub fn all() -> Vec<Engine> {
        let all = sql_engines().into_iter().map(Engine::Sql).chain(dax().map(Engine::Dax));
        let usual = |engine: &Engine| engine.name() != "fabric";
        all.filter(|engine| usual(engine) || std::env::var_os("CARAT_RANDOM_ALL").is_some()).collect()
    }

    /// Spark takes seconds for what others do in one: it is asked of the first projects alone; the evaluator of DAX
    /// too, unless a run is by hand.
    pub fn is_slow(&self) -> bool {
        let by_hand = ["CARAT_RANDOM_ALL", "CARAT_RANDOM_MINUTES"].iter().any(|name| std::env::var_os(name).is_some());
        self.name() == "spark" || (self.name() == "dax" && !by_hand)
    }

    pub fn name(&self) -> &'static str {
        match self {
            Engine::Sql(engine) => engine.dialect(),
            Engine::Dax(_) => "dax",
        }
    }

    pub fn ask(&self, trials: &[Trial]) -> Report {
        match self {
            Engine::Sql(engine) => ask_sql(trials, engine.as_ref()),
            Engine::Dax(engine) => ask_dax(trials, engine),
        }
    }

    /// What stands in the files beside metrics and views: segments, expectations, the queries of views.
    pub fn ask_more(&self, trials: &[Trial]) -> Report {
        match self {
            Engine::Sql(engine) => ask_written(trials, engine.as_ref()),
            Engine::Dax(engine) => {
                let mut report = ask_segments(trials, engine);
                report.add(ask_queries(trials, engine));
                report
            }
        }
    }

    /// How many projects are put before it at once: each run of some costs their start.
    pub fn at_once(&self) -> usize {
        match self.name() {
            "dax" => 12,
            "spark" => 40,
            _ => 1,
        }
    }
}

/// What went otherwise than it should, for one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub engine: String,
    pub question: Question,
    /// Values differ, or why there are none.
    pub why: Why,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    Differs,
    /// The beginning of what the engine said.
    Fails(String),
}

impl Why {
    pub fn of(mismatch: &Mismatch) -> Why {
        match mismatch.failed {
            true => Why::Fails(mismatch.got.chars().filter(|c| c.is_alphabetic()).take(18).collect()),
            false => Why::Differs,
        }
    }
}

/// A project as the rig takes it; panics of any stage are told.
pub fn trial(draft: &Draft, model: Model, questions: &[Question]) -> Result<Trial, String> {
    let made = || {
        let data = draft.data(&model.gold);
        let asked = questions.iter().filter_map(|question| question.asked(&model)).collect();
        Trial::new(("random", &draft.seed.to_string()), model, data, |_| asked).about("random definitions".into())
    };
    caught(made)
}

/// What a panic said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_string())).unwrap_or_default()
    })
}

/// The failures in a report of one engine, one for each project and metric: that in the smallest slice.
pub fn failures(trials: &[Trial], report: &Report) -> Vec<(u64, Failure)> {
    let mut found: Vec<(&Mismatch, u64)> = Vec::new();
    let mut all: Vec<&Mismatch> = report.mismatches.iter().collect();
    all.sort_by_key(|one| one.size);
    for one in all {
        if !found.iter().any(|(known, _)| known.metric == one.metric) {
            let seed = one.metric.split(':').next().and_then(|seed| seed.parse().ok()).unwrap_or(0);
            found.push((one, seed));
        }
    }
    let failure = |(one, seed): (&Mismatch, u64)| {
        let trial = trials.iter().find(|trial| trial.name == seed.to_string())?;
        let asked = trial.asked.iter().find(|asked| crate::rig::in_words(&trial.model, asked) == one.asked)?;
        let words =
            format!("{}\nat {:?}: expected {}, got {}\n{}", one.asked, one.key, one.expected, one.got, one.query);
        let question = question_of(&trial.model, asked);
        Some((seed, Failure { engine: one.engine.clone(), question, why: Why::of(one), words }))
    };
    found.into_iter().filter_map(failure).collect()
}

fn question_of(model: &Model, asked: &Asked) -> Question {
    let views = crate::trials::views(model);
    let same =
        |view: &Asked| asked.kind == "view" && view.metrics == asked.metrics && view.slice.groups == asked.slice.groups;
    match views.iter().position(same) {
        Some(at) => Question::View(at),
        None => Question::Slice(text_of(model, asked)),
    }
}
