//! What changes do to the numbers of an extract: both versions computed by DuckDB.

use std::collections::BTreeMap;
use std::path::Path;

use super::number;
use super::output::{Progress, Stop};
use super::table::aligned;
use crate::diff::{Class, Judged, Subject};
use crate::emit::sql;
use crate::engine::{self, Answer};
use crate::gold::ColumnId;
use crate::model::{MetricId, Model};
use crate::pipeline::Compiled;
use crate::plan;
use crate::settings::DialectName;

/// Lines of a table for each definition whose numbers were asked for.
pub type Impact = BTreeMap<Subject, Vec<String>>;

/// The slices of a column that move most.
const MOST: usize = 3;

/// Before and after of every changed metric and activated segment that both versions have.
///
/// # Errors
/// No DuckDB program, no folder, or what DuckDB says.
pub fn of(changes: &[Judged], versions: [&Compiled; 2], data: &Path, progress: &Progress) -> Result<Impact, Stop> {
    let [_, new] = versions;
    if !data.is_dir() {
        let problem = format!("there is no folder `{}`", data.display());
        return Err(Stop::with_hint(problem, "name a folder with a file per table, or make one: `carat sample`"));
    }
    let duckdb =
        engine::find(&new.sources.root).ok_or_else(|| Stop::with_hint("there is no DuckDB program", engine::HINT))?;
    let asked: Vec<Question> = subjects(changes).flat_map(|subject| questions(subject, versions)).collect();
    let queries: Vec<String> = asked.iter().flat_map(|question| question.queries.clone()).collect();
    if queries.is_empty() {
        return Ok(Impact::new());
    }
    progress.step("asking DuckDB");
    // The tables stand as the new version's schema says.
    let setup = engine::views(&new.gold, data, &queries);
    let mut answers = duckdb.ask(&setup, &queries).map_err(Stop::new)?.into_iter();
    let mut impact = Impact::new();
    for question in &asked {
        let own: Vec<Answer> = answers.by_ref().take(question.queries.len()).collect();
        impact.entry(question.subject.clone()).or_default().extend(question.told(&own, &new.model));
    }
    Ok(impact)
}

/// What may have moved, each once.
fn subjects(changes: &[Judged]) -> impl Iterator<Item = &Subject> {
    let moved = changes.iter().filter(|judged| matches!(judged.change.class(), Class::Meaning | Class::Consent));
    let mut all: Vec<&Subject> = moved.map(|judged| &judged.change.subject).collect();
    all.sort();
    all.dedup();
    all.into_iter()
}

/// One table of a report: the queries behind it, and what it is about.
struct Question {
    subject: Subject,
    about: About,
    queries: Vec<String>,
}

enum About {
    /// The metric as a whole; then the old query and the new one.
    Headline,
    /// By the column of this name.
    Slices(String),
    /// Contacts by channel that only the new version reaches, then those that only the old one does.
    Contacts,
}

fn questions(subject: &Subject, versions: [&Compiled; 2]) -> Vec<Question> {
    let asked = |about, queries: Option<Vec<String>>| {
        queries.map(|queries| Question { subject: subject.clone(), about, queries })
    };
    match subject.kind {
        "metric" => {
            let by =
                |group: Option<&str>| versions.iter().map(|version| metric(version, &subject.name, group)).collect();
            let slices = groups(&versions[1].model, &subject.name);
            let slices = slices.iter().map(|column| asked(About::Slices(column.clone()), by(Some(column))));
            std::iter::once(asked(About::Headline, by(None))).chain(slices).flatten().collect()
        }
        "segment" => asked(About::Contacts, contacts(&subject.name, versions)).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The columns by which views show a metric: `customer.country`.
fn groups(model: &Model, metric: &str) -> Vec<String> {
    let Some(id) = model.metric_named(metric) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for group in model.views.iter().filter(|view| view.metrics.contains(&id)).flat_map(|view| &view.groups) {
        let name = model.gold.table(group.table).zip(model.gold.column(*group));
        found.extend(name.map(|(table, column)| format!("{}.{}", table.name, column.name)));
    }
    found.sort();
    found.dedup();
    found
}

fn metric(version: &Compiled, name: &str, group: Option<&str>) -> Option<String> {
    let model = &version.model;
    let id: MetricId = model.metric_named(name)?;
    let groups = group.map_or(Some(Vec::new()), |group| column(model, group).map(|column| vec![column]))?;
    let query = plan::query(model, vec![id], groups, None, &[], None);
    sql::query(model, &version.plan()?, &query, DialectName::DuckDb).ok()
}

fn column(model: &Model, name: &str) -> Option<ColumnId> {
    let (table, column) = name.split_once('.')?;
    let table = model.gold.table_named(table)?;
    model.gold.column_named(table, column)
}

/// Entering and leaving: the contacts of one version that the other does not have.
fn contacts(segment: &str, versions: [&Compiled; 2]) -> Option<Vec<String>> {
    let [old, new] = versions.map(|version| {
        let id = version.model.segment_named(segment)?;
        version.model.segment(id)?.activation.as_ref()?;
        let (query, columns) = sql::members(&version.model, &version.plan()?, id, DialectName::DuckDb);
        let told_apart = columns.into_iter().take_while(|column| column != "purpose").collect::<Vec<_>>().join(", ");
        Some(format!("SELECT {told_apart} FROM ({query})"))
    });
    let (old, new) = (old?, new?);
    let only = |one: &str, other: &str| {
        format!(
            "SELECT channel, COUNT(*) AS contacts FROM (({one}) EXCEPT ({other})) GROUP BY channel ORDER BY channel"
        )
    };
    Some(vec![only(&new, &old), only(&old, &new)])
}

impl Question {
    fn told(&self, answers: &[Answer], model: &Model) -> Vec<String> {
        let [first, second] = answers else { return Vec::new() };
        let table = match &self.about {
            About::Headline => self.headline(first, second, model),
            About::Slices(column) => self.slices(column, first, second, model),
            About::Contacts => counts(first, second),
        };
        table.lines().map(str::to_owned).collect()
    }

    fn headline(&self, old: &Answer, new: &Answer, model: &Model) -> String {
        let value = |answer: &Answer| self.values(answer, None).into_iter().next().and_then(|(_, value)| value);
        let cells = self.cells(value(old).as_deref(), value(new).as_deref(), model);
        aligned(&header(""), &[[vec!["all".to_owned()], cells].concat()])
    }

    fn slices(&self, column: &str, old: &Answer, new: &Answer, model: &Model) -> String {
        let name = column.split_once('.').map_or(column, |(_, name)| name);
        let (old, new) = (self.values(old, Some(name)), self.values(new, Some(name)));
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
        keys.sort();
        keys.dedup();
        let pair = |key: &String| (old.get(key).cloned().flatten(), new.get(key).cloned().flatten());
        let mut moved: Vec<_> = keys.into_iter().map(|key| (key, pair(key))).filter(|(_, (a, b))| a != b).collect();
        moved.sort_by(|(_, a), (_, b)| distance(b).total_cmp(&distance(a)));
        let row = |(key, (a, b)): &(&String, (Option<String>, Option<String>))| {
            [vec![(*key).clone()], self.cells(a.as_deref(), b.as_deref(), model)].concat()
        };
        let rows: Vec<Vec<String>> = moved.iter().take(MOST).map(row).collect();
        if rows.is_empty() { String::new() } else { aligned(&header(column), &rows) }
    }

    /// The metric by the text of the group's column.
    fn values(&self, answer: &Answer, group: Option<&str>) -> BTreeMap<String, Option<String>> {
        let at = |name: &str| answer.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        let (value, group) = (at(&self.subject.name), group.and_then(at));
        let cell = |row: &Vec<Option<String>>, at: Option<usize>| at.and_then(|at| row.get(at).cloned().flatten());
        answer.rows.iter().map(|row| (cell(row, group).unwrap_or_default(), cell(row, value))).collect()
    }

    /// Before, after, difference, as the metric is printed.
    fn cells(&self, old: Option<&str>, new: Option<&str>, model: &Model) -> Vec<String> {
        let metric = model.metric_named(&self.subject.name).and_then(|id| model.metric(id));
        let shown = |text: &str| match metric {
            Some(metric) => number::shown(text, &metric.head.about.format, &model.settings.currency),
            None => text.to_owned(),
        };
        let number = |text: Option<&str>| text.map_or(Some(0.0), |text| text.parse::<f64>().ok());
        let difference = number(old).zip(number(new)).map(|(old, new)| shown(&format!("{:.12}", new - old)));
        let cell = |text: Option<&str>| text.map_or_else(|| "-".to_owned(), shown);
        vec![cell(old), cell(new), difference.unwrap_or_else(|| "-".to_owned())]
    }
}

fn header(first: &str) -> Vec<String> {
    [first, "before", "after", "difference"].map(str::to_owned).to_vec()
}

fn distance((old, new): &(Option<String>, Option<String>)) -> f64 {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (number(new) - number(old)).abs()
}

/// Contacts that enter and leave, by channel.
fn counts(enter: &Answer, leave: &Answer) -> String {
    let mut channels: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for (at, answer) in [enter, leave].into_iter().enumerate() {
        for row in &answer.rows {
            let [Some(channel), Some(count)] = row.as_slice() else { continue };
            let entry = channels.entry(channel.clone()).or_insert_with(|| ["0".to_owned(), "0".to_owned()]);
            if let Some(cell) = entry.get_mut(at) {
                cell.clone_from(count);
            }
        }
    }
    if channels.is_empty() {
        return "nobody enters and nobody leaves\n".to_owned();
    }
    let rows: Vec<Vec<String>> =
        channels.into_iter().map(|(channel, [enter, leave])| vec![channel, enter, leave]).collect();
    aligned(&["channel", "enter", "leave"].map(str::to_owned), &rows)
}
