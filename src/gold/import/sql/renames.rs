//! Other names for what was created: `ALTER TABLE .. RENAME`, `sp_rename`, and another schema.

use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::super::acts::Change;
use super::super::source::Name;
use super::arguments::Values;
use super::tokens::{at_word, begins, name_of};
use super::{Script, column_of, dotted};

impl Script<'_> {
    /// `RENAME TO b`, `RENAME COLUMN a TO b`, `RENAME CONSTRAINT a TO b`, `RENAME a TO b`; whether it is one of them.
    pub(super) fn renamed(&mut self, table: &Name, action: &[TokenWithSpan]) -> bool {
        let change = if begins(action, &["RENAME", "TO"]) {
            match dotted(action, 2) {
                Some((name, end)) if end == action.len() => Change::Rename(name),
                _ => return false,
            }
        } else {
            let kind = usize::from(at_word(action, 1, &["COLUMN", "CONSTRAINT"]) && !at_word(action, 2, &["TO"]));
            let from = name_of(action.get(1 + kind));
            let to = name_of(action.get(3 + kind)).filter(|_| at_word(action, 2 + kind, &["TO"]));
            match (from, to) {
                (Some(from), Some(to)) if action.len() == 4 + kind => match at_word(action, kind, &["CONSTRAINT"]) {
                    true => Change::RenameConstraint(from, to),
                    false => Change::RenameColumn(from, to),
                },
                _ => return false,
            }
        };
        self.change(table, change, action);
        true
    }

    /// `EXEC sp_rename 'gold.customer.land', 'country', 'COLUMN'`.
    pub(super) fn sp_rename(&mut self, arguments: &[TokenWithSpan], statement: &[TokenWithSpan]) {
        let values = Values::of(arguments, &["objname", "newname", "objtype"]);
        let kind = values.at(2).unwrap_or_default().to_uppercase();
        let names = |kinds: &[&str]| kinds.contains(&kind.as_str());
        if names(&["INDEX", "STATISTICS", "USERDATATYPE", "DATABASE"]) {
            return;
        }
        let renamed = values.at(0).and_then(|name| self.name_in(&name)).zip(values.at(1).filter(|to| is_plain(to)));
        match renamed {
            Some((name, to)) if names(&["COLUMN"]) && !name.schema.is_empty() => {
                let (table, column) = column_of(name);
                self.change(&table, Change::RenameColumn(column, to), statement);
            }
            // Without a kind three parts may be a column of a table, or a table of a database.
            Some((name, to)) if names(&["OBJECT"]) || (kind.is_empty() && name.catalog.is_empty()) => {
                self.change(&name, Change::Rename(Name { table: to, ..Name::default() }), statement);
            }
            _ => self.passed_over("`sp_rename` gives a table or column another name", statement),
        }
    }

    /// `ALTER SCHEMA gold TRANSFER OBJECT::stage.customer`.
    pub(super) fn transfer(&mut self, tokens: &[TokenWithSpan]) {
        let of_kind = tokens.get(5).is_some_and(|token| token.token == Token::DoubleColon);
        if of_kind && !at_word(tokens, 4, &["OBJECT"]) {
            return;
        }
        let Some((table, _)) = dotted(tokens, if of_kind { 6 } else { 4 }) else { return };
        let Some(schema) = name_of(tokens.get(2)) else { return };
        self.change(&table, Change::Rename(Name { schema, ..Name::default() }), tokens);
    }

    /// The name that a text holds, in brackets or not.
    fn name_in(&self, text: &str) -> Option<Name> {
        let tokens = Tokenizer::new(self.text.dialect, text).tokenize_with_location().ok()?;
        let (name, end) = dotted(&tokens, 0)?;
        (end == tokens.len() && is_plain(&name.table)).then_some(name)
    }
}

/// Whether it is a name and no variable, whose value the script works out.
fn is_plain(name: &str) -> bool {
    !name.starts_with('@')
}
