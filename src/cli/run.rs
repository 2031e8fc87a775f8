//! `carat run`: numbers from a folder of Parquet or CSV files, through the DuckDB program.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::Common;
use super::number;
use super::output::{Exit, Outcome, Output, Progress, Stop};
use super::question::{self, Asked, Slice};
use super::table::aligned;
use crate::diagnostics::closest;
use crate::emit::sql::{self, DAYS, FIRST_DAY, LAST_DAY};
use crate::engine::{self, Answer, DuckDb};
use crate::gold::{Gold, Type};
use crate::model::{Format, Model};
use crate::pipeline::{self, Compiled};
use crate::plan::tree::Query;
use crate::settings::DialectName;

/// Compute metrics, a view or a segment's size over a folder of Parquet or CSV files.
#[derive(Debug, Args)]
#[command(after_help = "Without a name: the certified metrics; all of them while none is. Examples:
  carat run customers net_revenue --by customer.country
  carat run churn_rate --grain month --where 'customer.tier = \"vip\"'
  carat run marketing_scorecard")]
pub struct Arguments {
    /// Metrics and segments, or one view.
    names: Vec<String>,
    /// The folder with a file per table, as `carat sample` writes it.
    #[arg(long, default_value = "sample", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    slice: Slice,
    /// Get the DuckDB program from PyPI into `.carat` where there is none, with Python's pip. Without a name,
    /// nothing else.
    #[arg(long)]
    get_duckdb: bool,
}

/// Answers through the DuckDB program; without one it stops with a hint how to get it.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    if arguments.get_duckdb {
        let duckdb = get(&common.project, &progress)?;
        output.note(&format!("DuckDB: {}", duckdb.program.display()));
        if arguments.names.is_empty() {
            return Ok(Exit::Fine);
        }
    }
    let compiled = pipeline::compile(&common.project)?;
    let names = if arguments.names.is_empty() { agreed(&compiled)? } else { arguments.names.clone() };
    let asked = asked(compiled, &names, &arguments.slice)?;
    let duckdb =
        engine::find(&common.project).ok_or_else(|| Stop::with_hint("there is no DuckDB program", engine::HINT))?;
    let table = table(&asked, &duckdb, &arguments.data, &progress)?;
    drop(progress);
    table.print(output)?;
    Ok(Exit::Fine)
}

/// The program, fetched where there is none.
///
/// # Errors
/// Why it could not be fetched.
pub fn get(project: &Path, progress: &Progress) -> Result<DuckDb, Stop> {
    if let Some(duckdb) = engine::find(project) {
        return Ok(duckdb);
    }
    progress.step("getting DuckDB from PyPI");
    engine::fetch(Path::new(".")).map_err(|problem| Stop::with_hint(problem, engine::HINT))
}

/// What is asked for where nothing is named; of a project with errors, which has no answer, perhaps nothing.
///
/// # Errors
/// There is no metric that people see.
pub fn agreed(compiled: &Compiled) -> Result<Vec<String>, Stop> {
    let metrics = compiled.model.agreed_metrics();
    let names: Vec<String> = metrics.iter().map(|(_, metric)| metric.head.name.clone()).collect();
    if names.is_empty() && !compiled.has_errors() {
        return Err(Stop::with_hint(
            "the project has no metric to show",
            "write one in a `.metric` file, or show a hidden one by name",
        ));
    }
    Ok(names)
}

/// Names become a question: a view is one already, a segment is counted.
///
/// # Errors
/// A name that is none, or the findings of the project and the question.
pub fn asked(compiled: Compiled, names: &[String], slice: &Slice) -> Result<Asked, Stop> {
    let model = &compiled.model;
    let view = |name: &String| model.views.iter().position(|view| view.head.is_called(name));
    if let ([name], true) = (names, slice.is_empty())
        && let Some(at) = view(name)
    {
        return question::view(compiled, at, slice.as_of);
    }
    if compiled.has_errors() {
        return Err(Stop::findings(compiled));
    }
    match names.iter().find(|name| !known(model, name)) {
        Some(name) => Err(unknown(model, name)),
        None => question::ask(&compiled, names, slice),
    }
}

fn known(model: &Model, name: &str) -> bool {
    model.metric_named(name).is_some() || model.segment_named(name).is_some()
}

fn unknown(model: &Model, name: &str) -> Stop {
    let metrics = model.metrics.iter().map(|metric| metric.head.name.as_str());
    let names = metrics.chain(model.segments.iter().map(|segment| segment.head.name.as_str()));
    if model.views.iter().any(|view| view.head.is_called(name)) {
        return Stop::with_hint(format!("`{name}` is a view"), "a view is run alone, and as it is written");
    }
    let problem = format!("`{name}` is no metric, segment or view of this project");
    match closest(name, names) {
        Some(close) => Stop::with_hint(problem, format!("did you mean `{close}`?")),
        None => Stop::new(problem),
    }
}

/// Asks DuckDB.
pub fn table(asked: &Asked, duckdb: &DuckDb, data: &Path, progress: &Progress) -> Result<Table, Stop> {
    let (model, gold) = (&asked.compiled.model, &asked.compiled.gold);
    Stop::unless_folder(data, NAME_DATA)?;
    one_file_each(gold, data)?;
    let sql_of = |query: &Query| sql::query(model, &asked.plan, query, DialectName::DuckDb);
    let mut queries = vec![sql_of(&asked.query)];
    if asked.query.grain.is_some() || !asked.query.groups.is_empty() {
        // A group or a unit without data is not listed, and belongs to the days asked for all the same.
        queries.push(sql_of(&Query { metrics: Vec::new(), groups: Vec::new(), grain: None, ..asked.query.clone() }));
    }
    let setup = engine::views(gold, data, &queries);
    progress.step("asking DuckDB");
    let answers = duckdb.ask(&setup, &queries).map_err(|problem| no_answer(duckdb, gold, (data, &queries), problem))?;
    let days = answers.last().cloned().unwrap_or_default();
    Ok(Table::new(asked, answers.into_iter().next().unwrap_or_default(), &days))
}

/// Where data is looked for.
pub const NAME_DATA: &str = "name the folder of your files with `--data`, or make one: `carat sample`";

/// A folder without the files of these tables.
pub fn no_files(data: &Path, missing: &[&str]) -> Stop {
    Stop::with_hint(format!("`{}` has no file for: {}", data.display(), missing.join(", ")), engine::A_FILE_EACH)
}

/// # Errors
/// A table has two files, and which of them holds its rows cannot be told.
pub fn one_file_each(gold: &Gold, data: &Path) -> Result<(), Stop> {
    match engine::doubled(gold, data) {
        Some((one, other)) => Err(Stop::with_hint(
            format!("`{}` and `{}` are files of one table", one.display(), other.display()),
            "remove the one whose rows do not count",
        )),
        None => Ok(()),
    }
}

/// What is wrong with the files, where they are why DuckDB has no answer; else its own words.
pub fn no_answer(duckdb: &DuckDb, gold: &Gold, (data, queries): (&Path, &[String]), problem: String) -> Stop {
    let missing = engine::missing_tables(gold, data, queries);
    // A program that does not start misses no table.
    if !missing.is_empty() && duckdb.runs() {
        return no_files(data, &missing);
    }
    match duckdb.trouble(gold, data, queries) {
        Some(trouble) => Stop::with_hint(trouble, "the files must have the columns and types of `gold.yaml`"),
        None => Stop::new(problem),
    }
}

/// A metric's column in an answer.
struct Shown {
    /// Of its column.
    name: String,
    label: String,
    format: Format,
    ty: Type,
}

/// An answer, with what is needed to show it.
pub struct Table {
    /// Rows in the order of their groups.
    answer: Answer,
    /// First and last day of what is asked for; none where the data has no day in it.
    days: Option<(String, String)>,
    metrics: Vec<Shown>,
    /// The types of the columns that tell the groups apart, which stand before all others.
    groups: Vec<Type>,
    grouped: bool,
    /// The grain's name and the column of its units, which the first day of a unit says better.
    grain: Option<(String, String)>,
    currency: String,
}

impl Table {
    fn new(asked: &Asked, answer: Answer, days: &Answer) -> Self {
        let model = &asked.compiled.model;
        let shown = |id: &crate::model::MetricId| {
            let metric = model.metric(*id)?;
            let head = &metric.head;
            Some(Shown {
                name: head.column(),
                label: head.label.clone(),
                format: head.about.format.clone(),
                ty: metric.value.ty,
            })
        };
        let columns = asked.query.groups.iter().chain(asked.query.grain.as_ref().map(|grain| &grain.column));
        let groups: Vec<Type> = columns.filter_map(|id| Some(model.gold.column(*id)?.ty)).collect();
        let day = |name| days.rows.first()?.get(place(days, name)?)?.clone();
        Self {
            answer: Answer { rows: in_order(answer.rows, &groups), ..answer },
            groups,
            days: day(FIRST_DAY).zip(day(LAST_DAY)),
            metrics: asked.query.metrics.iter().filter_map(shown).collect(),
            grain: asked
                .query
                .grain
                .as_ref()
                .and_then(|grain| Some((grain.name.clone(), model.gold.column(grain.column)?.name.clone()))),
            grouped: !asked.query.groups.is_empty() || asked.query.grain.is_some(),
            currency: asked.compiled.settings.currency.clone(),
        }
    }

    /// # Errors
    /// [`Stop::BrokenPipe`] where nobody reads it.
    pub fn print(&self, output: Output) -> Result<(), Stop> {
        if output.json() { output.value(&self.json()) } else { output.text(&self.text()) }
    }

    fn column(&self, name: &str) -> Option<usize> {
        place(&self.answer, name)
    }

    fn metric(&self, column: &str) -> Option<&Shown> {
        self.metrics.iter().find(|metric| metric.name == column)
    }

    fn text(&self) -> String {
        let table = if self.grouped { self.listed() } else { self.headline() };
        match &self.days {
            Some((start, end)) => format!("{table}\nfor the days from {start} to {end}\n"),
            None => format!("{table}\nthe data has no day in the period asked for\n"),
        }
    }

    /// One line a metric.
    fn headline(&self) -> String {
        let row = self.answer.rows.first();
        let value = |metric: &Shown| {
            let cell = self.column(&metric.name).and_then(|at| row?.get(at)?.as_deref());
            vec![metric.label.clone(), self.cell(cell, Some(metric))]
        };
        let rows: Vec<Vec<String>> = self.metrics.iter().map(value).collect();
        aligned(&["Metric".to_owned(), "Value".to_owned()], &rows)
    }

    /// One line a group, in the order of the groups.
    fn listed(&self) -> String {
        let shown: Vec<usize> = (0..self.answer.columns.len()).filter_map(|at| self.shown(at)).collect();
        let header: Vec<String> = shown.iter().map(|at| self.title(*at)).collect();
        let row = |row: &Vec<Option<String>>| -> Vec<String> {
            let cell =
                |at: &usize| self.cell(row.get(*at).and_then(|cell| cell.as_deref()), self.metric(self.name(*at)));
            shown.iter().map(cell).collect()
        };
        let rows: Vec<Vec<String>> = self.answer.rows.iter().map(row).collect();
        aligned(&header, &rows)
    }

    fn name(&self, at: usize) -> &str {
        self.answer.columns.get(at).map_or("", String::as_str)
    }

    /// The column to show in this place: the first day in place of a unit's number, the days else not.
    fn shown(&self, at: usize) -> Option<usize> {
        let unit = |grain: &(String, String)| grain.1.eq_ignore_ascii_case(self.name(at));
        if self.grain.as_ref().is_some_and(unit) {
            return self.column(FIRST_DAY);
        }
        (!DAYS.contains(&self.name(at))).then_some(at)
    }

    fn title(&self, at: usize) -> String {
        let name = self.name(at);
        match (self.metric(name), &self.grain) {
            (Some(metric), _) => metric.label.clone(),
            (None, Some((grain, _))) if name == FIRST_DAY => grain.clone(),
            _ => name.to_owned(),
        }
    }

    fn cell(&self, cell: Option<&str>, metric: Option<&Shown>) -> String {
        match (cell, metric) {
            (None, _) => "-".to_owned(),
            (Some(text), Some(metric)) => number::shown(text, &metric.format, &self.currency),
            (Some(text), None) => text.to_owned(),
        }
    }

    fn json(&self) -> Value {
        let row = |row: &Vec<Option<String>>| -> Value {
            let cells = self.answer.columns.iter().zip(row).enumerate();
            cells
                .map(|(at, (name, cell))| (name.clone(), typed(cell.as_deref(), self.ty(at))))
                .collect::<Map<_, _>>()
                .into()
        };
        let days = self.days.clone();
        json!({
            "start": days.as_ref().map(|(start, _)| start),
            "end": days.as_ref().map(|(_, end)| end),
            "columns": (0..self.answer.columns.len()).map(|at| self.described(at)).collect::<Value>(),
            "rows": self.answer.rows.iter().map(row).collect::<Value>(),
        })
    }

    /// Name, role and type of a column.
    fn described(&self, at: usize) -> Value {
        let name = self.name(at);
        let role = match self.metric(name) {
            _ if at < self.groups.len() => "group",
            Some(_) => "metric",
            None => "day",
        };
        json!({ "name": name, "role": role, "type": self.ty(at).name() })
    }

    fn ty(&self, at: usize) -> Type {
        let of_metric = || self.metric(self.name(at)).map(|metric| metric.ty);
        self.groups.get(at).copied().or_else(of_metric).unwrap_or(Type::Date)
    }
}

/// Whole numbers, doubles and booleans as they are; money as text, since a JSON reader would make it a double.
fn typed(cell: Option<&str>, ty: Type) -> Value {
    let Some(text) = cell else { return Value::Null };
    let value = match ty {
        Type::Integer => text.parse::<i64>().ok().map(Value::from),
        Type::Number => text.parse::<f64>().ok().map(Value::from),
        Type::Boolean => text.parse::<bool>().ok().map(Value::from),
        Type::Money | Type::Text | Type::Date => None,
    };
    value.unwrap_or_else(|| json!(text))
}

/// Rows by their groups, which stand first: numbers by size, everything else as text, missing values before all.
fn in_order(mut rows: Vec<Vec<Option<String>>>, groups: &[Type]) -> Vec<Vec<Option<String>>> {
    rows.sort_by(|one, other| {
        let pairs = one.iter().zip(other).zip(groups);
        let orders = pairs.map(|((one, other), ty)| ordered(one.as_deref(), other.as_deref(), *ty));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    rows
}

fn ordered(one: Option<&str>, other: Option<&str>, ty: Type) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    match ty {
        Type::Integer | Type::Money | Type::Number if one.is_some() && other.is_some() => {
            number(one).partial_cmp(&number(other)).unwrap_or(Ordering::Equal).then(one.cmp(&other))
        }
        _ => one.cmp(&other),
    }
}

/// Where the column of that name stands.
fn place(answer: &Answer, name: &str) -> Option<usize> {
    answer.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_by_their_groups_and_numbers_by_size() {
        let cell = |text: &str| (text != "-").then(|| text.to_owned());
        let row = |text: &str| text.split(' ').map(cell).collect::<Vec<_>>();
        let rows = ["de 10 7", "at 2 1", "de 9 1", "- 3 1", "de - 1"].map(row).to_vec();
        let sorted = in_order(rows, &[Type::Text, Type::Integer]);
        assert_eq!(sorted, ["- 3 1", "at 2 1", "de - 1", "de 9 1", "de 10 7"].map(row).to_vec());
    }

    #[test]
    fn a_value_is_typed_where_json_keeps_it_exact() {
        assert_eq!(typed(Some("12"), Type::Integer), json!(12));
        assert_eq!(typed(Some("true"), Type::Boolean), json!(true));
        assert_eq!(typed(Some("12.3400"), Type::Money), json!("12.3400"));
        assert_eq!(typed(None, Type::Money), Value::Null);
    }
}
