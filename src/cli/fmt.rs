//! `carat fmt`: definition files in their one layout.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use similar::TextDiff;

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use crate::diagnostics::{Diagnostic, codes};
use crate::format;
use crate::source::project::{self, MAX_BYTES, normalised, read_within};
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

/// Writes what is not laid out yet; with `--check` or `--diff` it only says so, and exits with [`Exit::Findings`].
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
    let name = "standard input";
    let bytes = read(Path::new(name), std::io::stdin().lock())?;
    let text = String::from_utf8(bytes).map_err(|_| Stop::new(format!("{name} is not UTF-8 text")))?;
    let file = written(name, normalised(&text))?;
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
    let file = fs::File::open(path).map_err(|error| Stop::file("read", path, &error))?;
    let Ok(before) = String::from_utf8(read(path, file)?) else { return Ok(None) };
    let file = written(&path.display().to_string(), normalised(&before))?;
    Ok(Some(Formatted { path: path.to_path_buf(), before, ..file }))
}

/// All that stands there, which is refused, not cut, where it is more than a file may hold.
fn read(path: &Path, from: impl Read) -> Result<Vec<u8>, Stop> {
    let read = read_within(from, 0).map_err(|error| Stop::file("read", path, &error))?;
    read.map_err(|bytes| {
        let (name, mut files) = (path.display().to_string(), FileSet::default());
        let file = files.add(name.as_str(), "");
        refused(files, codes::files::file_too_large(file, &name, bytes, MAX_BYTES))
    })
}

fn refused(files: FileSet, problem: Diagnostic) -> Stop {
    Stop::Findings(Box::new((Sources { files, ..Sources::default() }, vec![problem])))
}

fn written(path: &str, text: String) -> Result<Formatted, Stop> {
    let mut files = FileSet::default();
    let id: FileId = files.add(path, text.as_str());
    match format::format(&files, id) {
        Ok(after) => Ok(Formatted { path: PathBuf::from(path), before: text, after }),
        Err(problem) => Err(refused(files, *problem)),
    }
}

fn report(arguments: &Arguments, changed: &[Formatted], output: Output) -> Result<(), Stop> {
    let here = std::env::current_dir().unwrap_or_default();
    let named = |file: &Formatted| file.path.strip_prefix(&here).unwrap_or(&file.path).display().to_string();
    let paths: Vec<String> = changed.iter().map(named).collect();
    let diff: Option<String> =
        arguments.diff.then(|| changed.iter().zip(&paths).map(|(file, path)| difference(file, path)).collect());
    if output.json() {
        let written = !(arguments.check || arguments.diff);
        return output.value(&json!({ "changed": paths, "written": written, "diff": diff }));
    }
    let paths = || paths.iter().map(|path| format!("{path}\n")).collect::<String>();
    output.text(&diff.unwrap_or_else(paths))
}

/// What would change, as `git apply` reads it.
fn difference(file: &Formatted, path: &str) -> String {
    TextDiff::from_lines(&file.before, &file.after).unified_diff().header(path, path).to_string()
}
