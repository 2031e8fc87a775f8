//! DuckDB 1.x.

use sqlparser::ast::{DataType, ExactNumberInfo};

use super::*;

/// What DuckDB says in words of its own.
pub static DUCKDB: Dialect = Dialect {
    name: DialectName::DuckDb,
    quotes: ('"', '"'),
    // What DuckDB 1.5 reserves, also of functions and types alone (`duckdb_keywords()`; documentation, "Keywords and
    // Identifiers"), and words that begin something in its grammar.
    reserved: reserved![
        "ASYMMETRIC",
        "DEFERRABLE",
        "SYMMETRIC",
        "PIVOT_LONGER",
        "PIVOT_WIDER",
        "ANTI",
        "ASOF",
        "AUTHORIZATION",
        "BINARY",
        "COLLATION",
        "CONCURRENTLY",
        "FREEZE",
        "GLOB",
        "ILIKE",
        "ISNULL",
        "NATURAL",
        "NOTNULL",
        "OVERLAPS",
        "POSITIONAL",
        "SEMI",
        "SIMILAR",
        "TABLESAMPLE",
        "UNPACK",
        "VERBOSE",
        "ANALYSE",
        "ANALYZE",
        "ARRAY",
        "COLLATE",
        "DO",
        "INITIALLY",
        "LAMBDA",
        "LATERAL",
        "ONLY",
        "PIVOT",
        "PLACING",
        "QUALIFY",
        "RETURNING",
        "SUMMARIZE",
        "TRAILING",
        "LEADING",
        "UNPIVOT",
        "VARIADIC",
        "WINDOW",
        "BOTH",
        "AT",
        "SHOW",
        "DESCRIBE"
    ],
    double: || DataType::Double(ExactNumberInfo::None),
    widen_sums: false,
    count: common::COUNT,
    booleans: Booleans::Words,
    null_safe: NullSafe::IsNotDistinctFrom,
    ctes: Ctes::Free,
    statistics: Statistics::OfColumns,
    percentile: Percentile::Aggregate,
    backslash: Backslash::Plain,
    like_special: &['%', '_', '~'],
    dates: Dates::Typed,
    days_after: plus,
    days_before: minus,
    add_months: |day, months| as_date(plus(day, ast::call("TO_MONTHS", [whole(months)]))),
    first_of_month: |day| truncated("month", day),
    first_of_quarter: |day| truncated("quarter", day),
    first_of_year: |day| truncated("year", day),
    days_between: |start, end| ast::call("DATE_DIFF", [ast::quoted("day"), start, end]),
    months_between: |start, end| ast::call("DATE_DIFF", vec![ast::quoted("month"), start, end]),
    hours_from_now: |hours| plus(ast::call("NOW", []), ast::call("TO_HOURS", [hours])),
    // RTRIM of one argument takes every blank of Unicode away (documentation, "Text Functions").
    trimmed_end: |text| ast::call("RTRIM", [text, ast::quoted(" ")]),
    // It multiplies a double by ten to the tenth, which is not exact from a million on; its text is.
    decimal_of: |double| common::as_ten_decimals(ast::cast(double, DataType::Varchar(None))),
    by_letter: |text| text,
    views: Views::Replace,
    templates: Templates::none_yet(),
    grammar: || Box::new(sqlparser::dialect::DuckDbDialect {}),
};

/// `to_months` takes an integer, and a difference of dates is a bigint.
fn whole(months: Expr) -> Expr {
    if spelling::is_literal(&months) { months } else { ast::cast(months, DataType::Integer(None)) }
}
