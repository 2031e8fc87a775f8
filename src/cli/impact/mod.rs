//! What changes do to the numbers and people of an extract: both versions, and what lies between, computed by DuckDB.

mod asked;
mod lines;
mod told;

use std::collections::BTreeMap;
use std::path::Path;

use super::output::{Progress, Stop};
use super::run;
use crate::diff::steps::{self, Written};
use crate::diff::{Class, Impact, Judged, Subject};
use crate::engine::{self, Answer};
use crate::pipeline::{self, Compiled};
use asked::{Planned, Question};

pub use lines::lines;

/// Each definition whose numbers were asked for.
pub type Impacts = BTreeMap<Subject, Impact>;

/// Before and after of every changed metric and activated segment that both versions have; by month, where `months`.
///
/// # Errors
/// No DuckDB program, no folder, or what DuckDB says.
pub fn of(
    changes: &[Judged],
    versions: [&Compiled; 2],
    data: &Path,
    months: bool,
    progress: &Progress,
) -> Result<Impacts, Stop> {
    let [_, new] = versions;
    Stop::unless_folder(data, "name a folder with a file per table, or make one: `carat sample`")?;
    let duckdb =
        engine::find(&new.sources.root).ok_or_else(|| Stop::with_hint("there is no DuckDB program", engine::HINT))?;
    let asked = questions(changes, versions, months);
    let queries: Vec<String> = asked.iter().flat_map(|question| question.queries.clone()).collect();
    if queries.is_empty() {
        return Ok(Impacts::new());
    }
    progress.step("asking DuckDB");
    // The tables stand as the new version's schema says.
    let setup = engine::views(&new.gold, data, &queries);
    let no_answer = |problem| run::no_answer(&duckdb, &new.gold, (data, &queries), problem);
    let mut answers = duckdb.ask(&setup, &queries).map_err(no_answer)?.into_iter();
    let mut impacts = Impacts::new();
    for question in &asked {
        let own: Vec<Answer> = answers.by_ref().take(question.queries.len()).collect();
        told::tell(question, &own, &new.model, impacts.entry(question.subject.clone()).or_default());
    }
    Ok(impacts)
}

fn questions(changes: &[Judged], versions: [&Compiled; 2], months: bool) -> Vec<Question> {
    let subjects = subjects(changes);
    let sides = versions.map(|version| Planned::of(&version.model));
    let trees = versions.map(pipeline::trees);
    let [old, new] = [(versions[0], &trees[0]), (versions[1], &trees[1])].map(|(version, trees)| Written {
        settings: &version.settings,
        gold: &version.gold,
        trees,
        model: &version.model,
    });
    let way = if subjects.iter().any(|subject| subject.kind == "metric") { steps::way(&old, &new) } else { Vec::new() };
    let of = |subject: &&Subject| match subject.kind {
        "metric" => asked::metric(subject, &sides, &steps::steps(&way, &subject.name), months),
        "segment" => asked::segment(subject, &sides),
        _ => Vec::new(),
    };
    subjects.iter().flat_map(of).collect()
}

/// What may have moved, each once.
fn subjects(changes: &[Judged]) -> Vec<&Subject> {
    let moved = changes.iter().filter(|judged| matches!(judged.change.class(), Class::Meaning | Class::Consent));
    let mut all: Vec<&Subject> = moved.map(|judged| &judged.change.subject).collect();
    all.sort();
    all.dedup();
    all
}
