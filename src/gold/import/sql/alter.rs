//! `ALTER TABLE`: columns and keys that are added, changed or removed. What it says of storage is passed
//! over; what would change a column in a way that is not followed here is reported.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::super::acts::{Change, Dropped};
use super::super::source::Name;
use super::tokens::{at_word, begins, between_commas, find, inside, is_at, name_of, text_of, unit};
use super::{Script, dotted, exists};

/// Actions that change nothing that gold.yaml holds.
const OF_STORAGE: [&str; 17] = [
    "SET",
    "UNSET",
    "CHECK",
    "NOCHECK",
    "ENABLE",
    "DISABLE",
    "REBUILD",
    "OWNER",
    "CLUSTER",
    "SWITCH",
    "RECOVER",
    "VALIDATE",
    "REPLICA",
    "ATTACH",
    "DETACH",
    "WITH",
    "PARTITION",
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
        let rest = tokens.get(end + if checks { 2 } else { 0 }..).unwrap_or_default();
        actions(rest).into_iter().for_each(|action| self.action(&name, action, tokens));
    }

    fn action(&mut self, name: &Name, action: Tokens<'_>, statement: Tokens<'_>) {
        if begins(action, &["ADD"]) {
            self.add(name, action);
        } else if begins(action, &["DROP"]) {
            self.remove(name, action.get(1..).unwrap_or_default());
        } else if begins(action, &["ALTER"]) {
            let columns = action.get(1..).unwrap_or_default();
            between_commas(columns).into_iter().for_each(|part| self.alter_column(name, part));
        } else if let (true, Some(schema)) = (begins(action, &["SET", "SCHEMA"]), name_of(action.get(2))) {
            self.change(name, Change::Rename(Name { schema, ..Name::default() }), action);
        } else if !OF_STORAGE.iter().any(|word| begins(action, &[word])) && !self.renamed(name, action) {
            self.unfollowed(name, action, statement);
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
            self.element(part).into_iter().for_each(|change| self.change(name, change, part));
        }
    }

    /// `DROP COLUMN a, b`, `DROP COLUMN a, COLUMN b`, `DROP COLUMNS (a, b)`, `DROP CONSTRAINT k`, `DROP PRIMARY KEY`.
    fn remove(&mut self, name: &Name, tokens: Tokens<'_>) {
        if begins(tokens, &["PARTITION"]) || begins(tokens, &["PERIOD"]) {
            return;
        }
        let mut of_columns = at_word(tokens, 0, &["COLUMN", "COLUMNS"]);
        let rest = tokens.get(column_words(tokens)..).unwrap_or_default();
        let rest = if is_at(rest, 0, &Token::LParen) { inside(rest).0 } else { rest };
        for part in between_commas(rest) {
            of_columns = !at_word(part, 0, &["CONSTRAINT", "PRIMARY", "FOREIGN"])
                && (of_columns || at_word(part, 0, &["COLUMN"]));
            let named = part.get(column_words(part)..).unwrap_or_default();
            let change = match name_of(named.first()) {
                Some(column) if of_columns => Some(Change::DropColumn(column)),
                _ => constraint(part).map(Change::Drop),
            };
            match change {
                Some(change) => self.change(name, change, part),
                None => {
                    self.passed_over(&format!("it removes `{}` of `{}`", self.text.written(part), name.table), part)
                }
            }
        }
    }

    /// `ALTER COLUMN a bigint NOT NULL`, `ALTER COLUMN a COMMENT 'text'`, `ALTER COLUMN a SET NOT NULL`.
    fn alter_column(&mut self, name: &Name, part: Tokens<'_>) {
        let column = part.get(column_words(part)..).unwrap_or_default();
        let Some(named) = name_of(column.first()) else { return self.unfollowed(name, part, part) };
        let behind = column.get(1..).unwrap_or_default();
        let nullable = begins(behind, &["DROP", "NOT", "NULL"]);
        if let (true, Some(text)) = (begins(behind, &["COMMENT"]), text_of(behind.get(1))) {
            self.change(name, Change::Comment(Some(named), Some(text)), column);
        } else if nullable || begins(behind, &["SET", "NOT", "NULL"]) {
            self.change(name, Change::Nullable(named, nullable), column);
        } else if begins(behind, &["TYPE"]) {
            self.type_alone(name, column, 2);
        } else if begins(behind, &["SET", "DATA", "TYPE"]) {
            self.type_alone(name, column, 4);
        } else if !at_word(behind, 0, &["SET", "DROP", "ADD", "FIRST", "AFTER", "UNSET", "MASK"]) {
            self.retype(name, column);
        }
    }

    /// `a TYPE bigint USING a::bigint`: what else is known of the column stays.
    fn type_alone(&mut self, name: &Name, column: Tokens<'_>, at: usize) {
        let end = find(column, at, |at| at_word(column, at, &["USING", "COLLATE"]));
        let named = column.get(..1).unwrap_or_default();
        let definition = [named, column.get(at..end).unwrap_or_default()].concat();
        for change in self.element(&definition) {
            if let Change::AddColumn(retyped) = change {
                self.change(name, Change::TypeAlone(retyped), column);
            }
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

/// The actions of one statement: another begins with a word of its own behind a comma.
fn actions(tokens: Tokens<'_>) -> Vec<Tokens<'_>> {
    let (mut actions, mut start, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        if is_at(tokens, at, &Token::Comma) && at_word(tokens, at + 1, &["ADD", "ALTER", "DROP"]) {
            actions.push(tokens.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        at += unit(tokens, at);
    }
    actions.push(tokens.get(start..).unwrap_or_default());
    actions
}

/// `CONSTRAINT IF EXISTS k`, `k`, `PRIMARY KEY`, `FOREIGN KEY (a)`.
fn constraint(part: Tokens<'_>) -> Option<Dropped> {
    if begins(part, &["PRIMARY", "KEY"]) {
        return Some(Dropped::Key);
    }
    if begins(part, &["FOREIGN", "KEY"]) {
        let columns = part.get(2 + exists(part, 2)..).filter(|rest| is_at(rest, 0, &Token::LParen))?;
        let names = between_commas(inside(columns).0).into_iter().map(|column| name_of(column.first()));
        return Some(Dropped::Reference(names.collect::<Option<_>>()?));
    }
    let at = usize::from(at_word(part, 0, &["CONSTRAINT"]));
    let may_lack = exists(part, at);
    Some(Dropped::Named(name_of(part.get(at + may_lack))?, may_lack > 0))
}

/// How many tokens `COLUMN IF NOT EXISTS` has, with all or some of its words.
fn column_words(tokens: Tokens<'_>) -> usize {
    let word = usize::from(at_word(tokens, 0, &["COLUMN", "COLUMNS"]));
    word + exists(tokens, word)
}
