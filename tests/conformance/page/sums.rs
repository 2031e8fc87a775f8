//! The counts of many rounds, added up.

use std::collections::BTreeMap;

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Values compared by engine.
type ByEngine = BTreeMap<String, u64>;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sums {
    pub rounds: u64,
    pub mismatches: u64,
    all: ByEngine,
    /// Neither missing nor 0.
    telling: ByEngine,
    kinds: BTreeMap<String, ByEngine>,
    families: BTreeMap<String, ByEngine>,
    /// Of the shipped project, by metric.
    metrics: BTreeMap<String, ByEngine>,
    /// Of the rules' own rows and of dirty ones, by rule.
    rules: BTreeMap<String, ByEngine>,
    refused: BTreeMap<String, ByEngine>,
}

/// The order of the columns.
const ENGINES: [&str; 5] = ["duckdb", "postgres", "fabric", "spark", "dax"];

impl Sums {
    /// Of lines as `Report::lines` writes them.
    pub fn of_lines(text: &str) -> Sums {
        let mut sums = Sums::default();
        for line in text.lines() {
            let line: Json = serde_json::from_str(line).unwrap();
            match line["mismatches"].as_u64() {
                Some(mismatches) => {
                    sums.rounds += 1;
                    sums.mismatches += mismatches;
                }
                None => sums.add(&line),
            }
        }
        sums
    }

    fn add(&mut self, line: &Json) {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_string();
        let (engine, count) = (text("engine"), line["all"].as_u64().unwrap_or_default());
        let add = |map: &mut BTreeMap<String, ByEngine>, key: String| {
            *map.entry(key).or_default().entry(engine.clone()).or_default() += count;
        };
        if line["refused"].is_string() {
            return add(&mut self.refused, text("refused"));
        }
        add(&mut self.kinds, text("kind"));
        add(&mut self.families, text("family"));
        match text("family").as_str() {
            "shipped project" => add(&mut self.metrics, text("subject")),
            "rules" | "rules on dirty rows" => add(&mut self.rules, rule_of(&text("subject"))),
            _ => {}
        }
        *self.all.entry(engine.clone()).or_default() += count;
        *self.telling.entry(engine.clone()).or_default() += line["telling"].as_u64().unwrap_or_default();
    }

    /// The tables of the page.
    pub fn shown(&self) -> Value {
        let total = |all: &ByEngine| all.values().sum::<u64>();
        context! {
            rounds => self.rounds,
            mismatches => self.mismatches,
            total => total(&self.all),
            telling => total(&self.telling),
            engines => ENGINES,
            all => row("all", &self.all),
            telling_row => row("neither missing nor 0", &self.telling),
            kinds => rows(&self.kinds),
            families => rows(&self.families),
            metrics => rows(&self.metrics),
            rules => by_number(rows(&self.rules)),
            refused => rows(&self.refused),
            refused_total => self.refused.values().map(total).sum::<u64>(),
        }
    }
}

/// A row's name, its count by engine, its sum.
type Row = (String, Vec<u64>, u64);

fn row(name: &str, counts: &ByEngine) -> Row {
    let each: Vec<u64> = ENGINES.iter().map(|engine| counts.get(*engine).copied().unwrap_or_default()).collect();
    let sum = each.iter().sum();
    (name.to_string(), each, sum)
}

fn rows(all: &BTreeMap<String, ByEngine>) -> Vec<Row> {
    all.iter().map(|(name, counts)| row(name, counts)).collect()
}

/// What random definitions found has a case under no rule's number.
const FOUND: &str = "found by random definitions";

fn number_of(rule: &str) -> Option<u32> {
    rule.strip_prefix('R')?.parse().ok()
}

fn rule_of(subject: &str) -> String {
    number_of(subject).map_or_else(|| FOUND.to_string(), |_| subject.to_string())
}

/// R2 before R10, and what belongs to no rule at the end.
fn by_number(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|(name, _, _)| number_of(name).unwrap_or(u32::MAX));
    rows
}

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let place = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| place(at).then_some(',').into_iter().chain([digit])).collect()
}

#[test]
fn a_case_without_a_rules_number_was_found_by_random_definitions() {
    assert_eq!(["R16", "Rwhat", "Ra"].map(rule_of), ["R16", FOUND, FOUND]);
}

#[test]
fn thousands_stand_apart() {
    assert_eq!([0, 12, 123, 1234, 1_234_567].map(grouped), ["0", "12", "123", "1,234", "1,234,567"]);
}
