//! Descriptions that stand in statements of their own: `COMMENT ON`, and `MS_Description`, the extended
//! property that T-SQL keeps them in.

use sqlparser::tokenizer::TokenWithSpan;

use super::super::acts::Change;
use super::super::source::Name;
use super::arguments::Values;
use super::tokens::{at_word, find, text_of};
use super::{Script, column_of, dotted};

/// The arguments of `sp_addextendedproperty`.
const PROPERTY: [&str; 8] =
    ["name", "value", "level0type", "level0name", "level1type", "level1name", "level2type", "level2name"];

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
        let Some((name, _)) = dotted(tokens, 3).filter(|_| is_said) else {
            return self.problem("this comment is not understood", tokens);
        };
        let (table, column) = match column_of(name.clone()) {
            (table, column) if of_column => (table, Some(column)),
            _ => (name, None),
        };
        self.change(&table, Change::Comment(column, text), tokens);
    }

    /// `EXEC sp_addextendedproperty`; other procedures are passed over, but not what they create.
    pub(super) fn execute(&mut self, tokens: &[TokenWithSpan]) {
        let Some((procedure, end)) = dotted(tokens, 1) else { return self.executed_text(tokens) };
        let called = |name: &str| procedure.table.eq_ignore_ascii_case(name);
        if called("sp_addextendedproperty") || called("sp_updateextendedproperty") {
            self.property(tokens.get(end..).unwrap_or_default());
        } else if called("sp_rename") {
            self.sp_rename(tokens.get(end..).unwrap_or_default(), tokens);
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
        let values = Values::of(tokens, &PROPERTY);
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
