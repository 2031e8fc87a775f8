//! Every code has a page in `docs/errors`, and every page shows its error and how it is mended.
//!
//! A page's blocks are run: `carat` is added to the shop of `docs/errors/gold.yaml`; `gold`, `project` and `lock` stand
//! for whole files in place of the shop's.
#![allow(clippy::expect_used, clippy::indexing_slicing)] // A test that cannot go on says where.

#[path = "support/project.rs"]
mod project;
#[path = "support/shop.rs"]
mod shop;

use std::collections::BTreeSet;
use std::fs;

use carat::diagnostics::{Code, Diagnostic, codes};
use carat::source::FileSet;
use project::plain;
use shop::Shop;

/// Problems of files, of the machine and of what is too large for a page; tests beside them show them.
const WITHOUT_BLOCKS: [&str; 7] = [
    "no-project",
    "unreadable-file",
    "file-too-large",
    "not-utf8",
    "too-many-mistakes",
    "chain-too-long",
    "format-changes-meaning",
];

fn page(code: &Code) -> String {
    fs::read_to_string(format!("docs/errors/{}.md", code.id)).unwrap_or_default()
}

/// The text between one heading and the next.
fn section<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("## {heading}\n"))?;
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

fn block<'p>(section: &'p str, kind: &str) -> Option<&'p str> {
    let (_, rest) = section.split_once(&format!("```{kind}\n"))?;
    let (text, _) = rest.split_once("```")?;
    Some(text)
}

fn shop<'p>(section: &'p str) -> Shop<'p> {
    Shop {
        settings: block(section, "project"),
        gold: block(section, "gold"),
        definitions: block(section, "carat"),
        lock: block(section, "lock"),
    }
}

/// What is wrong with the page of a code; nothing where it shows its error and then none.
fn trouble(code: &Code) -> Option<String> {
    let page = page(code);
    if !page.starts_with(&format!("# `{}`\n", code.id)) {
        return Some(format!("{}: no page of that title", code.id));
    }
    if WITHOUT_BLOCKS.contains(&code.id) {
        return None;
    }
    let (Some(wrong), Some(right)) = (section(&page, "Wrong"), section(&page, "Right")) else {
        return Some(format!("{}: no Wrong or no Right", code.id));
    };
    let ((found, text), (mended, rest)) = (said(wrong), said(right));
    if !found.iter().any(|problem| problem.code.id == code.id) {
        return Some(format!("{}: Wrong says\n{text}", code.id));
    }
    // A draft always says what it assumes and lacks: mended, it says so less often.
    let of_code = |found: &[Diagnostic]| found.iter().filter(|problem| problem.code.id == code.id).count();
    let is_mended = match tables(right) {
        Some(_) => of_code(&mended) < of_code(&found),
        None => mended.is_empty(),
    };
    (!is_mended).then(|| format!("{}: Right says\n{rest}", code.id))
}

/// The messages about what a section shows, and the same as people read them.
fn said(section: &str) -> (Vec<Diagnostic>, String) {
    let (files, found) = match tables(section) {
        Some((name, text)) => {
            let mut files = FileSet::default();
            files.add(name, text);
            let (_, found) = carat::gold::import::import(&files);
            (files, found)
        }
        None => shop(section).check(),
    };
    let text = found.iter().map(|problem| plain(&files, problem)).collect();
    (found, text)
}

/// A script of tables, or an export of columns, from which a schema is drafted.
fn tables(section: &str) -> Option<(&'static str, &str)> {
    let script = block(section, "sql").map(|text| ("tables.sql", text));
    script.or_else(|| block(section, "csv").map(|text| ("columns.csv", text)))
}

#[test]
fn every_page_shows_its_error_and_how_it_is_mended() {
    let troubles: Vec<String> = codes::all().filter_map(trouble).collect();
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

#[test]
fn every_page_is_of_a_code() {
    let known: BTreeSet<&str> = codes::all().map(|code| code.id).collect();
    let pages = fs::read_dir("docs/errors").expect("the folder is there").map(|entry| entry.expect("a file").path());
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let names = pages.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    let strangers: Vec<String> = names.filter(|name| !known.contains(name.as_str())).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn no_two_codes_have_one_name() {
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> = codes::all().map(|code| code.id).filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
