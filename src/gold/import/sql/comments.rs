//! Descriptions that stand in statements of their own: `COMMENT ON`, and `MS_Description`, the extended
//! property that T-SQL keeps them in.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::super::acts::Change;
use super::super::source::Name;
use super::tokens::{at_word, between_commas, find, is_at, name_of, text_of};
use super::{Script, dotted};

impl Script<'_> {
    /// `COMMENT ON TABLE gold.customer IS 'text'`, `COMMENT ON COLUMN gold.customer.country IS 'text'`.
    pub(super) fn comment_on(&mut self, tokens: &[TokenWithSpan]) {
        let of_column = at_word(tokens, 2, &["COLUMN"]);
        if !of_column && !at_word(tokens, 2, &["TABLE"]) {
            return;
        }
        let is = find(tokens, 3, |at| at_word(tokens, at, &["IS"]));
        let text = text_of(tokens.get(is + 1));
        let is_said = text.is_some() || at_word(tokens, is + 1, &["NULL"]);
        let Some((mut name, _)) = dotted(tokens, 3).filter(|_| is_said) else {
            return self.problem("this comment is not understood", tokens);
        };
        let column = of_column.then(|| std::mem::take(&mut name.table));
        if of_column {
            let Name { catalog, schema, .. } = name;
            name = Name { catalog: String::new(), schema: catalog, table: schema };
        }
        self.change(&name, Change::Comment(column, text), tokens);
    }

    /// `EXEC sp_addextendedproperty`; other procedures are passed over, but not what they create.
    pub(super) fn execute(&mut self, tokens: &[TokenWithSpan]) {
        let Some((procedure, end)) = dotted(tokens, 1) else { return self.executed_text(tokens) };
        let called = |name: &str| procedure.table.eq_ignore_ascii_case(name);
        if called("sp_addextendedproperty") || called("sp_updateextendedproperty") {
            self.property(tokens.get(end..).unwrap_or_default());
        } else if called("sp_rename") {
            self.passed_over("`sp_rename` gives a table or column another name", tokens);
        } else {
            self.executed_text(tokens);
        }
    }

    /// A table that is created by text which is put together as the script runs.
    fn executed_text(&mut self, tokens: &[TokenWithSpan]) {
        let creates = |token: &&TokenWithSpan| {
            let text = text_of(Some(token)).unwrap_or_default().to_uppercase();
            let words: Vec<&str> = text.split_whitespace().collect();
            words.windows(2).any(|pair| matches!(pair, ["CREATE" | "ALTER", "TABLE"]))
        };
        if let Some(token) = tokens.iter().find(creates) {
            self.passed_over("a table is created or changed by a text that is executed", std::slice::from_ref(token));
        }
    }

    fn property(&mut self, tokens: &[TokenWithSpan]) {
        let values = Values::of(tokens);
        let is = |at: usize, wanted: &str| values.at(at).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        let (true, true, Some(table)) = (is(0, "MS_Description"), is(4, "TABLE"), values.at(5)) else { return };
        let column = if is(6, "COLUMN") { values.at(7) } else { None };
        if values.at(6).is_some() && column.is_none() {
            return;
        }
        let name = Name { schema: values.at(3).unwrap_or_default(), table, ..Name::default() };
        self.change(&name, Change::Comment(column, values.at(1)), tokens);
    }
}

/// The arguments of `sp_addextendedproperty`: by name, or one after the other.
struct Values(Vec<Option<String>>);

const ARGUMENTS: [&str; 8] =
    ["name", "value", "level0type", "level0name", "level1type", "level1name", "level2type", "level2name"];

impl Values {
    fn of(tokens: &[TokenWithSpan]) -> Self {
        let mut values = vec![None; ARGUMENTS.len()];
        for (position, part) in between_commas(tokens).into_iter().enumerate() {
            let named = part.iter().rposition(|token| token.token == Token::Eq);
            let argument = named.and_then(|_| {
                let name = name_of(part.first())?.trim_start_matches('@').to_lowercase();
                ARGUMENTS.iter().position(|argument| *argument == name)
            });
            let value = part.get(named.map_or(0, |at| at + 1)..).unwrap_or_default();
            let at = if named.is_some() { argument } else { Some(position) };
            if let Some(place) = at.and_then(|at| values.get_mut(at)) {
                *place = value_of(value);
            }
        }
        Self(values)
    }

    fn at(&self, at: usize) -> Option<String> {
        self.0.get(at).cloned().flatten()
    }
}

fn value_of(tokens: &[TokenWithSpan]) -> Option<String> {
    let is_missing = at_word(tokens, 0, &["NULL"]) || is_at(tokens, 0, &Token::SemiColon);
    if is_missing { None } else { text_of(tokens.first()).or_else(|| name_of(tokens.first())) }
}
