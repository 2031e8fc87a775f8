//! An evaluator of DAX: the package `pbix-mcp` of PyPI, run in a Python of the user's. It is not Microsoft's.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use serde_json::{Value, json};

use super::DuckDb;
use super::extract::{place, text};
use crate::gold::{Gold, Table};
use crate::source::OutputFile;
use crate::verify::Said;

/// What to do where there is none.
pub const DAX_HINT: &str = "carat evaluates DAX through the package `pbix-mcp`. Get it once:
  python3 -m venv ~/.carat-dax && ~/.carat-dax/bin/pip install pbix-mcp
  export CARAT_DAX_PYTHON=~/.carat-dax/bin/python";

/// Names the Python outright.
const VARIABLE: &str = "CARAT_DAX_PYTHON";
const DRIVER: &str = include_str!("dax.py");

/// A Python that has the evaluator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaxEvaluator {
    python: PathBuf,
}

/// Measures to evaluate under filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// By their names in the model.
    pub measures: Vec<String>,
    /// `Table[Column]` by their names in the model, with the value picked; none is the blank member.
    pub filter: Option<(String, Option<String>)>,
}

/// The evaluator's version and, for each cell, what each measure says.
#[derive(Debug, Clone, Default)]
pub struct DaxAnswer {
    pub version: String,
    /// In the order in which they were asked; by the measure's name.
    pub cells: Vec<BTreeMap<String, Said>>,
}

/// The Python named by `CARAT_DAX_PYTHON`, else one on the path, if it can import the evaluator.
pub fn find_dax() -> Option<DaxEvaluator> {
    let named = env::var_os(VARIABLE).filter(|named| !named.is_empty()).map(PathBuf::from);
    let pythons = match named {
        Some(python) => vec![python],
        None => vec![PathBuf::from("python3"), PathBuf::from("python")],
    };
    pythons.into_iter().find(|python| has_evaluator(python)).map(|python| DaxEvaluator { python })
}

fn has_evaluator(python: &Path) -> bool {
    let quiet = Command::new(python)
        .args(["-c", "import pbix_mcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

impl DaxEvaluator {
    /// Evaluates the cells over the model's files and the tables that `setup` makes in DuckDB. A measure that takes
    /// longer than so many seconds in all its cells has no value in those that are left.
    ///
    /// # Errors
    /// What stopped it, in words.
    pub fn evaluate(
        &self,
        gold: &Gold,
        model: &[OutputFile],
        (duckdb, setup): (&DuckDb, &str),
        (cells, seconds): (&[Cell], u16),
    ) -> Result<DaxAnswer, String> {
        let folder = Scratch::new()?;
        write(&folder.0.join("driver.py"), DRIVER)?;
        // It removes the folder too, should this process be stopped before it can.
        let evaluator = self.start(&folder.0)?;
        for file in model.iter().filter(|file| file.path.ends_with(".tmdl")) {
            write(&folder.0.join("model").join(&file.path), &file.text)?;
        }
        duckdb.ask(setup, &gold.tables.iter().map(|table| copy(table, &folder.0)).collect::<Vec<_>>())?;
        let cell = |cell: &Cell| {
            let filters: BTreeMap<&String, [&Option<String>; 1]> =
                cell.filter.iter().map(|(column, value)| (column, [value])).collect();
            json!({ "measures": cell.measures, "filters": filters })
        };
        let work = json!({
            "model": folder.0.join("model"), "data": folder.0, "tables": tables(gold),
            "cells": cells.iter().map(cell).collect::<Vec<_>>(), "seconds": seconds,
        });
        write(&folder.0.join("work.json"), &work.to_string())?;
        evaluator.answer()
    }

    fn start(&self, folder: &Path) -> Result<Evaluator, String> {
        let child = Command::new(&self.python)
            .args([folder.join("driver.py"), folder.join("work.json")])
            .arg("--own")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run `{}`: {error}", self.python.display()))?;
        Ok(Evaluator(child))
    }
}

/// The driver while it waits for its files.
struct Evaluator(Child);

impl Evaluator {
    /// The files are complete.
    fn answer(mut self) -> Result<DaxAnswer, String> {
        if let Some(mut stdin) = self.0.stdin.take() {
            // One that has stopped already says why below.
            let _ = stdin.write_all(b"ready\n");
        }
        let done = self.0.wait_with_output().map_err(|error| format!("the DAX evaluator stopped: {error}"))?;
        let said: Option<Value> = serde_json::from_slice(&done.stdout).ok();
        let Some(said) = said.filter(|_| done.status.success()) else {
            let words = String::from_utf8_lossy(&done.stderr);
            return Err(format!("the DAX evaluator stopped: {}", words.trim().lines().next_back().unwrap_or_default()));
        };
        let cells = said.get("cells").and_then(Value::as_array).into_iter().flatten().map(cell_of).collect();
        let version = said.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(DaxAnswer { version, cells })
    }
}

fn cell_of(said: &Value) -> BTreeMap<String, Said> {
    let one = |value: &Value| match value.get("error").and_then(Value::as_str) {
        Some(why) => Err(why.to_owned()),
        None => Ok(value.get("value").and_then(Value::as_str).map(str::to_owned)),
    };
    said.as_object().into_iter().flatten().map(|(measure, value)| (measure.clone(), one(value))).collect()
}

/// One JSON line a row.
fn copy(table: &Table, folder: &Path) -> String {
    let target = text(&folder.join(format!("{}.jsonl", table.name)).to_string_lossy());
    format!("COPY {} TO {target} (FORMAT json)", place(table))
}

fn tables(gold: &Gold) -> Value {
    let table = |table: &Table| {
        let columns: BTreeMap<&str, &str> = table.columns.iter().map(|c| (c.name.as_str(), c.ty.name())).collect();
        (table.physical.to_lowercase(), json!({ "file": format!("{}.jsonl", table.name), "columns": columns }))
    };
    Value::Object(gold.tables.iter().map(table).collect())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// A folder of this process, gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        // Made anew, so that nobody else's folder is written to.
        let folders = (0..1000).map(|at| env::temp_dir().join(format!("carat-verify-{}-{at}", std::process::id())));
        for folder in folders {
            match private(&folder) {
                Ok(()) => return Ok(Scratch(folder)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(format!("cannot create `{}`: {error}", folder.display())),
            }
        }
        Err("cannot create a temporary folder".to_owned())
    }
}

/// Makes a folder that nobody else looks into: it holds people's data.
fn private(folder: &Path) -> std::io::Result<()> {
    #[allow(unused_mut, reason = "only where a system has such rights they are set")]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever asked is gone, and says nothing any more: what was copied for it goes too.
    #[test]
    fn the_driver_removes_its_folder_whatever_becomes_of_who_asked() {
        let Some(python) =
            ["python3", "python"].into_iter().find(|python| Command::new(python).arg("-V").output().is_ok())
        else {
            eprintln!("skipped: there is no Python");
            return;
        };
        let folder = Scratch::new().unwrap();
        write(&folder.0.join("driver.py"), DRIVER).unwrap();
        write(&folder.0.join("people.jsonl"), "{}").unwrap();
        let mut evaluator = DaxEvaluator { python: python.into() }.start(&folder.0).unwrap();
        drop(evaluator.0.stdin.take());
        evaluator.0.wait().unwrap();
        assert!(!folder.0.exists());
    }
}
