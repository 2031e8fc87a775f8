//! `docs/review.md`, command by command, and the files that pipelines take from this repository.

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
    let shell = shell.env("PATH", path).env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C.UTF-8");
    let output = shell.args(["-c", &format!("exec 2>&1\n{command}")]).current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The page with each command followed by what it prints today. A commit's number is none of the page's matter.
fn played(page: &str) -> String {
    let folder = repository();
    let number = run(folder.path(), "git rev-parse --short=7 v1").trim().to_owned();
    let (mut text, mut in_console) = (String::new(), false);
    for line in page.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
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

#[test]
fn the_files_for_pipelines_are_yaml_and_name_commands_that_exist() {
    for path in ["action.yml", "integrations/azure-pipelines.yml", ".pre-commit-hooks.yaml"] {
        let text = fs::read_to_string(path).unwrap();
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(value.is_object() || value.is_array(), "{path}");
        assert!(text.contains("carat diff") || text.contains("diff --format"), "{path}");
    }
    let comment =
        fs::read_to_string("action.yml").unwrap() + &fs::read_to_string("integrations/azure-pipelines.yml").unwrap();
    assert_eq!(comment.matches(carat::diff::report::MARKER).count(), 2, "both look for the marker of the comment");
}
