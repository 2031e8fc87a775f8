//! `carat sample`: trial data for the project's gold schema.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::Common;
use super::output::{Exit, Outcome, Output, Progress, Stop};
use crate::diagnostics::Diagnostic;
use crate::engine;
use crate::gold::{Date, Gold};
use crate::pipeline::{self, Compiled};
use crate::sample::{self, Extract, Profile, Request, TooLarge};

/// Generate trial data for the gold schema: one file per table, the same bytes for the same seed.
#[derive(Debug, Args)]
#[command(
    after_help = "How often, how much and when can be said in `sample.yaml` beside carat.yaml; without it, types and names decide."
)]
pub struct Arguments {
    /// Rows of the table that most others belong to; the rest follows.
    #[arg(long, aliases = ["entities", "customers"], default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(..=10_000_000))]
    rows: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The last day the data is complete to.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// The folder to write to.
    #[arg(long, default_value = "sample", value_name = "DIR")]
    out: PathBuf,
    /// Parquet files, through the DuckDB program.
    #[arg(long, conflicts_with = "csv")]
    parquet: bool,
    /// CSV files; the default.
    #[arg(long)]
    csv: bool,
}

/// The profile's file, beside `carat.yaml`.
const PROFILE_FILE: &str = "sample.yaml";

/// Reads a day of the command line.
pub fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is written YYYY-MM-DD, for example 2026-06-30".to_owned())
}

/// Generates from the gold schema alone: definitions may have errors.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    let compiled = pipeline::schema(&common.project)?;
    if compiled.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Stop::findings(compiled));
    }
    let as_of = arguments.as_of.unwrap_or_else(|| sample::default_as_of(&compiled.gold));
    within_calendar(&compiled.gold, as_of)?;
    let request = Request { entities: arguments.rows, seed: arguments.seed, as_of };
    let written = write(&compiled, request, &arguments.out, &progress)?;
    if arguments.parquet {
        to_parquet(&compiled, &arguments.out, &progress)?;
    }
    drop(progress);
    report(&written, as_of, &arguments.out, output)?;
    Ok(Exit::Fine)
}

/// No day is in a period after the as-of date, and none before the calendar begins or after it ends: there would be
/// nothing to ask for, or less than what was asked for.
///
/// # Errors
/// The day is none of the calendar.
pub fn within_calendar(gold: &Gold, as_of: Date) -> Result<(), Stop> {
    match &gold.calendar {
        Some(days) if as_of < days.first || as_of > days.last => Err(Stop::with_hint(
            format!("{as_of} is no day of the calendar"),
            format!("`gold.yaml` has days from {} to {}", days.first, days.last),
        )),
        _ => Ok(()),
    }
}

/// A table that was written: its name and rows.
pub type Written = (String, usize);

/// Writes every table to `folder`.
pub fn write(compiled: &Compiled, request: Request, folder: &Path, progress: &Progress) -> Result<Vec<Written>, Stop> {
    let profile = profile(&compiled.sources.root)?;
    if let Some(large) = sample::too_large(&compiled.gold, &profile, request) {
        return Err(beyond_memory(&large, request, &compiled.sources.root.join(PROFILE_FILE)));
    }
    fs::create_dir_all(folder).map_err(|error| Stop::file("create", folder, &error))?;
    let mut written = Vec::new();
    sample::generate(&compiled.gold, &profile, request, |extract: Extract| {
        progress.step(format!("writing {}", extract.name));
        let path = folder.join(format!("{}.csv", extract.name));
        // An older Parquet file would be read in place of this one.
        let _ = fs::remove_file(path.with_extension("parquet"));
        fs::write(&path, &extract.csv).map_err(|error| Stop::file("write", &path, &error))?;
        written.push((extract.name, extract.rows));
        Ok::<(), Stop>(())
    })?;
    Ok(written)
}

fn beyond_memory(large: &TooLarge, request: Request, profile: &Path) -> Stop {
    let place = large.place.map(|(line, column)| format!("`{}`:{line}:{column}: ", profile.display()));
    let (table, rows) = (&large.table, large.rows);
    Stop::with_hint(
        format!("{}`{table}` would have about {rows} rows", place.unwrap_or_default()),
        format!(
            "a table has at most {} rows: lower its `rows:` in `{PROFILE_FILE}`, those of the table it belongs to, or \
             `--rows {}`",
            sample::MOST_ROWS,
            request.entities
        ),
    )
}

/// The CSV files become Parquet files.
fn to_parquet(compiled: &Compiled, folder: &Path, progress: &Progress) -> Result<(), Stop> {
    let root = &compiled.sources.root;
    let duckdb = engine::find(root).ok_or_else(|| Stop::with_hint("there is no DuckDB program", engine::HINT))?;
    progress.step("writing Parquet");
    let copies = engine::to_parquet(&compiled.gold, folder);
    duckdb.ask(&engine::views(&compiled.gold, folder, &copies), &copies).map_err(Stop::new)?;
    for table in &compiled.gold.tables {
        let path = folder.join(format!("{}.csv", table.physical));
        fs::remove_file(&path).map_err(|error| Stop::file("remove", &path, &error))?;
    }
    Ok(())
}

fn profile(root: &Path) -> Result<Profile, Stop> {
    let path = root.join(PROFILE_FILE);
    if !path.exists() {
        return Ok(Profile::default());
    }
    let text = fs::read_to_string(&path).map_err(|error| Stop::file("read", &path, &error))?;
    Profile::parse(&text).map_err(|problem| Stop::new(format!("`{}`: {problem}", path.display())))
}

fn report(written: &[Written], as_of: Date, folder: &Path, output: Output) -> Result<(), Stop> {
    if output.json() {
        let tables: serde_json::Map<_, _> = written.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
        return output.value(&json!({ "folder": folder, "as_of": as_of.to_string(), "tables": tables }));
    }
    let rows: usize = written.iter().map(|(_, rows)| rows).sum();
    output.text(&format!("{}: {} tables, {rows} rows, complete to {as_of}\n", folder.display(), written.len()))
}
