//! A window behind an aggregate ends the value: what is calculated with it has parentheses.

use super::failure::Failure;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::words::is_reserved;

const OPERATORS: [&str; 13] = ["+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "between", "in", "is"];
const JOINS: [&str; 2] = ["and", "or"];
const ENDS: [&str; 7] = ["then", "else", "when", ")", "]", ",", "}"];
const AGGREGATES: [&str; 8] = ["count", "sum", "average", "min", "max", "median", "percentile", "latest"];
/// Longer than this, an expression is not repeated.
const MOST: usize = 100;

/// `sum(x) over period of d / count(t)`: the text is read up to the operator, or in a condition up to `over`.
pub(super) fn behind_a_window(failure: &Failure) -> Option<Diagnostic> {
    let (words, at) = failure.words();
    let found = failure.found();
    let is_calculated = OPERATORS.contains(&found) || JOINS.contains(&found);
    if !is_calculated && found != "over" {
        return None;
    }
    let over = if is_calculated { last_level(&words, at).find(|at| words.get(*at) == Some(&"over"))? } else { at };
    let Some(first) = aggregate_before(&words, over) else {
        return inside_an_aggregate(failure, &words, (over, at)).or_else(|| behind_a_name(failure, &words, (over, at)));
    };
    let behind = next_of(&words, over, |word| is_operator(word) || ENDS.contains(&word));
    let operator = words.get(behind).copied().filter(|word| is_operator(word))?;
    let end = next_of(&words, behind + 1, |word| JOINS.contains(&word) || ENDS.contains(&word));
    let (value, rest) = (failure.text_of(first..behind), failure.text_of(behind..end));
    let rest = if value.len() + rest.len() > MOST { format!("{operator} ..") } else { rest };
    let message = format!("`over` and its window stand before `{operator}`");
    let help = format!("put the aggregate with its window inside parentheses: `({value}) {rest}`");
    Some(codes::unexpected(failure.span(), message, "to what does the window belong?", Some(help)))
}

/// `count(t over period of d / 3)`: the aggregate ends with its window.
fn inside_an_aggregate(failure: &Failure, words: &[&str], (over, at): (usize, usize)) -> Option<Diagnostic> {
    let found = words.get(at).copied().filter(|word| OPERATORS.contains(word))?;
    let inside = last_level(words, over).last()?;
    let open = inside.checked_sub(1).filter(|place| words.get(*place) == Some(&"("))?;
    let first = open.checked_sub(1).filter(|name| words.get(*name).is_some_and(|word| AGGREGATES.contains(word)))?;
    let end = next_of(words, at, |word| JOINS.contains(&word) || ENDS.contains(&word));
    let (value, rest) = (failure.text_of(first..at), failure.text_of(at..end));
    let message = format!("`over` and its window stand before `{found}`");
    let help = format!("close the parenthesis behind the window: `{value}) {rest}`");
    Some(codes::unexpected(failure.span(), message, "an aggregate ends with its window", Some(help)))
}

/// `net_revenue over period of d / 3`: a metric takes no window.
fn behind_a_name(failure: &Failure, words: &[&str], (over, at): (usize, usize)) -> Option<Diagnostic> {
    let name = words.get(over.checked_sub(1)?).filter(|name| is_name(name))?;
    let is_path = over.checked_sub(2).is_some_and(|place| words.get(place) == Some(&"."));
    let operator = words.get(at).filter(|word| is_operator(word) && !is_path)?;
    let end = next_of(words, at + 1, |word| JOINS.contains(&word) || ENDS.contains(&word));
    let rest = failure.text_of(at..end);
    let rest = if rest.len() > MOST { format!("{operator} ..") } else { rest };
    let message = format!("`over` stands behind `{name}`, which is no aggregate");
    let help = format!("a metric has its window already: `{name} {rest}`");
    Some(codes::unexpected(failure.span(), message, "to what does the window belong?", Some(help)))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_') && !is_reserved(word)
}

fn is_operator(word: &str) -> bool {
    OPERATORS.contains(&word) || JOINS.contains(&word)
}

/// The places before `at`, the nearest first, that are in no brackets opened and closed before it, up to the bracket
/// that is open there.
fn last_level<'w>(words: &'w [&str], at: usize) -> impl Iterator<Item = usize> + 'w {
    let mut depth = 0_usize;
    (0..at)
        .rev()
        .map_while(move |place| match *words.get(place)? {
            ")" | "]" => {
                depth += 1;
                Some((depth == 1).then_some(place))
            }
            "(" | "[" => {
                depth = depth.checked_sub(1)?;
                Some((depth == 0).then_some(place))
            }
            _ => Some((depth == 0).then_some(place)),
        })
        .flatten()
}

/// Where the aggregate begins that the clauses up to `over` are of; none where they are of something else.
fn aggregate_before(words: &[&str], over: usize) -> Option<usize> {
    let mut clause = over;
    for place in last_level(words, over) {
        match *words.get(place)? {
            ")" if place + 1 == clause => {
                let open = last_level(words, place + 1).find(|place| words.get(*place) == Some(&"("))?;
                let name = open.checked_sub(1)?;
                return words.get(name).filter(|word| AGGREGATES.contains(word)).map(|_| name);
            }
            "where" => clause = place,
            _ => {}
        }
    }
    None
}

/// The first place from `from` on, outside of brackets opened there, that is asked for; the end of the text if none is.
fn next_of(words: &[&str], from: usize, is_wanted: impl Fn(&str) -> bool) -> usize {
    let mut depth = 0_usize;
    for (place, word) in words.iter().enumerate().skip(from) {
        match *word {
            word if depth == 0 && is_wanted(word) => return place,
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words.len()
}
