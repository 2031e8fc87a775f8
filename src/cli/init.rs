//! `carat init`: a small working project to start from.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use crate::gold::text::capital;

/// Start a small project: a gold schema, five metrics, a segment, a view, two expectations.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder to write to, that of `-C` if not given; made where it does not exist.
    path: Option<PathBuf>,
}

/// Path and text of each file; the names in `{{ }}` are filled in.
const FILES: [(&str, &str); 3] = [
    ("carat.yaml", include_str!("init/carat.yaml")),
    ("gold.yaml", include_str!("init/gold.yaml")),
    ("shop.metric", include_str!("init/shop.metric")),
];

/// Writes the project; where one of its files is there already, it writes none.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let folder = arguments.path.as_ref().unwrap_or(&common.project);
    if folder.is_file() {
        return Err(Stop::new(format!("`{}` is a file, and a folder is wanted", folder.display())));
    }
    if let Some((taken, _)) = FILES.iter().find(|(path, _)| folder.join(path).exists()) {
        let path = folder.join(taken);
        return Err(Stop::with_hint(
            format!("`{}` exists already", path.display()),
            "a project is only started where there is none: name another folder, as in `carat init shop`",
        ));
    }
    fs::create_dir_all(folder).map_err(|error| Stop::file("create", folder, &error))?;
    let label = label_of(folder);
    for (path, text) in FILES {
        let text = text.replace("{{ name }}", &technical(&label)).replace("{{ label }}", &label);
        let path = folder.join(path);
        fs::write(&path, text).map_err(|error| Stop::file("write", &path, &error))?;
    }
    if output.json() {
        output.value(&json!({ "folder": folder, "files": FILES.map(|(path, _)| path) }))?;
    } else {
        output.text(&said(&folder.display().to_string()))?;
    }
    Ok(Exit::Fine)
}

fn said(folder: &str) -> String {
    let names = FILES.map(|(path, _)| path).join(", ");
    let (shown, folder) = (folder, in_a_shell(folder));
    format!(
        "{shown}: {names}\n\nnext:\n  carat check {folder}\n  carat build {folder}\n  carat sample -C {folder} --out sample && carat run -C {folder} --data sample revenue --grain year\n"
    )
}

/// A path as a shell takes it for one word.
fn in_a_shell(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:~".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// The folder's name as a label that YAML reads as text; `Shop` where it has none to speak of.
fn label_of(folder: &std::path::Path) -> String {
    let full = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let label = words.join(" ");
    if label.starts_with(|c: char| c.is_alphabetic()) { capital(&label) } else { "Shop".to_owned() }
}

/// Lower-case ASCII letters, digits and `_`.
fn technical(label: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = label.chars().map(letter).collect();
    if name.trim_matches('_').is_empty() { "shop".to_owned() } else { name }
}
