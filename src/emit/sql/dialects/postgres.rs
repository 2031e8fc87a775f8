//! PostgreSQL 14 and later.

use sqlparser::ast::DataType;

use super::*;

/// What PostgreSQL says in words of its own.
pub static POSTGRES: Dialect = Dialect {
    name: DialectName::Postgres,
    quotes: ('"', '"'),
    // All that PostgreSQL 16 reserves, also what may be a function or a type (`pg_get_keywords()`, R and T; manual,
    // appendix "SQL Key Words"), and words that begin something in its grammar.
    reserved: reserved![
        "ANALYSE",
        "ANALYZE",
        "ARRAY",
        "ASYMMETRIC",
        "AUTHORIZATION",
        "BINARY",
        "BOTH",
        "COLLATE",
        "COLLATION",
        "CONCURRENTLY",
        "CURRENT_CATALOG",
        "CURRENT_ROLE",
        "CURRENT_SCHEMA",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "DEFERRABLE",
        "DO",
        "FREEZE",
        "ILIKE",
        "INITIALLY",
        "ISNULL",
        "LATERAL",
        "LEADING",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "NATURAL",
        "NOTNULL",
        "ONLY",
        "OVERLAPS",
        "PLACING",
        "RETURNING",
        "SESSION_USER",
        "SIMILAR",
        "SYMMETRIC",
        "SYSTEM_USER",
        "TABLESAMPLE",
        "TRAILING",
        "VARIADIC",
        "VERBOSE",
        "WINDOW"
    ],
    double: || DataType::DoublePrecision,
    widen_sums: false,
    count: common::COUNT,
    booleans: Booleans::Words,
    null_safe: NullSafe::IsNotDistinctFrom,
    ctes: Ctes::Materialised,
    statistics: Statistics::OfExpressions,
    percentile: Percentile::Aggregate,
    backslash: Backslash::Plain,
    like_special: &['%', '_', '~'],
    dates: Dates::Typed,
    days_after: plus,
    days_before: minus,
    add_months: |day, months| as_date(plus(day, months_interval(months))),
    first_of_month: |day| truncated("month", day),
    first_of_quarter: |day| truncated("quarter", day),
    first_of_year: |day| truncated("year", day),
    days_between: |start, end| minus(end, start),
    months_between: |start, end| {
        let years = ast::arithmetic(
            minus(part("year", end.clone()), part("year", start.clone())),
            BinaryOperator::Multiply,
            ast::number(12),
        );
        let months = minus(part("month", end), part("month", start));
        ast::cast(plus(years, months), DataType::Integer(None))
    },
    hours_from_now: |hours| plus(ast::call("NOW", []), hours_interval(hours)),
    trimmed_end: |text| ast::call("RTRIM", [text]),
    decimal_of: common::as_ten_decimals,
    by_letter: |text| text,
    views: Views::Anew,
    templates: Templates::none_yet(),
    grammar: || Box::new(sqlparser::dialect::PostgreSqlDialect {}),
};

/// `MAKE_INTERVAL(0, months)`: years, months.
fn months_interval(months: Expr) -> Expr {
    ast::call("MAKE_INTERVAL", [ast::number(0), months])
}

/// `MAKE_INTERVAL(0, 0, 0, 0, hours)`: years, months, weeks, days, hours.
fn hours_interval(hours: Expr) -> Expr {
    let none = || ast::number(0);
    ast::call("MAKE_INTERVAL", [none(), none(), none(), none(), hours])
}

fn part(unit: &str, day: Expr) -> Expr {
    ast::call("DATE_PART", [ast::quoted(unit), day])
}
