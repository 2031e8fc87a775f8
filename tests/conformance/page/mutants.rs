//! The mutants and what became of them, as `mutants/run.py` keeps it.

use std::collections::BTreeMap;
use std::fs;

use minijinja::{Value, context};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::own;

#[derive(Debug)]
pub struct Mutant {
    name: String,
    stands_for: String,
    file: String,
    /// Of its text: a result is of one text alone.
    key: String,
    result: Option<Found>,
}

/// What the rig said with it planted.
#[derive(Debug, Clone, Deserialize)]
struct Found {
    key: String,
    verdict: String,
    engine: Option<String>,
    #[serde(rename = "where")]
    place: Option<String>,
    expected: Option<String>,
    got: Option<String>,
}

/// All, in the order of the files' names and of the files.
pub fn read() -> Vec<Mutant> {
    let results = fs::read_to_string(own("mutants/results.json")).unwrap_or_else(|_| "{}".into());
    let results: BTreeMap<String, Found> = serde_json::from_str(&results).unwrap();
    let files = fs::read_dir(own("mutants")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|one| one == "mutants")).collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let parts = texts.iter().flat_map(|text| text.split("\n## ").skip(1));
    parts.map(|part| mutant(part, &results)).collect()
}

fn mutant(text: &str, results: &BTreeMap<String, Found>) -> Mutant {
    let (head, becomes) = text.split_once("\n--- becomes\n").expect("a mutant says what becomes");
    let (head, is) = head.split_once("\n--- is\n").expect("a mutant says what is");
    let own = |line: &&str| !line.trim().is_empty() && !line.starts_with("case: ");
    let lines: Vec<&str> = head.lines().filter(own).collect();
    let (name, file) = (lines[0].trim(), lines[lines.len() - 1].trim());
    let text = format!("{file}\n{}\n{}", is.trim_matches('\n'), becomes.trim_matches('\n'));
    let key = Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    let result = results.get(name).filter(|found| found.key == key).cloned();
    let stands_for = lines[1..lines.len() - 1].join(" ");
    Mutant { name: name.into(), stands_for, file: file.into(), key, result }
}

pub fn shown(all: &[Mutant]) -> Value {
    let caught = all.iter().filter(|one| verdict(one) == "caught").count();
    let in_dax = all.iter().filter(|one| one.file.starts_with("src/emit/dax/")).count();
    let listed: Vec<Value> = all.iter().map(one).collect();
    context! { listed, caught, in_dax, count => all.len() }
}

fn verdict(one: &Mutant) -> &str {
    one.result.as_ref().map_or("not run", |found| found.verdict.as_str())
}

fn one(one: &Mutant) -> Value {
    let found = one.result.as_ref();
    let part = |of: fn(&Found) -> &Option<String>| found.and_then(|found| of(found).clone()).unwrap_or_default();
    let case = part(|found| &found.place);
    context! {
        name => one.name.as_str(),
        stands_for => one.stands_for.as_str(),
        verdict => verdict(one),
        engine => part(|found| &found.engine),
        place => case.replace('_', " "),
        expected => part(|found| &found.expected),
        got => shortened(&part(|found| &found.got)),
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().replace('|', "/");
    if line.chars().count() > 40 { line.chars().take(39).chain(['…']).collect() } else { line }
}

#[test]
fn the_results_are_of_the_mutants_that_are_written() {
    let all = read();
    let stale: Vec<&str> = all.iter().filter(|one| verdict(one) != "caught").map(|one| one.name.as_str()).collect();
    assert!(stale.is_empty(), "not caught, or changed since: {stale:?}; tests/conformance/mutants/run.py --write");
    assert!(all.iter().all(|one| one.key.len() == 16) && all.len() >= 40, "{} mutants", all.len());
    assert!(all.iter().filter(|one| one.file.starts_with("src/emit/dax/")).count() >= 12);
}
