//! `carat gold import` and `carat gold check`: a gold schema from what a database says of itself, and
//! what has drifted since.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use crate::diagnostics::Diagnostic;
use crate::gold::ColumnId;
use crate::gold::import::{self, Change, Drift};
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
        /// The file to write, which must not be there yet; standard output if not given.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write over a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
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
        Command::Import { files, out, force } => {
            free(out.as_deref().filter(|_| !force))?;
            draft(files, out.as_deref(), output)
        }
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
        let bytes = fs::read(path).map_err(|error| Stop::file("read", path, &error))?;
        let Some(text) = decoded(&bytes) else {
            return Err(Stop::with_hint(
                format!("`{}` is neither UTF-8 nor UTF-16 with a byte order mark", path.display()),
                "save it as UTF-8 and name that file",
            ));
        };
        files.add(path.display().to_string(), normalised(&text));
    }
    Ok(files)
}

/// The text of a file in UTF-8, or in UTF-16 with the mark of its byte order, as Management Studio and
/// PowerShell write it. A zero character is a sign of another encoding.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => String::from_utf8(bytes.to_vec()).ok()?,
    };
    (!text.contains('\0')).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

/// Stops where a file is there that a draft would be written over.
fn free(out: Option<&Path>) -> Result<(), Stop> {
    match out {
        Some(path) if path.exists() => Err(Stop::with_hint(
            format!("`{}` exists already", path.display()),
            "write the draft to another file and take over what you need, or write over it with `--force`",
        )),
        _ => Ok(()),
    }
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

/// The definitions that need what drifted, all that read them, and the views and expectations over any of it.
fn readers(model: &Model, drift: &Drift) -> Vec<String> {
    if !drift.change.breaks() {
        return Vec::new();
    }
    let drifted = |columns: &[ColumnId]| columns.iter().any(|column| drift.columns.contains(column));
    // Rows that are not there, or not told apart as they were, are counted otherwise.
    let of_rows = matches!(drift.change, Change::TableMissing | Change::KeyChanged { .. });
    let table = drift.columns.first().map(|column| column.table).filter(|_| of_rows);
    let of_table: Vec<Definition> = table.into_iter().flat_map(|table| model.readers_of_table(table)).collect();
    let touched = |id: &Definition| of_table.contains(id) || drifted(&model.columns_of(*id));
    let mut found: Vec<Definition> = model.definitions().filter(touched).collect();
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        for reader in model.read_by(id) {
            if !found.contains(&reader) {
                found.push(reader);
            }
        }
        at += 1;
    }
    let views = model.views.iter().filter(|view| {
        view.metrics.iter().any(|id| found.contains(&Definition::Metric(*id))) || drifted(&model.columns_of_view(view))
    });
    let expectations = model.expectations.iter().filter(|expectation| {
        expectation.condition.names().iter().any(|id| found.contains(id))
            || drifted(&model.columns_of_expectation(expectation))
    });
    let names = found.iter().filter_map(|id| Some(model.head(*id)?.name.clone()));
    names
        .chain(views.map(|view| view.head.name.clone()))
        .chain(expectations.map(|expectation| expectation.name.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_utf16_is_read_by_its_mark_in_either_order() {
        let text = "größe 🙂";
        let units: Vec<u16> = text.encode_utf16().collect();
        let le: Vec<u8> = [0xff, 0xfe].into_iter().chain(units.iter().flat_map(|unit| unit.to_le_bytes())).collect();
        let be: Vec<u8> = [0xfe, 0xff].into_iter().chain(units.iter().flat_map(|unit| unit.to_be_bytes())).collect();
        assert_eq!([le.as_slice(), &be, text.as_bytes()].map(decoded), [(); 3].map(|()| Some(text.to_owned())));
    }

    #[test]
    fn text_in_another_encoding_is_not_guessed() {
        assert_eq!(decoded(b"gr\xf6\xdfe"), None, "Latin-1");
        assert_eq!(decoded(b"a\0b\0"), None, "UTF-16 without its mark");
        assert_eq!(decoded(b"\xff\xfea\0b"), None, "half a character");
        assert_eq!(decoded(b"\xff\xfe\x00\xd8a\0"), None, "half of a pair");
    }
}
