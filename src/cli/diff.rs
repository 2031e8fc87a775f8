//! `carat diff`: what changed in meaning between two versions of a project.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum as _};

use super::Common;
use super::impact::{self, Impacts};
use super::output::{Exit, Format, Outcome, Output, Progress, Stop};
use super::sample::day;
use super::versions::{self, Version};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::render::{Terminal, human, uri};
use crate::diff::report::{Entry, FORMS, MARKER, Report, charts, codeowners};
use crate::diff::{Impact, Judged, Subject, diff, judge};
use crate::gold::Date;

/// Show what changed in meaning, metric by metric: whom it reaches, how grave it is, who approves.
///
/// Without BASE and HEAD: the working tree against the commit where it left the main branch. Each is a git
/// revision, or a folder (`./old`). Layout, comments, order and moves are no change.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  no change is denied
  1  a change is denied by its level (`changes:` in carat.yaml)
  2  the versions cannot be compared: no repository, history or project, or one of them is broken
  3  there are changes, none of them denied (only with --exit-code)

Examples:
  carat diff                               the working tree against the main branch
  carat diff v1.4 HEAD --text              two revisions, with definition, DAX and SQL
  carat diff --format markdown             a comment for a pull request
  carat diff --data sample                 with the numbers before and after
  carat diff --data sample --charts charts --format markdown > report.md")]
pub struct Arguments {
    /// The old version; where the working tree left the main branch if not given.
    base: Option<String>,
    /// The new version; the working tree if not given.
    head: Option<String>,
    /// Show the definition, its DAX and its SQL as text differences.
    #[arg(long)]
    text: bool,
    /// Compute both versions over a folder with a file per table, through the DuckDB program: each changed metric
    /// before and after, what each clause of the change does, the slices that move most, who enters and leaves a segment
    /// and by which rule of the policy.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Draw what was computed as SVG files in this folder: what each clause does, the slices, before and after by month.
    /// The Markdown report shows them.
    #[arg(long, value_name = "DIR", requires = "data")]
    charts: Option<PathBuf>,
    /// Print the approvers of the new version as a CODEOWNERS fragment, and compare nothing.
    #[arg(long, conflicts_with_all = ["text", "exit_code"])]
    codeowners: bool,
    /// End with 3 where something changed and nothing is denied.
    #[arg(long)]
    exit_code: bool,
    /// The day that `until:` of exceptions and end dates are held against; that of HEAD's commit if not given.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<Date>,
}

/// Compares the two versions and, with `--data`, their numbers. A version with errors stops it; a denied change is
/// [`Exit::Findings`].
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    if arguments.codeowners {
        return owners(arguments, common, output);
    }
    let progress = Progress::start(output);
    progress.step("reading both versions");
    let (old, new) = versions::of(common, arguments.base.as_deref(), arguments.head.as_deref())?;
    for (version, side) in [(&old, "base"), (&new, "head")] {
        if version.compiled.has_errors() {
            drop(progress);
            return broken(version, side, output);
        }
    }
    let today = arguments.today.or(new.day);
    let changes = judge(diff(&old.compiled.model, &new.compiled.model), &new.compiled.model, today);
    undated(&new, today, output);
    let mut impact = match &arguments.data {
        Some(data) => {
            let months = arguments.charts.is_some();
            impact::of(&changes, [&old.compiled, &new.compiled], data, months, &progress)?
        }
        None => Impacts::new(),
    };
    if let Some(folder) = &arguments.charts {
        draw(&mut impact, &new, folder)?;
    }
    let entries = changes.into_iter().map(|judged| entry(judged, arguments, &old, &new, &mut impact)).collect();
    let report = Report { old: old.side(), new: new.side(), entries };
    drop(progress);
    output.text(&drawn(&report, output.format))?;
    Ok(match (report.is_denied(), report.entries.is_empty()) {
        (true, _) => Exit::Findings,
        (false, false) if arguments.exit_code => Exit::Changes,
        _ => Exit::Fine,
    })
}

/// The approvers of the new version alone: there may be nothing to compare it with yet.
fn owners(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let new = versions::head(common, arguments.head.as_deref())?;
    if new.compiled.has_errors() {
        return broken(&new, "head", output);
    }
    output.text(&codeowners(&new.compiled.model, &new.side().files, &new.prefix))?;
    Ok(Exit::Fine)
}

fn entry(judged: Judged, arguments: &Arguments, old: &Version, new: &Version, impact: &mut Impacts) -> Entry {
    let texts =
        if arguments.text { super::difference::of(&judged.change, &old.compiled, &new.compiled) } else { Vec::new() };
    // A definition's numbers are told once, with the worst of its changes.
    let impact = impact.remove(&judged.change.subject).unwrap_or_default();
    let label = label(new, &judged.change.subject).or_else(|| label(old, &judged.change.subject));
    let lines = impact::lines(&impact);
    Entry { judged, label, texts, impact, lines }
}

/// What readers call a definition or a view.
fn label(version: &Version, subject: &Subject) -> Option<String> {
    let model = &version.compiled.model;
    let heads = model.definitions().filter(|id| id.kind() == subject.kind).filter_map(|id| model.head(id));
    let views = model.views.iter().map(|view| &view.head).filter(|_| subject.kind == "view");
    let named = heads.chain(views).find(|head| head.is_called(&subject.name));
    named.map(|head| head.label.clone())
}

/// Writes the charts of every metric that was computed.
fn draw(impacts: &mut Impacts, new: &Version, folder: &Path) -> Result<(), Stop> {
    fs::create_dir_all(folder).map_err(|error| Stop::file("make", folder, &error))?;
    for (subject, impact) in impacts.iter_mut().filter(|(subject, _)| subject.kind == "metric") {
        let label = label(new, subject).unwrap_or_else(|| subject.name.clone());
        impact.charts = charts::of(&subject.name, &label, impact);
        write(impact, folder)?;
    }
    Ok(())
}

fn write(impact: &mut Impact, folder: &Path) -> Result<(), Stop> {
    for chart in &mut impact.charts {
        let path = folder.join(&chart.file);
        fs::write(&path, &chart.svg).map_err(|error| Stop::file("write", &path, &error))?;
        // A report stands where the command was run, on any system.
        chart.reference = Some(uri(&path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")));
    }
    Ok(())
}

fn drawn(report: &Report, format: Format) -> String {
    let name = format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    FORMS.iter().find(|form| form.name == name).map_or_else(String::new, |form| (form.render)(report))
}

/// Without a day nothing that ends can be held against it.
fn undated(new: &Version, today: Option<Date>, output: Output) {
    if today.is_none() && !new.compiled.settings.changes.exceptions.is_empty() {
        output.note("carat: no exception of `carat.yaml` applies without a day; give one with --today");
    }
}

/// Says which of the two versions is broken, and where.
fn broken(version: &Version, side: &str, output: Output) -> Outcome {
    let said = format!("the {side} ({}) has errors, so there is nothing to compare", version.title);
    let (files, found) = (version.side().files, &version.compiled.diagnostics);
    let errors: Vec<Diagnostic> = found.iter().filter(|problem| problem.is_error()).cloned().collect();
    if output.format == Format::Markdown {
        let drawn = human(&files, &errors, Terminal::default());
        output.text(&format!("{MARKER}\n## Metric changes: {said}\n\n~~~~text\n{drawn}~~~~\n"))?;
    } else {
        output.note(&format!("carat: {said}"));
        output.findings_aside(&files, &errors)?;
    }
    Ok(Exit::CouldNotRun)
}
