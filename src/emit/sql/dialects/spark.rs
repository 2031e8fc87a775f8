//! Spark SQL 3.4 and later (Fabric runtime 1.2 on).

use sqlparser::ast::{DataType, ExactNumberInfo};

use super::*;

/// What Spark says in words of its own.
pub static SPARK: Dialect = Dialect {
    name: DialectName::Spark,
    quotes: ('`', '`'),
    // What Spark 3 reserves in its ANSI mode or keeps from aliases (SQL guide, "ANSI Compliance", "SQL Keywords"), and
    // words that begin something in its grammar. Spark 4 reserves more where
    // `spark.sql.ansi.enforceReservedKeywords` is set, which it is not by itself.
    reserved: reserved![
        "ANTI",
        "ARRAY",
        "AUTHORIZATION",
        "BOTH",
        "COLLATE",
        "COMMIT",
        "CUBE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "DAY",
        "ESCAPE",
        "EXTRACT",
        "FILTER",
        "HOUR",
        "INTERVAL",
        "LATERAL",
        "LEADING",
        "MINUS",
        "MINUTE",
        "MONTH",
        "NATURAL",
        "ONLY",
        "OVERLAPS",
        "OVERLAY",
        "PARTITION",
        "POSITION",
        "RANGE",
        "ROLLUP",
        "ROW",
        "ROWS",
        "SECOND",
        "SEMI",
        "SESSION_USER",
        "START",
        "TABLESAMPLE",
        "TIME",
        "TRAILING",
        "UNKNOWN",
        "WINDOW",
        "WITHIN",
        "YEAR"
    ],
    double: || DataType::Double(ExactNumberInfo::None),
    widen_sums: false,
    count: common::COUNT,
    booleans: Booleans::Words,
    null_safe: NullSafe::IsNotDistinctFrom,
    ctes: Ctes::Free,
    statistics: Statistics::OfColumns,
    percentile: Percentile::Aggregate,
    backslash: Backslash::Escapes,
    like_special: &['%', '_', '~'],
    dates: Dates::Typed,
    days_after: |day, days| ast::call("DATE_ADD", [day, days]),
    days_before: |day, days| ast::call("DATE_SUB", [day, days]),
    add_months: |day, months| ast::call("ADD_MONTHS", [day, months]),
    first_of_month: |day| truncated("month", day),
    first_of_quarter: |day| truncated("quarter", day),
    first_of_year: |day| truncated("year", day),
    days_between: |start, end| ast::call("DATEDIFF", vec![end, start]),
    months_between: |start, end| {
        let year = |day| ast::call("YEAR", [day]);
        let month = |day| ast::call("MONTH", [day]);
        let years = minus(year(end.clone()), year(start.clone()));
        let years = ast::arithmetic(years, BinaryOperator::Multiply, ast::number(12));
        plus(years, minus(month(end), month(start)))
    },
    hours_from_now: |hours| ast::call("TIMESTAMPADD", [ast::word("HOUR"), hours, ast::call("CURRENT_TIMESTAMP", [])]),
    trimmed_end: |text| ast::call("RTRIM", [text]),
    decimal_of: common::as_ten_decimals,
    by_letter: |text| text,
    views: Views::Lake,
    templates: Templates::none_yet(),
    grammar: || Box::new(sqlparser::dialect::DatabricksDialect {}),
};
