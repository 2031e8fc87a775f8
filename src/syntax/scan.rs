//! Text -> tokens, for the cutter and for messages. Every byte sequence has tokens; none is an error here.

use std::ops::Range;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// Digits and whatever is glued to them: `12`, `0.5`, `12months`.
    Number,
    Text,
    /// Text without its closing quotation mark; it ends with its line.
    OpenText,
    /// A line of documentation, `/// ..`.
    Doc,
    /// `// ..`, and `//// ..`, which is a ruler rather than documentation.
    Comment,
    /// One character, or one of `!= <= >= == <> && ||`.
    Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// Nothing but blanks stands before it on its line.
    pub first_on_line: bool,
    /// Nothing at all stands before it on its line.
    pub at_margin: bool,
}

impl Token {
    /// Byte offsets into the text that was scanned.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Its own words, quotation marks included; `text` is what was scanned.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range()).unwrap_or("")
    }
}

/// Walks over a text from a place in it.
#[derive(Debug, Clone)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    line_start: usize,
    first_on_line: bool,
}

const PAIRS: [&str; 7] = ["!=", "<=", ">=", "==", "<>", "&&", "||"];

impl<'t> Scanner<'t> {
    /// A byte order mark at the beginning is passed over.
    pub fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { text, at, line_start: at, first_on_line: true }
    }

    /// The next token that is no comment, without moving.
    pub fn peek(&self) -> Option<Token> {
        self.clone().find(|token| !matches!(token.kind, Kind::Comment | Kind::Doc))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        for character in self.rest().chars() {
            match character {
                '\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.first_on_line = true;
                }
                ' ' | '\t' | '\r' | '\u{A0}' | '\u{FEFF}' => self.at += character.len_utf8(),
                _ => break,
            }
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = measure(rest, first);
        let start = self.at;
        self.at += length.max(1);
        let first_on_line = std::mem::replace(&mut self.first_on_line, false);
        Some(Token { kind, start, end: self.at, first_on_line, at_margin: start == self.line_start })
    }
}

fn measure(rest: &str, first: char) -> (Kind, usize) {
    if first == '"' {
        measure_text(rest)
    } else if first.is_ascii_digit() {
        (Kind::Number, length_while(rest, |c| is_word(c) || c == '.' || c == '%'))
    } else if is_word(first) {
        (Kind::Word, word_length(rest))
    } else if rest.starts_with("//") {
        let kind = if rest.starts_with("///") && !rest.starts_with("////") { Kind::Doc } else { Kind::Comment };
        (kind, rest.find('\n').map_or(rest, |end| rest.get(..end).unwrap_or(rest)).trim_end().len())
    } else {
        let may_be_two = matches!(first, '!' | '<' | '>' | '=' | '&' | '|');
        let pair = may_be_two && PAIRS.iter().any(|pair| rest.starts_with(*pair));
        (Kind::Mark, if pair { 2 } else { first.len_utf8() })
    }
}

fn measure_text(rest: &str) -> (Kind, usize) {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '\n' => return (Kind::OpenText, rest.get(..at).unwrap_or("").trim_end().len()),
            '"' if !escaped => return (Kind::Text, at + 1),
            _ => escaped = character == '\\' && !escaped,
        }
    }
    (Kind::OpenText, rest.trim_end().len())
}

/// Most words are ASCII, and end before a sign that is.
fn word_length(rest: &str) -> usize {
    let end = rest.bytes().position(|byte| byte != b'_' && !byte.is_ascii_alphanumeric());
    match end.and_then(|end| rest.as_bytes().get(end)) {
        Some(byte) if !byte.is_ascii() => length_while(rest, is_word),
        _ => end.unwrap_or(rest.len()),
    }
}

fn length_while(rest: &str, test: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !test(c)).unwrap_or(rest.len())
}

/// Whether a character may stand in a name.
pub(crate) fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Kind, &str)> {
        Scanner::new(text).map(|token| (token.kind, token.text(text))).collect()
    }

    #[test]
    fn words_numbers_text_and_marks_are_told_apart() {
        assert_eq!(
            tokens("größe2 != 12.5 \"a \\\" b\""),
            [(Kind::Word, "größe2"), (Kind::Mark, "!="), (Kind::Number, "12.5"), (Kind::Text, "\"a \\\" b\"")]
        );
    }

    #[test]
    fn text_without_an_end_stops_at_its_line() {
        assert_eq!(tokens("\"open\nx"), [(Kind::OpenText, "\"open"), (Kind::Word, "x")]);
    }

    #[test]
    fn three_slashes_document_and_four_are_a_ruler() {
        assert_eq!(
            tokens("/// a\n//// b\n// c"),
            [(Kind::Doc, "/// a"), (Kind::Comment, "//// b"), (Kind::Comment, "// c")]
        );
    }
}
