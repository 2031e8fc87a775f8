//! The words of a definition file, for tests that change one of them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Text,
    Operator,
}

#[derive(Debug, Clone)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub start: usize,
    pub end: usize,
    /// In braces that say something about a definition.
    pub about: bool,
    /// The keyword, name or `=` that begins a definition, or what stands before its `=`.
    pub defines: bool,
}

const KEYWORDS: [&str; 7] = ["metric", "filter", "segment", "policy", "resolve", "view", "expect"];

/// Comments left out.
pub fn tokens(text: &str) -> Vec<Token> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap();
        let while_ = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (kind, length) = match first {
            c if c.is_whitespace() => (None, c.len_utf8()),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '"' => (Some(Kind::Text), 2 + rest[1..].find('"').unwrap_or(0)),
            c if c.is_ascii_digit() => (Some(Kind::Number), while_(|c| c.is_ascii_digit() || c == '.')),
            c if c.is_alphabetic() => (Some(Kind::Word), while_(|c| c.is_alphanumeric() || c == '_')),
            '<' | '>' | '!' => (Some(Kind::Operator), while_(|c| matches!(c, '<' | '>' | '=' | '!'))),
            c => (Some(Kind::Operator), c.len_utf8()),
        };
        if let Some(kind) = kind {
            let text = rest[..length].to_owned();
            found.push(Token { kind, text, start: at, end: at + length, about: false, defines: false });
        }
        at += length;
    }
    mark_about(&mut found);
    mark_heads(&mut found, text);
    found
}

/// Braces whose first word is followed by a colon.
fn mark_about(all: &mut [Token]) {
    let (mut depth, mut at) = (0, 0);
    while at < all.len() {
        let is = |at: usize, text: &str| all.get(at).is_some_and(|token| token.text == text);
        if is(at, "{") && (depth > 0 || is(at + 2, ":")) {
            depth += 1;
        }
        let closes = depth > 0 && is(at, "}");
        all[at].about = depth > 0;
        depth -= i32::from(closes);
        at += 1;
    }
}

/// From a keyword at the beginning of a line to its `=` or brace.
fn mark_heads(all: &mut [Token], text: &str) {
    let mut head = false;
    for token in all.iter_mut() {
        let begins = text[..token.start].ends_with('\n') || token.start == 0;
        if begins && KEYWORDS.contains(&token.text.as_str()) {
            head = true;
            // An expectation has no name: its keyword is all that begins it.
            if token.text == "expect" {
                token.defines = true;
                head = false;
            }
        }
        token.defines |= head;
        if head && ["=", "{"].contains(&token.text.as_str()) {
            head = false;
        }
    }
}
