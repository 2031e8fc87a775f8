//! What one target cannot express exactly.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::Head;
use crate::source::Span;

pub const ALL: &[&Code] = &[&NAME_OF_THE_PERIOD, &SAME_NAME_IN_POWER_BI, &SAME_NAME_IN_SQL];

pub const NAME_OF_THE_PERIOD: Code = Code::error(
    "name-of-the-period",
    "`As of`, `Period start`, `Period end` and `Broken expectation` are carat's own measures in Power BI",
);
pub const SAME_NAME_IN_POWER_BI: Code = Code::error(
    "same-name-in-power-bi",
    "two labels, or two teams, still differ without the signs that Power BI does not carry",
);

pub const SAME_NAME_IN_SQL: Code =
    Code::error("same-name-in-sql", "what is made of views and segments has names that differ");

pub fn name_of_the_period(label: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NAME_OF_THE_PERIOD, format!("`{label}` is the name of a measure of carat's own in Power BI"))
        .at(span, "shown under that name")
        .help("give it another label: `As of`, `Period start`, `Period end` and `Broken expectation` are taken")
}

/// Both labels become `name`.
pub fn same_name_in_power_bi(head: &Head, known: &Head, name: &str) -> Diagnostic {
    let message = format!("`{}` and `{}` are both called `{name}` in Power BI", head.label, known.label);
    Diagnostic::new(&SAME_NAME_IN_POWER_BI, message)
        .at(head.name_span, "the second of that name")
        .at(known.name_span, "the first")
        .help("let the labels differ in their words, not in commas or other signs alone")
}

/// Teams, each with what is the first to name it, of which one perspective would be made.
pub fn same_team_in_power_bi(team: (&str, &Head), known: (&str, &Head), name: &str) -> Diagnostic {
    let message = format!("the teams `{}` and `{}` are both called `{name}` in Power BI", team.0, known.0);
    Diagnostic::new(&SAME_NAME_IN_POWER_BI, message)
        .at(team.1.name_span, format!("of `{}`", team.0))
        .at(known.1.name_span, format!("of `{}`", known.0))
        .help("write one team one way, and let two differ in their words, not in commas or other signs alone")
}

/// Something that is made of each of them is called `name`.
pub fn same_name_in_sql(head: &Head, known: &Head, name: &str) -> Diagnostic {
    let message = format!("`{}` and `{}` both become `{name}`", head.name, known.name);
    Diagnostic::new(&SAME_NAME_IN_SQL, message)
        .at(head.name_span, "the second of that name")
        .at(known.name_span, "the first")
        .help("rename one of them: letters beyond English are one sign in a database, and `_stored` and `_members` are put behind names")
}
