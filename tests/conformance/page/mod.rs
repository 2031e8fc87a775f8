//! `docs/same-numbers.md`: what was compared in the long run, which mutants were caught, what is not proven.
//!
//! The page is rendered from what is kept here: `long.json` (the sums of a long run), the results of
//! `mutants/run.py`, the rules that concern no number. `CARAT_WRITE_PAGE=1` writes it anew, after summing the
//! counts of the file that `CARAT_COUNTS` names, if it names one.

mod mutants;
mod sums;

use std::fs;
use std::path::{Path, PathBuf};

use minijinja::{Environment, context};

use crate::rules::{all_rules, without_a_number};
use sums::Sums;

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(path)
}

fn rendered(sums: &Sums, mutants: &[mutants::Mutant]) -> String {
    let mut environment = Environment::new();
    environment.add_filter("grouped", sums::grouped);
    let without = without_a_number();
    let without: Vec<(String, String)> =
        all_rules().filter_map(|rule| Some((rule.clone(), without.get(&rule)?.clone()))).collect();
    let shown = context! { sums => sums.shown(), mutants => mutants::shown(mutants), without };
    // A line that only steers leaves no line.
    let template = include_str!("same-numbers.md.jinja").replace("%}\n", "%}");
    environment.render_str(&template, shown).unwrap()
}

#[test]
fn the_page_says_what_was_found() {
    let writes = std::env::var_os("CARAT_WRITE_PAGE").is_some();
    let kept = own("page/long.json");
    if let (true, Some(counts)) = (writes, std::env::var_os("CARAT_COUNTS")) {
        let sums = Sums::of_lines(&fs::read_to_string(counts).unwrap());
        fs::write(&kept, serde_json::to_string_pretty(&sums).unwrap() + "\n").unwrap();
    }
    let sums: Sums = serde_json::from_str(&fs::read_to_string(&kept).unwrap()).unwrap();
    let text = rendered(&sums, &mutants::read());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/same-numbers.md");
    if writes {
        fs::write(&page, &text).unwrap();
    }
    assert_eq!(sums.mismatches, 0, "the page is about numbers that agree");
    let there = fs::read_to_string(page).unwrap_or_default();
    assert!(there == text, "docs/same-numbers.md is stale: CARAT_WRITE_PAGE=1 cargo test --test conformance page");
}
