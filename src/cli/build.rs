//! `carat build`: every file a project asks for, written where only what changed is touched.

use std::path::{Path, PathBuf};

use clap::Args;
use indexmap::IndexMap;
use rayon::prelude::*;
use serde_json::json;

use super::Common;
use super::output::{Exit, Outcome, Output, Progress, Stop};
use crate::diagnostics::render::human::counted_word;
use crate::emit::{powerbi, sql};
use crate::model::Fingerprints;
use crate::pipeline::{self, Compiled};
use crate::plan::tree::Plan;
use crate::source::folder::{Done, WriteError, Writer, Written};

/// Write the Power BI project and the SQL of every dialect that carat.yaml asks for.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The project's folder; the current one if not given.
    path: Option<PathBuf>,
    /// The folder to write to. Files of an earlier build that are no part of this one are removed.
    #[arg(long, default_value = "build", value_name = "DIR")]
    out: PathBuf,
}

/// Compiles, writes and reports. Errors of the project come back as findings, and nothing is written then.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    progress.step("compiling");
    let (compiled, plan) = pipeline::planned(arguments.path.as_ref().unwrap_or(&common.project))?;
    let written = write(&compiled, plan.as_ref(), &arguments.out, &progress)?;
    drop(progress);
    // Warnings are a word beside the result; for machines they are the business of `check`.
    if !output.json() {
        output.findings_aside(&output.named(&compiled.sources), &compiled.diagnostics)?;
    }
    report(&written, &arguments.out, output)?;
    // The process ends here, and its memory goes as a whole.
    std::mem::forget((compiled, plan));
    Ok(Exit::Fine)
}

/// Emits and writes everything.
///
/// # Errors
/// The project's findings, where one of them is an error; a file that cannot be written.
pub fn write(compiled: &Compiled, plan: Option<&Plan>, out: &Path, progress: &Progress) -> Result<Written, Stop> {
    let Some(plan) = plan else {
        let found = (compiled.sources.clone(), compiled.diagnostics.clone());
        return Err(Stop::Findings(Box::new(found)));
    };
    progress.step("writing");
    written(compiled, plan, out).map_err(|error| Stop::new(error.to_string()))
}

/// Every target at once, each file written as soon as it is made: neither thread waits for the other's disk, and no
/// text is kept.
fn written(compiled: &Compiled, plan: &Plan, out: &Path) -> Result<Written, WriteError> {
    let (model, settings) = (&compiled.model, &compiled.settings);
    let fingerprints = Fingerprints::of(model);
    let writer = Writer::begin(out)?;
    let write = |file| writer.write(file);
    let sql = || {
        let done = sql::each(model, plan, &compiled.sources.files, &fingerprints, &settings.dialects, write);
        done.into_iter().collect()
    };
    let power_bi = || {
        let files = if settings.powerbi.is_some() { powerbi::build(model, plan) } else { Vec::new() };
        files.into_par_iter().map(write).collect()
    };
    let (all, sql): (Result<Vec<Done>, _>, Result<Vec<Done>, _>) = rayon::join(power_bi, sql);
    let mut all = all?;
    all.extend(sql?);
    writer.finish(all)
}

fn report(written: &Written, out: &Path, output: Output) -> Result<(), Stop> {
    if output.json() {
        return output.value(&json!({
            "folder": out, "written": written.written, "removed": written.removed, "unchanged": written.unchanged.len(),
        }));
    }
    output.text(&text(written, out))
}

/// One line for each folder of the build, then the sum.
pub fn text(written: &Written, out: &Path) -> String {
    let mut folders: IndexMap<String, usize> = IndexMap::new();
    for path in written.written.iter().chain(&written.unchanged) {
        *folders.entry(folder_of(path)).or_default() += 1;
    }
    folders.sort_keys();
    let line = |(folder, count): (&String, &usize)| {
        format!("  {}  {}\n", out.join(folder).display(), counted_word(*count, "file"))
    };
    let lines: String = folders.iter().map(line).collect();
    let removed =
        if written.removed.is_empty() { String::new() } else { format!(", {} removed", written.removed.len()) };
    format!("{lines}{} written, {} unchanged{removed}\n", written.written.len(), written.unchanged.len())
}

/// The first two folders of a path: `sql/fabric`, `powerbi/Shop.SemanticModel`.
fn folder_of(path: &str) -> String {
    let folders: Vec<&str> = path.split('/').collect();
    let parents = folders.split_last().map_or(&[][..], |(_, parents)| parents);
    parents.iter().take(2).copied().collect::<Vec<_>>().join("/")
}
