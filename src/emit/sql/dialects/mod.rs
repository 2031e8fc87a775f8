//! What differs between SQL dialects: a value of [`Dialect`] each, and nothing outside this folder
//! asks which one it has.
//!
//! That all of them say the same is not taken from manuals alone: `tests/conformance` compares what they give.

mod duckdb;
mod fabric;
mod postgres;
mod spark;
mod spelling;
mod words;

use sqlparser::ast::{BinaryOperator, DataType, Expr, Ident};

use super::ast;
use super::common::{self, Macro};
use crate::settings::DialectName;

pub use spelling::{Holes, Spelling, Templates, in_hole};
pub use words::is_reserved;

/// A SQL dialect: how it spells what a statement says ([`common`]). Functions take and give expressions; dates are
/// dates, not timestamps.
pub struct Dialect {
    pub name: DialectName,
    /// Opening and closing quote of an identifier.
    pub quotes: (char, char),
    /// Words that may not stand bare as a name.
    pub reserved: &'static [&'static str],
    /// The type that `number` is computed in.
    pub double: fn() -> DataType,
    /// 64-bit integer sums need a cast first (rule R13).
    pub widen_sums: bool,
    /// The function that counts in 64 bits.
    pub count: &'static str,
    pub booleans: Booleans,
    pub null_safe: NullSafe,
    pub ctes: Ctes,
    pub statistics: Statistics,
    pub percentile: Percentile,
    pub backslash: Backslash,
    /// Characters of a `LIKE` pattern that the sign of escape must stand before.
    pub like_special: &'static [char],
    pub dates: Dates,
    /// A date and a whole number of days, as for those before.
    pub days_after: fn(Expr, Expr) -> Expr,
    pub days_before: fn(Expr, Expr) -> Expr,
    /// `EDATE`.
    pub add_months: fn(Expr, Expr) -> Expr,
    /// Of the date's month, and so for quarter and year.
    pub first_of_month: fn(Expr) -> Expr,
    pub first_of_quarter: fn(Expr) -> Expr,
    pub first_of_year: fn(Expr) -> Expr,
    /// Days from the first to the second.
    pub days_between: fn(Expr, Expr) -> Expr,
    /// Month boundaries from the first to the second.
    pub months_between: fn(Expr, Expr) -> Expr,
    /// A moment so many hours from now, as the engine holds moments: with a time zone where it has such a type, else
    /// in UTC.
    pub hours_from_now: fn(Expr) -> Expr,
    /// A text without the blanks (U+0020) at its end, and those alone.
    pub trimmed_end: fn(Expr) -> Expr,
    /// A double as a decimal of ten decimals, by the digits that say it.
    pub decimal_of: fn(Expr) -> Expr,
    /// A text as it is compared letter by letter, where its collation may not tell capitals.
    pub by_letter: fn(Expr) -> Expr,
    pub views: Views,
    /// What those functions give, as it is printed.
    pub templates: Templates,
    /// The grammar `sqlparser` reads our own text with, in tests.
    pub grammar: fn() -> Box<dyn sqlparser::dialect::Dialect>,
}

/// How a boolean column is compared.
pub enum Booleans {
    /// `TRUE`, `FALSE`.
    Words,
    /// A bit: `1`, `0`.
    Bits,
}

/// How a date is written.
pub enum Dates {
    /// `DATE '2025-12-31'`.
    Typed,
    /// `CAST('2025-12-31' AS DATE)`.
    Cast,
}

/// How two values that may both be missing are matched.
pub enum NullSafe {
    /// `a IS NOT DISTINCT FROM b`.
    IsNotDistinctFrom,
    /// Spelled out: equal, or both missing.
    SpelledOut,
}

/// How a common table expression is computed.
pub enum Ctes {
    /// As the engine likes.
    Free,
    /// Once, as written: PostgreSQL would write one that is used once into its reader, guess a row or
    /// two for conditions on folded text, and compute it anew for every row of a loop.
    Materialised,
}

/// What an engine knows of how often a text is there as it is compared.
pub enum Statistics {
    /// What it finds out by itself.
    OfColumns,
    /// Nothing of expressions, unless it is told to count them: `CREATE STATISTICS .. ON (expression)`.
    OfExpressions,
}

/// How a percentile is asked for (rule R38).
#[derive(Debug, Clone, Copy)]
pub enum Percentile {
    /// `percentile_cont(k) WITHIN GROUP (ORDER BY x)` is an aggregate.
    Aggregate,
    /// It is a window function only.
    Window,
}

/// What a backslash in a text literal is.
pub enum Backslash {
    /// A character like any other.
    Plain,
    /// It stands before another character, and is doubled to stand for itself.
    Escapes,
}

/// How a view is deployed.
pub enum Views {
    /// `CREATE VIEW`, one object a file, and a script that drops first.
    Project,
    /// `CREATE OR REPLACE VIEW` and a script that writes a table.
    Replace,
    /// The same, but dropped and created: what replaces a view may only add columns behind those it has.
    Anew,
    /// The same, and a materialised lake view.
    Lake,
}

impl Dialect {
    /// The one value of that dialect.
    pub fn named(name: DialectName) -> &'static Dialect {
        match name {
            DialectName::Fabric => &fabric::FABRIC,
            DialectName::Spark => &spark::SPARK,
            DialectName::DuckDb => &duckdb::DUCKDB,
            DialectName::Postgres => &postgres::POSTGRES,
        }
    }

    /// A name, quoted only where it must be.
    pub fn ident(&self, name: &str) -> Ident {
        if self.stands_bare(name) { Ident::new(name) } else { Ident::with_quote(self.quotes.0, name) }
    }

    /// Whether a name needs no quotes: plain lower case, and no reserved word.
    pub fn stands_bare(&self, name: &str) -> bool {
        is_plain(name) && !words::is_reserved_in(self.name, name)
    }

    /// The characters of a text literal between its quotes.
    pub fn escaped(&self, text: &str) -> String {
        match self.backslash {
            Backslash::Escapes => text.replace('\\', "\\\\").replace('\'', "\\'"),
            Backslash::Plain => text.replace('\'', "''"),
        }
    }

    /// A pattern in which only what is special here stands after the sign of escape, and whether that is to be named.
    pub fn pattern(&self, common: &str) -> (String, bool) {
        let (mut pattern, mut escapes) = (String::new(), common.contains('\\'));
        let mut chars = common.chars();
        while let Some(c) = chars.next() {
            let special = if c == common::ESCAPE { chars.next() } else { None };
            let marked = special.is_some_and(|special| self.like_special.contains(&special));
            escapes |= marked;
            pattern.extend(marked.then_some(common::ESCAPE));
            pattern.push(special.unwrap_or(c));
        }
        (pattern, escapes)
    }

    /// A macro of these arguments, of which some ask for the first alone.
    fn written(&self, what: Macro, first: Expr, second: Expr) -> Expr {
        match what {
            Macro::DaysAfter => (self.days_after)(first, second),
            Macro::DaysBefore => (self.days_before)(first, second),
            Macro::MonthsAfter => (self.add_months)(first, second),
            Macro::MonthStart => (self.first_of_month)(first),
            Macro::QuarterStart => (self.first_of_quarter)(first),
            Macro::YearStart => (self.first_of_year)(first),
            Macro::DaysBetween => (self.days_between)(first, second),
            Macro::MonthsBetween => (self.months_between)(first, second),
            Macro::HoursFromNow => (self.hours_from_now)(first),
            Macro::TrimmedEnd => (self.trimmed_end)(first),
            Macro::DecimalOf => (self.decimal_of)(first),
            Macro::HasCapitals => {
                let lowered = ast::call("LOWER", [first.clone()]);
                ast::compare((self.by_letter)(first), BinaryOperator::NotEq, lowered)
            }
            Macro::SumOfIntegers if self.widen_sums && !has_64_bits(&first) => {
                ast::call("SUM", [ast::cast(first, DataType::BigInt(None))])
            }
            Macro::SumOfIntegers => ast::call("SUM", [first]),
            Macro::WholeSum if self.widen_sums => self.written(Macro::SumOfIntegers, first, second),
            Macro::WholeSum => ast::cast(ast::call("SUM", [first]), DataType::BigInt(None)),
            Macro::InWideSum if self.widen_sums => ast::cast(first, DataType::BigInt(None)),
            Macro::InWideSum => first,
        }
    }
}

/// Whether it was made a whole number of 64 bits where it was worked out.
fn has_64_bits(value: &Expr) -> bool {
    match value {
        Expr::Cast { data_type, .. } => *data_type == DataType::BigInt(None),
        Expr::Nested(inner) => has_64_bits(inner),
        Expr::BinaryOp { left, right, .. } => has_64_bits(left) || has_64_bits(right),
        _ => false,
    }
}

fn equal_or_both_missing(left: &Expr, right: &Expr) -> Expr {
    let both = ast::all([ast::is_null(left.clone()), ast::is_null(right.clone())]);
    ast::any([ast::equal(left.clone(), right.clone()), both])
}

/// The alias, told from the word it may be.
pub fn bare_alias(alias: String) -> String {
    if is_reserved(&alias) { format!("{alias}1") } else { alias }
}

/// Whether no dialect needs quotes around the name.
pub fn stands_bare_everywhere(name: &str) -> bool {
    is_plain(name) && !is_reserved(name)
}

/// Small letters, digits and `_`, no digit first: a name that engines take as it stands.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    begins && name.bytes().all(plain)
}

fn as_date(value: Expr) -> Expr {
    ast::cast(value, DataType::Date)
}

fn plus(value: Expr, amount: Expr) -> Expr {
    ast::arithmetic(value, BinaryOperator::Plus, amount)
}

fn minus(value: Expr, amount: Expr) -> Expr {
    ast::arithmetic(value, BinaryOperator::Minus, amount)
}

/// `CAST(DATE_TRUNC('month', day) AS DATE)`.
fn truncated(unit: &str, day: Expr) -> Expr {
    as_date(ast::call("DATE_TRUNC", [ast::quoted(unit), day]))
}

/// Reserved in all four dialects.
macro_rules! reserved {
    ($($word:literal),* $(,)?) => {
        &["ALL", "ALTER", "AND", "ANY", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COLUMN", "CONSTRAINT",
          "CREATE", "CROSS", "CURRENT_DATE", "DEFAULT", "DELETE", "DESC", "DISTINCT", "DROP", "ELSE", "END", "EXCEPT",
          "EXISTS", "FALSE", "FETCH", "FOR", "FOREIGN", "FROM", "FULL", "GRANT", "GROUP", "HAVING", "IN", "INNER",
          "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "OFFSET", "ON", "OR",
          "ORDER", "OUTER", "PRIMARY", "REFERENCES", "RIGHT", "SELECT", "SET", "SOME", "TABLE", "THEN", "TO", "TRUE",
          "UNION", "UNIQUE", "UPDATE", "USER", "USING", "VALUES", "VIEW", "WHEN", "WHERE", "WITH", $($word),*]
    };
}
use reserved;
