//! A script cut into statements, so that one that cannot be read does not hide the next.

use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::source::{FileId, Span};

/// The tokens of each statement, without comments and blanks; or where and why the script has no tokens.
pub(super) fn statements(dialect: &dyn Dialect, text: &str) -> Result<Vec<Vec<TokenWithSpan>>, (String, Location)> {
    let tokens = Tokenizer::new(dialect, text)
        .tokenize_with_location()
        .map_err(|problem| (problem.message.clone(), problem.location))?;
    let mut statements = vec![Vec::new()];
    for (at, token) in tokens.iter().enumerate() {
        if ends_statement(&tokens, at) {
            statements.push(Vec::new());
        } else if let (false, Some(last)) = (matches!(token.token, Token::Whitespace(_)), statements.last_mut()) {
            last.push(token.clone());
        }
    }
    statements.retain(|statement| !statement.is_empty());
    Ok(statements)
}

/// `;`, or `GO` alone on its line, which ends a batch of T-SQL.
fn ends_statement(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    token.token == Token::SemiColon || (is_word(&token.token, "GO") && is_alone(tokens, at))
}

fn is_alone(tokens: &[TokenWithSpan], at: usize) -> bool {
    let line = |token: &TokenWithSpan| token.span.start.line;
    let Some(own) = tokens.get(at).map(line) else { return false };
    let others =
        tokens.iter().enumerate().filter(|(other, token)| *other != at && !matches!(token.token, Token::Whitespace(_)));
    let near = others.skip_while(|(other, _)| other + 3 < at).take_while(|(other, _)| *other <= at + 3);
    near.into_iter().all(|(_, token)| line(token) != own)
}

pub(super) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(written) if written.quote_style.is_none() && written.value.eq_ignore_ascii_case(word))
}

/// The place in the file of a line and column, both from 1 and columns in characters.
pub(super) fn place(file: FileId, text: &str, start: Location, end: Location) -> Span {
    let offset = |at: Location| offset(text, at);
    Span::new(file, offset(start), offset(end).max(offset(start)))
}

fn offset(text: &str, at: Location) -> usize {
    let (Some(line), Some(column)) = (at.line.checked_sub(1), at.column.checked_sub(1)) else { return 0 };
    let nth = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let begins = match line {
        0 => 0,
        _ => text.match_indices('\n').nth(nth(line - 1)).map_or(text.len(), |(at, _)| at + 1),
    };
    let rest = text.get(begins..).unwrap_or("");
    begins + rest.char_indices().nth(nth(column)).map_or(rest.len(), |(at, _)| at)
}
