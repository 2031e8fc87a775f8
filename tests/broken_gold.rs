//! Wrong `gold.yaml` and `carat.yaml` files: each has one mistake, and its message is in a snapshot.
//!
//! The cases lie in `tests/cases/broken_gold` and `tests/cases/broken_settings`; the name of a file says
//! what is wrong with it.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::{Path, PathBuf};

use carat::diagnostics::Diagnostic;
use carat::diagnostics::render::{Terminal, human};
use carat::source::{FileId, FileSet};
use proptest::prelude::*;

type Load = fn(&FileSet, FileId) -> Vec<Diagnostic>;

fn gold(files: &FileSet, id: FileId) -> Vec<Diagnostic> {
    carat::gold::load(files, id).1
}

fn settings(files: &FileSet, id: FileId) -> Vec<Diagnostic> {
    carat::settings::load(files, id).1
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder of cases, by name.
fn cases(folder: &str) -> Vec<(String, String)> {
    let path = root().join("tests/cases").join(folder);
    let entries = fs::read_dir(&path).expect("the folder of cases is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("it is text"))).collect()
}

fn messages(file: &str, text: &str, load: Load) -> (FileSet, Vec<Diagnostic>) {
    let mut files = FileSet::default();
    let id = files.add(file, text);
    let problems = load(&files, id);
    (files, problems)
}

fn every_case_has_its_messages(folder: &str, file: &str, load: Load) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in cases(folder) {
            let (files, problems) = messages(file, &text, load);
            assert!(problems.iter().any(Diagnostic::is_error), "{folder}/{name} is not broken");
            insta::assert_snapshot!(name, human(&files, &problems, Terminal { width: 120, colour: false }));
        }
    });
}

#[test]
fn every_broken_schema_says_what_is_wrong() {
    every_case_has_its_messages("broken_gold", "gold.yaml", gold);
}

#[test]
fn every_broken_settings_file_says_what_is_wrong() {
    every_case_has_its_messages("broken_settings", "carat.yaml", settings);
}

/// The text of the block of that kind under a heading of an error page.
fn block<'a>(page: &'a str, heading: &str, kind: &str) -> Option<&'a str> {
    let (_, section) = page.split_once(&format!("## {heading}\n"))?;
    let (text, _) = section.strip_prefix(&format!("```{kind}\n"))?.split_once("\n```")?;
    Some(text)
}

/// Each page shows its error and no other, and the mended file has none.
fn pages_show_their_error(codes: &[&'static carat::diagnostics::Code]) {
    let kinds: [(&str, &str, Load); 2] = [("gold", "gold.yaml", gold), ("project", "carat.yaml", settings)];
    for code in codes {
        let page = fs::read_to_string(root().join(format!("docs/errors/{}.md", code.id))).expect(code.id);
        assert!(page.starts_with(&format!("# `{}`\n", code.id)), "{}", code.id);
        let kind = kinds.iter().find(|(kind, ..)| block(&page, "Wrong", kind).is_some());
        let (kind, file, load) = kind.expect("a page shows a wrong file");
        let shown = |heading| block(&page, heading, kind).expect("a page shows both files");
        let said: Vec<_> = messages(file, shown("Wrong"), *load).1.iter().map(|problem| problem.code.id).collect();
        assert_eq!(said, [code.id], "{}", code.id);
        assert_eq!(messages(file, shown("Right"), *load).1, [], "{}", code.id);
    }
}

#[test]
fn every_page_about_a_schema_shows_its_error_and_no_other() {
    pages_show_their_error(carat::diagnostics::codes::gold::ALL);
    pages_show_their_error(carat::diagnostics::codes::project::ALL);
}

#[test]
fn the_examples_of_the_reference_are_not_broken() {
    let page = include_str!("../docs/schema.md");
    for (kind, file, load) in [("gold", "gold.yaml", gold as Load), ("project", "carat.yaml", settings as Load)] {
        let (_, rest) = page.split_once(&format!("```{kind}\n")).expect("an example");
        let (text, _) = rest.split_once("```").expect("its end");
        assert_eq!(messages(file, text, load).1, [], "{kind}");
    }
}

#[test]
fn the_shipped_files_are_not_broken() {
    let gold_yaml = include_str!("../metrics/gold.yaml");
    let carat_yaml = include_str!("../metrics/carat.yaml");
    assert_eq!(messages("gold.yaml", gold_yaml, gold).1, []);
    assert_eq!(messages("carat.yaml", carat_yaml, settings).1, []);
}

/// A file cut off at any byte, with any byte replaced and any line taken out or doubled.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let lines = text.lines().count();
    let cut = (0..text.len()).prop_map(move |at| text.chars().take(at).collect());
    let replaced = (0..text.len(), any::<char>()).prop_map(move |(at, with)| {
        text.char_indices().map(|(place, letter)| if place == at { with } else { letter }).collect()
    });
    let without = (0..lines, 0..3_usize).prop_map(move |(at, times)| {
        let repeated =
            |(place, line): (usize, &'static str)| std::iter::repeat_n(line, if place == at { times } else { 1 });
        text.lines().enumerate().flat_map(repeated).collect::<Vec<_>>().join("\n")
    });
    prop_oneof![cut, replaced, without]
}

/// Places lie in the text and on the borders of its characters.
fn places_lie_in(files: &FileSet, id: FileId, problems: &[Diagnostic]) -> bool {
    let text = &files.get(id).expect("the file").text;
    problems.iter().flat_map(|problem| &problem.labels).all(|label| text.get(label.span.range()).is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_123), ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_schema_is_read_or_refused_and_never_panics(text in mutated(include_str!("../metrics/gold.yaml"))) {
        let (files, problems) = messages("gold.yaml", &text, gold);
        prop_assert!(places_lie_in(&files, FileId(0), &problems));
    }

    #[test]
    fn mutated_settings_are_read_or_refused_and_never_panic(text in mutated(include_str!("../metrics/carat.yaml"))) {
        let (files, problems) = messages("carat.yaml", &text, settings);
        prop_assert!(places_lie_in(&files, FileId(0), &problems));
    }
}
