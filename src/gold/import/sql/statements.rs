//! A script cut into statements. Nothing need stand between two of them, so each is known by how it begins.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{at_word, is_at, is_word};

/// What a statement does; those that say nothing of tables only end the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    CreateTable,
    CreateView,
    AlterTable,
    DropTable,
    /// `ALTER SCHEMA a TRANSFER b.c`.
    MoveTable,
    /// It makes a table where it has an `INTO`.
    Select,
    CommentOn,
    Execute,
    /// The end of a batch of T-SQL, and with it of a procedure.
    Batch,
    /// A procedure or trigger, up to the end of its batch.
    Procedure,
    Other,
}

/// A statement from its first word on, without what ends it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'t> {
    pub kind: Kind,
    pub tokens: &'t [TokenWithSpan],
    pub in_procedure: bool,
}

/// The statements of a script.
pub(super) fn statements(tokens: &[TokenWithSpan]) -> Vec<Statement<'_>> {
    let mut found: Vec<Statement<'_>> = Vec::new();
    let (mut start, mut depth, mut kind, mut in_procedure) = (0, 0_usize, Kind::Other, false);
    for at in 0..=tokens.len() {
        let next = if at == tokens.len() { Some(Kind::Batch) } else { begins(tokens, at, depth > 0) };
        if let Some(next) = next {
            found.push(Statement { kind, tokens: tokens.get(start..at).unwrap_or_default(), in_procedure });
            in_procedure = next == Kind::Procedure || (in_procedure && next != Kind::Batch);
            (start, depth, kind) = (at, 0, next);
        }
        match tokens.get(at).map(|token| &token.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found.retain(|statement| !matches!(statement.kind, Kind::Other | Kind::Batch | Kind::Procedure));
    found
}

/// What begins at a place. In a parenthesis only a table can: one that was not closed hides no other.
fn begins(tokens: &[TokenWithSpan], at: usize, is_inside: bool) -> Option<Kind> {
    if is_at(tokens, at, &Token::SemiColon) {
        return Some(Kind::Other);
    }
    if is_batch(tokens, at) {
        return Some(Kind::Batch);
    }
    if at.checked_sub(1).is_some_and(|before| continues(tokens, before, is_inside)) {
        return None;
    }
    let kind = kind(tokens, at)?;
    (!is_inside || kind == Kind::CreateTable).then_some(kind)
}

/// Whether a token makes what follows a name, a right or an action of the same statement.
fn continues(tokens: &[TokenWithSpan], at: usize, is_inside: bool) -> bool {
    const RIGHTS: [&str; 3] = ["GRANT", "DENY", "REVOKE"];
    const NAMES: [&str; 14] = [
        "ADD",
        "COLUMN",
        "COLUMNS",
        "TABLE",
        "EXISTS",
        "DROP",
        "ALTER",
        "RENAME",
        "TO",
        "REFERENCES",
        "CONSTRAINT",
        "NOT",
        "FOR",
        "ON",
    ];
    // `DROP PRIMARY KEY IF EXISTS` goes on.
    let is_key = at_word(tokens, at, &["KEY"])
        && at.checked_sub(1).is_some_and(|before| at_word(tokens, before, &["PRIMARY", "FOREIGN"]));
    if is_at(tokens, at, &Token::Period) || at_word(tokens, at, &RIGHTS) || is_key {
        return true;
    }
    let creates = at_word(tokens, at + 1, &["CREATE"]);
    if is_at(tokens, at, &Token::Comma) {
        return !(creates && is_inside);
    }
    // `SET ANSI_NULLS ON` ends before the next statement, `ON DELETE` and `ON UPDATE` go on.
    let is_set = at_word(tokens, at, &["ON"]) && !at_word(tokens, at + 1, &["DELETE", "UPDATE"]);
    !creates && !is_set && at_word(tokens, at, &NAMES)
}

fn kind(tokens: &[TokenWithSpan], at: usize) -> Option<Kind> {
    const OTHERS: [&str; 21] = [
        "GRANT",
        "DENY",
        "REVOKE",
        "PRINT",
        "DECLARE",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "TRUNCATE",
        "USE",
        "IF",
        "BEGIN",
        "END",
        "ELSE",
        "WHILE",
        "RETURN",
        "OPTIMIZE",
        "VACUUM",
        "ANALYZE",
        "RAISERROR",
    ];
    let one = |offset: usize, words: &[&str]| at_word(tokens, at + offset, words);
    if one(0, &["CREATE"]) {
        Some(created(tokens, at + 1))
    } else if one(0, &["ALTER"]) {
        altered(tokens, at)
    } else if one(0, &["DROP"]) {
        let table = one(1, &["TABLE"]).then_some(Kind::DropTable);
        table
            .or_else(|| one(1, &["VIEW", "INDEX", "PROCEDURE", "SCHEMA", "FUNCTION", "TRIGGER"]).then_some(Kind::Other))
    } else if one(0, &["SELECT"]) {
        Some(Kind::Select)
    } else if one(0, &["COMMENT"]) && one(1, &["ON"]) {
        Some(Kind::CommentOn)
    } else if one(0, &["EXEC", "EXECUTE"]) {
        Some(Kind::Execute)
    } else {
        let switch = one(0, &["SET"]) && one(2, &["ON", "OFF"]);
        (switch || one(0, &OTHERS)).then_some(Kind::Other)
    }
}

/// `CREATE`, some words about how, and what.
fn created(tokens: &[TokenWithSpan], at: usize) -> Kind {
    const HOW: [&str; 12] = [
        "OR",
        "REPLACE",
        "ALTER",
        "REFRESH",
        "GLOBAL",
        "LOCAL",
        "TEMP",
        "TEMPORARY",
        "EXTERNAL",
        "STREAMING",
        "LIVE",
        "UNLOGGED",
    ];
    let mut what = at;
    while at_word(tokens, what, &HOW) || at_word(tokens, what, &["MATERIALIZED"]) {
        what += 1;
    }
    if at_word(tokens, what, &["TABLE"]) {
        Kind::CreateTable
    } else if at_word(tokens, what, &["VIEW"]) {
        Kind::CreateView
    } else if at_word(tokens, what, &["PROCEDURE", "PROC", "TRIGGER"]) {
        Kind::Procedure
    } else {
        Kind::Other
    }
}

fn altered(tokens: &[TokenWithSpan], at: usize) -> Option<Kind> {
    if at_word(tokens, at + 1, &["TABLE"]) {
        Some(Kind::AlterTable)
    } else if at_word(tokens, at + 1, &["PROCEDURE", "PROC", "TRIGGER"]) {
        Some(Kind::Procedure)
    } else if at_word(tokens, at + 1, &["SCHEMA"]) && at_word(tokens, at + 3, &["TRANSFER"]) {
        Some(Kind::MoveTable)
    } else {
        at_word(tokens, at + 1, &["VIEW", "SCHEMA", "DATABASE", "INDEX", "FUNCTION", "ROLE"]).then_some(Kind::Other)
    }
}

/// `GO` alone on its line, or with how often, which ends a batch of T-SQL.
fn is_batch(tokens: &[TokenWithSpan], at: usize) -> bool {
    let line = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.span.start.line);
    let own = line(Some(at));
    let follows = |offset: usize| line(at.checked_add(offset)) == own;
    let counted = follows(1) && tokens.get(at + 1).is_some_and(|next| matches!(next.token, Token::Number(..)));
    tokens.get(at).is_some_and(|token| is_word(&token.token, "GO"))
        && at.checked_sub(1).is_none_or(|before| line(Some(before)) != own)
        && (!follows(1) || (counted && !follows(2)))
}
