//! The calendar, date roles and the as-of date.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::project::suggestion;

pub const INVALID_DAY: Code = Code::error("invalid-day", "a day is written year-month-day and exists");
pub const NOT_A_DATE: Code = Code::error("not-a-date", "a date role is a column of type date");
pub const DATE_TWICE: Code = Code::error("date-twice", "a column is one date role of its table");
pub const DATED_DIMENSION: Code =
    Code::error("dated-dimension", "the calendar filters facts, not the tables that facts lead to");
pub const CALENDAR_DAY: Code = Code::error("calendar-day", "the calendar has one row for each day, known by its date");
pub const CALENDAR_BACKWARDS: Code = Code::error("calendar-backwards", "the calendar begins before it ends");
pub const CALENDAR_TOO_EARLY: Code = Code::error("calendar-too-early", "the calendar begins on 1900-03-01 or later");
pub const UNKNOWN_GRAIN: Code = Code::error("unknown-grain", "a grain is one of those the language groups by");
pub const INVALID_GRAIN: Code =
    Code::error("invalid-grain", "a grain's column has a whole number, a date or text for every day");
pub const AS_OF_NOT_A_COLUMN: Code = Code::error("as-of-not-a-column", "`as_of` is written `table.column`");
pub const INVALID_AS_OF: Code =
    Code::error("invalid-as-of", "the as-of date is one date in one row of a table without a key");

pub fn invalid_day(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_DAY, format!("`{written}` is not a day"))
        .at(span, "no such day, or not written year-month-day")
        .help("write a day that exists as `2015-01-01`")
}

pub fn not_a_date(column: &str, ty: &str, role: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NOT_A_DATE, format!("`{role}:` names `{column}`, which is {ty}"))
        .at(span, "not a date")
        .help("a date role is a column of type `date`; a time stamp is split into a date upstream")
}

pub fn date_twice(column: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DATE_TWICE, format!("`{column}` is a date role twice"))
        .at(span, "again here")
        .at(first, "first here")
        .help("`date:` is the one readers slice by, `other_dates:` are the rest: name it once")
}

pub fn dated_dimension(table: &str, from: &str, span: Span, relationship: Span) -> Diagnostic {
    Diagnostic::new(
        &DATED_DIMENSION,
        format!("`{table}` has a `date:`, and `{from}` leads to it: the calendar would filter `{from}` by the date of `{table}`"),
    )
    .at(span, "an active way from the calendar")
    .at(relationship, format!("`{from}` is filtered by `{table}`"))
    .help("list the date under `other_dates:` instead: metrics of the table name their date anyway")
}

pub fn calendar_day(column: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&CALENDAR_DAY, format!("`{column}` cannot be the calendar's day: {problem}"))
        .at(span, "not a day for every row")
        .help("the calendar's `key:` is its day, a column of type `date` that is never missing")
}

pub fn calendar_backwards(from: &str, to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&CALENDAR_BACKWARDS, format!("the calendar begins on {from} and ends before that, on {to}"))
        .at(span, "before `from:`")
        .help("exchange `from:` and `to:`, or mend the year")
}

pub fn calendar_too_early(from: &str, first: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&CALENDAR_TOO_EARLY, format!("the calendar begins on {from}, and DAX knows no day before {first}"))
        .at(span, "too early")
        .help(format!("begin on {first} or later; a row with an older date is then in no period"))
}

pub fn unknown_grain(written: &str, known: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_GRAIN, format!("`{written}` is not a grain"))
        .at(span, "not a unit of time that the language groups by")
        .help(suggestion(written, known, "the grains are"))
}

pub fn invalid_grain(grain: &str, column: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_GRAIN, format!("`{column}` cannot be the grain `{grain}`: {problem}"))
        .at(span, "not a unit of time")
        .help("a grain's column has the same whole number, date or text for all days of a unit, such as `month_index`")
}

pub fn as_of_not_a_column(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&AS_OF_NOT_A_COLUMN, format!("`{written}` does not name a table and a column"))
        .at(span, "expected `table.column`")
        .help("write the one-row table and its column, for example `as_of: data_status.as_of_date`")
}

pub fn invalid_as_of(column: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_AS_OF, format!("`{column}` cannot be the as-of date: {problem}"))
        .at(span, "not the one as-of date")
        .help("it is a column of type `date`, never missing, of a table with one row, which has no `key:`")
}
