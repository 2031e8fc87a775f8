//! Problems of the project's files and of `carat.yaml`; those of YAML are shared with `gold.yaml`.

use crate::diagnostics::{Code, Diagnostic, closest};
use crate::source::Span;

pub const ALL: &[&Code] = &[
    &INVALID_YAML,
    &DUPLICATE_KEY,
    &UNKNOWN_KEY,
    &MISSING_KEY,
    &WRONG_SHAPE,
    &UNKNOWN_CHOICE,
    &UNKNOWN_LANGUAGE_VERSION,
    &INVALID_PROJECT_NAME,
    &INVALID_FILE_PATH,
    &INVALID_CURRENCY,
    &INVALID_LANGUAGE_TAG,
    &DUPLICATE_DIALECT,
    &INVALID_VARIABLE,
    &INVALID_DURATION,
    &NO_TARGET,
];

pub const INVALID_YAML: Code = Code::error("invalid-yaml", "carat.yaml and gold.yaml are YAML");
pub const DUPLICATE_KEY: Code = Code::error("duplicate-key", "a key stands once in its map");
pub const UNKNOWN_KEY: Code = Code::error("unknown-key", "a key is one of those its place knows");
pub const MISSING_KEY: Code = Code::error("missing-key", "what has no default must be written");
pub const WRONG_SHAPE: Code =
    Code::error("wrong-shape", "a key holds a single value, a list or a map, as its place asks");
pub const UNKNOWN_CHOICE: Code = Code::error("unknown-choice", "a value that is a choice is one of those offered");
pub const UNKNOWN_LANGUAGE_VERSION: Code =
    Code::error("unknown-language-version", "`language` is a version this program knows");
pub const INVALID_PROJECT_NAME: Code =
    Code::error("invalid-project-name", "a technical name is letters, digits and underscores");
pub const INVALID_FILE_PATH: Code =
    Code::error("invalid-file-path", "a project refers to files of its own folder, by relative path");
pub const INVALID_CURRENCY: Code = Code::error("invalid-currency", "a currency is its three-letter ISO 4217 code");
pub const INVALID_LANGUAGE_TAG: Code = Code::error("invalid-language-tag", "a language is its BCP 47 tag");
pub const DUPLICATE_DIALECT: Code = Code::error("duplicate-dialect", "a SQL dialect is asked for once");
pub const INVALID_VARIABLE: Code = Code::error("invalid-variable", "a variable is written `${NAME}`");
pub const INVALID_DURATION: Code = Code::error("invalid-duration", "a duration is a whole number of hours or days");
pub const NO_TARGET: Code = Code::error("no-target", "a project says what is to be built");

pub fn invalid_yaml(problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_YAML, format!("this is not YAML: {problem}"))
        .at(span, "reading stopped here")
        .help("look for a missing quote or bracket, a tab, or a line that is indented differently from its neighbours")
}

pub fn duplicate_key(key: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_KEY, format!("`{key}` stands twice in the same map"))
        .at(span, "the second of the two")
        .help("keep one of the two; carat does not guess which is meant")
}

pub fn unknown_key(key: &str, place: &str, known: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_KEY, format!("{place} has no key `{key}`")).at(span, "not known here").help(suggestion(
        key,
        known,
        "the keys here are",
    ))
}

pub fn missing_key(key: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_KEY, format!("{place} does not say `{key}:`"))
        .at(span, format!("`{key}:` is missing"))
        .help(format!("add `{key}: ..`; it has no default"))
}

pub fn wrong_shape(what: &str, expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_SHAPE, format!("{what} should be {expected}, not {found}"))
        .at(span, format!("expected {expected}"))
}

pub fn unknown_choice(written: &str, what: &str, known: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_CHOICE, format!("`{written}` is not {what}")).at(span, "not one of the choices").help(
        match closest(written, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`? the choices are {}", quoted(known)),
            None => format!("the choices are {}", quoted(known)),
        },
    )
}

pub fn unknown_language_version(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_LANGUAGE_VERSION, format!("there is no version `{written}` of the language"))
        .at(span, "not a version this carat knows")
        .help("write `language: 1`; if the project is newer than this program, install a newer carat")
}

pub fn invalid_project_name(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_PROJECT_NAME, format!("`{written}` is not a technical name"))
        .at(span, "only letters, digits and `_`, beginning with a letter")
        .help("files and folders are named after it; what people read goes into `label:`")
}

pub fn invalid_file_path(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_FILE_PATH, format!("`{written}` does not lead to a file of this project"))
        .at(span, "outside the project's folder")
        .help("write a path relative to `carat.yaml`, with `/` between its parts and without `..`")
}

pub fn invalid_currency(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_CURRENCY, format!("`{written}` is not a currency code"))
        .at(span, "expected three capital letters")
        .help("write the ISO 4217 code, for example `EUR`, `USD` or `GBP`")
}

pub fn invalid_language_tag(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_LANGUAGE_TAG, format!("`{written}` is not a language tag"))
        .at(span, "expected a tag such as `en-US`")
        .help("write language and region, for example `en-US`, `de-DE` or `fr-FR`")
}

pub fn duplicate_dialect(written: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_DIALECT, format!("the SQL dialect `{written}` is asked for twice"))
        .at(span, "again here")
        .at(first, "first here")
        .help("remove one of the two")
}

pub fn invalid_variable(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_VARIABLE, format!("`{written}` begins a variable that cannot be read"))
        .at(span, "expected `${NAME}`")
        .help("a variable is `${`, a name of capital letters, digits and `_`, and `}`; a plain `$` needs no brace")
}

pub fn invalid_duration(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_DURATION, format!("`{written}` is not a duration"))
        .at(span, "expected hours or days")
        .help("write a whole number from 1 and a unit: `24 hours` or `7 days`, a year at most")
}

pub fn no_target(span: Span) -> Diagnostic {
    Diagnostic::new(&NO_TARGET, "`targets:` asks for nothing")
        .at(span, "neither `powerbi:` nor `sql:`")
        .help("name a target: `powerbi: { storage: direct_lake_onelake, .. }`, `sql: [fabric, spark]`, or both")
}

/// "did you mean", else what could stand here.
pub(super) fn suggestion(written: &str, known: &[&str], list: &str) -> String {
    match closest(written, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("{list} {}", quoted(known)),
    }
}

/// `a`, `b` and so on, in backticks.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
