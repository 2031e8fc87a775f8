//! Comments inside a definition, given back at the word they stood at.
//!
//! Layout keeps all words, numbers, texts and operators in their order and changes only brackets and commas.
//! So the next word to be written is the next word of the source, and the comments before it come first.

use super::doc::Doc;
use crate::source::Spanned;
use crate::syntax::scan::{Kind, Scanner};

/// Hands out the comments of one definition while its words are written.
pub(super) struct Comments<'c> {
    text: &'c str,
    /// The comments that were not written yet.
    waiting: &'c [Spanned<String>],
    /// Where the words of the source that were not written yet begin; empty where there are no comments.
    words: std::vec::IntoIter<usize>,
}

impl<'c> Comments<'c> {
    /// `all` are the comments of the file; those within `range` are handed out.
    pub fn new(text: &'c str, all: &'c [Spanned<String>], range: std::ops::Range<usize>) -> Self {
        let first = all.partition_point(|comment| (comment.span.start as usize) < range.start);
        let last = all.partition_point(|comment| (comment.span.start as usize) < range.end);
        let waiting = all.get(first..last).unwrap_or_default();
        let words = if waiting.is_empty() { Vec::new() } else { words(text, range) };
        Self { text, waiting, words: words.into_iter() }
    }

    /// A word or several as a document, after the comments before it.
    pub fn word(&mut self, written: impl Into<String>) -> Doc {
        let written = written.into();
        if self.waiting.is_empty() {
            return Doc::Text(written);
        }
        let mut parts = self.before_word(&written);
        parts.push(Doc::Text(written));
        Doc::Concat(parts)
    }

    /// The comments before a word that is written next.
    pub fn before_word(&mut self, written: &str) -> Vec<Doc> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let count = Scanner::new(written).filter(|token| counts(token.kind, token.text(written))).count();
        let first = self.words.next().unwrap_or(usize::MAX);
        self.words.by_ref().take(count.saturating_sub(1)).for_each(drop);
        self.before(first)
    }

    /// The comments before a place of the source.
    pub fn before(&mut self, place: usize) -> Vec<Doc> {
        let count = self.waiting.partition_point(|comment| (comment.span.start as usize) < place);
        let (now, later) = self.waiting.split_at(count);
        self.waiting = later;
        let document = |comment: &Spanned<String>| {
            let trailing = is_trailing(self.text, comment.span.start as usize);
            Doc::Comment { text: comment.value.clone(), trailing }
        };
        now.iter().map(document).collect()
    }

    /// Whether a comment waits that stands before a place of the source.
    pub fn waits_before(&self, place: usize) -> bool {
        self.waiting.first().is_some_and(|comment| (comment.span.start as usize) < place)
    }
}

/// Whether something stands before a place on its line.
pub(super) fn is_trailing(text: &str, place: usize) -> bool {
    let before = text.get(..place).unwrap_or("");
    before.rsplit('\n').next().is_some_and(|line| !line.trim_matches(['\u{FEFF}', ' ', '\t']).is_empty())
}

/// Whether the last line of a text ends in a comment, behind which nothing more can stand.
pub(super) fn ends_in_one(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or("");
    Scanner::new(line).last().is_some_and(|token| token.kind == Kind::Comment)
}

fn words(text: &str, range: std::ops::Range<usize>) -> Vec<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let tokens = Scanner::new(part).filter(|token| counts(token.kind, token.text(part)));
    tokens.map(|token| range.start + token.start).collect()
}

/// Whether layout keeps a token: all but brackets and the marks between entries and names.
fn counts(kind: Kind, text: &str) -> bool {
    !matches!(kind, Kind::Comment | Kind::Doc) && !matches!(text, "(" | ")" | "[" | "]" | "{" | "}" | "," | ":" | ".")
}
