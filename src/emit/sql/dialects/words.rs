//! Words that have a meaning of their own in some dialect. Every name of every statement is looked up in them.

use std::sync::LazyLock;

use super::Dialect;
use crate::settings::DialectName;

/// No word is as long.
const LENGTHS: usize = 32;
const LETTERS: usize = 26;

/// A word, and a bit for each dialect that reserves it.
type Word = (&'static str, u8);

/// Words of one first letter and length.
#[derive(Clone, Default)]
struct Alike {
    words: Vec<Word>,
    /// A bit for each letter that is their last: most names end otherwise.
    lasts: u32,
}

/// The words of all dialects, at the [`place`] of each.
static WORDS: LazyLock<Vec<Alike>> = LazyLock::new(|| {
    let mut words = vec![Alike::default(); LETTERS * LENGTHS];
    for (_, name) in DialectName::NAMES {
        for word in Dialect::named(name).reserved {
            if let Some(alike) = place(word).and_then(|place| words.get_mut(place)) {
                alike.add(word, bit(name));
            }
        }
    }
    words
});

impl Alike {
    fn add(&mut self, word: &'static str, bit: u8) {
        self.lasts |= last(word);
        match self.words.iter_mut().find(|(known, _)| *known == word) {
            Some((_, bits)) => *bits |= bit,
            None => self.words.push((word, bit)),
        }
    }
}

/// The bit of the last letter. Other characters share the bits of letters.
fn last(word: &str) -> u32 {
    word.bytes().next_back().map_or(0, |last| 1 << (last.to_ascii_lowercase() & 31))
}

/// By first letter and length; none where no word is.
fn place(word: &str) -> Option<usize> {
    let first = usize::from(word.bytes().next()?.to_ascii_lowercase().checked_sub(b'a')?);
    (first < LETTERS && word.len() < LENGTHS).then_some(first * LENGTHS + word.len())
}

fn bit(dialect: DialectName) -> u8 {
    1 << dialect as u8
}

/// A bit for each dialect that reserves the word, in whatever case it is written.
fn reserving(word: &str) -> u8 {
    let alike = place(word).and_then(|place| WORDS.get(place)).filter(|alike| alike.lasts & last(word) != 0);
    let mut words = alike.into_iter().flat_map(|alike| &alike.words);
    words.find(|(known, _)| known.eq_ignore_ascii_case(word)).map_or(0, |(_, bits)| *bits)
}

/// Whether the dialect has a meaning for the word.
pub fn is_reserved_in(dialect: DialectName, word: &str) -> bool {
    reserving(word) & bit(dialect) != 0
}

/// Whether some dialect has a meaning for the word.
pub fn is_reserved(word: &str) -> bool {
    reserving(word) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_in_its_dialect_in_any_case() {
        for (_, name) in DialectName::NAMES {
            for word in Dialect::named(name).reserved {
                assert!(is_reserved_in(name, word) && is_reserved(&word.to_lowercase()), "{word}");
            }
        }
        assert!(is_reserved_in(DialectName::DuckDb, "qualify") && !is_reserved_in(DialectName::Postgres, "qualify"));
        assert!(is_reserved_in(DialectName::Postgres, "system_user"), "since PostgreSQL 16");
        for word in ["", "customer", "über", "_select", "a_name_that_is_longer_than_any_word"] {
            assert!(!is_reserved(word), "{word}");
        }
    }
}
