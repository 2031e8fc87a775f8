//! The queries for the DAX query view, against what the judge says. The evaluator knows measures alone: what a query
//! defines is asked in every cell of its tables, its tables are counted and summed by measures around them.

use std::collections::{BTreeMap, BTreeSet};

use carat::emit::names::object_name;
use carat::gold::Type;
use carat::model::Expectation;

use super::asked::{Asked, dax_name, expected};
use super::breaches::{is_broken, is_empty, slices};
use super::compare::{Compared, same, says_something};
use super::emitted;
use super::report::{Mismatch, Place, Report};
use super::run::Trial;
use super::unknown::{asks_no_row, is_unknown_of_view};
use crate::engines::{Cell, Dax, DaxWork, Said};
use crate::judge::{Grouped, Judge, Value};

/// A measure, where it is asked, what it must say.
struct Question {
    kind: &'static str,
    name: String,
    cell: Cell,
    expected: Value,
    query: String,
}

/// The queries of every trial's views and expectations.
pub fn ask_queries(trials: &[Trial], engine: &Dax) -> Report {
    let mut report = Report::default();
    let trials: Vec<&Trial> =
        trials.iter().filter(|trial| trial.model.views.len() + trial.model.expectations.len() > 0).collect();
    let folders: Vec<_> = trials.iter().map(|trial| (trial.write_model(), trial.data_folder())).collect();
    let all: Vec<Asking> = trials.iter().map(|trial| Asking::of(trial)).collect();
    let works = trials.iter().zip(&folders).zip(&all).map(|((trial, (model, folder)), asking)| {
        let cells = asking.questions.iter().map(|one| one.cell.clone()).collect();
        DaxWork { gold: &trial.model.gold, model, folder, cells, defined: asking.defined.clone() }
    });
    for ((trial, asking), said) in trials.iter().zip(&all).zip(engine.run(&works.collect::<Vec<_>>())) {
        asking.questions.iter().zip(said).for_each(|(one, said)| settle(trial, one, &said, &mut report));
    }
    report
}

fn settle(trial: &Trial, one: &Question, said: &BTreeMap<String, Said>, report: &mut Report) {
    let got = match said.values().next().cloned().unwrap_or(Ok(None)) {
        // A column that no measure reads is in no model.
        Err(why) if why.ends_with("is not in the model") => return,
        // Nor does the evaluator know a table of a query under a filter of memberships.
        Err(_) if one.kind == "query of a view" && one.query.contains("[Segment ") => return,
        got => got,
    };
    let subject = trial.subject.clone().unwrap_or_else(|| one.name.clone());
    let telling = usize::from(says_something(&one.expected));
    let place = Place { engine: "dax".into(), family: trial.family, kind: one.kind, subject };
    report.count(place, Compared { all: 1, telling });
    let agrees = got.as_ref().is_ok_and(|got| same(&one.expected, got.as_deref(), Type::Number, true));
    if !agrees {
        report.mismatches.push(Mismatch {
            engine: "dax".into(),
            metric: format!("{}: {}", trial.name, one.name),
            asked: format!("{} at {:?}", one.kind, one.cell.filters),
            key: vec![],
            expected: one.expected.to_string(),
            failed: got.is_err(),
            got: got.map_or_else(|why| why, |got| got.unwrap_or_else(|| "nothing".into())),
            query: one.query.clone(),
            size: 0,
        });
    }
}

#[derive(Default)]
struct Asking {
    defined: BTreeMap<String, String>,
    questions: Vec<Question>,
    /// Every cell and every table is asked for: of small projects, which do not take the evaluator minutes.
    whole: bool,
}

/// Cells of a table of an expectation, where not all are asked for.
const SOME: usize = 3;

impl Asking {
    fn of(trial: &Trial) -> Asking {
        let (judge, mut asking) = (Judge::new(&trial.model, &trial.data), Asking::default());
        asking.whole = matches!(trial.family, "rules" | "random");
        let queries = emitted::dax_queries(&trial.model, &trial.plan);
        let (views, expectations) = queries.split_at(trial.model.views.len());
        let views = crate::trials::views(&trial.model).into_iter().zip(views).filter(|_| asking.whole);
        for (asked, query) in views.collect::<Vec<_>>() {
            asking.view(&judge, &asked, query);
        }
        for (at, (one, query)) in trial.model.expectations.iter().zip(expectations).enumerate() {
            asking.expectation(&judge, one, &query.replace("Broken expectation", &format!("Broken {at}")), at);
        }
        asking
    }

    /// Each number of a view, summed over the rows that the query gives.
    fn view(&mut self, judge: &Judge, asked: &Asked, query: &str) {
        let total = asked.slice.groups.is_empty() && asked.slice.grain.is_none();
        let Some(table) = tables(query).into_iter().next().filter(|_| !total) else { return };
        let said = expected(judge, asked);
        for (at, id) in asked.metrics.iter().enumerate() {
            let Some(metric) = judge.model.metric(*id) else { continue };
            let numbers: Option<Vec<f64>> = said.values().map(|row| sum_of(&row[at])).collect();
            // The group of nobody is in a table where some row is of it, which the judge does not know.
            let of_nobody = said.iter().any(|(key, row)| key.contains(&None) && sum_of(&row[at]) != Some(0.0));
            let told = said.values().any(|row| says_something(&row[at]));
            let unknown = of_nobody || (told && is_unknown_of_view(judge, asked, *id));
            let Some(numbers) = numbers.filter(|_| metric.value.ty != Type::Date && !unknown) else { continue };
            let label = object_name(&metric.head.label).replace('"', "\"\"");
            let named = table.replacen(&format!("\"{label}\", ["), "\"@Asked\", [", 1);
            let name = format!("Sum {} {}", self.defined.len(), metric.head.name);
            self.defined.insert(name.clone(), format!("SUMX ( {named}, [@Asked] )"));
            self.questions.push(Question {
                kind: "query of a view",
                name: metric.head.name.clone(),
                cell: Cell { measures: vec![name], ..Cell::default() },
                expected: Value::Number(numbers.iter().sum()),
                query: query.to_string(),
            });
        }
    }

    /// The measure of the query in every cell of each place where it is checked.
    fn expectation(&mut self, judge: &Judge, one: &Expectation, query: &str, at: usize) {
        let name = format!("Broken {at}");
        let Some(body) = query.split_once("] =\n").and_then(|(_, rest)| rest.split_once("\nEVALUATE")) else { return };
        self.defined.insert(name.clone(), body.0.trim().to_string());
        let tables = tables(query);
        for (slice, table) in slices(judge, one).into_iter().zip(tables) {
            let asks_no_row = |cell: &Grouped| {
                cell.context.as_ref().is_some_and(|context| asks_no_row(judge, &one.condition, context))
            };
            let (unknown, cells): (Vec<_>, Vec<_>) = judge.grouping(&slice).into_iter().partition(asks_no_row);
            let columns = slice.groups.iter().copied().chain(slice.grain.iter().map(|grain| grain.column));
            let columns: Vec<String> = columns.map(|column| dax_name(judge.model, column)).collect();
            let step = if self.whole { 1 } else { cells.len().div_ceil(SOME).max(1) };
            for cell in cells.iter().step_by(step) {
                let broken = cell.context.as_ref().is_some_and(|context| is_broken(judge, one, context));
                self.questions.push(Question {
                    kind: "query of an expectation",
                    name: one.name.clone(),
                    cell: asked_cell(&name, &columns, cell),
                    expected: if broken { Value::Integer(1) } else { Value::Missing },
                    query: query.to_string(),
                });
            }
            let tables: BTreeSet<_> = slice.groups.iter().map(|column| column.table).collect();
            if self.whole && unknown.is_empty() && tables.len() + usize::from(slice.grain.is_some()) == 1 {
                self.counted(judge, (one, query), &table, &cells);
            }
        }
    }

    /// How many rows the query gives, where that is sure: of a group in which nothing stands it gives one if some
    /// row is of it, and a missing group only then. The evaluator does not know a table without a column to group by, and of columns of several
    /// tables it lists no row of nobody.
    fn counted(&mut self, judge: &Judge, (one, query): (&Expectation, &str), table: &str, cells: &[Grouped]) {
        let contexts = || cells.iter().filter_map(|cell| cell.context.as_ref());
        let of_nobody = |cell: &&Grouped| cell.key.iter().any(Value::is_missing);
        let unknown = cells.iter().filter(of_nobody).filter_map(|cell| cell.context.as_ref());
        let unsure = unknown.into_iter().any(|context| is_broken(judge, one, context))
            || contexts().any(|context| is_broken(judge, one, context) && is_empty(judge, &one.condition, context));
        if unsure {
            return;
        }
        let name = format!("Rows {}", self.defined.len());
        self.defined.insert(name.clone(), format!("COUNTROWS ( {table} )"));
        let count = contexts().filter(|context| is_broken(judge, one, context)).count();
        self.questions.push(Question {
            kind: "query of an expectation",
            name: one.name.clone(),
            cell: Cell { measures: vec![name], ..Cell::default() },
            expected: Value::Integer(count as i64),
            query: query.to_string(),
        });
    }
}

fn sum_of(value: &Value) -> Option<f64> {
    if value.is_missing() { Some(0.0) } else { value.number() }
}

fn asked_cell(measure: &str, columns: &[String], cell: &Grouped) -> Cell {
    let text = |value: &Value| (!value.is_missing()).then(|| value.to_string());
    let filters = columns.iter().cloned().zip(cell.key.iter().map(|value| vec![text(value)])).collect();
    Cell { measures: vec![measure.to_string()], filters, groups: columns.to_vec() }
}

/// What stands behind each EVALUATE, without its order.
fn tables(query: &str) -> Vec<String> {
    let parts = query.split("EVALUATE\n").skip(1);
    parts.map(|part| part.split("\nORDER BY").next().unwrap_or(part).trim().to_string()).collect()
}
