//! What differs between SQL dialects: a value of [`Dialect`] each, and nothing outside this folder
//! asks which one it has.
//!
//! The facts are those of the macro table of the semantics reference ("Cross-dialect macros").

mod duckdb;
mod fabric;
mod postgres;
mod spark;

use std::sync::LazyLock;

use sqlparser::ast::{BinaryOperator, DataType, Expr, Ident};

use super::ast;
use crate::gold::Date;
use crate::settings::DialectName;

/// Words by their first letter, in lower case: every name of every statement is looked up in them.
pub type Words = LazyLock<[Vec<String>; 26]>;

fn words(all: &[&str]) -> [Vec<String>; 26] {
    let mut words = [const { Vec::new() }; 26];
    for word in all.iter().map(|word| word.to_ascii_lowercase()) {
        if let Some(begun) = word.bytes().next().and_then(|first| words.get_mut(usize::from(first.wrapping_sub(b'a'))))
        {
            begun.push(word);
        }
    }
    words
}

/// A SQL dialect. Functions take and give expressions; dates are dates, not timestamps.
pub struct Dialect {
    pub name: DialectName,
    /// The folder under `sql/`.
    pub folder: &'static str,
    /// Opening and closing quote of an identifier.
    pub quotes: (char, char),
    /// Words that may not stand bare as a name, in lower case.
    pub reserved: Words,
    /// The type that `number` is computed in.
    pub double: fn() -> DataType,
    /// 64-bit integer sums need a cast first (rule R13).
    pub widen_sums: bool,
    pub count: &'static str,
    pub booleans: Booleans,
    pub null_safe: NullSafe,
    pub ctes: Ctes,
    pub percentile: Percentile,
    pub backslash: Backslash,
    /// Characters of a `LIKE` pattern that `~` must stand before.
    pub like_special: &'static [char],
    pub date_literal: fn(Date) -> Expr,
    pub add_days: fn(Expr, i64) -> Expr,
    /// `EDATE`.
    pub add_months: fn(Expr, Expr) -> Expr,
    pub first_of_month: fn(Expr) -> Expr,
    pub first_of_quarter: fn(Expr) -> Expr,
    pub first_of_year: fn(Expr) -> Expr,
    pub monday: fn(Expr) -> Expr,
    /// Days from the first to the second.
    pub days_between: fn(Expr, Expr) -> Expr,
    /// Month boundaries from the first to the second.
    pub months_between: fn(Expr, Expr) -> Expr,
    pub views: Views,
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

/// How two values that may both be missing are matched.
pub enum NullSafe {
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

pub enum Percentile {
    /// `percentile_cont(k) WITHIN GROUP (ORDER BY x)` is an aggregate.
    Aggregate,
    /// It is a window function only.
    Window,
}

/// What a backslash in a text literal is.
pub enum Backslash {
    Plain,
    Escapes,
}

/// How a view is deployed.
pub enum Views {
    /// `CREATE VIEW`, one object a file, and a script that drops first.
    Project,
    /// `CREATE OR REPLACE VIEW` and a script that writes a table.
    Replace,
    /// The same, and a materialised lake view.
    Lake,
}

impl Dialect {
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
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if plain && !self.is_reserved(name) { Ident::new(name) } else { Ident::with_quote(self.quotes.0, name) }
    }

    pub fn is_reserved(&self, name: &str) -> bool {
        let first = name.bytes().next().map_or(0, |first| first.to_ascii_lowercase());
        let begun = self.reserved.get(usize::from(first.wrapping_sub(b'a')));
        begun.is_some_and(|words| words.iter().any(|word| word.eq_ignore_ascii_case(name)))
    }

    pub fn column(&self, alias: &str, name: &str) -> Expr {
        Expr::CompoundIdentifier(vec![self.ident(alias), self.ident(name)])
    }

    pub fn to_double(&self, value: Expr) -> Expr {
        ast::cast(value, (self.double)())
    }

    /// A text literal. The printer of `sqlparser` takes `\'` for an escaped quote, so a backslash
    /// before a quote ends one literal and the quote begins the next.
    pub fn text(&self, text: &str) -> Expr {
        match self.backslash {
            Backslash::Escapes => ast::quoted(text.replace('\\', "\\\\").replace('\'', "\\'")),
            Backslash::Plain => plain_text(text),
        }
    }

    pub fn boolean(&self, value: bool) -> Expr {
        match self.booleans {
            Booleans::Words => ast::boolean(value),
            Booleans::Bits => ast::number(u8::from(value)),
        }
    }

    /// Equal, or both missing.
    pub fn same(&self, left: Expr, right: Expr) -> Expr {
        match self.null_safe {
            NullSafe::IsNotDistinctFrom => Expr::IsNotDistinctFrom(Box::new(left), Box::new(right)),
            NullSafe::SpelledOut => {
                let both = ast::all([ast::is_null(left.clone()), ast::is_null(right.clone())]);
                ast::any([ast::equal(left, right), both])
            }
        }
    }

    /// Text as it is compared: lower case, no trailing blanks, empty is missing (rule R16).
    pub fn folded(&self, value: Expr) -> Expr {
        let trimmed = ast::call("LOWER", vec![ast::call("RTRIM", vec![value])]);
        ast::nullif(trimmed, self.text(""))
    }

    /// `value LIKE pattern` where only the ends are open.
    pub fn like(&self, value: Expr, text: &str, pattern: fn(String) -> String, negated: bool) -> Expr {
        let mut escaped = String::new();
        for c in text.chars() {
            if self.like_special.contains(&c) {
                escaped.push('~');
            }
            escaped.push(c);
        }
        let escape = (escaped != text).then(|| self.text("~"));
        ast::like(value, self.text(&pattern(escaped)), escape, negated)
    }

    /// Half away from zero (rule R15).
    pub fn rounded(&self, value: Expr, decimals: u32) -> Expr {
        ast::call("ROUND", vec![ast::cast(value, wide_decimal()), ast::number(decimals)])
    }

    /// An amount rounded to so many decimals, with room for the four decimals of what stands beside it: engines
    /// would else cut those off where the digits of both are more than they hold.
    pub fn rounded_money(&self, value: Expr, decimals: u32) -> Expr {
        let amount = DataType::Decimal(sqlparser::ast::ExactNumberInfo::PrecisionAndScale(38, 4));
        ast::cast(self.rounded(value, decimals), amount)
    }

    pub fn day_after(&self, day: Expr) -> Expr {
        (self.add_days)(day, 1)
    }

    /// Whole months elapsed (rule R48); where the end comes first, less those the other way round.
    pub fn full_months(&self, start: Expr, end: Expr) -> Expr {
        use BinaryOperator::{Gt, LtEq, Minus};
        let months = (self.months_between)(start.clone(), end.clone());
        let back = (self.months_between)(end.clone(), start.clone());
        let there = (self.add_months)(start.clone(), months.clone());
        let returned = (self.add_months)(end.clone(), back);
        let forward = ast::compare(start.clone(), LtEq, end.clone());
        let too_far = ast::all([forward, ast::compare(there, Gt, end.clone())]);
        let too_early = ast::all([ast::compare(start.clone(), Gt, end), ast::compare(returned, Gt, start)]);
        let over = vec![(too_far, ast::number(1)), (too_early, ast::number(-1))];
        ast::arithmetic(months, Minus, ast::case(over, Some(ast::number(0))))
    }
}

fn plain_text(text: &str) -> Expr {
    let mut parts: Vec<String> = vec![String::new()];
    let mut previous = ' ';
    for c in text.chars() {
        if previous == '\\' && c == '\'' {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(if c == '\'' { "''" } else { "" });
            last.extend((c != '\'').then_some(c));
        }
        previous = c;
    }
    let mut literals: Vec<Expr> = parts.into_iter().map(ast::quoted).collect();
    match literals.len() {
        1 => literals.remove(0),
        _ => ast::call("CONCAT", literals),
    }
}

fn wide_decimal() -> DataType {
    DataType::Decimal(sqlparser::ast::ExactNumberInfo::PrecisionAndScale(38, 10))
}

/// `DATE '2025-12-31'`.
fn standard_date(date: Date) -> Expr {
    Expr::TypedString(sqlparser::ast::TypedString {
        data_type: DataType::Date,
        value: sqlparser::ast::ValueWithSpan::from(sqlparser::ast::Value::SingleQuotedString(date.to_string())),
        uses_odbc_syntax: false,
    })
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

/// `date + n` where a date takes whole days.
fn add_days_plainly(day: Expr, days: i64) -> Expr {
    match days {
        0 => day,
        1.. => plus(day, ast::number(days)),
        _ => minus(day, ast::number(-days)),
    }
}

/// `CAST(DATE_TRUNC('month', day) AS DATE)`.
fn truncated(unit: &str, day: Expr) -> Expr {
    as_date(ast::call("DATE_TRUNC", vec![ast::quoted(unit), day]))
}

/// Reserved in all four dialects.
macro_rules! reserved {
    ($($word:literal),* $(,)?) => {
        Words::new(|| words(&["ALL", "ALTER", "AND", "ANY", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COLUMN", "CONSTRAINT",
          "CREATE", "CROSS", "CURRENT_DATE", "DEFAULT", "DELETE", "DESC", "DISTINCT", "DROP", "ELSE", "END", "EXCEPT",
          "EXISTS", "FALSE", "FETCH", "FOR", "FOREIGN", "FROM", "FULL", "GRANT", "GROUP", "HAVING", "IN", "INNER",
          "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "OFFSET", "ON", "OR",
          "ORDER", "OUTER", "PRIMARY", "REFERENCES", "RIGHT", "SELECT", "SET", "SOME", "TABLE", "THEN", "TO", "TRUE",
          "UNION", "UNIQUE", "UPDATE", "USER", "USING", "VALUES", "VIEW", "WHEN", "WHERE", "WITH", $($word),*]))
    };
}
use reserved;
