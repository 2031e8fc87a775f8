//! Clauses that gold.yaml has no word for, so that they need not be understood: how a table is stored,
//! filled, guarded or indexed. The SQL parser does not know all of them in every place.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{at_word, find, is_at, unit};

/// Words that say nothing of what a column holds, alone where they stand.
const ALONE: [&str; 15] = [
    "CLUSTERED",
    "NONCLUSTERED",
    "PERSISTED",
    "STORED",
    "VIRTUAL",
    "ROWGUIDCOL",
    "SPARSE",
    "FILESTREAM",
    "HIDDEN",
    "RELY",
    "NORELY",
    "ENFORCED",
    "DEFERRABLE",
    "TIMESERIES",
    "FIRST",
];

/// Words that begin another clause of a column, which ends the value of a `DEFAULT`.
const BEGIN: [&str; 20] = [
    "NULL",
    "CONSTRAINT",
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "REFERENCES",
    "CHECK",
    "COMMENT",
    "COLLATE",
    "IDENTITY",
    "GENERATED",
    "MASK",
    "MASKED",
    "ENCRYPTED",
    "ROWGUIDCOL",
    "SPARSE",
    "WITH",
    "INDEX",
    "FIRST",
    "AFTER",
];

/// How many tokens at a place are a clause without a counterpart; 0 where another begins.
pub(super) fn clause(tokens: &[TokenWithSpan], at: usize) -> usize {
    let one = |offset: usize, words: &[&str]| at_word(tokens, at + offset, words);
    let word = |offset: usize, word: &str| one(offset, &[word]);
    let paren = |offset: usize| parenthesis(tokens, at + offset);
    if one(0, &ALONE) {
        1
    } else if word(0, "NOT") && word(1, "FOR") && word(2, "REPLICATION") {
        3
    } else if (word(0, "NOT") && one(1, &["ENFORCED", "DEFERRABLE", "VALID", "HIDDEN"]))
        || one(0, &["INITIALLY", "MATCH", "COLLATE", "AFTER", "CONSTRAINT"])
        || (word(0, "WITH") && one(1, &["CHECK", "NOCHECK", "VALUES"]))
    {
        2
    } else if word(0, "IDENTITY") || (word(0, "WITH") && paren(1) > 0) {
        1 + paren(1)
    } else if word(0, "UNIQUE") {
        let length = 1 + usize::from(one(1, &["CLUSTERED", "NONCLUSTERED"]));
        length + paren(length)
    } else if word(0, "CHECK") {
        let length = if word(1, "NOT") { 4 } else { 1 };
        if paren(length) > 0 { length + paren(length) } else { 0 }
    } else if word(0, "ENCRYPTED") || word(0, "MASKED") {
        let length = 1 + usize::from(word(1, "WITH"));
        length + paren(length)
    } else {
        longer(tokens, at)
    }
}

/// Clauses whose end has to be looked for.
fn longer(tokens: &[TokenWithSpan], at: usize) -> usize {
    let word = |word: &str| at_word(tokens, at, &[word]);
    if word("ON") {
        storage(tokens, at)
    } else if word("DEFAULT") {
        default(tokens, at)
    } else if word("GENERATED") {
        generated(tokens, at)
    } else if word("MASK") {
        let name = dotted(tokens, at + 1);
        let using = at_word(tokens, name, &["USING"]) && at_word(tokens, name + 1, &["COLUMNS"]);
        name - at + if using { 2 + parenthesis(tokens, name + 2) } else { 0 }
    } else if word("INDEX") {
        let behind = at + 2 + usize::from(at_word(tokens, at + 2, &["CLUSTERED", "NONCLUSTERED", "UNIQUE"]));
        behind - at + parenthesis(tokens, behind)
    } else {
        0
    }
}

/// `ON DELETE CASCADE`, `ON UPDATE SET NULL`, `ON [filegroup]`, `ON scheme(column)`.
fn storage(tokens: &[TokenWithSpan], at: usize) -> usize {
    if !at_word(tokens, at + 1, &["DELETE", "UPDATE"]) {
        return 2 + parenthesis(tokens, at + 2);
    }
    if at_word(tokens, at + 2, &["SET", "NO"]) { 4 } else { 3 }
}

/// `DEFAULT`, a value, and what belongs to it, up to the next clause.
fn default(tokens: &[TokenWithSpan], at: usize) -> usize {
    let begins = |at: usize| {
        at_word(tokens, at, &BEGIN)
            || (at_word(tokens, at, &["NOT"]) && at_word(tokens, at + 1, &["NULL", "FOR", "ENFORCED"]))
    };
    let first = at + 1 + unit(tokens, at + 1);
    find(tokens, first, begins) - at
}

/// `GENERATED ALWAYS AS (..)`, `.. AS IDENTITY (..)`, `.. AS ROW START HIDDEN`.
fn generated(tokens: &[TokenWithSpan], at: usize) -> usize {
    let mut behind = find(tokens, at, |at| at_word(tokens, at, &["AS"])) + 1;
    if parenthesis(tokens, behind) == 0 {
        behind += if at_word(tokens, behind, &["IDENTITY"]) { 1 } else { 2 };
    }
    behind += parenthesis(tokens, behind);
    behind.min(tokens.len()) - at
}

/// Where a name of several parts ends.
fn dotted(tokens: &[TokenWithSpan], at: usize) -> usize {
    let mut end = at + 1;
    while is_at(tokens, end, &Token::Period) {
        end += 2;
    }
    end.min(tokens.len())
}

/// How many tokens a parenthesis at a place has; 0 where none opens.
fn parenthesis(tokens: &[TokenWithSpan], at: usize) -> usize {
    if is_at(tokens, at, &Token::LParen) { unit(tokens, at) } else { 0 }
}
