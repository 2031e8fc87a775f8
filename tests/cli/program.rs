//! What holds for every command.

use std::fs;
use std::process::Command;

use super::{carat, json, shipped, started, started_with, stderr, stdout};

#[test]
fn without_a_project_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["check"][..], &["sample"], &["explain", "customers"], &["sql", "customers"]] {
        let output = carat(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("carat init"), "{}", stderr(&output));
    }
}

#[test]
fn wrong_arguments_end_with_two_and_help_with_none() {
    assert_eq!(carat(&shipped(), &["chekc"]).status.code(), Some(2));
    let help = carat(&shipped(), &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("Exit codes:"));
}

#[test]
fn the_next_commands_are_quoted_where_a_shell_would_cut_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = stdout(&carat(folder.path(), &["init", "my shop"]));
    assert!(text.contains("\n  carat check 'my shop'\n") && text.contains("-C 'my shop' --data"), "{text}");
    assert!(stdout(&carat(folder.path(), &["init", "shop"])).contains("\n  carat check shop\n"));
}

#[test]
fn a_folder_that_is_not_there_is_no_project_of_the_current_one() {
    let output = carat(&shipped(), &["check", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no folder `no/such/folder`"), "{}", stderr(&output));
}

#[test]
fn completions_are_printed_for_a_shell() {
    assert!(stdout(&carat(&shipped(), &["completions", "bash"])).contains("_carat"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let script =
        format!("{} check --format json | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_carat"));
    let folder = started_with(&"metric x = count(custmer)\n".repeat(500));
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path().join("shop")).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
}

#[test]
fn files_that_are_no_definitions_get_a_message_and_not_a_panic() {
    let folder = started();
    let shop = folder.path().join("shop");
    fs::write(shop.join("deep.metric"), format!("metric x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)))
        .unwrap();
    fs::write(
        shop.join("noise.metric"),
        (0..50_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    )
    .unwrap();
    fs::File::create(shop.join("big.metric")).unwrap().set_len(50 << 20).unwrap();
    let output = carat(folder.path(), &["check", "shop", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found = json(&output);
    let codes: Vec<&str> =
        found["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect();
    for code in ["nested-too-deep", "not-utf8", "file-too-large"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[test]
fn a_size_beyond_reason_is_a_wrong_argument() {
    assert_eq!(carat(&shipped(), &["sample", "--rows", "99999999999"]).status.code(), Some(2));
}
