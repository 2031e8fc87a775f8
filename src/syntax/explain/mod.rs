//! A parse that failed -> what to say about it in an analyst's words.
//!
//! The parser gives the place and the rules it would have gone on with. Everything a person reads is said
//! here, most special first: a known habit of another language, a word in capitals, a form that is often
//! written wrong ([`hints`]), and else what is needed at that place ([`wanted`]).

mod failure;
mod foreign;
mod general;
mod hints;
mod number;
mod wanted;
mod windowed;

use std::ops::Range;

use super::grammar::Rule;
use super::scan::{Kind, Scanner};
use super::words::{KEYWORDS, keyword};
use crate::diagnostics::{Diagnostic, closest, codes::syntax as codes};
use crate::source::Span;
use failure::Failure;
pub(super) use foreign::function_help;

/// Ways to explain a failure, the first that knows something wins.
const EXPLANATIONS: [fn(&Failure) -> Option<Diagnostic>; 19] = [
    foreign::mark,
    number::malformed,
    foreign::capital,
    general::second_definition,
    general::turned_round,
    general::behind_a_path,
    windowed::behind_a_window,
    hints::hint,
    general::without_brackets,
    foreign::word,
    number::separated,
    general::one_bound,
    general::chained,
    general::reserved_name,
    general::path_for_a_table,
    general::broken_name,
    general::between_entries,
    general::missing,
    general::side_by_side,
];

/// Why `text` is no `construct`. `span_of` gives the place in the file of a range of the text.
pub(super) fn explain(
    construct: Rule,
    text: &str,
    error: &pest::error::Error<Rule>,
    span_of: &dyn Fn(Range<usize>) -> Span,
) -> Diagnostic {
    let failure = Failure::new(construct, text, error, span_of);
    EXPLANATIONS.iter().find_map(|explain| explain(&failure)).unwrap_or_else(|| general::complete(&failure))
}

/// Words of other tools that begin what is a definition here.
const HABITS: [(&str, &str); 14] = [
    ("measure", "metric"),
    ("kpi", "metric"),
    ("define", "metric"),
    ("def", "metric"),
    ("let", "metric"),
    ("calculation", "metric"),
    ("condition", "filter"),
    ("audience", "segment"),
    ("cohort", "segment"),
    ("dashboard", "view"),
    ("report", "view"),
    ("scorecard", "view"),
    ("assert", "expect"),
    ("test", "expect"),
];

/// Why a piece of text begins no definition.
pub(super) fn no_definition(text: &str, behind_braces: bool, span_of: &dyn Fn(Range<usize>) -> Span) -> Diagnostic {
    let Some(token) = Scanner::new(text).next() else { return codes::stray_text(span_of(0..0), "") };
    let (word, span) = (token.text(text), span_of(token.range()));
    let lower = word.to_lowercase();
    match token.kind {
        _ if behind_braces && word != "{" => codes::behind_braces(span, word),
        Kind::Word if word != lower && keyword(&lower).is_some() => codes::capital_keyword(span, word),
        Kind::Word => {
            let habit = HABITS.iter().find(|(habit, _)| *habit == lower).map(|(_, meant)| *meant);
            let meant = habit.or_else(|| closest(word, KEYWORDS.map(|(keyword, _)| keyword)));
            codes::unknown_definition(span, word, meant)
        }
        _ if word == "{" => codes::second_braces(span),
        _ => codes::stray_text(span, word),
    }
}
