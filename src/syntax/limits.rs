//! How deep and how long an expression may be, counted on tokens before anything recursive reads them.
//!
//! The depth of the syntax tree is at most the number of operators in a row plus the depth of what they
//! join, so both are kept below one bound: no later stage can run out of stack.

use super::scan::{Kind, Token};
use super::words::awaits_a_value;
use crate::diagnostics::Diagnostic;

/// Parentheses, lists and `case`s inside each other.
pub const MAX_DEPTH: usize = 64;
/// Operands that operators join, counting those of nested parts.
pub const MAX_CHAIN: usize = 1_000;
/// Mistakes reported for one file.
pub const MAX_MISTAKES: usize = 1_000;

/// What was found wrong with a file, up to one more than [`MAX_MISTAKES`]: the rest would only eat memory.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<Diagnostic>);

impl Mistakes {
    /// Dropped once there are too many.
    pub fn push(&mut self, mistake: Diagnostic) {
        if !self.are_too_many() {
            self.0.push(mistake);
        }
    }

    /// At most one more than [`MAX_MISTAKES`].
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the file has more than are reported.
    pub fn are_too_many(&self) -> bool {
        self.0.len() > MAX_MISTAKES
    }

    /// All of them, in the order of the text.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.0.sort_by_key(Diagnostic::span);
        self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    Depth,
    Chain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Opened {
    #[default]
    Bracket,
    Case,
    CaseAtElse,
}

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    opened: Opened,
    /// The deepest subtree of the operands before the last separator.
    deepest: usize,
    /// Operators since the last separator, on top of the deepest operand they join.
    chain: usize,
}

/// Counts along the tokens of one definition.
#[derive(Debug, Default)]
pub(super) struct Limits {
    outermost: Level,
    inner: Vec<Level>,
    awaiting: bool,
    /// Signs and `not`s in a row.
    prefixes: usize,
}

/// The longest word that means anything here, `ignoring`.
const LONGEST: usize = 8;

impl Limits {
    /// Counts one more token; says which limit it exceeds.
    pub fn note(&mut self, token: &Token, word: &str) -> Option<Excess> {
        if word.len() > LONGEST || matches!(token.kind, Kind::Text | Kind::OpenText | Kind::Number) {
            self.settle(false);
            return None;
        }
        match word {
            "(" | "[" | "{" => self.enter(Opened::Bracket),
            "case" => self.enter(Opened::Case),
            ")" | "]" | "}" => self.leave_bracket(),
            "end" if !self.awaiting && self.level().opened == Opened::CaseAtElse => self.leave(),
            _ => self.pass(word),
        }
        self.excess()
    }

    fn excess(&self) -> Option<Excess> {
        if self.inner.len() > MAX_DEPTH || self.prefixes > MAX_DEPTH {
            return Some(Excess::Depth);
        }
        let level = self.inner.last().unwrap_or(&self.outermost);
        (level.deepest.max(level.chain) >= MAX_CHAIN).then_some(Excess::Chain)
    }

    fn pass(&mut self, word: &str) {
        let prefix = self.awaiting && (word == "-" || word == "not");
        if word == "else" && self.level().opened == Opened::Case {
            self.level().opened = Opened::CaseAtElse;
        }
        if is_separator(word) {
            let level = self.level();
            level.deepest = level.deepest.max(level.chain);
            level.chain = 0;
        } else if is_operator(word) || prefix {
            self.level().chain += 1;
        }
        self.prefixes = if prefix || word == "not" { self.prefixes + 1 } else { 0 };
        self.awaiting = awaits_a_value(word) || is_mark(word);
    }

    fn enter(&mut self, opened: Opened) {
        self.settle(true);
        self.inner.push(Level { opened, ..Level::default() });
    }

    fn leave_bracket(&mut self) {
        while self.inner.last().is_some_and(|level| level.opened != Opened::Bracket) {
            self.leave();
        }
        self.leave();
    }

    fn leave(&mut self) {
        self.settle(false);
        if let Some(left) = self.inner.pop() {
            let level = self.level();
            level.chain = level.chain.max(left.deepest.max(left.chain) + 1);
        }
    }

    fn settle(&mut self, awaiting: bool) {
        self.awaiting = awaiting;
        self.prefixes = 0;
    }

    fn level(&mut self) -> &mut Level {
        self.inner.last_mut().unwrap_or(&mut self.outermost)
    }
}

fn is_separator(word: &str) -> bool {
    matches!(word, "," | ":" | "where" | "over" | "when" | "then" | "else" | "refuse" | "allow")
}

fn is_operator(word: &str) -> bool {
    matches!(word, "+" | "-" | "*" | "/" | "and" | "or" | "ignoring")
}

fn is_mark(word: &str) -> bool {
    word.chars().next().is_some_and(|c| !super::scan::is_word(c))
}

#[cfg(test)]
mod tests {
    use super::super::scan::Scanner;
    use super::*;

    fn excess(text: &str) -> Option<Excess> {
        let mut limits = Limits::default();
        Scanner::new(text).find_map(|token| limits.note(&token, token.text(text)))
    }

    #[test]
    fn sixty_four_parentheses_are_enough_and_one_more_is_too_many() {
        assert_eq!(excess(&format!("{}a{}", "(".repeat(64), ")".repeat(64))), None);
        assert_eq!(excess(&format!("{}a{}", "(".repeat(65), ")".repeat(65))), Some(Excess::Depth));
    }

    #[test]
    fn a_closed_case_counts_no_longer() {
        let case = "case when a = end then end else end end + ";
        assert_eq!(excess(&format!("{}1", case.repeat(100))), None);
        let nested = "case when a then 1 else ".repeat(65);
        assert_eq!(excess(&nested), Some(Excess::Depth));
    }

    #[test]
    fn signs_and_nots_in_a_row_count_as_depth() {
        assert_eq!(excess(&format!("{}a", "not ".repeat(65))), Some(Excess::Depth));
        assert_eq!(excess(&format!("1 + {}a", "- ".repeat(70))), Some(Excess::Depth));
    }

    #[test]
    fn a_chain_is_counted_with_what_it_nests() {
        assert_eq!(excess(&format!("{}1", "1 + ".repeat(999))), None);
        assert_eq!(excess(&format!("{}1", "1 + ".repeat(1000))), Some(Excess::Chain));
        let nested = format!("({}1){}", "1 + ".repeat(600), " + 1".repeat(600));
        assert_eq!(excess(&nested), Some(Excess::Chain));
        assert_eq!(excess(&format!("[{}1]", "-1, ".repeat(5000))), None);
    }
}
