//! `carat diff` on real git repositories: branches, merges, renames, names that need quoting.

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
use std::process::Command;

use repository::{PROJECT, Repository, named, original, stderr, stdout, wider};
use serde_json::Value;

#[test]
fn the_working_tree_is_compared_with_where_it_left_the_main_branch() {
    let repository = Repository::new();
    repository.git(&["checkout", "-qb", "change"]);
    repository.write("sub folder/shop.metric", &wider());
    repository.git(&["checkout", "-q", "-b", "other", "main"]);
    repository.git(&["stash", "-q"]);
    repository.write("more.metric", "metric done_sales \"Done\" = count(sale where done) over period of sold_on\n");
    repository.commit("main goes on");
    repository.git(&["branch", "-qf", "main", "other"]);
    repository.git(&["checkout", "-q", "change"]);
    repository.git(&["stash", "pop", "-q"]);
    assert_eq!(repository.changes(&[]), [named("meaning-changed", "buyers")]);
    repository.commit("a change");
    repository.git(&["merge", "-q", "--no-edit", "main"]);
    assert_eq!(repository.changes(&[]), [named("meaning-changed", "buyers")]);
    assert_eq!(repository.changes(&["main", "change"]), [named("meaning-changed", "buyers")]);
}

#[test]
fn moves_layout_and_comments_are_no_change() {
    let repository = Repository::new();
    repository.git(&["mv", &format!("{PROJECT}/sub folder/shop.metric"), &format!("{PROJECT}/it's.metric")]);
    repository.write("it's.metric", &format!("// a note\n{}", original().replace(" = ", "\n  = ")));
    let output = repository.diff(&["--exit-code"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()));
    assert!(stdout(&output).ends_with(": no change\n"), "{}", stdout(&output));
}

#[test]
fn the_exit_code_tells_denied_from_changed_from_broken() {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &wider());
    assert_eq!(repository.diff(&[]).status.code(), Some(0));
    assert_eq!(repository.diff(&["--exit-code"]).status.code(), Some(3));
    repository.write("sub folder/shop.metric", &original().replace("metric sales", "metric turnover"));
    assert_eq!(repository.diff(&["--exit-code"]).status.code(), Some(2), "`sales` is still named");
    let renamed = original().replace("metric sales", "metric turnover").replace("[sales,", "[turnover,");
    repository.write("sub folder/shop.metric", &renamed.replace("expect sales", "expect turnover"));
    let output = repository.diff(&["--exit-code"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains("metric `sales` is called `turnover` now and means the same"));
}

#[test]
fn an_exception_applies_up_to_its_last_day() {
    let repository = Repository::new();
    let settings = fs::read_to_string("tests/changes/base/carat.yaml").unwrap();
    let exception = "changes:\n  levels: { meaning: deny, levels-changed: allow }\n  exceptions:\n    - { metric: buyers, level: warn, until: 2026-07-31, because: agreed }\n";
    repository.write("carat.yaml", &format!("{settings}{exception}"));
    repository.write("sub folder/shop.metric", &wider());
    assert_eq!(repository.diff(&[]).status.code(), Some(0), "HEAD was committed on 2026-06-30");
    assert_eq!(repository.diff(&["--today", "2026-07-31"]).status.code(), Some(0));
    assert_eq!(repository.diff(&["--today", "2026-08-01"]).status.code(), Some(1));
}

#[test]
fn annotations_name_the_file_as_the_repository_does_and_the_line_of_the_definition() {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &wider());
    let shown = stdout(&repository.diff(&["--format", "github"]));
    let place = format!("file={PROJECT}/sub folder/shop.metric,line=16,endLine=16,");
    assert!(shown.starts_with("::warning title=meaning-changed,") && shown.contains(&place), "{shown}");
    let shown = stdout(&repository.diff(&["--format", "sarif"]));
    let log: Value = serde_json::from_str(&shown).unwrap();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "our%20%22metrics%22%20%C3%A4/sub%20folder/shop.metric");
    assert_eq!(location["region"]["startLine"], 16);
    let shown = stdout(&repository.diff(&["--format", "junit"]));
    assert!(shown.contains("<testsuites tests=\"1\" failures=\"0\">"), "{shown}");
}

/// Every path that a form names stands in the repository as it is written there.
#[test]
fn a_check_names_files_as_the_repository_does_in_every_form_that_others_read() {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &format!("metric x = count(custmer)\n{}", original()));
    let shown = |form: &str| {
        let mut carat = Command::new(env!("CARGO_BIN_EXE_carat"));
        let output = carat.args(["check", "--format", form]).current_dir(repository.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{form}");
        stdout(&output)
    };
    let place = format!("{PROJECT}/sub folder/shop.metric");
    assert!(shown("github").contains(&format!("file={place},line=1,")), "{}", shown("github"));
    assert!(shown("azure").contains(&format!("sourcepath={place};linenumber=1;")), "{}", shown("azure"));
    let log: Value = serde_json::from_str(&shown("sarif")).unwrap();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "our%20%22metrics%22%20%C3%A4/sub%20folder/shop.metric");
    let found: Value = serde_json::from_str(&shown("json")).unwrap();
    assert_eq!(found["diagnostics"][0]["labels"][0]["path"], place);
    let named = "name=\"our &quot;metrics&quot; ä/sub folder/shop.metric\"";
    assert!(shown("junit").contains(named), "{}", shown("junit"));
    assert!(
        shown("human").contains("[sub folder/shop.metric:1:18]"),
        "people stand in the project: {}",
        shown("human")
    );
}

/// git tells its hooks of the repository they run for; what is compared is the one the project lies in.
#[test]
fn a_hook_of_another_repository_does_not_lead_astray() {
    let (repository, other) = (Repository::new(), Repository::new());
    repository.write("sub folder/shop.metric", &wider());
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["diff", "--exit-code"])
        .env("GIT_DIR", other.folder.path().join(".git"))
        .env("GIT_INDEX_FILE", "index")
        .current_dir(repository.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn a_comment_begins_with_its_marker_and_folds_the_details() {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &wider());
    let shown = stdout(&repository.diff(&["--format", "markdown", "--text"]));
    assert!(shown.starts_with("<!-- carat-diff -->\n## Metric changes: 1 warning\n"), "{shown}");
    assert!(shown.contains("| 1 | meaning | a number may change | warn |  |"), "{shown}");
    assert!(shown.contains("<summary>definition</summary>") && shown.contains("last 24 months"), "{shown}");
    assert_eq!(shown.matches("<details").count(), shown.matches("</details>").count());
}

#[test]
fn what_cannot_be_compared_is_said_with_what_to_do() {
    let repository = Repository::new();
    let said = |arguments: &[&str]| {
        let output = repository.diff(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        stderr(&output)
    };
    assert!(said(&["nowhere"]).contains("git knows no revision `nowhere`"));
    repository.write("sub folder/shop.metric", "metric x = count(custmer)\n");
    assert!(said(&[]).contains("the head (the working tree) has errors"), "{}", said(&[]));
    repository.commit("broken");
    repository.write("sub folder/shop.metric", &original());
    assert!(said(&["HEAD"]).contains("the base (HEAD at "), "{}", said(&["HEAD"]));
    assert!(said(&["HEAD", "--format", "markdown"]).is_empty(), "the comment says it");
    repository.git(&["mv", PROJECT, "elsewhere"]);
    repository.commit("moved");
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["diff", "HEAD~2", "-C", "elsewhere"])
        .current_dir(repository.folder.path())
        .output()
        .unwrap();
    assert!(stderr(&output).contains("the base `HEAD~2` holds no project in `elsewhere/`"), "{}", stderr(&output));
}

#[test]
fn a_shallow_clone_is_told_to_fetch_more() {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &wider());
    repository.commit("second");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repository.folder.path().display());
    repository.git(&["clone", "-q", "--depth", "1", &url, &clone.path().display().to_string()]);
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["diff", "HEAD~1"])
        .current_dir(clone.path().join(PROJECT))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("in a shallow clone fetch it first"), "{}", stderr(&output));
}

#[test]
fn two_folders_are_compared_without_git() {
    let (repository, outside) = (Repository::new(), tempfile::tempdir().unwrap());
    for (folder, text) in [("old", original()), ("new", wider())] {
        let folder = outside.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for file in ["carat.yaml", "gold.yaml"] {
            fs::copy(repository.path().join(file), folder.join(file)).unwrap();
        }
        fs::write(folder.join("shop.metric"), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["diff", "old", "new"])
        .current_dir(outside.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("metric `buyers` is defined differently"), "{}", stdout(&output));
}

#[test]
fn approvers_become_code_owners() {
    let repository = Repository::new();
    let settings = fs::read_to_string("tests/changes/base/carat.yaml").unwrap();
    let approvers =
        "changes:\n  approvers:\n    classes: { consent: \"@acme/dpo\" }\n    metrics: { buyers: \"@acme/crm\" }\n";
    repository.write("carat.yaml", &format!("{settings}{approvers}"));
    let shown = stdout(&repository.diff(&["--codeowners"]));
    assert!(shown.contains("/our\\ \"metrics\"\\ ä/sub\\ folder/shop.metric @acme/crm @acme/dpo\n"), "{shown}");
    assert!(shown.contains("certified.lock @acme/dpo\n"), "{shown}");
    // There may be nothing to compare with yet.
    repository.git(&["branch", "-m", "main", "trunk"]);
    assert_eq!(stdout(&repository.diff(&["--codeowners"])), shown);
}
