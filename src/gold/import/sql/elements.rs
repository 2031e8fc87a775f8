//! What stands between the commas of a table: a column or a constraint, each read by itself, so that one
//! that cannot be read costs no other.

use sqlparser::ast::{ColumnDef, ColumnOption, Expr, ForeignKeyConstraint, Ident, ObjectName, TableConstraint};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::super::acts::Change;
use super::super::source::{Column, Name, Reference};
use super::Script;
use super::clauses::clause;
use super::tokens::{at_word, begins, is_at, is_word, name_of, text_of, unit};

const UNREADABLE: &str = "write its name, type and `NOT NULL`, or use a CSV export of INFORMATION_SCHEMA.COLUMNS";

impl Script<'_> {
    /// A column with what it says of keys, or a constraint.
    pub(super) fn element(&mut self, tokens: &[TokenWithSpan]) -> Vec<Change> {
        if is_constraint(tokens) { self.constraint(tokens) } else { self.column(tokens) }
    }

    fn column(&mut self, tokens: &[TokenWithSpan]) -> Vec<Change> {
        let Some(name) = name_of(tokens.first()) else {
            self.problem("a column begins with its name", tokens.get(..1).unwrap_or_default());
            return Vec::new();
        };
        let nested = nested_type(tokens);
        let (kept, rest) = prepared(tokens, nested);
        let mut changes = match self.parsed(&kept, &mut |parser: &mut Parser<'_>| parser.parse_column_def()) {
            _ if at_word(tokens, 1, &["AS"]) => vec![Change::AddColumn(self.computed(name, tokens))],
            Ok(column) => self.definition(&column, tokens.get(1..1 + nested).unwrap_or_default()),
            Err(at) => vec![Change::AddColumn(self.unreadable(name, tokens, kept.get(at).or(tokens.first())))],
        };
        changes.extend(unread_constraints(tokens).map(Change::Constraint));
        if !rest.is_empty() {
            changes.extend(self.element(rest));
        }
        changes
    }

    /// What tokens are read as, whole; else at which of them reading stopped.
    fn parsed<T>(
        &self,
        tokens: &[TokenWithSpan],
        read: &mut dyn FnMut(&mut Parser<'_>) -> Result<T, ParserError>,
    ) -> Result<T, usize> {
        let mut parser =
            Parser::new(self.text.dialect).with_recursion_limit(50).with_tokens_with_locations(tokens.to_vec());
        match read(&mut parser) {
            Ok(value) if parser.peek_token().token == Token::EOF => Ok(value),
            Ok(_) => Err(parser.index()),
            Err(problem) => Err(stopped_at(tokens, &problem).unwrap_or_else(|| parser.index().saturating_sub(1))),
        }
        .map_err(|at| at.min(tokens.len().saturating_sub(1)))
    }

    fn definition(&self, column: &ColumnDef, nested: &[TokenWithSpan]) -> Vec<Change> {
        let options = || column.options.iter().map(|option| &option.option);
        let comment = options().find_map(|option| match option {
            ColumnOption::Comment(text) => Some(text.clone()),
            _ => None,
        });
        let said = Column {
            name: column.name.value.clone(),
            ty: if nested.is_empty() { column.data_type.to_string() } else { self.text.written(nested) },
            nullable: !options().any(|option| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_))),
            comment,
            unknown: None,
            span: self.ident(&column.name),
        };
        let mut changes = vec![Change::AddColumn(said)];
        changes.extend(column.options.iter().filter_map(|option| match &option.option {
            ColumnOption::PrimaryKey(_) => {
                Some(Change::Key(vec![column.name.value.clone()], value_of(option.name.as_ref())))
            }
            ColumnOption::ForeignKey(key) => {
                let name = option.name.as_ref().or(key.name.as_ref());
                Some(Change::Refer(self.reference(std::slice::from_ref(&column.name), key, name)))
            }
            _ => None,
        }));
        changes
    }

    /// `[total] AS ([price] * [count])`: no type is written.
    fn computed(&self, name: String, tokens: &[TokenWithSpan]) -> Column {
        let reason = "the database works it out, and the script does not say its type".to_owned();
        let unknown = Some((reason, "add it by hand with its type, or use a CSV export of INFORMATION_SCHEMA.COLUMNS"));
        let span = self.text.span(tokens.get(..1).unwrap_or_default());
        Column { name, ty: "computed".to_owned(), nullable: true, comment: None, unknown, span }
    }

    fn unreadable(&mut self, name: String, tokens: &[TokenWithSpan], at: Option<&TokenWithSpan>) -> Column {
        self.unreadable += 1;
        let ty = self.text.written(tokens.get(1..2).unwrap_or_default());
        let at = at.map(std::slice::from_ref).unwrap_or_default();
        let reason = match tokens.len() {
            1 => "its type is not written".to_owned(),
            _ => format!("`{}` is not understood in its definition", self.text.written(at)),
        };
        let span = self.text.span(at);
        Column { name, ty, nullable: true, comment: None, unknown: Some((reason, UNREADABLE)), span }
    }

    /// A primary or foreign key; other constraints say nothing that gold.yaml holds.
    fn constraint(&mut self, tokens: &[TokenWithSpan]) -> Vec<Change> {
        let is_named = begins(tokens, &["CONSTRAINT"]) && !is_key(tokens.get(1..).unwrap_or_default());
        let name = if is_named { name_of(tokens.get(1)) } else { None };
        let tokens = if is_named { tokens.get(2..).unwrap_or_default() } else { tokens };
        if !is_key(tokens) {
            let is_known = at_word(tokens, 0, &["UNIQUE", "CHECK", "DEFAULT", "PERIOD", "INDEX", "NOT", "EXCLUDE"]);
            if !is_known {
                self.problem("this constraint is not understood", tokens.get(..1).unwrap_or_default());
            }
            return name.into_iter().map(Change::Constraint).collect();
        }
        let kept = constraint_tokens(tokens);
        let read = self.parsed(&kept, &mut |parser: &mut Parser<'_>| parser.parse_optional_table_constraint());
        let change = match &read {
            Ok(Some(TableConstraint::PrimaryKey(key))) => {
                let column = |expr: &Expr| match expr {
                    Expr::Identifier(name) => Some(name.value.clone()),
                    _ => None,
                };
                let key: Option<Vec<String>> = key.columns.iter().map(|part| column(&part.column.expr)).collect();
                key.map(|key| Change::Key(key, name))
            }
            Ok(Some(TableConstraint::ForeignKey(key))) => {
                Some(Change::Refer(Reference { name, ..self.reference(&key.columns, key, None) }))
            }
            _ => None,
        };
        if change.is_none() {
            let at = read.err().and_then(|at| kept.get(at).cloned());
            let at = at.as_ref().map_or(tokens, std::slice::from_ref);
            self.problem("this part of a key is not understood", at);
        }
        change.into_iter().collect()
    }

    fn reference(&self, columns: &[Ident], key: &ForeignKeyConstraint, name: Option<&Ident>) -> Reference {
        let written = |idents: &[Ident]| idents.iter().map(|ident| ident.value.clone()).collect();
        Reference {
            name: value_of(name),
            columns: written(columns),
            table: table_name(&key.foreign_table),
            to: written(&key.referred_columns),
            span: columns.first().map_or_else(|| self.text.span(&[]), |column| self.ident(column)),
        }
    }
}

fn value_of(name: Option<&Ident>) -> Option<String> {
    name.map(|name| name.value.clone())
}

/// The names of constraints of a column of which gold.yaml holds nothing: `CONSTRAINT df DEFAULT 0`.
fn unread_constraints(tokens: &[TokenWithSpan]) -> impl Iterator<Item = String> {
    let named = (1..tokens.len()).filter(|at| at_word(tokens, *at, &["CONSTRAINT"]));
    named.filter(|at| !names_key(tokens, *at)).filter_map(|at| name_of(tokens.get(at + 1)))
}

/// Whether a primary or foreign key is named at a place.
fn names_key(tokens: &[TokenWithSpan], at: usize) -> bool {
    at_word(tokens, at, &["CONSTRAINT"]) && at_word(tokens, at + 2, &["PRIMARY", "FOREIGN", "REFERENCES"])
}

/// The token that the parser names in its message.
fn stopped_at(tokens: &[TokenWithSpan], problem: &ParserError) -> Option<usize> {
    let problem = problem.to_string();
    let (_, place) = problem.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    let (line, column) = (line.parse::<u64>().ok()?, column.trim().parse::<u64>().ok()?);
    tokens.iter().position(|token| token.span.start.line == line && token.span.start.column == column)
}

/// Catalog, schema and name; empty where they are not written.
pub(super) fn table_name(name: &ObjectName) -> Name {
    let part = |from_end: usize| {
        let at = name.0.len().checked_sub(from_end)?;
        name.0.get(at)?.as_ident().map(|ident| ident.value.clone())
    };
    let [catalog, schema, table] = [3, 2, 1].map(|from_end| part(from_end).unwrap_or_default());
    Name { catalog, schema, table }
}

fn is_key(tokens: &[TokenWithSpan]) -> bool {
    begins(tokens, &["PRIMARY", "KEY"]) || begins(tokens, &["FOREIGN", "KEY"])
}

/// Whether no column begins here: a column may be called `index`, `period` or `check`.
fn is_constraint(tokens: &[TokenWithSpan]) -> bool {
    let opens = |at: usize| is_at(tokens, at, &Token::LParen);
    let stored = |at: usize| at_word(tokens, at, &["CLUSTERED", "NONCLUSTERED", "UNIQUE", "COLUMNSTORE"]);
    let names_columns = |at: usize| opens(at) && name_of(tokens.get(at + 1)).is_some();
    begins(tokens, &["CONSTRAINT"])
        || is_key(tokens)
        || begins(tokens, &["PERIOD", "FOR", "SYSTEM_TIME"])
        || (begins(tokens, &["UNIQUE"]) && (opens(1) || stored(1)))
        || (begins(tokens, &["CHECK"]) && (opens(1) || at_word(tokens, 1, &["NOT"])))
        || (begins(tokens, &["INDEX"]) && (stored(2) || names_columns(2)))
        || (begins(tokens, &["DEFAULT"]) && tokens.iter().any(|token| is_word(&token.token, "FOR")))
}

/// How many tokens a type has that holds others or is told in words, which need not be understood.
fn nested_type(tokens: &[TokenWithSpan]) -> usize {
    let is_unit = |word: &str| at_word(tokens, 1, &[word]);
    if (is_unit("STRUCT") || is_unit("ARRAY") || is_unit("MAP")) && is_at(tokens, 2, &Token::Lt) {
        1 + unit(tokens, 2)
    } else if is_unit("INTERVAL") {
        let words = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"];
        let mut length = 1;
        while at_word(tokens, 1 + length, &words) || is_at(tokens, 1 + length, &Token::LParen) {
            length += unit(tokens, 1 + length);
        }
        length
    } else {
        0
    }
}

/// A column without the clauses that say nothing of it, and a constraint that follows it without a comma.
fn prepared(tokens: &[TokenWithSpan], nested: usize) -> (Vec<TokenWithSpan>, &[TokenWithSpan]) {
    let mut kept: Vec<TokenWithSpan> = tokens.get(..1).unwrap_or_default().to_vec();
    let mut at = 1 + nested;
    if nested > 0 {
        kept.extend(tokens.get(1).map(|token| replaced(token, Token::make_word("nested", None))));
    } else {
        at += bare_type(tokens, &mut kept);
    }
    while at < tokens.len() {
        let name = if names_key(tokens, at) { 2 } else { 0 };
        let is_second = is_key(tokens.get(at + name..).unwrap_or_default());
        let columns = at + name + 2;
        let columns = columns + usize::from(at_word(tokens, columns, &["CLUSTERED", "NONCLUSTERED"]));
        if is_second && is_at(tokens, columns, &Token::LParen) {
            return (kept, tokens.get(at..).unwrap_or_default());
        }
        at += option(tokens, at, &mut kept);
    }
    (kept, &[])
}

/// Keeps a type by its name alone, as `[varchar]` or `[sys].[varchar]` name it; how many tokens that are.
fn bare_type(tokens: &[TokenWithSpan], kept: &mut Vec<TokenWithSpan>) -> usize {
    let of_system = name_of(tokens.get(1)).is_some_and(|name| name.eq_ignore_ascii_case("sys"));
    let first = if of_system && is_at(tokens, 2, &Token::Period) { 3 } else { 1 };
    let is_part = is_at(tokens, first + 1, &Token::Period);
    match tokens.get(first) {
        Some(token) if !is_part => {
            let bare = name_of(Some(token)).map(|name| Token::make_word(&name, None));
            kept.push(replaced(token, bare.unwrap_or_else(|| token.token.clone())));
        }
        other => kept.extend(other.cloned()),
    }
    first
}

/// Keeps an option of a column that tells something; how many tokens it has.
fn option(tokens: &[TokenWithSpan], at: usize, kept: &mut Vec<TokenWithSpan>) -> usize {
    if at_word(tokens, at, &["FOREIGN"]) && at_word(tokens, at + 2, &["REFERENCES"]) {
        return 2;
    }
    if let (true, Some(text), Some(token)) =
        (at_word(tokens, at, &["COMMENT"]), text_of(tokens.get(at + 1)), tokens.get(at + 1))
    {
        kept.extend(tokens.get(at).cloned());
        kept.push(replaced(token, Token::SingleQuotedString(text)));
        return 2;
    }
    match is_named(tokens, at) || names_key(tokens, at) {
        false if clause(tokens, at) > 0 => clause(tokens, at),
        _ => {
            kept.extend(tokens.get(at..at + unit(tokens, at)).unwrap_or_default().iter().cloned());
            unit(tokens, at)
        }
    }
}

/// Whether a word must be a name, whatever it is.
fn is_named(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    is_at(tokens, before, &Token::Period) || at_word(tokens, before, &["REFERENCES"])
}

/// A key without the clauses of its storage.
fn constraint_tokens(tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let skipped = if is_named(tokens, at) { 0 } else { clause(tokens, at) };
        let length = unit(tokens, at);
        if skipped == 0 {
            let part = tokens.get(at..at + length).unwrap_or_default();
            let is_series = |token: &&TokenWithSpan| is_word(&token.token, "TIMESERIES");
            kept.extend(part.iter().filter(|token| !is_series(token)).cloned());
        }
        at += skipped.max(if skipped == 0 { length } else { 0 });
    }
    kept
}

fn replaced(token: &TokenWithSpan, by: Token) -> TokenWithSpan {
    TokenWithSpan { token: by, span: token.span }
}
