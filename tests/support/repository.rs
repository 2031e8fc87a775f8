//! A git repository with the project of the tests in a sub-folder whose name needs quoting.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub struct Repository {
    pub folder: tempfile::TempDir,
}

pub const PROJECT: &str = "our \"metrics\" ä";

impl Repository {
    /// One commit on `main`.
    pub fn new() -> Self {
        let repository = Repository { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "-q", "-b", "main"]);
        for file in ["carat.yaml", "gold.yaml"] {
            repository.write(file, &fs::read_to_string(Path::new("tests/changes/base").join(file)).unwrap());
        }
        repository.write("sub folder/shop.metric", &original());
        repository.commit("first");
        repository
    }

    /// The project's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(PROJECT)
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.git_try(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stdout(&output).trim().to_owned()
    }

    /// A command that may fail, as a merge with conflicts does.
    pub fn git_try(&self, arguments: &[&str]) -> Output {
        git_in(self.folder.path(), arguments)
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
    }

    /// carat, run in the project's folder.
    pub fn carat(&self, arguments: &[&str]) -> Command {
        carat_in(&self.path(), arguments)
    }

    pub fn diff(&self, arguments: &[&str]) -> Output {
        self.carat(&["diff"]).args(arguments).output().unwrap()
    }

    /// Rules and names of what changed.
    pub fn changes(&self, arguments: &[&str]) -> Vec<(String, String)> {
        let output = self.diff(&[arguments, &["--format", "json"]].concat());
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
        let text = |change: &Value, key: &str| change[key].as_str().unwrap().to_owned();
        value["changes"].as_array().unwrap().iter().map(|one| (text(one, "rule"), text(one, "name"))).collect()
    }
}

pub fn carat_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
    command.args(arguments).current_dir(folder);
    command
}

/// Names and days are fixed, so that commits have the same numbers everywhere.
pub fn git_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_COMMITTER_DATE", "2026-06-30T12:00:00Z")
        .current_dir(folder)
        .output()
        .unwrap()
}

pub fn original() -> String {
    fs::read_to_string("tests/changes/definition-removed/old.metric").unwrap()
}

/// `buyers` over a longer window: one change of meaning.
pub fn wider() -> String {
    original()
        .replace("where done over last 12 months of sold_on))\n{", "where done over last 24 months of sold_on))\n{")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn named(rule: &str, name: &str) -> (String, String) {
    (rule.to_owned(), name.to_owned())
}
