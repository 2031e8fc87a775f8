//! The tokens of a script: where they stand, and which of them belong together.

use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::source::{FileId, Span};

/// A script, and how a place in it is found.
pub(super) struct Text<'a> {
    file: FileId,
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Whether a column is an offset in its line.
    is_ascii: bool,
    pub dialect: &'a dyn Dialect,
}

impl<'a> Text<'a> {
    pub fn new(file: FileId, text: &'a str, dialect: &'a dyn Dialect) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { file, text, lines: std::iter::once(0).chain(breaks).collect(), is_ascii: text.is_ascii(), dialect }
    }

    /// The tokens without comments and blanks, and where they end before the text does.
    pub fn tokens(&self) -> (Vec<TokenWithSpan>, Option<Span>) {
        let mut tokens = Vec::new();
        let read = Tokenizer::new(self.dialect, self.text).tokenize_with_location_into_buf(&mut tokens);
        tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
        (tokens, read.err().map(|problem| self.place(problem.location, problem.location)))
    }

    /// From the first token to the end of the last.
    pub fn span(&self, tokens: &[TokenWithSpan]) -> Span {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.place(first.span.start, last.span.end),
            _ => Span::new(self.file, 0, 0),
        }
    }

    pub fn place(&self, start: Location, end: Location) -> Span {
        let start = self.offset(start);
        Span::new(self.file, start, self.offset(end).max(start))
    }

    /// The text of the tokens as the file writes it, on one line.
    pub fn written(&self, tokens: &[TokenWithSpan]) -> String {
        let span = self.span(tokens);
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The offset of a line and column, both from 1 and columns in characters.
    fn offset(&self, at: Location) -> usize {
        let nth = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let Some(line) = at.line.checked_sub(1) else { return 0 };
        let begins = self.lines.get(nth(line)).copied().unwrap_or(self.text.len());
        if self.is_ascii {
            return (begins + nth(at.column.saturating_sub(1))).min(self.text.len());
        }
        let rest = self.text.get(begins..).unwrap_or("");
        begins + rest.char_indices().nth(nth(at.column.saturating_sub(1))).map_or(rest.len(), |(at, _)| at)
    }
}

/// A word that no quotes make a name.
pub(super) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(written) if written.quote_style.is_none() && written.value.eq_ignore_ascii_case(word))
}

/// Whether the token at a place is one of the words.
pub(super) fn at_word(tokens: &[TokenWithSpan], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|token| words.iter().any(|word| is_word(&token.token, word)))
}

/// Whether the tokens begin with these words.
pub(super) fn begins(tokens: &[TokenWithSpan], words: &[&str]) -> bool {
    words.iter().enumerate().all(|(at, word)| at_word(tokens, at, &[word]))
}

pub(super) fn is_at(tokens: &[TokenWithSpan], at: usize, token: &Token) -> bool {
    tokens.get(at).is_some_and(|other| other.token == *token)
}

/// A name, in quotes or not.
pub(super) fn name_of(token: Option<&TokenWithSpan>) -> Option<String> {
    match token.map(|token| &token.token) {
        Some(Token::Word(word)) => Some(word.value.clone()),
        Some(Token::DoubleQuotedString(name)) => Some(name.clone()),
        _ => None,
    }
}

/// A text; Spark has them in double quotes too, which elsewhere make a name.
pub(super) fn text_of(token: Option<&TokenWithSpan>) -> Option<String> {
    match token.map(|token| &token.token) {
        Some(
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) | Token::NationalStringLiteral(text),
        ) => Some(text.clone()),
        Some(Token::Word(word)) if word.quote_style == Some('"') => Some(word.value.clone()),
        _ => None,
    }
}

/// How many tokens stand together at a place: a parenthesis with what is in it, the `<..>` behind a nested
/// type, or one.
pub(super) fn unit(tokens: &[TokenWithSpan], at: usize) -> usize {
    let nested = at.checked_sub(1).is_some_and(|before| at_word(tokens, before, &["STRUCT", "ARRAY", "MAP"]));
    let rest = tokens.get(at..).unwrap_or_default();
    match rest.first().map(|token| &token.token) {
        Some(Token::LParen) => closed(rest, &|token| match token {
            Token::LParen => 1,
            Token::RParen => -1,
            _ => 0,
        }),
        Some(Token::Lt) if nested => closed(rest, &|token| match token {
            Token::Lt => 1,
            Token::Gt => -1,
            Token::ShiftRight => -2,
            _ => 0,
        }),
        _ => 1,
    }
}

/// How many tokens there are until what the first opens is closed; all of them where it is not.
fn closed(tokens: &[TokenWithSpan], step: &dyn Fn(&Token) -> i32) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += step(&token.token);
        if depth <= 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// What stands in a parenthesis whose first token is `(`, and whether it is closed.
pub(super) fn inside(tokens: &[TokenWithSpan]) -> (&[TokenWithSpan], bool) {
    let length = unit(tokens, 0);
    let is_closed = length > 1 && is_at(tokens, length - 1, &Token::RParen);
    (tokens.get(1..length - usize::from(is_closed)).unwrap_or_default(), is_closed)
}

/// The parts between the commas that stand in no parenthesis.
pub(super) fn between_commas(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        if is_at(tokens, at, &Token::Comma) {
            parts.push(tokens.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        at += unit(tokens, at);
    }
    parts.push(tokens.get(start..).unwrap_or_default());
    parts
}

/// The first place from `at` on, in no parenthesis, that a question is true of; the end where there is none.
pub(super) fn find(tokens: &[TokenWithSpan], mut at: usize, wanted: impl Fn(usize) -> bool) -> usize {
    while at < tokens.len() && !wanted(at) {
        at += unit(tokens, at);
    }
    at.min(tokens.len())
}
