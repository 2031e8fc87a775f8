//! Problems of names and of the paths between tables.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[
    &DUPLICATE_NAME,
    &NAME_OF_A_TABLE,
    &NAME_OF_A_COLUMN,
    &NAME_OF_AN_OUTPUT_COLUMN,
    &NAME_TOO_LONG,
    &UNKNOWN_NAME,
    &UNKNOWN_TABLE,
    &AMBIGUOUS_NAME,
    &OTHER_TABLE,
    &CYCLIC_DEFINITION,
    &DEFINITION_TOO_LARGE,
    &ROW_AS_VALUE,
    &NO_PATH,
    &PATH_MULTIPLIES_ROWS,
    &INACTIVE_PATH,
];

pub const DUPLICATE_NAME: Code =
    Code::error("duplicate-name", "all names of a project are different, without regard to case");
pub const NAME_OF_A_TABLE: Code = Code::error("name-of-a-table", "no definition has the name of a table");
pub const NAME_OF_A_COLUMN: Code =
    Code::error("name-of-a-column", "what belongs to a table has no name of its columns and relationships");
pub const NAME_OF_AN_OUTPUT_COLUMN: Code =
    Code::error("name-of-an-output-column", "no metric has the name of a column that stands beside it");
pub const NAME_TOO_LONG: Code = Code::error("name-too-long", "every target carries a name in full");
pub const UNKNOWN_NAME: Code = Code::error("unknown-name", "every name is a column, a relationship or a definition");
pub const UNKNOWN_TABLE: Code = Code::error("unknown-table", "every table that is named stands in `gold.yaml`");
pub const AMBIGUOUS_NAME: Code =
    Code::error("ambiguous-name", "a bare name is either a column of the table at hand or a definition");
pub const OTHER_TABLE: Code =
    Code::error("other-table", "what belongs to another table is written with the path to it");
pub const CYCLIC_DEFINITION: Code = Code::error("cyclic-definition", "no definition leads back to itself");
pub const DEFINITION_TOO_LARGE: Code =
    Code::error("definition-too-large", "a definition and all it is built on have at most 5,000 parts");
pub const ROW_AS_VALUE: Code = Code::error("row-as-value", "a table or relationship is rows, not a value");
pub const NO_PATH: Code = Code::error("no-path", "a path follows relationships of `gold.yaml`");
pub const PATH_MULTIPLIES_ROWS: Code = Code::error("path-multiplies-rows", "a path never leads from one row to many");
pub const INACTIVE_PATH: Code =
    Code::error("inactive-path", "an inactive relationship stands only in `over` and as the link of `any`");

pub fn duplicate_name(again: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_NAME, format!("the name `{}` is taken", again.value))
        .at(again.span, "declared again here")
        .at(first, "first declared here")
        .help("names are compared without regard to case; rename one of them")
}

pub fn name_of_a_table(name: &Spanned<String>, table: Span) -> Diagnostic {
    Diagnostic::new(&NAME_OF_A_TABLE, format!("`{}` is the name of a table", name.value))
        .at(name.span, "a definition needs another name")
        .at(table, "the table")
        .help(format!("name it for what it selects, for example `{}_counted`", name.value.to_lowercase()))
}

pub fn name_of_a_column(name: &Spanned<String>, table: &str) -> Diagnostic {
    Diagnostic::new(&NAME_OF_A_COLUMN, format!("`{table}` has a column or relationship `{}` already", name.value))
        .at(name.span, "used like a column of the same table")
        .help("give it a name of its own, so that nobody mistakes one for the other")
}

/// `bytes` and `limit` count the bytes of UTF-8.
pub fn name_too_long(name: &Spanned<String>, what: &str, bytes: usize, limit: usize) -> Diagnostic {
    Diagnostic::new(&NAME_TOO_LONG, format!("the name of {what} has at most {limit} bytes, and this one has {bytes}"))
        .at(name.span, "too long for some target")
        .help("shorten the name; what people read stands in quotes behind it")
}

/// `column` is the place in `gold.yaml` of a column that readers group by; none for a column of carat's own.
pub fn name_of_an_output_column(name: &Spanned<String>, column: Option<Span>) -> Diagnostic {
    let message = format!("a column `{}` stands beside the metrics already", name.value.to_lowercase());
    let found =
        Diagnostic::new(&NAME_OF_AN_OUTPUT_COLUMN, message).at(name.span, "would be a second column of that name");
    let found = match column {
        Some(span) => found.at(span, "readers may group by it"),
        None => found,
    };
    found.help("name the metric for what it counts, so that nobody takes one column for the other")
}

pub fn unknown_name(name: &Spanned<String>, place: &str, closest: Option<String>) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_NAME, format!("there is no `{}` {place}", name.value))
        .at(name.span, "not found")
        .help_if(closest.map(|name| format!("did you mean `{name}`?")))
}

/// `aggregated`: it stands in `sum(..)` and the like.
pub fn metric_by_path(name: &Spanned<String>, table: &str, aggregated: bool) -> Diagnostic {
    let name_of = &name.value;
    let help = match aggregated {
        true => format!("for a value of each row of `{table}`, write `average({name_of} per {table})`"),
        false => format!(
            "write it bare where a row of `{table}` is at hand: `any({table} where {name_of} > 0)` or a filter of `{table}`"
        ),
    };
    Diagnostic::new(&UNKNOWN_NAME, format!("`{name_of}` is a metric, not a column of `{table}`"))
        .at(name.span, "a metric has no path")
        .help(help)
}

/// `dates`: those of the table.
pub fn unknown_date(name: &Spanned<String>, table: &str, dates: &[&str], closest: Option<&str>) -> Diagnostic {
    let all = dates.iter().map(|date| format!("`{date}`")).collect::<Vec<_>>().join(", ");
    let help = match closest {
        Some(date) => format!("did you mean `{date}`?"),
        None if dates.is_empty() => format!("`{table}` has no dates"),
        None => format!("the dates of `{table}` are {all}"),
    };
    Diagnostic::new(&UNKNOWN_NAME, format!("there is no date `{}` in `{table}`", name.value))
        .at(name.span, "not found")
        .help(help)
}

/// `instead`: what the name is.
pub fn unknown_table(name: &Spanned<String>, instead: Option<&str>, closest: Option<&str>) -> Diagnostic {
    let message = match instead {
        Some(instead) => format!("`{}` is {instead}, and a table is needed here", name.value),
        None => format!("there is no table `{}`", name.value),
    };
    Diagnostic::new(&UNKNOWN_TABLE, message)
        .at(name.span, "not a table of `gold.yaml`")
        .help_if(closest.map(|name| format!("did you mean `{name}`?")))
}

pub fn ambiguous_name(name: &Spanned<String>, table: &str, definition: Span) -> Diagnostic {
    Diagnostic::new(
        &AMBIGUOUS_NAME,
        format!("`{}` is a column or relationship of `{table}` and a definition", name.value),
    )
    .at(name.span, "which of the two?")
    .at(definition, "the definition")
    .help(format!("write `{table}.{}` for the column, or rename the definition", name.value))
}

pub fn other_table(name: &Spanned<String>, owner: &str, hand: &str, path: Option<String>) -> Diagnostic {
    let help = match path {
        Some(path) => format!("write `{path}.{}`", name.value),
        None => {
            format!("there is no path from `{hand}` to `{owner}`; `any({owner} where {})` may be meant", name.value)
        }
    };
    Diagnostic::new(&OTHER_TABLE, format!("`{}` belongs to `{owner}`, and a row of `{hand}` is at hand", name.value))
        .at(name.span, format!("of `{owner}`"))
        .help(help)
}

pub fn owned_without_row(name: &Spanned<String>, owner: &str) -> Diagnostic {
    Diagnostic::new(
        &OTHER_TABLE,
        format!("`{}` is a condition on rows of `{owner}`, and no row is at hand", name.value),
    )
    .at(name.span, "not a number")
    .help(format!("to count them, write `count({owner} where {})`", name.value))
}

/// The cycle's names in order, without the first again.
pub fn cyclic_definition(cycle: &[&Spanned<String>]) -> Diagnostic {
    let mut names: Vec<&str> = cycle.iter().map(|name| name.value.as_str()).collect();
    names.extend(names.first().copied());
    let message = format!("a definition leads back to itself: {}", names.join(" -> "));
    let found = Diagnostic::new(&CYCLIC_DEFINITION, message);
    let shown = cycle.iter().take(8).enumerate();
    shown.fold(found, |found, (at, name)| {
        found.at(name.span, if at == 0 { "reads the next" } else { "which reads the next" })
    })
}

pub fn definition_too_large(name: &str, span: Span, limit: usize) -> Diagnostic {
    let message = format!("`{name}` has more than {limit} parts with all that it is built on");
    Diagnostic::new(&DEFINITION_TOO_LARGE, message)
        .at(span, "each name counts with what it stands for, as often as it is read")
        .help("build it on fewer definitions: a list, `country in [\"de\", \"fr\"]`, in place of a chain, or a column of the gold table")
}

pub fn table_as_value(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&ROW_AS_VALUE, format!("`{}` is a table, not a value", name.value))
        .at(name.span, "rows")
        .help(format!("write `count({})` for their number, or a column: `{}.column`", name.value, name.value))
}

pub fn relationship_as_value(name: &Spanned<String>, example: Option<String>) -> Diagnostic {
    Diagnostic::new(&ROW_AS_VALUE, format!("`{}` leads to a row, not to a value", name.value))
        .at(name.span, "a relationship")
        .help_if(example.map(|example| format!("write a column of that row, for example `{}.{example}`", name.value)))
}

pub fn definition_as_value(name: &Spanned<String>, what: &str) -> Diagnostic {
    Diagnostic::new(&ROW_AS_VALUE, format!("`{}` is {what}, not a value", name.value))
        .at(name.span, "cannot stand here")
}

pub fn no_path(step: &Spanned<String>, from: &str, written: Option<String>) -> Diagnostic {
    let message = format!("no relationship `{}` leaves `{from}`", step.value);
    Diagnostic::new(&NO_PATH, message)
        .at(step.span, format!("not reached from `{from}`"))
        .help_if(written.map(|path| format!("write `{path}`")))
}

pub fn path_through_column(step: &Spanned<String>, from: &str) -> Diagnostic {
    Diagnostic::new(&NO_PATH, format!("`{}` is a column of `{from}`; nothing leads on from it", step.value))
        .at(step.span, "a column")
}

/// A step to the table that the path has reached already.
pub fn path_stays(step: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&NO_PATH, format!("the path is at a row of `{}` already", step.value))
        .at(step.span, "leads nowhere else")
        .help(format!("leave this `{}.` out", step.value))
}

/// `path` is the way back, from the many to the one; `number` a column of the many that can be summed.
pub fn path_multiplies_rows(
    step: &Spanned<String>,
    from: &str,
    path: &str,
    number: Option<&Spanned<String>>,
) -> Diagnostic {
    let many = &step.value;
    let column = number.map_or("column", |column| &column.value);
    Diagnostic::new(&PATH_MULTIPLIES_ROWS, format!("one row of `{from}` has many rows of `{many}`"))
        .at(step.span, format!("the path runs the other way: `{path}`"))
        .help(format!("ask for some row with `any({many} where ..)`, or aggregate: `sum({many}.{column} over ..)`"))
}

pub fn inactive_path(step: &Spanned<String>, from: &str, to: &str) -> Diagnostic {
    Diagnostic::new(&INACTIVE_PATH, format!("the relationship `{}` of `{from}` is inactive", step.value))
        .at(step.span, "no active path")
        .help(format!(
            "ask from the other side, `any({from} of {} where ..)` at a row of `{to}`, or carry the column in `{from}`",
            step.value
        ))
}
