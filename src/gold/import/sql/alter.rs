//! `ALTER TABLE`: columns and keys that are added, changed or removed. What it says of storage is passed
//! over; what would change a column in a way that is not followed here is reported.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::super::acts::Change;
use super::super::source::Name;
use super::tokens::{at_word, begins, between_commas, inside, is_at, name_of, text_of};
use super::{Script, dotted, exists};

/// Actions that change nothing that gold.yaml holds.
const OF_STORAGE: [&str; 16] = [
    "SET", "UNSET", "CHECK", "NOCHECK", "ENABLE", "DISABLE", "REBUILD", "OWNER", "CLUSTER", "SWITCH", "RECOVER",
    "VALIDATE", "REPLICA", "ATTACH", "DETACH", "WITH",
];

type Tokens<'t> = &'t [TokenWithSpan];

impl Script<'_> {
    pub(super) fn alter(&mut self, tokens: Tokens<'_>) {
        let at = 2 + exists(tokens, 2);
        let at = at + usize::from(at_word(tokens, at, &["ONLY"]));
        let Some((name, end)) = dotted(tokens, at) else {
            return self.problem("the name of the table is not understood", tokens.get(1..=at).unwrap_or_default());
        };
        let checks = at_word(tokens, end, &["WITH"]) && at_word(tokens, end + 1, &["CHECK", "NOCHECK"]);
        let action = tokens.get(end + if checks { 2 } else { 0 }..).unwrap_or_default();
        if begins(action, &["ADD"]) {
            self.add(&name, action);
        } else if begins(action, &["DROP"]) {
            self.remove(&name, action.get(1..).unwrap_or_default());
        } else if begins(action, &["ALTER"]) {
            between_commas(action).into_iter().for_each(|part| self.alter_column(&name, part));
        } else if !OF_STORAGE.iter().any(|word| begins(action, &[word])) {
            self.unfollowed(&name, action, tokens);
        }
    }

    /// An action that is not followed, at its words.
    fn unfollowed(&mut self, name: &Name, action: Tokens<'_>, statement: Tokens<'_>) {
        let at = if action.is_empty() { statement } else { action };
        let words = self.text.written(at.get(..at.len().min(3)).unwrap_or_default());
        self.passed_over(&format!("`{words}` changes the table `{}`", name.table), at);
    }

    /// `ADD a int, CONSTRAINT k PRIMARY KEY (a)`, `ADD COLUMNS (a INT, b INT)`.
    fn add(&mut self, name: &Name, action: Tokens<'_>) {
        let tokens = action.get(1..).unwrap_or_default();
        if at_word(tokens, 0, &["PARTITION", "MASK"]) {
            return;
        }
        let words = column_words(tokens);
        let rest = tokens.get(words..).unwrap_or_default();
        let rest = if is_at(rest, 0, &Token::LParen) { inside(rest).0 } else { rest };
        if rest.is_empty() {
            return self.problem("what is added is not understood", action);
        }
        for part in between_commas(rest) {
            let skipped = usize::from(begins(part, &["ADD"]));
            let part = part.get(skipped..).unwrap_or_default();
            let element = part.get(if skipped > 0 { column_words(part) } else { 0 }..).unwrap_or_default();
            self.element(element).into_iter().for_each(|change| self.change(name, change, element));
        }
    }

    /// `DROP COLUMN a, b`, `DROP COLUMN a, COLUMN b`, `DROP COLUMNS (a, b)`, `DROP CONSTRAINT k`.
    fn remove(&mut self, name: &Name, tokens: Tokens<'_>) {
        if begins(tokens, &["PARTITION"]) || begins(tokens, &["PERIOD"]) {
            return;
        }
        let mut of_columns = at_word(tokens, 0, &["COLUMN", "COLUMNS"]);
        let rest = tokens.get(column_words(tokens)..).unwrap_or_default();
        let rest = if is_at(rest, 0, &Token::LParen) { inside(rest).0 } else { rest };
        for part in between_commas(rest) {
            let part = part.get(usize::from(begins(part, &["DROP"]))..).unwrap_or_default();
            of_columns = !at_word(part, 0, &["CONSTRAINT", "PRIMARY"]) && (of_columns || at_word(part, 0, &["COLUMN"]));
            let named = part.get(column_words(part)..).unwrap_or_default();
            match name_of(named.first()) {
                Some(column) if of_columns => self.change(name, Change::DropColumn(column), named),
                _ => {
                    let what = format!("`{}`", self.text.written(part));
                    self.change(name, Change::DropConstraint(what), part);
                }
            }
        }
    }

    /// `ALTER COLUMN a bigint NOT NULL`, `ALTER COLUMN a COMMENT 'text'`, `ALTER COLUMN a SET NOT NULL`.
    fn alter_column(&mut self, name: &Name, part: Tokens<'_>) {
        let begun = usize::from(begins(part, &["ALTER"]));
        let part = part.get(begun..).unwrap_or_default();
        let column = part.get(column_words(part)..).unwrap_or_default();
        let Some(named) = name_of(column.first()) else { return self.unfollowed(name, part, part) };
        let behind = column.get(1..).unwrap_or_default();
        let nullable = begins(behind, &["DROP", "NOT", "NULL"]);
        if let (true, Some(text)) = (begins(behind, &["COMMENT"]), text_of(behind.get(1))) {
            self.change(name, Change::Comment(Some(named), Some(text)), column);
        } else if nullable || begins(behind, &["SET", "NOT", "NULL"]) {
            self.change(name, Change::Nullable(named, nullable), column);
        } else if begins(behind, &["TYPE"]) || begins(behind, &["SET", "DATA", "TYPE"]) {
            self.unfollowed(name, column, column);
        } else if !at_word(behind, 0, &["SET", "DROP", "ADD", "FIRST", "AFTER", "UNSET", "MASK"]) {
            self.retype(name, column);
        }
    }

    /// In T-SQL a column whose type is written anew may be missing unless that says otherwise.
    fn retype(&mut self, name: &Name, column: Tokens<'_>) {
        for change in self.element(column) {
            let change = match change {
                Change::AddColumn(column) => Change::Retype(column),
                other => other,
            };
            self.change(name, change, column);
        }
    }
}

/// How many tokens `COLUMN IF NOT EXISTS` has, with all or some of its words.
fn column_words(tokens: Tokens<'_>) -> usize {
    let word = usize::from(at_word(tokens, 0, &["COLUMN", "COLUMNS"]));
    word + exists(tokens, word)
}
