//! Relationships that Power BI would refuse or that would give two numbers.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

pub const INVALID_KEY: Code = Code::error("invalid-key", "a key is of whole numbers, dates or text and never missing");
pub const TEXT_KEY_NOT_NORMALISED: Code =
    Code::error("text-key-not-normalised", "text that rows are joined by is normalised");
pub const RELATIONSHIP_NEEDS_KEY: Code =
    Code::error("relationship-needs-key", "a relationship leads to a table with a key of one column");
pub const RELATIONSHIP_TYPES_DIFFER: Code =
    Code::error("relationship-types-differ", "both ends of a relationship have the same type");
pub const RELATIONSHIP_TO_CALENDAR: Code =
    Code::error("relationship-to-calendar", "a table reaches the calendar by its date roles");
pub const RELATIONSHIP_TO_ITSELF: Code = Code::error("relationship-to-itself", "a relationship leads to another table");
pub const RELATIONSHIP_CYCLE: Code = Code::error("relationship-cycle", "active relationships do not lead in a circle");
pub const TWO_ACTIVE_PATHS: Code =
    Code::error("two-active-paths", "at most one chain of active relationships leads from one table to another");
pub const DUPLICATE_ROLE: Code = Code::error("duplicate-role", "a table has one relationship of a name");
pub const DUPLICATE_RELATIONSHIP: Code =
    Code::error("duplicate-relationship", "a column leads to a table by one relationship");
pub const ROLE_IS_A_COLUMN: Code =
    Code::error("role-is-a-column", "a relationship is not named like a column of its table");
pub const CONTACT_NOT_A_CHANNEL: Code =
    Code::error("contact-not-a-channel", "the channel of a contact point is text that is never missing");

pub fn invalid_key(column: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_KEY, format!("`{column}` cannot be a key: {problem}"))
        .at(span, "not a key")
        .help("a key tells every row of its table apart: whole numbers, dates or normalised text, without a `?`")
}

pub fn text_key_not_normalised(column: &str, span: Span, used: Span) -> Diagnostic {
    Diagnostic::new(&TEXT_KEY_NOT_NORMALISED, format!("rows are joined by `{column}`, which is text and not normalised"))
        .at(used, "joined here")
        .at(span, "declared here")
        .help("Power BI takes `C1` and `c1 ` for one key and SQL does not: trim and lower-case it upstream and add `normalised: true`")
}

pub fn relationship_needs_key(table: &str, columns: usize, span: Span, declared: Span) -> Diagnostic {
    let problem = match columns {
        0 => format!("`{table}` has no key, so a row could meet several of its rows"),
        n => format!("`{table}` has a key of {n} columns, and a relationship has one"),
    };
    Diagnostic::new(&RELATIONSHIP_NEEDS_KEY, problem)
        .at(span, "cannot lead here")
        .at(declared, format!("`{table}` is declared here"))
        .help("give the table a `key:` of one column that tells its rows apart")
}

pub fn relationship_types_differ(from: &str, from_type: &str, to: &str, to_type: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        &RELATIONSHIP_TYPES_DIFFER,
        format!("`{from}` is {from_type}, and the key `{to}` it should match is {to_type}"),
    )
    .at(span, "the two types differ")
    .help("give both columns the same type upstream; Power BI refuses the relationship otherwise")
}

pub fn relationship_to_calendar(calendar: &str, by: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&RELATIONSHIP_TO_CALENDAR, format!("`{calendar}` is the calendar, which `to:` does not name"))
        .at(span, "a date role, not a relationship")
        .help(format!("write `date: {by}` if readers slice by it, else add it to `other_dates:`"))
}

pub fn relationship_to_itself(table: &str, role: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&RELATIONSHIP_TO_ITSELF, format!("the relationship `{role}` leads from `{table}` to itself"))
        .at(span, "Power BI has no such relationship")
        .help("add a table of its own for the other end, or bring what is needed into the row upstream")
}

/// `tables` in the order of the circle, the first again at the end.
pub fn relationship_cycle(tables: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&RELATIONSHIP_CYCLE, format!("relationships lead in a circle: {}", chain(tables)))
        .at(span, "the circle closes here")
        .help("make one of them `active: false`, or remove it")
}

/// Both paths lead from the table `from` to the table `to`, and each is the relationships it takes.
pub fn two_active_paths(
    from: &str,
    to: &str,
    first: &[&str],
    second: &[&str],
    first_span: Span,
    second_span: Span,
) -> Diagnostic {
    let path = |roles: &[&str]| format!("`{from}.{}`", roles.join("."));
    Diagnostic::new(
        &TWO_ACTIVE_PATHS,
        format!("two active paths lead from `{from}` to `{to}`: {} and {}", path(first), path(second)),
    )
    .at(second_span, format!("another way: {}", path(second)))
    .at(first_span, format!("one way: {}", path(first)))
    .help("a filter could take either way, so Power BI refuses both: mark one `{ by: .., active: false }`")
}

pub fn duplicate_role(role: &str, table: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_ROLE, format!("`{table}` has two relationships named `{role}`"))
        .at(span, "names are compared without regard to case")
        .at(first, "first here")
        .help("name each after its role: `bill_to: { table: customer, by: bill_customer_id }`")
}

pub fn duplicate_relationship(column: &str, target: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_RELATIONSHIP, format!("`{column}` leads to `{target}` twice"))
        .at(span, "again here")
        .at(first, "first here")
        .help("remove one of the two; they would always find the same row")
}

pub fn role_is_a_column(role: &str, table: &str, span: Span, column: Span) -> Diagnostic {
    Diagnostic::new(&ROLE_IS_A_COLUMN, format!("`{role}` is both a relationship and a column of `{table}`"))
        .at(span, "a relationship")
        .at(column, "a column")
        .help(format!("rename the column, or give the relationship a role: `{role}_row: {{ table: .., by: .. }}`"))
}

pub fn contact_not_a_channel(column: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&CONTACT_NOT_A_CHANNEL, format!("`{column}` cannot tell a contact point's channel: {problem}"))
        .at(span, "not a channel")
        .help("the channel is text such as `email` or `phone`, in every row, of a table with a key of one column")
}

fn chain(tables: &[&str]) -> String {
    tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(" -> ")
}
