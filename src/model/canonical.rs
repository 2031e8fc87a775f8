//! The canonical text of a meaning: equal exactly where the meaning is, whatever it was called and however it
//! was laid out. What stands in braces is about a meaning and no part of it (docs/language.md, A project).
//!
//! Names of definitions do not stand in it: each is replaced by its own canonical text. The operands of `and`
//! and `or`, the clauses of an aggregate and the values of `in` are sorted and each stands once; `over w of d` is the
//! condition `d in w`. Text longer than [`LONGEST`] is replaced by its digest, wherever it stands, so that the work
//! is linear in the size of a project.

mod columns;
mod conditions;
mod definitions;
mod values;

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest as _, Sha256};

use crate::gold::TableId;

use super::{Definition, Model};

/// The longest text that stands as it is, in bytes.
const LONGEST: usize = 256;
/// The bytes of an ordinary text.
const USUAL: usize = 64;

/// What a definition means.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning {
    pub text: String,
    /// Its conjuncts and its disjuncts, so that a filter among others is as good as its condition written there.
    pub all: BTreeSet<String>,
    pub any: BTreeSet<String>,
    /// The tables of a metric's leaves: at a row, the way from them to it is part of the meaning.
    pub leaves: BTreeSet<TableId>,
}

/// Writes meanings, given those of the definitions read.
pub(super) struct Writer<'m> {
    pub model: &'m Model,
    pub meanings: HashMap<Definition, Meaning>,
    /// The columns in canonical text, by table: most definitions name some.
    columns: Vec<Vec<String>>,
}

impl<'m> Writer<'m> {
    /// Knows no meaning yet: they are put in from the definitions read to those that read them.
    pub fn new(model: &'m Model) -> Self {
        Writer { model, meanings: HashMap::new(), columns: columns::texts(&model.gold) }
    }
}

/// A text in hexadecimal SHA-256.
pub(super) fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut hexadecimal = String::with_capacity(2 * digest.len());
    for digit in digest.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        hexadecimal.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
    }
    hexadecimal
}

/// Short text as it stands, long text as its digest.
fn compact(text: String) -> String {
    if text.len() > LONGEST { format!("#{}", digest(&text)) } else { text }
}

/// `name(part, part)`.
fn call(name: &str, parts: impl IntoIterator<Item = String>) -> String {
    let mut text = String::with_capacity(USUAL);
    text.push_str(name);
    text.push('(');
    for (at, part) in parts.into_iter().enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        text.push_str(&part);
    }
    text.push(')');
    compact(text)
}
