//! The layout of files.

use std::fs;
use std::process::Command;

use carat::source::project::MAX_BYTES;

use super::{carat, started_with, stderr, stdout};

#[test]
fn files_to_lay_out_are_named_from_where_one_stands() {
    let folder = started_with("metric   m=count( customer )\n");
    let inside = folder.path().join("shop");
    let output = carat(&inside, &["fmt", "--check"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), "more.metric\n"));
}

#[test]
fn a_file_is_brought_into_its_layout_and_checked_for_it() {
    let folder = started_with("metric   x=count( customer )\n");
    let check = carat(folder.path(), &["fmt", "shop", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(stdout(&check).contains("more.metric"), "{}", stdout(&check));
    let diff = carat(folder.path(), &["fmt", "shop/more.metric", "--diff"]);
    assert!(stdout(&diff).contains("+metric x = count(customer)"), "{}", stdout(&diff));
    assert_eq!(carat(folder.path(), &["fmt", "shop"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("shop/more.metric")).unwrap(), "metric x = count(customer)\n");
    assert_eq!(carat(folder.path(), &["fmt", "shop", "--check"]).status.code(), Some(0));
}

#[test]
fn text_from_standard_input_is_formatted_to_standard_output() {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_carat"))
        .args(["fmt", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"metric   x=count( customer )").unwrap();
    assert_eq!(stdout(&child.wait_with_output().unwrap()), "metric x = count(customer)\n");
}

#[test]
fn what_is_larger_than_a_file_may_be_is_not_formatted() {
    let limit = usize::try_from(MAX_BYTES).unwrap();
    // Without the mark and the carriage returns it would be no larger than it may be.
    let text = format!("\u{feff}{}", "metric a = 1\r\n".repeat(limit / 14 + 1));
    let folder = started_with(&text);
    let input = folder.path().join("shop/more.metric");
    let refused = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carat"));
        command.args(arguments).current_dir(folder.path()).stdin(fs::File::open(&input).unwrap());
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""), "{arguments:?}");
        assert!(stderr(&output).contains("file-too-large"), "{}", stderr(&output));
    };
    refused(&["fmt", "-"]);
    refused(&["fmt", "-", "--check"]);
    refused(&["fmt", "shop"]);
    refused(&["fmt", "shop", "--check"]);
    assert_eq!(fs::read_to_string(&input).unwrap(), text);
}

#[test]
fn a_new_project_is_formatted_and_asks_for_no_certificate() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(carat(folder.path(), &["init", "shop"]).status.code(), Some(0));
    let shop = folder.path().join("shop");
    assert_eq!(carat(&shop, &["fmt", "--check"]).status.code(), Some(0));
    let output = carat(&shop, &["certify", "--all", "--by", "Analytics"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no metric of this project asks for a certificate"), "{}", stderr(&output));
    assert!(!shop.join("certified.lock").exists(), "nothing was certified");
}

/// A difference names files as one stands, so that `git apply` finds them.
#[test]
fn a_difference_of_layout_can_be_applied() {
    let folder = started_with("metric x = count( customer )\n");
    let shown = stdout(&carat(folder.path(), &["fmt", "-C", "shop", "--diff"]));
    assert!(shown.starts_with("--- shop/more.metric\n+++ shop/more.metric\n"), "{shown}");
    fs::write(folder.path().join("layout.patch"), &shown).unwrap();
    let applied = std::process::Command::new("git")
        .args(["apply", "-p0", "layout.patch"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(carat(folder.path(), &["fmt", "-C", "shop", "--check"]).status.code(), Some(0));
}
