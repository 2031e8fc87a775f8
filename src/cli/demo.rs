//! `carat demo`: the whole way once, from definitions to numbers.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Outcome, Output, Progress};
use super::question::Slice;
use super::run as asking;
use super::{Common, build, check, sample};
use crate::pipeline;
use crate::sample::{Request, default_as_of};

/// Build the project, generate trial data, and compute the certified metrics from it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Rows of the trial data's main table.
    #[arg(long, aliases = ["entities", "customers"], default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(..=10_000_000))]
    rows: u64,
    #[arg(long, default_value = "build", value_name = "DIR")]
    out: PathBuf,
    /// The folder of the trial data.
    #[arg(long, default_value = "sample", value_name = "DIR")]
    data: PathBuf,
}

/// `build`, `sample` and `run` in a row, each told as it ends.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    // For machines the numbers alone are the answer.
    let say = |text: String| if output.json() { Ok(()) } else { output.text(&text) };
    progress.step("compiling");
    let (compiled, plan) = pipeline::planned(&common.project)?;
    say(format!("{}: {}\n\n", shown(&compiled.sources.root), check::counted(&compiled)))?;
    let written = build::write(&compiled, plan.as_ref(), &arguments.out, &progress)?;
    say(format!("{}\n", build::text(&written, &arguments.out)))?;
    let as_of = default_as_of(&compiled.gold);
    let request = Request { entities: arguments.rows, seed: 1, as_of };
    let tables = sample::write(&compiled, request, &arguments.data, &progress)?;
    let rows: usize = tables.iter().map(|(_, rows)| rows).sum();
    let folder = arguments.data.display();
    say(format!("  {folder}  trial data: {} tables, {rows} rows, complete to {as_of}\n\n", tables.len()))?;
    let duckdb = asking::get(&common.project, &progress)?;
    let names = asking::agreed(&compiled)?;
    let asked = asking::asked(compiled, &names, &Slice::default())?;
    asking::table(&asked, &duckdb, &arguments.data, &progress)?.print(output)?;
    Ok(Exit::Fine)
}

/// A path below the current folder, as people write it; `.` for the folder itself.
fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path).display().to_string();
    if path.is_empty() { ".".to_owned() } else { path }
}
