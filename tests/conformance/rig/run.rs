//! One project and its rows, asked of every engine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use carat::emit::OutputFile;
use carat::model::Model;
use carat::plan::{self, tree::Plan};
use tempfile::TempDir;

use super::asked::{Asked, Key, cells, expected, in_words};
use super::compare::{Answers, by_key, compare_rows};
use super::emitted;
use super::report::{Mismatch, Place, Report};
use super::unknown::is_unknown;
use crate::data::Data;
use crate::engines::{Answer, Cell, Dax, DaxWork, REFUSED, Said, Sql, Work, thinned};
use crate::judge::{Judge, Value};

/// What is asked of a project, what the judge says, and where the rows lie for the engines.
pub struct Trial {
    /// Where the definitions come from.
    pub family: &'static str,
    pub name: String,
    /// What the counts are of, where it is not the metric.
    pub subject: Option<String>,
    pub model: Model,
    pub plan: Plan,
    pub data: Data,
    pub asked: Vec<Asked>,
    expected: Vec<BTreeMap<Key, Vec<Value>>>,
    folder: TempDir,
}

impl Trial {
    pub fn new(
        (family, name): (&'static str, &str),
        model: Model,
        data: Data,
        ask: impl FnOnce(&Judge) -> Vec<Asked>,
    ) -> Trial {
        let folder = tempfile::tempdir().unwrap();
        data.write(&model.gold, &folder.path().join("data"));
        let plan = plan::plan(&model);
        let judge = Judge::new(&model, &data);
        let asked = ask(&judge);
        let expected = asked.iter().map(|asked| expected(&judge, asked)).collect();
        let name = name.to_string();
        Trial { family, name, subject: None, plan, asked, expected, folder, model, data }
    }

    /// The same, counted under another name than its metrics'.
    pub fn about(self, subject: String) -> Trial {
        Trial { subject: Some(subject), ..self }
    }

    /// What a case expects and what views show, and one question in so many of the others.
    fn chosen(&self, one_in: usize) -> impl Iterator<Item = (usize, &Asked)> {
        let always = |asked: &Asked| matches!(asked.kind, "expected" | "view");
        self.asked.iter().enumerate().filter(move |(at, asked)| always(asked) || at % one_in == 0)
    }

    /// The queries of an engine's questions, each with its place.
    fn queries(&self, engine: &dyn Sql) -> Vec<(usize, String)> {
        let query = |asked| emitted::query(&self.model, &self.plan, asked, engine.dialect());
        self.chosen(engine.asked_one_in()).map(|(at, asked)| (at, query(asked))).collect()
    }

    pub fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn differ(&self, at: usize, engine: &str, got: &Answers, query: &str, report: &mut Report) {
        self.compare(at, &self.expected[at], (engine, got, query), report);
    }

    fn compare(
        &self,
        at: usize,
        expected: &BTreeMap<Key, Vec<Value>>,
        (engine, got, query): (&str, &Answers, &str),
        report: &mut Report,
    ) {
        let asked = &self.asked[at];
        let (mut compared, mut differences) = compare_rows(&self.model, asked, expected, got);
        if engine == "dax" && !differences.is_empty() {
            let judge = Judge::new(&self.model, &self.data);
            for one in differences.extract_if(.., |one| is_unknown(&judge, asked, one)) {
                compared[one.metric].leave_out(&one.expected);
            }
        }
        for (id, compared) in asked.metrics.iter().zip(compared) {
            let name = self.model.metric(*id).map_or("?", |metric| &metric.head.name);
            let subject = self.subject.clone().unwrap_or_else(|| name.to_string());
            report.count(Place { engine: engine.into(), family: self.family, kind: asked.kind, subject }, compared);
        }
        report.mismatches.extend(differences.into_iter().map(|one| Mismatch {
            expected: one.expected.to_string(),
            got: one.got.unwrap_or_else(|| "nothing".into()),
            key: one.key,
            ..self.mismatch(asked, asked.metrics.get(one.metric).copied(), engine, query)
        }));
    }

    fn mismatch(&self, asked: &Asked, metric: Option<carat::model::MetricId>, engine: &str, query: &str) -> Mismatch {
        let metric = metric.and_then(|id| self.model.metric(id)).map_or("?", |metric| &metric.head.name);
        Mismatch {
            engine: engine.to_string(),
            metric: format!("{}: {metric}", self.name),
            asked: in_words(&self.model, asked),
            key: vec![],
            expected: "a value".into(),
            got: String::new(),
            failed: false,
            query: query.to_string(),
            size: asked.slice.groups.len() + asked.slice.picks.len() + usize::from(asked.slice.grain.is_some()),
        }
    }

    fn failed(&self, at: usize, engine: &str, why: &str, query: &str, report: &mut Report) {
        let asked = &self.asked[at];
        let all = asked.metrics.iter().map(|id| self.mismatch(asked, Some(*id), engine, query));
        report.mismatches.extend(all.map(|one| Mismatch { got: why.to_string(), failed: true, ..one }));
    }

    /// Rows that no report could show are a difference, not a failure.
    fn astray(&self, at: usize, engine: &str, why: &str, query: &str, report: &mut Report) {
        let one = self.mismatch(&self.asked[at], self.asked[at].metrics.first().copied(), engine, query);
        report.mismatches.push(Mismatch { got: why.to_string(), ..one });
    }

    fn settle_sql(&self, engine: &str, queries: &[(usize, String)], answers: Vec<Answer>, report: &mut Report) {
        for ((at, query), answer) in queries.iter().zip(answers) {
            match answer {
                Ok(rows) => match by_key(&self.model, &self.asked[*at], &rows) {
                    Ok(answers) => self.differ(*at, engine, &answers, query, report),
                    Err(why) => self.astray(*at, engine, &why, query, report),
                },
                Err(why) if why.starts_with(REFUSED) => report.refuse(engine, why.trim_start_matches(REFUSED)),
                Err(why) => self.failed(*at, engine, &why, query, report),
            }
        }
    }
}

/// Every question of every trial, asked of one SQL engine.
pub fn ask_sql(trials: &[Trial], engine: &dyn Sql) -> Report {
    let mut report = Report::default();
    let folders: Vec<PathBuf> = trials.iter().map(Trial::data_folder).collect();
    let queries: Vec<Vec<(usize, String)>> = trials.iter().map(|trial| trial.queries(engine)).collect();
    let texts = |queries: &[(usize, String)]| queries.iter().map(|(_, query)| query.clone()).collect();
    let works = trials.iter().zip(&folders).zip(&queries);
    let works: Vec<Work> = works
        .map(|((trial, folder), queries)| Work { gold: &trial.model.gold, folder, queries: texts(queries) })
        .collect();
    for ((trial, queries), answers) in trials.iter().zip(&queries).zip(engine.run(&works)) {
        trial.settle_sql(engine.dialect(), queries, answers, &mut report);
    }
    report
}

/// Every question of every trial, asked of the DAX of its model, a cell at a time.
pub fn ask_dax(trials: &[Trial], engine: &Dax) -> Report {
    let mut report = Report::default();
    let folders: Vec<(PathBuf, PathBuf)> =
        trials.iter().map(|trial| (trial.write_model(), trial.data_folder())).collect();
    let cells: Vec<Vec<(usize, Key, Cell)>> = trials.iter().map(Trial::cells).collect();
    let works = trials.iter().zip(&folders).zip(&cells).map(|((trial, (model, folder)), cells)| {
        let cells = cells.iter().map(|(_, _, cell)| cell.clone()).collect();
        DaxWork { gold: &trial.model.gold, model, folder, cells, defined: BTreeMap::new() }
    });
    for ((trial, cells), said) in trials.iter().zip(&cells).zip(engine.run(&works.collect::<Vec<_>>())) {
        trial.settle_dax(cells, said, &mut report);
    }
    report
}

impl Trial {
    pub(super) fn write_model(&self) -> PathBuf {
        let folder = self.folder.path().join("model");
        emitted::semantic_model(&self.model, &self.plan).iter().for_each(|file| write(&folder, file));
        folder
    }

    /// The place of the question, the key of the cell, the cell.
    fn cells(&self) -> Vec<(usize, Key, Cell)> {
        let judge = Judge::new(&self.model, &self.data);
        let of = |(at, asked)| cells(&judge, asked).into_iter().map(move |(key, cell)| (at, key, cell));
        self.chosen(thinned("dax", 1)).flat_map(of).collect()
    }

    fn settle_dax(&self, cells: &[(usize, Key, Cell)], said: Vec<BTreeMap<String, Said>>, report: &mut Report) {
        let mut answers: BTreeMap<usize, Answers> = BTreeMap::new();
        for ((at, key, cell), said) in cells.iter().zip(said) {
            let values = cell.measures.iter().map(|measure| said.get(measure).cloned().unwrap_or(Ok(None)));
            match values.collect::<Result<Vec<Option<String>>, String>>() {
                Ok(values) => drop(answers.entry(*at).or_default().insert(key.clone(), values)),
                // A column that no measure reads is in no model, and no reader can pick it.
                Err(why) if why.ends_with("is not in the model") => {}
                Err(why) => self.failed(*at, "dax", &why, &self.dax_of(&cell.measures), report),
            }
        }
        for (at, answers) in answers {
            let query = self.dax_of(
                &cells.iter().find(|(one, _, _)| *one == at).map_or(vec![], |(_, _, cell)| cell.measures.clone()),
            );
            // A group that the reader filtered out is in no report: it was not asked for.
            let mut expected = self.expected[at].clone();
            expected.retain(|key, _| answers.contains_key(key));
            self.compare(at, &expected, ("dax", &answers, &query), report);
        }
    }

    /// The measures as they stand in the model.
    pub(super) fn dax_of(&self, measures: &[String]) -> String {
        let files = emitted::semantic_model(&self.model, &self.plan);
        measures.iter().filter_map(|measure| emitted::measure(&files, measure)).collect::<Vec<_>>().join("\n")
    }
}

fn write(folder: &Path, file: &OutputFile) {
    let path = folder.join(&file.path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, &file.text).unwrap();
}
