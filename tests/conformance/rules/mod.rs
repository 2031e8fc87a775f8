//! One tiny case for each rule that concerns numbers: rows a person can check, the number each metric
//! must have. A case is one text: a sentence, the as-of date, rows of tables, definitions, expectations.
//!
//! An expectation is `METRIC [by COLUMN, ..] [where COLUMN = VALUE|VALUE and ..] => VALUE`, with groups
//! `KEY: VALUE, ..`, where `-` is missing, `/` stands between the parts of a key. A case that was found by
//! random definitions (`random/cases`) brings its own gold schema.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use carat::gold::{ColumnId, Date, TableId, Type};
use carat::model::Model;

use crate::data::{Data, Size, calendar_rows, read_value, rows_of};
use crate::judge::{Grain, Judge, Slice, Value};
use crate::rig::{Asked, Key, Project, expected, same_value};

/// What a case file says.
pub struct Case {
    pub name: String,
    pub as_of: Date,
    tables: Vec<(String, String)>,
    pub definitions: String,
    /// Where it is not that of the rules.
    gold: Option<String>,
    /// More of `carat.yaml`.
    settings: String,
    expectations: Vec<String>,
}

/// A line of expectations, read.
pub struct Expectation {
    pub line: String,
    pub asked: Asked,
    pub values: BTreeMap<Key, Value>,
}

/// All of them, or those whose name contains `CARAT_CASE`.
pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let folders = ["rules/cases", "random/cases"].map(|cases| fs::read_dir(folder.join(cases)).unwrap());
    let mut paths: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let wanted = std::env::var("CARAT_CASE").unwrap_or_default();
    paths.retain(|path| path.to_string_lossy().contains(&wanted));
    paths.iter().map(|path| Case::read(path)).collect()
}

/// Sections that are no rows.
const NO_TABLES: [&str; 4] = ["carat", "expect", "gold", "settings"];

impl Case {
    fn read(path: &Path) -> Case {
        let text = fs::read_to_string(path).unwrap();
        let mut sections = text.split("\n--- ").map(str::to_string);
        let head = sections.next().unwrap_or_default();
        let as_of = head.lines().find_map(|line| Date::parse(line.strip_prefix("as of ")?));
        let sections: Vec<(String, String)> = sections
            .map(|section| {
                let (name, rest) = section.split_once('\n').unwrap_or((&section, ""));
                (name.to_string(), rest.to_string())
            })
            .collect();
        let of = |name: &str| sections.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text);
        Case {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            as_of: as_of.expect("a case says its as-of date"),
            definitions: of("carat").to_string(),
            gold: sections.iter().find(|(own, _)| own == "gold").map(|(_, text)| text.clone()),
            settings: of("settings").to_string(),
            expectations: of("expect").lines().filter(|line| !line.trim().is_empty()).map(str::to_string).collect(),
            tables: sections.into_iter().filter(|(name, _)| !NO_TABLES.contains(&name.as_str())).collect(),
        }
    }

    /// `R1` of `r01_an_ordered_comparison_with_missing_is_false`.
    pub fn rule(&self) -> String {
        let number = self.name.split('_').next().unwrap_or_default().trim_start_matches(['r', '0']);
        format!("R{number}")
    }

    pub fn expects_nothing(&self) -> bool {
        self.expectations.is_empty()
    }

    pub fn project(&self) -> Project {
        let gold = self.gold.as_deref().unwrap_or(include_str!("gold.yaml"));
        let mut project = Project::new(gold, &self.definitions);
        project.settings += &self.settings;
        project
    }

    /// The case's rows, a calendar and the as-of date.
    pub fn data(&self, model: &Model) -> Data {
        let gold = &model.gold;
        let mut data = Data::empty(gold);
        calendar_rows(gold, &self.size(), &mut data);
        for (name, text) in &self.tables {
            let table = gold.table_named(name).unwrap_or_else(|| panic!("{}: no table {name}", self.name));
            rows_of(&gold.tables[table.0 as usize], text).into_iter().for_each(|row| data.push(table, row));
        }
        data
    }

    fn size(&self) -> Size {
        let day = |text| Date::parse(text).unwrap();
        Size { rows: 0, calendar: (day("2024-01-01"), day("2026-12-31")), as_of: self.as_of }
    }

    pub fn expectations(&self, model: &Model) -> Vec<Expectation> {
        self.expectations
            .iter()
            .map(|line| expectation(model, line).unwrap_or_else(|| panic!("{}: {line}", self.name)))
            .collect()
    }
}

fn expectation(model: &Model, line: &str) -> Option<Expectation> {
    let (left, right) = line.split_once("=>")?;
    let asked = question(model, left)?;
    let values = values(model, &asked.slice, model.metric(asked.metrics[0])?.value.ty, right)?;
    Some(Expectation { line: line.to_string(), asked, values })
}

/// What stands before `=>`: metrics, one most often, in a slice.
pub fn question(model: &Model, text: &str) -> Option<Asked> {
    let (left, picks) = text.split_once(" where ").unwrap_or((text, ""));
    let (metrics, by) = left.split_once(" by ").unwrap_or((left, ""));
    let metrics = metrics.split(',').map(|metric| model.metric_named(metric.trim())).collect::<Option<_>>()?;
    let mut slice = Slice::default();
    for group in by.split(',').map(str::trim).filter(|group| !group.is_empty()) {
        match column(model, group) {
            Some(column) => slice.groups.push(column),
            None => slice.grain = Some(grain(model, group)?),
        }
    }
    for pick in picks.split(" and ").filter(|pick| !pick.is_empty()) {
        let (name, values) = pick.split_once('=')?;
        let column = column(model, name.trim())?;
        slice.picks.push((column, values.split('|').map(|text| value(model, column, text)).collect::<Option<_>>()?));
    }
    Some(Asked { metrics, slice, kind: "expected" })
}

fn values(model: &Model, slice: &Slice, ty: Type, text: &str) -> Option<BTreeMap<Key, Value>> {
    if slice.groups.is_empty() && slice.grain.is_none() {
        return Some([(vec![], plain(ty, text)?)].into());
    }
    let columns: Vec<ColumnId> =
        slice.groups.iter().copied().chain(slice.grain.iter().map(|grain| grain.column)).collect();
    let group = |text: &str| {
        let (key, value) = text.rsplit_once(':')?;
        let parts =
            key.split('/').zip(&columns).map(|(part, column)| Some(self::value(model, *column, part)?.identity()));
        Some((parts.collect::<Option<Key>>()?, plain(ty, value)?))
    };
    text.split(", ").map(group).collect()
}

fn plain(ty: Type, text: &str) -> Option<Value> {
    if text.trim() == "-" { Some(Value::Missing) } else { read_value(text.trim(), ty) }
}

fn value(model: &Model, column: ColumnId, text: &str) -> Option<Value> {
    let quoted = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match quoted {
        Some(text) => Some(Value::Text(text.to_string())),
        None => plain(model.gold.column(column)?.ty, text),
    }
}

fn column(model: &Model, path: &str) -> Option<ColumnId> {
    let (table, column) = path.split_once('.')?;
    let table: TableId = model.gold.table_named(table)?;
    model.gold.column_named(table, column)
}

fn grain(model: &Model, name: &str) -> Option<Grain> {
    let column = *model.gold.calendar.as_ref()?.grains.get(name)?;
    Some(Grain { name: name.to_string(), column })
}

/// The judge must say what the case says: every group it lists, and nothing but 0 or missing in others
/// that are not about time.
fn check(case: &Case) -> Vec<String> {
    let (model, said) = case.project().model();
    let errors = said.iter().filter(|one| one.is_error());
    let mut wrong: Vec<String> = errors.map(|one| format!("{}: {}", case.name, one.message)).collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let data = case.data(&model);
    let judge = Judge::new(&model, &data);
    for one in case.expectations(&model) {
        let said = expected(&judge, &one.asked);
        for (key, value) in &one.values {
            let got = said.get(key).map_or(Value::Missing, |values| values[0].clone());
            if !same_value(value, &got) {
                wrong.push(format!("{}: {}\n    at {key:?} the judge says {got}", case.name, one.line));
            }
        }
    }
    wrong
}

#[test]
fn the_judge_gives_every_rules_number() {
    let wrong: Vec<String> = cases().iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which rules concern no number, and why: lines `R17: reason`.
pub fn without_a_number() -> BTreeMap<String, String> {
    let lines = include_str!("no_number.txt").lines().filter_map(|line| line.split_once(": "));
    lines.map(|(rule, why)| (rule.to_string(), why.to_string())).collect()
}

/// The rules by number: what each says stands in the first line of its cases, or in `no_number.txt`.
pub fn all_rules() -> impl Iterator<Item = String> {
    (1..=61).map(|number| format!("R{number}"))
}

#[test]
fn every_rule_has_a_case_or_concerns_no_number() {
    let (of_cases, without) = (cases(), without_a_number());
    let has_case = |rule: &String| of_cases.iter().any(|case| case.rule() == *rule);
    let wrong: Vec<String> = all_rules().filter(|rule| has_case(rule) == without.contains_key(rule)).collect();
    assert!(wrong.is_empty() || std::env::var_os("CARAT_CASE").is_some(), "{}", wrong.join(", "));
}
