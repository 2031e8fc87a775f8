//! The arrows of `ARCHITECTURE.md`: a stage uses the stages before it, and none behind it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// In the order of the table; those beside the line that stages read stand before them.
const STAGES: [&str; 12] =
    ["source", "yaml", "changes", "settings", "gold", "syntax", "model", "resolve", "rules", "plan", "emit", "diff"];

/// What the page says is used the other way round: by which file, and what.
const ALLOWED: [(&str, &str); 5] = [
    ("source/git.rs", "gold::Date"),
    ("settings/changes.rs", "gold::Date"),
    ("rules/power_bi.rs", "emit::dax::book::OWN"),
    ("rules/power_bi.rs", "emit::names::"),
    ("rules/sql_names.rs", "emit::sql::made"),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// What a file names of this crate, without its own tests and comments: `gold::Date`.
fn uses(text: &str) -> Vec<String> {
    let own =
        text.split("#[cfg(test)]").next().unwrap_or("").lines().filter(|line| !line.trim_start().starts_with("//"));
    let own: String = own.flat_map(|line| [line, "\n"]).collect();
    let path = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_:".contains(*c)).collect();
    own.split("crate::").skip(1).map(path).collect()
}

#[test]
fn no_stage_uses_one_behind_it() {
    let mut all = Vec::new();
    files(Path::new("src"), &mut all);
    let place = |stage: &str| STAGES.iter().position(|known| *known == stage);
    let mut wrong = Vec::new();
    for file in all.iter().filter(|file| !file.ends_with("tests.rs") && !file.ends_with("best_practice.rs")) {
        let name = file.strip_prefix("src").unwrap().to_string_lossy().replace('\\', "/");
        let Some(stage) = place(name.split('/').next().unwrap()) else { continue };
        for used in uses(&fs::read_to_string(file).unwrap()) {
            let behind = place(used.split(':').next().unwrap()).is_some_and(|other| other > stage);
            let allowed = ALLOWED.iter().any(|(by, what)| name == *by && used.starts_with(what));
            if behind && !allowed {
                wrong.push(format!("src/{name} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
