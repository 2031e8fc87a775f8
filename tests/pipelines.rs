//! The steps of the GitHub action and of the Azure template, run as those run them, in a repository with a change; what
//! they call of the outside, `gh` and `curl`, is a program of the test that keeps what it was given.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/repository.rs"]
mod repository;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use repository::{PROJECT, Repository, original, stderr, stdout, wider};
use serde_json::Value;

/// Lists the comments it keeps whose body begins with the marker, as the filter of the action does, and keeps what is
/// posted; what it is called with stands in `log`.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$KEPT/log"
[ -e "$KEPT/forbidden" ] && exit 1
case "$*" in
  *--paginate*) for body in "$KEPT"/comment-*; do
      [ -e "$body" ] && [ "$(head -c 19 "$body")" = '<!-- carat-diff -->' ] && basename "$body" | tr -dc 0-9 && echo
    done; exit 0 ;;
  *PATCH*) number=${4##*/} ;;
  *POST*) number=$(($(ls "$KEPT" | grep -c comment-) + 1)) ;;
esac
for argument; do case "$argument" in body=@*) cp "${argument#body=@}" "$KEPT/comment-$number" ;; esac; done
"#;

/// The same for the threads of Azure DevOps.
const CURL: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$KEPT/log"
case "$*" in
  *PATCH*|*POST*) for argument; do case "$argument" in '{'*) printf '%s' "$argument" > "$KEPT/thread" ;; esac; done ;;
  *) if [ -e "$KEPT/thread" ]; then
       jq -n --slurpfile kept "$KEPT/thread" '{ value: [{ id: 7, comments: [$kept[0].comments[0]? // $kept[0]] }] }'
     else echo '{ "value": [{ "id": 3, "comments": [{ "content": "looks good" }] }] }'; fi ;;
esac
"#;

struct Pipeline {
    repository: Repository,
    /// Programs, what they kept, the files of the run.
    outside: tempfile::TempDir,
}

impl Pipeline {
    /// A branch that widens a window, checked out, beside `main` as the remote has it.
    fn new() -> Self {
        let repository = Repository::new();
        repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
        repository.git(&["checkout", "-qb", "change"]);
        let outside = tempfile::tempdir().unwrap();
        for (name, text) in [("gh", GH), ("curl", CURL)] {
            let program = outside.path().join(name);
            fs::write(&program, text).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let pipeline = Pipeline { repository, outside };
        pipeline.push(&wider());
        pipeline
    }

    fn push(&self, text: &str) {
        self.repository.write("sub folder/shop.metric", text);
        self.repository.commit("a change");
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.outside.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.kept(name)).unwrap_or_default()
    }

    /// A step as the runner starts it: bash stops at the first command that fails.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let programs = Path::new(env!("CARGO_BIN_EXE_carat")).parent().unwrap().display().to_string();
        let path = format!("{}:{programs}:{}", self.outside.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        shell.args(["-e", "-o", "pipefail", "-c", script]).current_dir(self.repository.folder.path());
        shell.env("PATH", path).env("KEPT", self.outside.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        shell.envs(variables.iter().copied()).output().unwrap()
    }
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn step(steps: &Value, key: &str, name: &str, script: &str) -> String {
    let steps = steps.as_array().unwrap().iter();
    let step = steps.clone().find(|step| step[key] == name).unwrap_or_else(|| panic!("no step `{name}`"));
    step[script].as_str().unwrap().to_owned()
}

/// The action on a pull request: compare, comment, outcome. The code is that of the last step.
fn act(pipeline: &Pipeline) -> (Output, Output, i32) {
    let action = yaml("action.yml");
    let script = |name: &str| step(&action["runs"]["steps"], "name", name, "run");
    let base = pipeline.repository.git(&["rev-parse", "main"]);
    let temp = pipeline.outside.path().display().to_string();
    let (summary, environment) = (pipeline.kept("summary"), pipeline.kept("environment"));
    let variables = [
        ("BASE", base.as_str()),
        ("PROJECT", PROJECT),
        ("DATA", ""),
        ("RUNNER_TEMP", temp.as_str()),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ("GITHUB_ENV", environment.to_str().unwrap()),
        ("COMMENTS", "repos/acme/shop/issues/5/comments"),
        ("ONE", "repos/acme/shop/issues/comments"),
    ];
    let compared = pipeline.run(&script("compare"), &variables);
    let commented = pipeline.run(&script("comment"), &variables);
    let code = pipeline.read("environment").lines().last().unwrap().replace("CARAT_EXIT=", "");
    let outcome = pipeline.run(&script("outcome"), &[("CARAT_EXIT", &code)]);
    (compared, commented, outcome.status.code().unwrap())
}

#[test]
fn the_action_annotates_writes_one_comment_and_replaces_it_when_the_branch_moves() {
    let pipeline = Pipeline::new();
    fs::write(pipeline.kept("comment-1"), "I like <!-- carat-diff --> too").unwrap();
    let (compared, commented, code) = act(&pipeline);
    assert_eq!((compared.status.code(), commented.status.code(), code), (Some(0), Some(0), 0), "{}", stderr(&compared));
    assert!(
        stdout(&compared).starts_with("::warning title=meaning-changed,file=our \"metrics\" ä/"),
        "{}",
        stdout(&compared)
    );
    assert!(pipeline.read("comment-2").starts_with("<!-- carat-diff -->\n## Metric changes: 1 warning\n"));
    assert_eq!(pipeline.read("summary"), pipeline.read("comment-2"));

    pipeline.push(&wider().replace("metric pieces_sold \"Pieces\"", "metric pieces_sold \"Units\""));
    let (_, _, code) = act(&pipeline);
    assert_eq!(code, 1, "denied");
    assert!(pipeline.read("comment-2").contains("## Metric changes: 1 denied, 1 warning\n"));
    assert!(!pipeline.kept("comment-3").exists(), "the former comment was replaced: {}", pipeline.read("log"));
    assert_eq!(pipeline.read("comment-1"), "I like <!-- carat-diff --> too", "that of a person stays");

    pipeline.push(&original());
    let (_, _, code) = act(&pipeline);
    assert_eq!(code, 0);
    assert!(pipeline.read("comment-2").contains("## Metric changes: no change\n"));
}

#[test]
fn a_fork_that_may_not_comment_still_has_its_annotations_and_its_outcome() {
    let pipeline = Pipeline::new();
    fs::write(pipeline.kept("forbidden"), "").unwrap();
    let (compared, commented, code) = act(&pipeline);
    assert!(stdout(&compared).starts_with("::warning title=meaning-changed,"));
    assert!(stdout(&commented).contains("::warning::the comment could not be written"), "{}", stdout(&commented));
    assert_eq!((commented.status.code(), code), (Some(0), 0));
}

#[test]
fn a_broken_branch_says_so_in_the_comment_and_could_not_be_compared() {
    let pipeline = Pipeline::new();
    pipeline.push("metric x = count(custmer)\n");
    let (_, _, code) = act(&pipeline);
    assert_eq!(code, 2);
    let comment = pipeline.read("comment-1");
    assert!(comment.starts_with("<!-- carat-diff -->\n## Metric changes: the head (HEAD at "), "{comment}");
    assert!(comment.contains("custmer"), "{comment}");
}

#[test]
fn the_template_of_azure_annotates_writes_test_results_and_keeps_one_thread() {
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("skipped: there is no jq");
        return;
    }
    let pipeline = Pipeline::new();
    let template = yaml("integrations/azure-pipelines.yml");
    let steps = &template["steps"];
    let last = steps.as_array().unwrap().last().unwrap();
    let comment = step(&last["${{ if parameters.comment }}"], "displayName", "comment", "bash");
    let temp = pipeline.outside.path().display().to_string();
    let variables = [
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("PROJECT", PROJECT),
        ("DATA", ""),
        ("AGENT_TEMPDIRECTORY", temp.as_str()),
        ("SYSTEM_COLLECTIONURI", "azure/"),
        ("TOKEN", "t"),
    ];
    let compared = pipeline.run(&step(steps, "displayName", "carat diff", "bash"), &variables);
    assert_eq!(compared.status.code(), Some(0), "{}", stderr(&compared));
    assert!(stdout(&compared).starts_with("##vso[task.logissue type=warning;sourcepath=our \"metrics\" ä/"));
    assert!(pipeline.read("carat-diff.xml").contains("<testsuites tests=\"1\" failures=\"0\">"));
    for method in ["POST", "PATCH"] {
        let commented = pipeline.run(&comment, &variables);
        assert_eq!(commented.status.code(), Some(0), "{}", stderr(&commented));
        let log = pipeline.read("log");
        assert!(log.lines().any(|line| line.contains(method)), "{log}");
        assert!(pipeline.read("thread").contains("<!-- carat-diff -->"));
    }
    assert!(pipeline.read("log").contains("/threads/7/comments/1?"), "{}", pipeline.read("log"));
}

/// The action has the source beside it; a template of Azure is text alone.
#[test]
fn whoever_uses_the_template_of_azure_says_where_carat_comes_from() {
    let template = yaml("integrations/azure-pipelines.yml");
    let parameters = template["parameters"].as_array().unwrap();
    let needed: Vec<&str> = parameters
        .iter()
        .filter(|parameter| parameter["default"].is_null())
        .map(|parameter| parameter["name"].as_str().unwrap())
        .collect();
    assert_eq!(needed, ["install"]);
    let steps = step(&template["steps"], "displayName", "install carat", "bash");
    assert_eq!(steps, "command -v carat || ${{ parameters.install }}");
    let page = fs::read_to_string("docs/review.md").unwrap();
    assert!(page.contains("install: 'cargo install --quiet --locked --git "), "{page}");
}

/// Both look for the marker with which every comment begins.
#[test]
fn the_files_for_pipelines_look_for_the_marker_of_the_comment() {
    for path in ["action.yml", "integrations/azure-pipelines.yml"] {
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(text.matches(carat::diff::report::MARKER).count(), 1, "{path}");
    }
    assert_eq!(carat::diff::report::MARKER.len(), 19, "as long as the program of the test reads");
}
