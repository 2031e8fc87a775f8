//! Names that are not known, not distinct or not possible.

use crate::diagnostics::{Code, Diagnostic, closest};
use crate::source::Span;

use super::super::project::suggestion;

pub const UNKNOWN_TABLE: Code = Code::error("gold-unknown-table", "a table that gold.yaml refers to stands in it");
pub const UNKNOWN_COLUMN: Code = Code::error("gold-unknown-column", "a column that gold.yaml refers to stands in it");
pub const INVALID_SCHEMA_NAME: Code =
    Code::error("invalid-schema-name", "the name of a table, column or relationship is one the language can write");
pub const RESERVED_NAME: Code =
    Code::error("reserved-name", "a table, column or relationship is not named like a word of the language");
pub const TABLE_NAME_CLASH: Code = Code::error("table-name-clash", "two tables differ in more than case");
pub const COLUMN_NAME_CLASH: Code = Code::error("column-name-clash", "two columns of a table differ in more than case");
pub const TABLE_LABEL_CLASH: Code =
    Code::error("table-label-clash", "readers can tell two tables apart by their labels");
pub const COLUMN_LABEL_CLASH: Code =
    Code::error("column-label-clash", "readers can tell two columns of a table apart by their labels");
pub const UNUSABLE_LABEL: Code = Code::error("unusable-label", "a label is a name that Power BI and DAX can carry");
pub const UNUSABLE_DESCRIPTION: Code =
    Code::error("unusable-description", "a description has no control characters but line breaks");

pub fn unknown_table(name: &str, known: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_TABLE, format!("there is no table `{name}`"))
        .at(span, "no table of this name under `tables:`")
        .help(suggestion(name, known, "the tables are"))
}

pub fn unknown_column<'a>(name: &str, table: &str, known: impl Iterator<Item = &'a str>, span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_COLUMN, format!("the table `{table}` has no column `{name}`"))
        .at(span, format!("no column of `{table}`"))
        .help(match closest(name, known) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("columns stand under `columns:` of `{table}`; add it there with its type"),
        })
}

pub fn invalid_schema_name(name: &str, what: &str, span: Span) -> Diagnostic {
    let help = match what {
        "table" => "write a technical name here and the name in the lakehouse as `physical:`",
        _ => "use letters, digits and `_`, beginning with a letter; what readers see goes into `label:`",
    };
    Diagnostic::new(&INVALID_SCHEMA_NAME, format!("`{name}` cannot be written as the name of a {what}"))
        .at(span, "expected letters, digits and `_`")
        .help(help)
}

pub fn reserved_name(name: &str, what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&RESERVED_NAME, format!("`{name}` is a word of the language and cannot name a {what}"))
        .at(span, "a reserved word")
        .help(match what {
            "table" => format!("choose another name and keep the one in the lakehouse with `physical: {name}`"),
            _ => format!("choose another name, for example `{name}_value` or `{name}_on`"),
        })
}

pub fn table_name_clash(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&TABLE_NAME_CLASH, format!("there are two tables named `{name}`"))
        .at(span, "names are compared without regard to case")
        .at(first, "first here")
        .help("rename one of them; `physical:` keeps its name in the lakehouse")
}

pub fn column_name_clash(name: &str, table: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&COLUMN_NAME_CLASH, format!("the table `{table}` has two columns named `{name}`"))
        .at(span, "names are compared without regard to case")
        .at(first, "first here")
        .help("rename or remove one of them")
}

pub fn table_label_clash(label: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&TABLE_LABEL_CLASH, format!("two tables would be shown as `{label}`"))
        .at(span, "shown under this name")
        .at(first, "and so is this one")
        .help("give one of them a `label:` of its own")
}

pub fn column_label_clash(label: &str, table: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&COLUMN_LABEL_CLASH, format!("two columns of `{table}` would be named `{label}` in Power BI"))
        .at(span, "named so")
        .at(first, "and so is this one")
        .help("a column without a label is named as in the lakehouse; give one of them another `label:`")
}

pub fn unusable_label(label: &str, problem: &str, span: Span) -> Diagnostic {
    let message = match visible(label).as_str() {
        "" => "a label without a letter is no name for Power BI".to_owned(),
        label => format!("`{label}` is no name for Power BI: {problem}"),
    };
    Diagnostic::new(&UNUSABLE_LABEL, message)
        .at(span, "cannot be carried")
        .help("use letters, digits, spaces, `-` and `_`; write `%` as \"share\" or \"rate\"")
}

/// Of a table, with the code of [`unusable_label`].
pub fn kept_label(label: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNUSABLE_LABEL, format!("`{label}` is no name for a table: Power BI keeps it for itself"))
        .at(span, "a table of this name is renamed")
        .help("give the table a `label:` that says what a row of it is, for example `Measurement`")
}

pub fn unusable_description(span: Span) -> Diagnostic {
    Diagnostic::new(&UNUSABLE_DESCRIPTION, "the description has a control character in it")
        .at(span, "text that cannot be shown")
        .help("retype the text; it was perhaps pasted from another program")
}

/// Control characters as escapes, so that the message itself can be read.
fn visible(label: &str) -> String {
    let shown = |letter: char| if letter.is_control() { letter.escape_default().collect() } else { letter.to_string() };
    label.chars().map(shown).collect()
}
