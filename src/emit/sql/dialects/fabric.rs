//! T-SQL of a Fabric warehouse and of a lakehouse's SQL endpoint.

use sqlparser::ast::{DataType, ExactNumberInfo, ObjectName, TypeModifier};

use super::*;

/// What Fabric says in words of its own.
pub static FABRIC: Dialect = Dialect {
    name: DialectName::Fabric,
    quotes: ('[', ']'),
    // Transact-SQL reference, "Reserved Keywords (Transact-SQL)".
    reserved: reserved![
        "DISTRIBUTED",
        "DBCC",
        "READTEXT",
        "WRITETEXT",
        "UPDATETEXT",
        "ROWGUIDCOL",
        "IDENTITYCOL",
        "IDENTITY_INSERT",
        "TRY_CONVERT",
        "TSEQUAL",
        "OPENQUERY",
        "OPENROWSET",
        "OPENDATASOURCE",
        "OPENXML",
        "CONTAINSTABLE",
        "FREETEXTTABLE",
        "SEMANTICKEYPHRASETABLE",
        "SEMANTICSIMILARITYTABLE",
        "SEMANTICSIMILARITYDETAILSTABLE",
        "SECURITYAUDIT",
        "ADD",
        "AUTHORIZATION",
        "BACKUP",
        "BEGIN",
        "BREAK",
        "BROWSE",
        "BULK",
        "CASCADE",
        "CHECKPOINT",
        "CLOSE",
        "CLUSTERED",
        "COALESCE",
        "COLLATE",
        "COMMIT",
        "COMPUTE",
        "CONTAINS",
        "CONTINUE",
        "CONVERT",
        "CURRENT",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "CURSOR",
        "DATABASE",
        "DEALLOCATE",
        "DECLARE",
        "DENY",
        "DISK",
        "DOUBLE",
        "DUMP",
        "ERRLVL",
        "ESCAPE",
        "EXEC",
        "EXECUTE",
        "EXIT",
        "EXTERNAL",
        "FILE",
        "FILLFACTOR",
        "FREETEXT",
        "FUNCTION",
        "GOTO",
        "HOLDLOCK",
        "IDENTITY",
        "IF",
        "INDEX",
        "KEY",
        "KILL",
        "LINENO",
        "LOAD",
        "MERGE",
        "NATIONAL",
        "NOCHECK",
        "NONCLUSTERED",
        "NULLIF",
        "OF",
        "OFF",
        "OFFSETS",
        "OPEN",
        "OPTION",
        "OVER",
        "PERCENT",
        "PIVOT",
        "PLAN",
        "PRECISION",
        "PRINT",
        "PROC",
        "PROCEDURE",
        "PUBLIC",
        "RAISERROR",
        "READ",
        "RECONFIGURE",
        "REPLICATION",
        "RESTORE",
        "RESTRICT",
        "RETURN",
        "REVERT",
        "REVOKE",
        "ROLLBACK",
        "ROWCOUNT",
        "RULE",
        "SAVE",
        "SCHEMA",
        "SESSION_USER",
        "SETUSER",
        "SHUTDOWN",
        "STATISTICS",
        "SYSTEM_USER",
        "TABLESAMPLE",
        "TEXTSIZE",
        "TOP",
        "TRAN",
        "TRANSACTION",
        "TRIGGER",
        "TRUNCATE",
        "UNPIVOT",
        "USE",
        "VARYING",
        "WAITFOR",
        "WHILE"
    ],
    double: || DataType::Float(ExactNumberInfo::None),
    widen_sums: true,
    count: "COUNT_BIG",
    booleans: Booleans::Bits,
    null_safe: NullSafe::SpelledOut,
    ctes: Ctes::Free,
    statistics: Statistics::OfColumns,
    percentile: Percentile::Window,
    backslash: Backslash::Plain,
    like_special: &['%', '_', '~', '['],
    dates: Dates::Cast,
    days_after: |day, days| ast::call("DATEADD", [ast::word("day"), days, day]),
    days_before: |day, days| ast::call("DATEADD", [ast::word("day"), ast::negative(days), day]),
    add_months: |day, months| ast::call("DATEADD", vec![ast::word("month"), months, day]),
    first_of_month: |day| from_parts(year(day.clone()), month(day)),
    first_of_quarter: |day| from_parts(year(day.clone()), quarter_month(day)),
    first_of_year: |day| from_parts(year(day), ast::number(1)),
    days_between: |start, end| ast::call("DATEDIFF", [ast::word("day"), start, end]),
    months_between: |start, end| ast::call("DATEDIFF", [ast::word("month"), start, end]),
    hours_from_now: |hours| utc(ast::call("DATEADD", [ast::word("hour"), hours, ast::call("SYSUTCDATETIME", [])])),
    trimmed_end: |text| ast::call("RTRIM", [text]),
    decimal_of: common::as_ten_decimals,
    by_letter: |text| ast::collated(text, "Latin1_General_100_BIN2_UTF8"),
    views: Views::Project,
    templates: Templates::none_yet(),
    grammar: || Box::new(sqlparser::dialect::MsSqlDialect {}),
};

/// With the microseconds that a warehouse keeps: it has no type with a time zone.
fn utc(moment: Expr) -> Expr {
    ast::cast(
        moment,
        DataType::Custom(
            ObjectName::from(vec![Ident::new("DATETIME2")]),
            vec![TypeModifier::Number("6".to_owned(), false)],
        ),
    )
}

fn year(day: Expr) -> Expr {
    ast::call("YEAR", [day])
}

fn month(day: Expr) -> Expr {
    ast::call("MONTH", [day])
}

/// First month of the day's quarter, by whole-number division.
fn quarter_month(day: Expr) -> Expr {
    let quarter = ast::arithmetic(minus(month(day), ast::number(1)), BinaryOperator::Divide, ast::number(3));
    plus(ast::arithmetic(quarter, BinaryOperator::Multiply, ast::number(3)), ast::number(1))
}

fn from_parts(year: Expr, month: Expr) -> Expr {
    ast::call("DATEFROMPARTS", [year, month, ast::number(1)])
}
