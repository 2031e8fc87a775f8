//! `carat check`: everything that is wrong with a project, in one run.

use std::path::PathBuf;

use clap::Args;

use super::Common;
use super::output::{Exit, Format, Outcome, Output, Progress};
use crate::diagnostics::render::human::counted_word;
use crate::pipeline::{self, Compiled};

/// Check a project: names, types, grain, paths, windows, policies, certificates.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The project's folder; the current one if not given.
    path: Option<PathBuf>,
}

/// Prints every finding; it exits with [`Exit::Findings`] where one is an error.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    progress.step("checking");
    let compiled = pipeline::compile(arguments.path.as_ref().unwrap_or(&common.project))?;
    drop(progress);
    output.findings(&output.named(&compiled.sources), &compiled.diagnostics)?;
    if matches!(output.format, Format::Human | Format::Markdown) && compiled.diagnostics.is_empty() {
        output.text(&format!("{}: nothing is wrong\n", counted(&compiled)))?;
    }
    Ok(Exit::of(&compiled.diagnostics))
}

/// What is asked and shown, which policies and resolves are not: `15 metrics, 8 segments, 3 views, 19 expectations`.
pub fn counted(compiled: &Compiled) -> String {
    let model = &compiled.model;
    [
        (model.metrics.len(), "metric"),
        (model.segments.len(), "segment"),
        (model.views.len(), "view"),
        (model.expectations.len(), "expectation"),
    ]
    .map(|(count, word)| counted_word(count, word))
    .join(", ")
}
