//! `CREATE TABLE`: its name, what stands between its commas, and the comment behind them.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostics::codes::import as codes;

use super::super::acts::{Act, Change};
use super::super::source::Table;
use super::tokens::{at_word, between_commas, find, inside, is_at, text_of, unit};
use super::{Script, dotted, exists};

impl Script<'_> {
    pub(super) fn create(&mut self, tokens: &[TokenWithSpan]) {
        let word = find(tokens, 0, |at| at_word(tokens, at, &["TABLE"]));
        let how = tokens.get(..word).unwrap_or_default();
        let at = word + 1 + exists(tokens, word + 1);
        let Some((name, end)) = dotted(tokens, at) else {
            return self.problem("the name of the table is not understood", tokens.get(word..=at).unwrap_or_default());
        };
        // A table of a session is no table of the schema.
        if name.table.starts_with('#') || (0..how.len()).any(|at| at_word(how, at, &["TEMP", "TEMPORARY"])) {
            return;
        }
        let span = self.text.span(tokens.get(end - 1..end).unwrap_or_default());
        let mut table = Table::new(name, span);
        let behind = self.columns(&mut table, tokens.get(end..).unwrap_or_default());
        self.partitions(&mut table, behind);
        table.comment = trailing_comment(behind);
        table.is_made = table.columns.is_empty();
        if (0..how.len()).any(|at| at_word(how, at, &["REPLACE"])) {
            self.acts.push(Act::Drop(table.full_name()));
        }
        self.acts.push(Act::Create(table));
    }

    /// `SELECT .. INTO gold.customer FROM ..`, which makes a table.
    pub(super) fn select_into(&mut self, tokens: &[TokenWithSpan], in_procedure: bool) {
        let into = find(tokens, 0, |at| at_word(tokens, at, &["INTO", "FROM"]));
        let of_session = at_word(tokens, into + 1, &["TEMP", "TEMPORARY"]);
        let at = into + 1 + usize::from(at_word(tokens, into + 1, &["UNLOGGED", "TABLE"]));
        let Some((name, end)) = dotted(tokens, at).filter(|_| at_word(tokens, into, &["INTO"]) && !of_session) else {
            return;
        };
        let written = tokens.get(end - 1..end).unwrap_or_default();
        if name.table.starts_with(['#', '@']) {
        } else if in_procedure {
            self.passed_over(&format!("the table `{}` is created by a procedure", name.table), written);
        } else {
            let span = self.text.span(written);
            self.acts.push(Act::Create(Table { is_made: true, ..Table::new(name, span) }));
        }
    }

    /// Reads the columns in the parenthesis behind the name; what stands behind it.
    fn columns<'t>(&mut self, table: &mut Table, tokens: &'t [TokenWithSpan]) -> &'t [TokenWithSpan] {
        let is_query = at_word(tokens, 1, &["SELECT", "WITH"]);
        if !is_at(tokens, 0, &Token::LParen) || is_query {
            return tokens;
        }
        let (content, is_closed) = inside(tokens);
        if !is_closed {
            self.problem("the parenthesis that opens here has no end", tokens.get(..1).unwrap_or_default());
        }
        let (parts, mut at) = (between_commas(content), 0);
        for (index, part) in parts.iter().enumerate() {
            let is_last = index + 1 == parts.len();
            if !part.is_empty() {
                self.element(part).into_iter().for_each(|change| take(table, change));
            } else if !is_last {
                self.problem("there is nothing before this comma", content.get(at..=at).unwrap_or_default());
            }
            at += part.len() + 1;
        }
        tokens.get(unit(tokens, 0)..).unwrap_or_default()
    }

    /// Columns that Spark has only where the table is cut into parts: `PARTITIONED BY (day DATE)`.
    fn partitions(&mut self, table: &mut Table, behind: &[TokenWithSpan]) {
        let by = find(behind, 0, |at| at_word(behind, at, &["PARTITIONED"]) && at_word(behind, at + 1, &["BY"])) + 2;
        let Some(rest) = behind.get(by..).filter(|rest| is_at(rest, 0, &Token::LParen)) else { return };
        let has_type = |part: &&[TokenWithSpan]| part.len() > 1 && !is_at(part, 1, &Token::LParen);
        for part in between_commas(inside(rest).0).into_iter().filter(has_type) {
            self.element(part).into_iter().for_each(|change| take(table, change));
        }
    }

    /// A script does not say of what type the columns of a view are.
    pub(super) fn view(&mut self, tokens: &[TokenWithSpan]) {
        let word = find(tokens, 0, |at| at_word(tokens, at, &["VIEW"]));
        let at = word + 1 + exists(tokens, word + 1);
        let Some((name, end)) = dotted(tokens, at) else { return };
        let span = self.text.span(tokens.get(end - 1..end).unwrap_or_default());
        self.problems.push(codes::draft_lacks(
            &format!("the view `{}` is not read, since a script does not say the types of its columns", name.table),
            "use a CSV export of INFORMATION_SCHEMA.COLUMNS, where views stand beside tables",
            span,
        ));
    }

    /// What a procedure creates as it runs.
    pub(super) fn in_procedure(&mut self, tokens: &[TokenWithSpan]) {
        let word = find(tokens, 0, |at| at_word(tokens, at, &["TABLE"]));
        let at = word + 1 + exists(tokens, word + 1);
        let Some((name, end)) = dotted(tokens, at).filter(|(name, _)| !name.table.starts_with('#')) else { return };
        let problem = format!("the table `{}` is created by a procedure", name.table);
        self.passed_over(&problem, tokens.get(end - 1..end).unwrap_or_default());
    }
}

/// What an element says of the table that it is written in.
fn take(table: &mut Table, change: Change) {
    match change {
        Change::AddColumn(column) => table.columns.push(column),
        Change::Key(key, name) => table.set_key(key, name),
        Change::Refer(reference) => table.refer(reference),
        Change::Constraint(name) => table.constraints.push(name),
        _ => {}
    }
}

/// `COMMENT 'text'` or `COMMENT = 'text'` behind the columns.
fn trailing_comment(behind: &[TokenWithSpan]) -> Option<String> {
    let at = find(behind, 0, |at| at_word(behind, at, &["COMMENT"]));
    text_of(behind.get(at + 1 + usize::from(is_at(behind, at + 1, &Token::Eq))))
}
