//! Words of T-SQL that say how a table is stored, taken out before it is parsed.
//!
//! The SQL parser does not know them in every place, and they mean nothing for a schema:
//! `CLUSTERED` and `NONCLUSTERED` of a key, `WITH (..)` and `ON [filegroup]` of an index,
//! `WITH CHECK` of a constraint, `NOT FOR REPLICATION`.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::statements::is_word;

/// The statement without its words of storage.
pub(super) fn clean(statement: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::new();
    let mut rest = statement;
    while let Some((first, others)) = rest.split_first() {
        let skipped = storage_words(rest);
        if skipped == 0 {
            kept.push(first.clone());
        }
        rest = rest.get(skipped.max(1)..).unwrap_or(others);
    }
    kept
}

/// How many tokens at the beginning say how the table is stored.
fn storage_words(tokens: &[TokenWithSpan]) -> usize {
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| is_word(&token.token, word));
    let is = |at: usize, token: Token| tokens.get(at).is_some_and(|other| other.token == token);
    if word(0, "CLUSTERED") || word(0, "NONCLUSTERED") {
        1
    } else if word(0, "WITH") && (word(1, "CHECK") || word(1, "NOCHECK")) {
        2
    } else if word(0, "WITH") && is(1, Token::LParen) {
        1 + parenthesis(tokens.get(1..).unwrap_or_default())
    } else if word(0, "ON") && is_bracketed(tokens.get(1)) {
        2
    } else if word(0, "NOT") && word(1, "FOR") && word(2, "REPLICATION") {
        3
    } else {
        0
    }
}

fn is_bracketed(token: Option<&TokenWithSpan>) -> bool {
    token.is_some_and(|token| matches!(&token.token, Token::Word(word) if word.quote_style == Some('[')))
}

/// How many tokens a parenthesis has, with both its ends.
fn parenthesis(tokens: &[TokenWithSpan]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}
