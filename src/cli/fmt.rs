//! `carat fmt`: definition files in their one layout.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use similar::TextDiff;

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use crate::diagnostics::Diagnostic;
use crate::format;
use crate::source::project::{self, MAX_BYTES, normalised};
use crate::source::{FileId, FileSet, Sources};

/// Bring definition files into the one layout; comments stay, and a broken definition stays as it is.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Files or folders; `-` for standard input. The project if not given.
    paths: Vec<PathBuf>,
    /// Write nothing; say which files would change, and end with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and end with 1 if there is anything.
    #[arg(long)]
    diff: bool,
}

/// A file, as it is and as it should be.
struct Formatted {
    path: PathBuf,
    before: String,
    after: String,
}

pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return standard_input(arguments, output);
    }
    let mut changed = Vec::new();
    for path in paths(arguments, common)? {
        changed.extend(formatted(&path)?.filter(|file| file.before != file.after));
    }
    let only_look = arguments.check || arguments.diff;
    if !only_look {
        for file in &changed {
            fs::write(&file.path, &file.after).map_err(|error| Stop::file("write", &file.path, &error))?;
        }
    }
    report(arguments, &changed, output)?;
    Ok(if only_look && !changed.is_empty() { Exit::Findings } else { Exit::Fine })
}

fn standard_input(arguments: &Arguments, output: Output) -> Outcome {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_BYTES).read_to_string(&mut text);
    read.map_err(|error| Stop::new(format!("cannot read standard input: {error}")))?;
    let file = written("standard input", normalised(&text))?;
    let changed = file.before != file.after;
    if arguments.check || arguments.diff {
        report(arguments, &if changed { vec![file] } else { Vec::new() }, output)?;
        return Ok(if changed { Exit::Findings } else { Exit::Fine });
    }
    output.text(&file.after)?;
    Ok(Exit::Fine)
}

/// The definition files below the given paths, else of the project.
fn paths(arguments: &Arguments, common: &Common) -> Result<Vec<PathBuf>, Stop> {
    if arguments.paths.is_empty() {
        return Ok(below(&project::find(&common.project)?));
    }
    let mut found = Vec::new();
    for path in &arguments.paths {
        match (path.is_dir(), path.exists()) {
            (true, _) => found.extend(below(path)),
            (false, true) => found.push(path.clone()),
            (false, false) => return Err(Stop::new(format!("there is no file `{}`", path.display()))),
        }
    }
    Ok(found)
}

/// Paths that the shell at hand and `git apply` understand: from the current folder, where they lie below it.
fn below(folder: &Path) -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let from_here = |path: PathBuf| path.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(path);
    project::definition_paths(folder).into_iter().map(|path| from_here(folder.join(path))).collect()
}

/// None for a file that is no text; `check` says why.
fn formatted(path: &Path) -> Result<Option<Formatted>, Stop> {
    let bytes = fs::read(path).map_err(|error| Stop::file("read", path, &error))?;
    let Ok(before) = String::from_utf8(bytes) else { return Ok(None) };
    let file = written(&path.display().to_string(), normalised(&before))?;
    Ok(Some(Formatted { path: path.to_path_buf(), before, ..file }))
}

fn written(path: &str, text: String) -> Result<Formatted, Stop> {
    let mut files = FileSet::default();
    let id: FileId = files.add(path, text.as_str());
    match format::format(&files, id) {
        Ok(after) => Ok(Formatted { path: PathBuf::from(path), before: text, after }),
        Err(problem) => {
            let sources = Sources { files, ..Sources::default() };
            Err(Stop::Findings(Box::new((sources, vec![Diagnostic::clone(&problem)]))))
        }
    }
}

fn report(arguments: &Arguments, changed: &[Formatted], output: Output) -> Result<(), Stop> {
    let here = std::env::current_dir().unwrap_or_default();
    let named = |file: &Formatted| file.path.strip_prefix(&here).unwrap_or(&file.path).display().to_string();
    let paths: Vec<String> = changed.iter().map(named).collect();
    if output.json() {
        return output.value(&json!({ "changed": paths, "written": !(arguments.check || arguments.diff) }));
    }
    for (file, path) in changed.iter().zip(&paths) {
        if arguments.diff {
            let diff = TextDiff::from_lines(&file.before, &file.after);
            output.text(&diff.unified_diff().header(path, path).to_string())?;
        } else {
            output.text(&format!("{path}\n"))?;
        }
    }
    Ok(())
}
