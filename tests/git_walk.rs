//! A reviewer's walk through real git repositories: little history, odd names, conflicts, merges, other systems' files.

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
use std::path::Path;

use repository::{PROJECT, Repository, carat_in, git_in, named, original, stderr, stdout, wider};

/// Certified metrics in the braces of the base project.
fn certified() -> String {
    original()
        .replace(
            "{ format: money  folder: \"Sales\"",
            "{ format: money  status: certified  version: 1  folder: \"Sales\"",
        )
        .replace("\"Pieces\"", "\"Pieces sold\"")
        .replace("{ format: whole }", "{ format: whole  status: certified  version: 1 }")
}

/// A repository whose three metrics are certified.
fn with_certificates() -> Repository {
    let repository = Repository::new();
    repository.write("sub folder/shop.metric", &certified());
    certify(&repository, &["--all"]);
    repository.commit("certified");
    let output = repository.carat(&["check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    repository
}

fn certify(repository: &Repository, names: &[&str]) {
    let arguments = [&["certify", "--by", "Controlling", "--on", "2026-06-30"][..], names].concat();
    let output = repository.carat(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// The codes that `carat check` finds, each with its file and line.
fn found(repository: &Repository) -> Vec<String> {
    let output = repository.carat(&["check", "--format", "json"]).output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = |one: &serde_json::Value| {
        let (code, label) = (one["code"].as_str().unwrap(), &one["labels"][0]);
        format!("{code} {}:{}", label["path"].as_str().unwrap().rsplit('/').next().unwrap(), label["line"])
    };
    value["diagnostics"].as_array().unwrap().iter().map(told).collect()
}

fn lock(repository: &Repository) -> String {
    fs::read_to_string(repository.path().join("certified.lock")).unwrap()
}

#[test]
fn a_shallow_clone_of_a_branch_is_told_what_to_fetch_and_works_once_it_is_there() {
    let repository = Repository::new();
    repository.git(&["checkout", "-qb", "change"]);
    repository.write("sub folder/shop.metric", &wider());
    repository.commit("a change");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("more.metric", "metric done_sales \"Done\" = count(sale where done) over period of sold_on\n");
    repository.commit("main goes on");
    let (outside, url) = (tempfile::tempdir().unwrap(), format!("file://{}", repository.folder.path().display()));
    let clone = |name: &str, arguments: &[&str]| {
        let all =
            [&["clone", "-q", "--depth", "1", "--branch", "change"][..], arguments, &[url.as_str(), name]].concat();
        assert!(git_in(outside.path(), &all).status.success());
        outside.path().join(name)
    };
    let diff = |folder: &Path| carat_in(&folder.join(PROJECT), &["diff"]).output().unwrap();

    let alone = diff(&clone("alone", &[]));
    assert_eq!(alone.status.code(), Some(2));
    assert!(stderr(&alone).contains("there is no main branch to compare with"), "{}", stderr(&alone));
    assert!(stderr(&alone).contains("this is a shallow clone: fetch the main branch"), "{}", stderr(&alone));

    let both = clone("both", &["--no-single-branch"]);
    let unmet = diff(&both);
    assert_eq!(unmet.status.code(), Some(2));
    assert!(stderr(&unmet).contains("no common history of `origin/main`"), "{}", stderr(&unmet));
    assert!(stderr(&unmet).contains("git fetch --unshallow"), "{}", stderr(&unmet));

    assert!(git_in(&both, &["fetch", "-q", "--unshallow"]).status.success());
    let met = diff(&both);
    assert_eq!(met.status.code(), Some(0), "{}", stderr(&met));
    assert!(stdout(&met).contains("metric `buyers` is defined differently"), "{}", stdout(&met));
    assert!(!stdout(&met).contains("done_sales"), "what main did since is none of the branch's: {}", stdout(&met));
}

#[test]
fn a_repository_without_a_commit_or_a_main_branch_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    assert!(git_in(folder.path(), &["init", "-q", "-b", "trunk"]).status.success());
    for (file, text) in [("carat.yaml", "base/carat.yaml"), ("gold.yaml", "base/gold.yaml")] {
        fs::copy(Path::new("tests/changes").join(text), folder.path().join(file)).unwrap();
    }
    fs::write(folder.path().join("shop.metric"), original()).unwrap();
    let said = |arguments: &[&str]| {
        let output = carat_in(folder.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        stderr(&output)
    };
    assert!(said(&["diff"]).contains("there is no main branch to compare with"));
    assert!(said(&["diff", "HEAD"]).contains("git knows no revision `HEAD`"));
    assert!(git_in(folder.path(), &["add", "-A"]).status.success());
    assert!(git_in(folder.path(), &["commit", "-qm", "first"]).status.success());
    assert!(said(&["diff"]).contains("name the base: carat diff BASE"));
    let output = carat_in(folder.path(), &["diff", "trunk", "--exit-code"]).output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).ends_with(": no change\n")), (Some(0), true));
}

#[test]
fn names_that_need_quoting_are_read_at_every_revision_and_named_as_they_are() {
    let repository = Repository::new();
    let names = ["-x.metric", "it's; $HOME `x`.metric", "\"quoted\" ß.metric", "tab\there.metric", "--all/-C.metric"];
    for (at, name) in names.iter().enumerate() {
        repository.write(name, &format!("metric odd_{at} \"Odd {at}\" = sum(sale.pieces) over period of sold_on\n"));
    }
    repository.commit("odd names");
    for (at, name) in names.iter().enumerate() {
        repository.write(name, &format!("metric odd_{at} \"Odd {at}\" = sum(sale.pieces) over history of sold_on\n"));
    }
    let expected: Vec<_> = (0..names.len()).map(|at| named("meaning-changed", &format!("odd_{at}"))).collect();
    let mut changes = repository.changes(&["HEAD"]);
    changes.sort();
    assert_eq!(changes, expected);
    let shown = stdout(&repository.diff(&["HEAD", "--format", "github"]));
    for name in names {
        assert!(shown.contains(&format!("file={PROJECT}/{name},line=1,endLine=1,")), "{name}\n{shown}");
    }
    let formatted = repository.carat(&["fmt", "--check", "--", "-x.metric", "--all/-C.metric"]).output().unwrap();
    assert_eq!(formatted.status.code(), Some(0), "{}", stderr(&formatted));
}

#[test]
fn a_project_in_a_folder_that_looks_like_an_option_is_named_by_its_path() {
    let repository = Repository::new();
    repository.git(&["mv", PROJECT, "./-metrics"]);
    repository.commit("moved");
    let folder = repository.folder.path().join("-metrics/sub folder");
    fs::write(folder.join("shop.metric"), wider()).unwrap();
    for arguments in [&["-C", "./-metrics"][..], &["--project=-metrics"]] {
        let all = [&["diff", "HEAD", "--format", "github"][..], arguments].concat();
        let output = carat_in(repository.folder.path(), &all).output().unwrap();
        let shown = stdout(&output);
        assert!(shown.contains("file=-metrics/sub folder/shop.metric,line=16,"), "{shown}{}", stderr(&output));
    }
    let deep = carat_in(&folder, &["diff", "HEAD", "--exit-code"]).output().unwrap();
    assert_eq!(deep.status.code(), Some(3), "from a folder inside the project: {}", stderr(&deep));
}

#[test]
fn line_ends_and_marks_of_other_systems_are_no_change_and_move_no_annotation() {
    let repository = Repository::new();
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    repository.write("sub folder/shop.metric", &windows(&original()));
    let output = repository.diff(&["--exit-code"]);
    assert_eq!((output.status.code(), stdout(&output).ends_with(": no change\n")), (Some(0), true));
    repository.commit("as Windows writes it");
    repository.write("sub folder/shop.metric", &windows(&wider()));
    let shown = stdout(&repository.diff(&["HEAD", "--format", "github"]));
    assert!(shown.contains("shop.metric,line=16,endLine=16,col=8,endColumn=14::"), "{shown}");
}

#[test]
fn a_file_and_a_definition_that_are_renamed_together_are_told_once() {
    let repository = Repository::new();
    repository.git(&["mv", &format!("{PROJECT}/sub folder"), &format!("{PROJECT}/elsewhere")]);
    let renamed = original().replace("filter done", "filter finished").replace("where done", "where finished");
    let renamed = renamed.replace("metric pieces_sold", "metric units_sold");
    repository.write("elsewhere/shop.metric", &renamed);
    repository.commit("renamed");
    assert_eq!(repository.changes(&["HEAD~1", "HEAD"]), [named("definition-renamed", "units_sold")]);
}

#[test]
fn both_sides_of_a_merge_are_told_against_each_parent() {
    let repository = Repository::new();
    repository.git(&["checkout", "-qb", "left"]);
    repository.write("sub folder/shop.metric", &wider());
    repository.commit("left");
    repository.git(&["checkout", "-qb", "right", "main"]);
    let right = original().replace("metric pieces_sold \"Pieces\"", "metric pieces_sold \"Units\"");
    repository.write("sub folder/shop.metric", &right);
    repository.commit("right");
    repository.git(&["merge", "-q", "--no-edit", "left"]);
    assert_eq!(repository.changes(&["HEAD^1", "HEAD"]), [named("meaning-changed", "buyers")]);
    assert_eq!(repository.changes(&["HEAD^2", "HEAD"]), [named("label-changed", "pieces_sold")]);
    let both = [named("label-changed", "pieces_sold"), named("meaning-changed", "buyers")];
    assert_eq!(repository.changes(&[]), both, "against main");
    let denied = repository.diff(&["--exit-code"]);
    assert_eq!(denied.status.code(), Some(1));
}

#[test]
fn a_conflict_that_is_not_solved_cannot_be_compared_and_is_shown_where_it_stands() {
    let repository = Repository::new();
    repository.git(&["checkout", "-qb", "left"]);
    repository.write("sub folder/shop.metric", &wider());
    repository.commit("left");
    repository.git(&["checkout", "-qb", "right", "main"]);
    repository.write(
        "sub folder/shop.metric",
        &wider().replace("last 24 months of sold_on))\n{", "last 6 months of sold_on))\n{"),
    );
    repository.commit("right");
    assert!(!repository.git_try(&["merge", "-q", "left"]).status.success(), "a conflict");
    let text = fs::read_to_string(repository.path().join("sub folder/shop.metric")).unwrap();
    let line = text.lines().position(|line| line.starts_with("<<<<<<<")).unwrap() + 1;
    let output = repository.diff(&["--exit-code", "--format", "github"]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("the head (the working tree) has errors"), "{}", stderr(&output));
    let place = format!("file={PROJECT}/sub folder/shop.metric,line={line},");
    assert!(stdout(&output).contains(&place), "{place}\n{}", stdout(&output));
    assert_eq!(
        repository.changes(&["main", "HEAD"]),
        [named("meaning-changed", "buyers")],
        "what is committed is whole"
    );
}

#[test]
fn branches_that_certify_different_metrics_merge_by_themselves() {
    let repository = with_certificates();
    for (branch, metric, from, to) in [
        ("left", "pieces_sold", "sum(sale.pieces) where done over period", "sum(sale.pieces) where done over history"),
        ("right", "buyers", "last 12 months of sold_on))\n{", "last 24 months of sold_on))\n{"),
    ] {
        repository.git(&["checkout", "-qb", branch, "main"]);
        assert!(certified().contains(from));
        repository.write("sub folder/shop.metric", &certified().replace(from, to));
        certify(&repository, &[metric]);
        repository.commit(branch);
    }
    repository.git(&["merge", "-q", "--no-edit", "left"]);
    assert_eq!(found(&repository), Vec::<String>::new());
}

#[test]
fn a_lock_that_was_merged_badly_is_found_line_by_line_and_certifying_again_solves_it() {
    let repository = with_certificates();
    let good = lock(&repository);
    let entry = |name: &str| good.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    let line = |text: &str, wanted: &str| text.lines().position(|line| line.starts_with(wanted)).unwrap() + 1;
    let hash = |line: &str| line.split("fingerprint: ").nth(1).unwrap()[..64].to_owned();
    let (buyers, sales) = (entry("buyers"), entry("sales"));
    let doubled = good.replace(&buyers, &format!("{buyers}\n{buyers}"));
    let conflict = good.replace(&buyers, &format!("<<<<<<< HEAD\n{buyers}\n=======\n{buyers}\n>>>>>>> left"));
    let swapped = good
        .replace(&hash(&buyers), "x")
        .replace(&hash(&sales), &hash(&buyers))
        .replace(": x,", &format!(": {},", hash(&sales)));
    let renamed = good.replace("buyers:", "sales_:").replace("sales:", "buyers:").replace("sales_:", "sales:");
    let lost = good.replace(&format!("\n{buyers}\n"), "");
    let told = |text: &str| {
        repository.write("certified.lock", text);
        found(&repository)
    };
    let at = line(&good, "buyers");
    assert_eq!(told(&doubled), [format!("broken-lock certified.lock:{}", at + 1)]);
    let marks = [at, at + 2, at + 3, at + 4].map(|line| format!("broken-lock certified.lock:{line}"));
    assert_eq!(told(&conflict), marks, "two marks, the double, the last mark");
    for text in [&swapped, &renamed] {
        let all = told(text);
        let edited: Vec<&String> = all.iter().filter(|code| code.starts_with("edited-lock certified.lock")).collect();
        assert_eq!(edited.len(), 2, "{all:?}");
    }
    assert_eq!(told(&lost), ["not-yet-certified shop.metric:16"]);
    for text in [&doubled, &conflict, &swapped, &renamed, &lost] {
        repository.write("certified.lock", text);
        certify(&repository, &["--all"]);
        assert_eq!((lock(&repository), found(&repository)), (good.clone(), Vec::new()));
    }
}

#[test]
fn every_form_ends_with_the_same_code() {
    let repository = Repository::new();
    let forms = ["human", "markdown", "json", "github", "azure", "sarif", "junit"];
    let codes = |text: &str| {
        repository.write("sub folder/shop.metric", text);
        forms.map(|form| repository.diff(&["--exit-code", "--format", form]).status.code().unwrap())
    };
    assert_eq!(codes(&original()), [0; 7], "no change");
    assert_eq!(codes(&wider()), [3; 7], "changes, none denied");
    assert_eq!(codes(&original().replace("\"Pieces\"", "\"Units\"")), [1; 7], "a denied one");
    assert_eq!(codes("metric x = count(custmer)\n"), [2; 7], "a broken version");
    repository.write("sub folder/shop.metric", &wider());
    let text = repository.diff(&["--format", "text"]);
    assert!(stdout(&text).contains("buyers"), "{}", stderr(&text));
    assert_eq!(stdout(&text), stdout(&repository.diff(&["--format", "human"])), "two names of one form");
    let clap = repository.diff(&["--no-such-option"]);
    assert_eq!(clap.status.code(), Some(2));
}

#[test]
fn what_is_gone_is_annotated_without_a_line_and_tells_where_it_stood() {
    let repository = Repository::new();
    let text = original();
    let start = text.find("/// Pieces sold.").unwrap();
    let end = text.find("/// Customers who bought").unwrap();
    repository.write("sub folder/shop.metric", &format!("{}{}", &text[..start], &text[end..]));
    let shown = stdout(&repository.diff(&["--format", "github"]));
    let stood = format!("it stood in {PROJECT}/sub folder/shop.metric:12 of main at ");
    assert!(shown.starts_with("::error title=definition-removed::") && shown.contains(&stood), "{shown}");
}
