//! The program, run as a person or a pipeline runs it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

mod build;
mod certify;
mod check;
mod explain;
mod fmt;
mod gold;
mod program;
mod run;
mod sql;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn carat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_carat")).args(arguments).current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stdout(output)))
}

/// The folder of the package, which holds the shipped project in `metrics`.
fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A project made by `carat init`.
fn started() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = carat(folder.path(), &["init", "shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

/// A started project with one more definition file.
fn started_with(text: &str) -> tempfile::TempDir {
    let folder = started();
    fs::write(folder.path().join("shop/more.metric"), text).unwrap();
    folder
}
