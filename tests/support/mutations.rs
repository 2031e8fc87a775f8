//! What may stand in the place of a word of a definition, so that something else is meant: every kind of clause that
//! a reviewer may change.
#![allow(dead_code)]

use std::collections::BTreeSet;

use carat::gold::{Column, Gold};
use carat::model::Model;

use crate::tokens::{Kind, Token};

/// The kinds of clause, each found in the words of a definition whether or not something can stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    Literal,
    Operator,
    Window,
    Filter,
    Grouping,
    Path,
    Aggregate,
    Metric,
    /// Whether a rule of a policy allows.
    Verdict,
}

/// As many are tried; not all that is of the right kind is valid.
const ENOUGH: usize = 6;

/// The names of the project and what each stands for.
pub struct Names<'m> {
    model: &'m Model,
}

impl<'m> Names<'m> {
    pub fn of(model: &'m Model) -> Self {
        Self { model }
    }

    /// The kind of a word and what may stand in its place; none for a word that is no clause.
    pub fn others(&self, all: &[Token], at: usize) -> Option<(What, Vec<String>)> {
        let (token, before) = (&all[at], text(all, at.checked_sub(1)));
        let next = text(all, Some(at + 1));
        let word = token.text.as_str();
        match token.kind {
            Kind::Number if ["last", "within"].contains(&before) || is_unit(next) => Some((What::Window, more(word))),
            Kind::Number => Some((What::Literal, more(word))),
            Kind::Operator if is_sign(all, at) => Some((What::Literal, vec![String::new()])),
            Kind::Operator => Some((What::Operator, owned(operators(word)?))),
            Kind::Word if word == "and" && is_of_between(all, at) => None,
            Kind::Text => Some((What::Literal, self.texts(word))),
            Kind::Word => self.word(word, before, next, grouping(all, at)),
        }
    }

    fn word(&self, word: &str, before: &str, next: &str, grouping: bool) -> Option<(What, Vec<String>)> {
        if let Some((what, words)) = keyword(word, before) {
            return Some((what, owned(words)));
        }
        let filters = self.filters(word, before);
        if !filters.is_empty() {
            return Some((What::Filter, filters));
        }
        if let Some(id) = self.model.metric_named(word) {
            let ty = self.model.metric(id)?.value.ty;
            let same = self.model.metrics.iter().filter(|metric| metric.value.ty == ty && metric.head.name != word);
            return Some((What::Metric, same.map(|metric| metric.head.name.clone()).take(ENOUGH).collect()));
        }
        // `order_line.product`: the path goes on.
        let columns = if next == "." { Vec::new() } else { columns(&self.model.gold, word, grouping) };
        (!columns.is_empty()).then_some((if grouping { What::Grouping } else { What::Path }, columns))
    }

    /// Other filters of its table, and that it does not hold.
    fn filters(&self, word: &str, before: &str) -> Vec<String> {
        let model = self.model;
        let filters = model.filters.iter().map(|filter| (&filter.head.name, filter.table));
        let segments = model.segments.iter().map(|segment| (&segment.head.name, segment.table));
        let all: Vec<_> = filters.chain(segments).collect();
        let Some((_, table)) = all.iter().find(|(name, _)| *name == word) else { return Vec::new() };
        let other = all.iter().filter(|(name, of)| of == table && *name != word).map(|(name, _)| (*name).clone());
        let negated = if before == "." { None } else { Some(format!("not {word}")) };
        other.take(ENOUGH - 1).chain(negated).collect()
    }

    /// Other values of the columns that know this one.
    fn texts(&self, word: &str) -> Vec<String> {
        let value = word.trim_matches('"');
        let columns = self.model.gold.tables.iter().flat_map(|table| &table.columns);
        let knowing = columns.filter(|column| column.values.iter().any(|known| known == value));
        let others: BTreeSet<&String> =
            knowing.flat_map(|column| &column.values).filter(|known| *known != value).collect();
        let known = others.into_iter().take(ENOUGH - 1).map(|other| format!("\"{other}\""));
        known.chain(["\"something else\"".to_owned()]).collect()
    }
}

/// Whether a minus belongs to the number behind it.
fn is_sign(all: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &all[before]);
    let of_value = |token: &Token| match token.kind {
        Kind::Number | Kind::Text => true,
        Kind::Word => !["between", "and", "or", "where", "then", "else", "when"].contains(&token.text.as_str()),
        Kind::Operator => [")", "]"].contains(&token.text.as_str()),
    };
    all[at].text == "-" && !before.is_some_and(of_value)
}

/// Whether an `and` stands between the ends of a `between`.
fn is_of_between(all: &[Token], at: usize) -> bool {
    let back = all[..at].iter().rev().take(4).map(|token| token.text.as_str());
    back.take_while(|word| *word != "and").any(|word| word == "between")
}

fn text(all: &[Token], at: Option<usize>) -> &str {
    at.and_then(|at| all.get(at)).map_or("", |token| &token.text)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn is_unit(word: &str) -> bool {
    ["days", "months", "years"].contains(&word)
}

fn more(number: &str) -> Vec<String> {
    match number.parse::<u64>() {
        Ok(number) => vec![(number + 1).to_string(), (number + 2).to_string()],
        Err(_) => owned(&["0.25", "0.75"]),
    }
}

fn operators(operator: &str) -> Option<&'static [&'static str]> {
    Some(match operator {
        ">=" => &[">", "<"],
        "<=" => &["<", ">"],
        ">" => &[">=", "<"],
        "<" => &["<=", ">"],
        "=" => &["!="],
        "!=" => &["="],
        "/" => &["*", "+", "/ 2 /"],
        "-" => &["+"],
        "+" => &["-"],
        "*" => &["+", "-"],
        _ => return None,
    })
}

/// Words of the language that are a clause of their own.
fn keyword(word: &str, before: &str) -> Option<(What, &'static [&'static str])> {
    Some(match word {
        "and" => (What::Operator, &["or", "and not"]),
        "or" => (What::Operator, &["and", "or not"]),
        "missing" => (What::Operator, &["present"]),
        "present" => (What::Operator, &["missing"]),
        "true" => (What::Literal, &["false"]),
        "false" => (What::Literal, &["true"]),
        "months" => (What::Window, &["days"]),
        "days" => (What::Window, &["months"]),
        "history" if before == "over" => (What::Window, &["period", "last 30 days"]),
        "period" if before == "over" => (What::Window, &["history", "last 30 days"]),
        "period" if before == "in" => (What::Window, &["last 30 days", "last 2 months"]),
        "sum" => (What::Aggregate, &["average", "max"]),
        "average" => (What::Aggregate, &["sum", "max"]),
        "max" => (What::Aggregate, &["min"]),
        "min" => (What::Aggregate, &["max"]),
        "month" => (What::Grouping, &["quarter", "year"]),
        "refuse" => (What::Verdict, &["allow"]),
        "allow" => (What::Verdict, &["refuse"]),
        _ => return None,
    })
}

/// Whether a word stands behind the `by` of a view or an expectation.
fn grouping(all: &[Token], at: usize) -> bool {
    let head = all[..at].iter().rev().find(|token| token.defines && is_head(&token.text));
    let by = all[..at].iter().rev().take_while(|token| !token.defines).any(|token| token.text == "by");
    by && head.is_some_and(|token| ["view", "expect"].contains(&token.text.as_str()))
}

fn is_head(word: &str) -> bool {
    ["metric", "filter", "segment", "policy", "resolve", "view", "expect"].contains(&word)
}

/// Columns of a table that has one of this name, of its type.
fn columns(gold: &Gold, word: &str, grouping: bool) -> Vec<String> {
    let mut found = Vec::new();
    for table in &gold.tables {
        let Some(column) = table.columns.iter().find(|column| column.name == word) else { continue };
        let fits = |other: &&Column| other.ty == column.ty && other.name != word && (!grouping || other.group);
        let other = table.columns.iter().filter(fits);
        let names: Vec<String> = other.map(|other| other.name.clone()).take(ENOUGH).collect();
        found.extend(names);
    }
    let mut seen = BTreeSet::new();
    found.retain(|name| seen.insert(name.clone()));
    found
}
