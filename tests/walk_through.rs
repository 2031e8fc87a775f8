//! `docs/review.md`, command by command.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = "docs/review.md";

/// The shipped project in a git repository, as the page begins.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let metrics = folder.path().join("metrics");
    fs::create_dir(&metrics).unwrap();
    for entry in fs::read_dir("metrics").unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), metrics.join(entry.file_name())).unwrap();
    }
    run(folder.path(), "git init -q -b main && git add -A && git commit -qm first && git tag v1");
    folder
}

/// What a shell prints, errors among it. Names and days are fixed, so that commits have the same numbers everywhere.
fn run(folder: &Path, command: &str) -> String {
    let programs = PathBuf::from(env!("CARGO_BIN_EXE_carat")).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    for who in ["AUTHOR", "COMMITTER"] {
        shell.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@b.example");
        shell.env(format!("GIT_{who}_DATE"), "2026-07-01T12:00:00Z");
    }
    if let Some(duckdb) = carat::engine::find(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        shell.env("CARAT_DUCKDB", duckdb.program);
    }
    let shell = shell.env("PATH", path).env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C.UTF-8");
    let output = shell.args(["-c", &format!("exec 2>&1\n{command}")]).current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The page with each command followed by what it prints today. A commit's number is none of the page's matter.
fn played(page: &str) -> String {
    let folder = repository();
    let number = run(folder.path(), "git rev-parse --short=7 v1").trim().to_owned();
    let (mut text, mut in_console) = (String::new(), false);
    let duckdb = carat::engine::find(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut rest = page;
    for line in page.lines() {
        if line.starts_with("```") {
            // What needs the DuckDB program stays as it is where there is none.
            let block = rest.split("\n```").next().unwrap_or("");
            in_console = line == "```console" && (duckdb.is_some() || !block.contains("extract"));
        }
        rest = &rest[line.len() + 1..];
        let command = line.strip_prefix("$ ").filter(|_| in_console);
        if !in_console || line.starts_with("```") || command.is_some() {
            text += &format!("{line}\n");
        }
        if let Some(command) = command {
            let printed = run(folder.path(), command).replace(&number, "1a2b3c4");
            // The page's own blocks end with a fence; those that are printed are shorter than a line of it.
            text += &printed.replace("```", "` ` `");
        }
    }
    text
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the page edits files with GNU sed")]
fn every_command_of_the_walk_through_prints_what_the_page_shows() {
    let page = fs::read_to_string(PAGE).unwrap();
    let played = played(&page);
    if std::env::var_os("CARAT_BLESS").is_some() {
        fs::write(PAGE, &played).unwrap();
    } else if played != page {
        let difference = similar::TextDiff::from_lines(&page, &played).unified_diff().to_string();
        panic!("{PAGE} is not what happens; run with CARAT_BLESS=1 and read the difference:\n{difference}");
    }
}
