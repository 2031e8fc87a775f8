//! Where a parse failed, and what stands around that place.

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::scan::{Kind, Scanner, Token};

pub(super) struct Failure<'a> {
    pub construct: Rule,
    text: &'a str,
    tokens: Vec<Token>,
    /// The token that could not be read; the number of tokens where the text ends too early.
    index: usize,
    /// With what the parser could have gone on.
    pub positives: Vec<Rule>,
    span_of: &'a dyn Fn(Range<usize>) -> Span,
}

impl<'a> Failure<'a> {
    /// `error` speaks of offsets in `text`, and `span_of` puts those in the file. Comments are no tokens here.
    pub fn new(construct: Rule, text: &'a str, error: &Error<Rule>, span_of: &'a dyn Fn(Range<usize>) -> Span) -> Self {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let positives = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.clone(),
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        let tokens: Vec<Token> =
            Scanner::new(text).filter(|token| !matches!(token.kind, Kind::Comment | Kind::Doc)).collect();
        let index = tokens.partition_point(|token| token.end <= at);
        Self { construct, text, tokens, index, positives, span_of }
    }

    /// Whether the parser could have gone on with it.
    pub fn wants(&self, wanted: Rule) -> bool {
        self.positives.contains(&wanted)
    }

    /// The token that could not be read; none where the text ends too early.
    pub fn found_token(&self) -> Option<&Token> {
        self.tokens.get(self.index)
    }

    /// The last token that was read; none at the beginning.
    pub fn token_before(&self) -> Option<&Token> {
        self.index.checked_sub(1).and_then(|index| self.tokens.get(index))
    }

    /// What could not be read; empty where the text ends too early.
    pub fn found(&self) -> &'a str {
        self.word(Some(self.index))
    }

    /// The token `back` before the one that could not be read, 1 for the nearest.
    pub fn before(&self, back: usize) -> &'a str {
        self.word(self.index.checked_sub(back))
    }

    /// The token behind the one that could not be read.
    pub fn after(&self) -> &'a str {
        self.behind(1)
    }

    /// The token `on` behind the one that could not be read, 1 for the nearest.
    pub fn behind(&self, on: usize) -> &'a str {
        self.word(Some(self.index + on))
    }

    /// Whether a mark stands anywhere before the place.
    pub fn is_behind(&self, mark: &str) -> bool {
        self.tokens.iter().take(self.index).any(|token| token.text(self.text) == mark)
    }

    /// All tokens, and which of them could not be read.
    pub fn words(&self) -> (Vec<&'a str>, usize) {
        (self.tokens.iter().map(|token| token.text(self.text)).collect(), self.index)
    }

    /// The text of some tokens on one line.
    pub fn text_of(&self, tokens: Range<usize>) -> String {
        let places = tokens.start..tokens.end.min(self.tokens.len());
        let tokens = self.tokens.get(places).unwrap_or_default();
        let ends = tokens.first().zip(tokens.last());
        let text = ends.and_then(|(first, last)| self.text.get(first.start..last.end)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn word(&self, index: Option<usize>) -> &'a str {
        index.and_then(|index| self.tokens.get(index)).map_or("", |token| token.text(self.text))
    }

    /// The place of what could not be read; the end of the last token where nothing follows.
    pub fn span(&self) -> Span {
        match (self.found_token(), self.tokens.last()) {
            (Some(token), _) => (self.span_of)(token.range()),
            (None, Some(last)) => (self.span_of)(last.end..last.end),
            (None, None) => (self.span_of)(0..0),
        }
    }

    /// Of the last token that was read; at the beginning, of the failure.
    pub fn span_before(&self) -> Span {
        self.token_before().map_or_else(|| self.span(), |token| (self.span_of)(token.range()))
    }

    /// From `from` tokens before the place to `to` tokens behind it, and the text there.
    pub fn around(&self, from: usize, to: usize) -> (Span, &'a str) {
        let first = self.index.checked_sub(from).and_then(|index| self.tokens.get(index));
        let last = self.tokens.get(self.index + to);
        match (first, last) {
            (Some(first), Some(last)) => {
                ((self.span_of)(first.start..last.end), self.text.get(first.start..last.end).unwrap_or(""))
            }
            _ => (self.span(), self.found()),
        }
    }

    /// What is parsed, in the words of a reader.
    pub fn construct_name(&self) -> &'static str {
        const NAMES: [(Rule, &str); 9] = [
            (Rule::metric, "metric"),
            (Rule::filter, "filter"),
            (Rule::segment, "segment"),
            (Rule::policy, "head of the policy"),
            (Rule::policy_rule, "rule"),
            (Rule::resolve, "resolve"),
            (Rule::view, "view"),
            (Rule::expect, "expectation"),
            (Rule::about, "entry"),
        ];
        NAMES.iter().find(|(construct, _)| *construct == self.construct).map_or("definition", |(_, name)| name)
    }
}
