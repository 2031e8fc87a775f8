//! A parse that failed -> what to say about it in an analyst's words.

use std::ops::Range;

use super::grammar::Rule;
use super::scan::Scanner;
use super::words::KEYWORDS;
use crate::diagnostics::{Diagnostic, closest, codes::syntax as codes};
use crate::source::Span;

pub(super) fn no_definition(span: Span, text: &str) -> Diagnostic {
    let word = Scanner::new(text).next().map_or("", |token| token.text(text));
    let first = Span { end: span.start + word.len() as u32, ..span };
    let meant = closest(word, KEYWORDS.map(|(keyword, _)| keyword));
    codes::unknown_definition(first, word, meant)
}

pub(super) fn explain(
    _construct: Rule,
    text: &str,
    error: &pest::error::Error<Rule>,
    span_of: &dyn Fn(Range<usize>) -> Span,
) -> Diagnostic {
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    codes::unexpected(span_of(at..text.len()), "the definition cannot be read from here on".to_owned(), "here", None)
}
