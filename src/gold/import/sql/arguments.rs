//! The arguments of a procedure of T-SQL.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{at_word, between_commas, is_at, name_of, text_of};

/// What a procedure is called with, in the order in which it names its arguments.
pub(super) struct Values(Vec<Option<String>>);

impl Values {
    /// The arguments by name, or one after the other.
    pub fn of(tokens: &[TokenWithSpan], names: &[&str]) -> Self {
        let mut values = vec![None; names.len()];
        for (position, part) in between_commas(tokens).into_iter().enumerate() {
            let named = part.iter().rposition(|token| token.token == Token::Eq);
            let argument = named.and_then(|_| {
                let name = name_of(part.first())?.trim_start_matches('@').to_lowercase();
                names.iter().position(|argument| *argument == name)
            });
            let value = part.get(named.map_or(0, |at| at + 1)..).unwrap_or_default();
            let at = if named.is_some() { argument } else { Some(position) };
            if let Some(place) = at.and_then(|at| values.get_mut(at)) {
                *place = value_of(value);
            }
        }
        Self(values)
    }

    /// The argument at a place; none where it is not said, or as a value that the script works out.
    pub fn at(&self, at: usize) -> Option<String> {
        self.0.get(at).cloned().flatten()
    }
}

fn value_of(tokens: &[TokenWithSpan]) -> Option<String> {
    let is_missing = at_word(tokens, 0, &["NULL"]) || is_at(tokens, 0, &Token::SemiColon);
    if is_missing { None } else { text_of(tokens.first()).or_else(|| name_of(tokens.first())) }
}
