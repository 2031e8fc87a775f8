//! What a dialect writes for what it has words of its own for: templates with holes in the place of arguments.
//!
//! An argument may be as long as a statement and stand in several templates, one within the other: it is written where
//! its hole is, and never copied.

use std::sync::OnceLock;

use sqlparser::ast::{Expr, Ident, Value, ValueWithSpan};

use super::{Dialect, Macro, NullSafe, equal_or_both_missing};
use crate::emit::sql::ast;

/// A template and what stands in its holes.
#[derive(Clone, Copy)]
pub struct Spelling<'e> {
    pub template: &'static Expr,
    pub holes: Holes<'e>,
}

/// The arguments of a template, by the numbers of their holes.
pub type Holes<'e> = [Option<&'e Expr>; 2];

/// What begins the names of holes, and no name that is written without quotes.
const HOLE: char = '$';

/// The hole for an argument. A literal has one of another kind, as dialects may write something else around literals.
fn hole(number: usize, argument: &Expr) -> Expr {
    let name = format!("{HOLE}{number}");
    if is_literal(argument) {
        Expr::Value(ValueWithSpan::from(Value::Placeholder(name)))
    } else {
        Expr::Identifier(Ident::new(name))
    }
}

pub(super) fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(_) | Expr::UnaryOp { .. })
}

/// What an expression stands for, if it is a hole.
#[inline]
pub fn in_hole<'e>(expr: &Expr, holes: &Holes<'e>) -> Option<&'e Expr> {
    // Most expressions stand in no template.
    holes.first()?.and_then(|_| holes.get(number(expr)?).copied().flatten())
}

/// The number of a hole.
fn number(expr: &Expr) -> Option<usize> {
    let name = match expr {
        Expr::Identifier(name) if name.quote_style.is_none() => &name.value,
        Expr::Value(ValueWithSpan { value: Value::Placeholder(name), .. }) => name,
        _ => return None,
    };
    name.strip_prefix(HOLE)?.parse().ok()
}

/// As many kinds of templates as there are macros, and one more for values that may both be missing.
const KINDS: usize = Macro::COUNT + 1;
const BOTH_MISSING: usize = Macro::COUNT;

/// The templates of a dialect, each made on first use: by kind, then by whether the last argument is a literal.
pub struct Templates([[OnceLock<Expr>; 2]; KINDS]);

impl Templates {
    /// Each template is made when it is first needed.
    pub const fn none_yet() -> Self {
        Templates([const { [const { OnceLock::new() }; 2] }; KINDS])
    }

    fn get(&self, kind: usize, literal: bool, make: impl FnOnce() -> Expr) -> Option<&Expr> {
        Some(self.0.get(kind)?.get(usize::from(literal))?.get_or_init(make))
    }
}

impl Dialect {
    /// What stands here for something that every dialect has in its own words; nothing for what they all write alike.
    pub fn spelled<'e>(&'static self, expr: &'e Expr) -> Option<Spelling<'e>> {
        match (expr, &self.null_safe) {
            (Expr::Function(function), _) => {
                let what = Macro::of(function)?;
                let mut arguments = ast::arguments(function);
                let (first, second) = (arguments.next()?, arguments.next());
                let last = second.unwrap_or(first);
                let make = || self.written(what, hole(0, first), hole(1, last));
                let template = self.templates.get(what as usize, is_literal(last), make)?;
                Some(Spelling { template, holes: [Some(first), second] })
            }
            (Expr::IsNotDistinctFrom(left, right), NullSafe::SpelledOut) => {
                let make = || equal_or_both_missing(&hole(0, left), &hole(1, right));
                let template = self.templates.get(BOTH_MISSING, is_literal(right), make)?;
                Some(Spelling { template, holes: [Some(left), Some(right)] })
            }
            _ => None,
        }
    }
}
