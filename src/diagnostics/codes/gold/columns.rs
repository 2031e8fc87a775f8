//! Columns whose type or properties do not hold together.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::project::suggestion;

pub const COLUMN_WITHOUT_TYPE: Code = Code::error("column-without-type", "every column says its type");
pub const UNKNOWN_TYPE: Code = Code::error("unknown-type", "a column has one of the six types of the language");
pub const FOREIGN_TYPE: Code =
    Code::error("foreign-type", "a column has a type of the language, not one of a database");
pub const DECIMAL_TOO_FINE: Code = Code::error("decimal-too-fine", "an exact decimal has at most four decimals");
pub const POINT_IN_TIME: Code = Code::error("point-in-time", "time is counted in days");
pub const UNSUPPORTED_TYPE: Code = Code::error("unsupported-type", "a column has a type that Power BI can hold");
pub const NO_COLUMNS: Code = Code::error("no-columns", "a table has columns");
pub const GROUP_MAY_BE_MISSING: Code =
    Code::error("group-may-be-missing", "a column readers may group by is never missing");
pub const NORMALISED_NOT_TEXT: Code = Code::error("normalised-not-text", "only text is normalised");
pub const VALUES_NOT_TEXT: Code = Code::error("values-not-text", "only text has a list of values");
pub const DUPLICATE_VALUE: Code = Code::error("duplicate-value", "the values of a column differ in more than case");
pub const INVALID_SORT: Code =
    Code::error("invalid-sort", "a column is sorted by another one that has one value for each of its values");
pub const INVALID_LINEAGE: Code = Code::error("invalid-lineage", "a source is written `system.entity.column`");

pub fn column_without_type(column: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&COLUMN_WITHOUT_TYPE, format!("the column `{column}` does not say its type"))
        .at(span, "what does it hold?")
        .help(format!("write `{column}: text` or `{column}: {{ type: text, .. }}`; the types are integer, money, number, text, boolean and date"))
}

pub fn unknown_type(written: &str, known: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_TYPE, format!("`{written}` is not a type"))
        .at(span, "not a type of the language")
        .help(suggestion(written, known, "the types are"))
}

pub fn foreign_type(written: &str, ty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&FOREIGN_TYPE, format!("`{written}` is a type of a database, not of the language"))
        .at(span, format!("`{ty}` here"))
        .help(format!("write `{ty}`; each target chooses its own form of it"))
}

/// A decimal that does not say how many decimals it has.
pub fn bare_decimal(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&FOREIGN_TYPE, format!("`{written}` is a type of a database, not of the language"))
        .at(span, "`money` or `number` here")
        .help("write `money` for amounts with at most four decimals, `number` for others, or `integer` where there are none")
}

pub fn decimal_too_fine(written: &str, scale: u32, span: Span) -> Diagnostic {
    Diagnostic::new(&DECIMAL_TOO_FINE, format!("`{written}` has {scale} decimals, and Power BI keeps four exactly"))
        .at(span, "more than four decimals")
        .help("round it to four decimals upstream and write `money`, or write `number` if nine significant digits are enough")
}

pub fn point_in_time(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&POINT_IN_TIME, format!("`{written}` is a point in time, and the language counts days"))
        .at(span, "a time of day would match no day of the calendar")
        .help("split it upstream into a date in the business's time zone and write `date`")
}

pub fn unsupported_type(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNSUPPORTED_TYPE, format!("Power BI cannot hold a column of type `{written}`"))
        .at(span, "no target can read it")
        .help("leave the column out, or turn it into text upstream")
}

pub fn no_columns(table: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NO_COLUMNS, format!("the table `{table}` has no columns")).at(span, "nothing to read here")
}

pub fn group_may_be_missing(column: &str, span: Span, group: Span) -> Diagnostic {
    Diagnostic::new(&GROUP_MAY_BE_MISSING, format!("readers may group by `{column}`, and it may be missing"))
        .at(group, "`group: true` needs a value in every row")
        .at(span, "`?` says that it may be missing")
        .help("fill it upstream with a word such as `unknown` and drop the `?`, or drop `group: true`")
}

pub fn normalised_not_text(column: &str, ty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NORMALISED_NOT_TEXT, format!("`{column}` is {ty}, and only text is normalised"))
        .at(span, "says nothing here")
        .help("remove `normalised:`")
}

pub fn values_not_text(column: &str, ty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&VALUES_NOT_TEXT, format!("`{column}` is {ty}, and only text has `values:`"))
        .at(span, "a list of texts")
        .help("remove `values:`; an expectation can state the range of a number")
}

pub fn duplicate_value(value: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_VALUE, format!("the value `{value}` stands twice"))
        .at(span, "text is compared without regard to case and trailing blanks")
        .at(first, "first here")
        .help("remove one of the two")
}

pub fn invalid_sort(column: &str, by: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_SORT, format!("`{column}` cannot be sorted by `{by}`: {problem}"))
        .at(span, "not an order")
        .help("sort by a column of whole numbers, dates or text that is never missing and has one value for each value")
}

pub fn invalid_lineage(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_LINEAGE, format!("`{written}` does not name a source"))
        .at(span, "expected three names with dots between them")
        .help("write `system.entity.column`, for example `crm.account.statuscode`")
}
