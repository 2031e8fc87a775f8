//! `carat gold import` and `carat gold check`: a gold schema from what a database says of itself, and
//! what has drifted since.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use crate::diagnostics::Diagnostic;
use crate::gold::import::{self, Drift};
use crate::model::{Definition, Model};
use crate::pipeline;
use crate::source::project::{MAX_BYTES, normalised};
use crate::source::{FileSet, Span};

/// Draft a gold.yaml from a database's own description, or find what has drifted from one.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a gold.yaml from CREATE TABLE scripts (T-SQL, Spark) or a CSV export of INFORMATION_SCHEMA.COLUMNS.
    Import {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The file to write; standard output if not given.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Compare the project's gold.yaml with such files: what drifted, and the metrics it touches.
    Check {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Drafts or checks, by the subcommand.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    match &arguments.command {
        Command::Import { files, out } => draft(files, out.as_deref(), output),
        Command::Check { files } => check(files, common, output),
    }
}

/// The scripts and exports, as they are named on the command line.
fn read(paths: &[PathBuf]) -> Result<FileSet, Stop> {
    let mut files = FileSet::default();
    for path in paths {
        let size = fs::metadata(path).map_err(|error| Stop::file("read", path, &error))?.len();
        if size > MAX_BYTES {
            return Err(Stop::new(format!("`{}` holds more than {} MB", path.display(), MAX_BYTES >> 20)));
        }
        let text = fs::read_to_string(path).map_err(|error| Stop::file("read", path, &error))?;
        files.add(path.display().to_string(), normalised(&text));
    }
    Ok(files)
}

fn draft(paths: &[PathBuf], out: Option<&Path>, output: Output) -> Outcome {
    let files = read(paths)?;
    let (text, diagnostics) = import::import(&files);
    let exit = Exit::of(&diagnostics);
    match out {
        Some(path) => fs::write(path, &text).map_err(|error| Stop::file("write", path, &error))?,
        None if output.json() => output.value(&json!({
            "gold": text,
            "diagnostics": crate::diagnostics::render::json_value(&files, &diagnostics),
        }))?,
        None => output.text(&text)?,
    }
    if !output.json() || out.is_some() {
        output.findings_aside(&files, &diagnostics)?;
    }
    Ok(exit)
}

fn check(paths: &[PathBuf], common: &Common, output: Output) -> Outcome {
    let compiled = pipeline::compile(&common.project)?;
    let files = read(paths)?;
    let (drift, diagnostics) = import::compare(&compiled.gold, &files);
    let found: Vec<Found<'_>> = drift.iter().map(|drift| Found::new(&compiled.model, &files, drift)).collect();
    if output.json() {
        let drift: Value = found.iter().map(Found::json).collect();
        let problems = crate::diagnostics::render::json_value(&files, &diagnostics);
        output.value(&json!({ "drift": drift, "diagnostics": problems }))?;
    } else {
        output.findings_aside(&files, &diagnostics)?;
        output.text(&text(&found))?;
    }
    let breaks = drift.iter().any(|drift| drift.change.breaks()) || diagnostics.iter().any(Diagnostic::is_error);
    Ok(if breaks { Exit::Findings } else { Exit::Fine })
}

fn text(found: &[Found<'_>]) -> String {
    if found.is_empty() {
        return "gold.yaml says what the database says\n".to_owned();
    }
    found.iter().map(Found::line).collect()
}

/// One difference, with who reads what drifted.
struct Found<'a> {
    drift: &'a Drift,
    place: Option<String>,
    readers: Vec<String>,
}

impl<'a> Found<'a> {
    fn new(model: &Model, files: &FileSet, drift: &'a Drift) -> Self {
        let place = |span: Span| format!("{}:{}", files.path(span.file), files.position(span).line);
        Self { drift, place: drift.span.map(place), readers: readers(model, drift) }
    }

    fn line(&self) -> String {
        let place = self.place.as_ref().map_or(String::new(), |place| format!("  ({place})"));
        let readers = match self.readers.as_slice() {
            [] => String::new(),
            readers => format!("    touches {}\n", readers.join(", ")),
        };
        format!("{}{place}\n{readers}", self.drift)
    }

    fn json(&self) -> Value {
        json!({
            "table": self.drift.table, "column": self.drift.column, "message": self.drift.to_string(),
            "breaks": self.drift.change.breaks(), "place": self.place, "touches": self.readers,
        })
    }
}

/// The definitions that read what drifted, and all that read them.
fn readers(model: &Model, drift: &Drift) -> Vec<String> {
    let touched = |id: &Definition| model.reads_of(*id).columns.iter().any(|column| drift.columns.contains(column));
    let mut found: Vec<Definition> =
        if drift.change.breaks() { model.definitions().filter(touched).collect() } else { Vec::new() };
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        for reader in model.read_by(id) {
            if !found.contains(&reader) {
                found.push(reader);
            }
        }
        at += 1;
    }
    found.into_iter().filter_map(|id| Some(model.head(id)?.name.clone())).collect()
}
