//! Laws that a resolved project must keep.

use crate::diagnostics::{Code, Diagnostic};
use crate::model::Head;
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[
    &DUPLICATE_MEANING,
    &WINDOW_BEYOND_CALENDAR,
    &LABEL_CLASH,
    &LABEL_LIKE_A_COLUMN,
    &UNSPEAKABLE_LABEL,
    &NUMBER_FROM_NOTHING,
    &UNUSED_DEFINITION,
    &NOT_OVER_MISSING,
    &DEPRECATED_WITHOUT_REPLACEMENT,
    &UNKNOWN_REPLACEMENT,
    &CERTIFIED_WITHOUT_VERSION,
    &CERTIFIED_IS_NO_METRIC,
    &NOT_YET_CERTIFIED,
    &CHANGED_SINCE_CERTIFIED,
    &LOCK_OF_NOTHING,
    &BROKEN_LOCK,
    &EDITED_LOCK,
];

pub const DUPLICATE_MEANING: Code = Code::warning("duplicate-meaning", "one meaning has one name");
pub const WINDOW_BEYOND_CALENDAR: Code =
    Code::error("window-beyond-calendar", "no window is longer than the calendar of `gold.yaml`");
pub const LABEL_CLASH: Code = Code::error(
    "label-clash",
    "labels of metrics and segments are different from each other and from columns beside them",
);
pub const LABEL_LIKE_A_COLUMN: Code =
    Code::warning("label-like-a-column", "a label is not that of a column of another table");
pub const UNSPEAKABLE_LABEL: Code = Code::error("unspeakable-label", "a label is a name that Power BI can carry");
pub const NUMBER_FROM_NOTHING: Code =
    Code::error("number-from-nothing", "a metric that people see is absent where there is no data");
pub const UNUSED_DEFINITION: Code = Code::warning("unused-definition", "what nobody sees is used by something");
pub const NOT_OVER_MISSING: Code =
    Code::warning("not-over-missing", "`not` over a column that may be missing says what holds then");
pub const DEPRECATED_WITHOUT_REPLACEMENT: Code =
    Code::error("deprecated-without-replacement", "what is deprecated names its replacement and its end");
pub const UNKNOWN_REPLACEMENT: Code = Code::error("unknown-replacement", "`replaced_by` names a definition");
pub const CERTIFIED_WITHOUT_VERSION: Code =
    Code::error("certified-without-version", "a certified metric has a version");
pub const CERTIFIED_IS_NO_METRIC: Code = Code::error("certified-is-no-metric", "what is certified is a metric");
pub const NOT_YET_CERTIFIED: Code =
    Code::error("not-yet-certified", "a certified metric has an entry in `certified.lock`");
pub const CHANGED_SINCE_CERTIFIED: Code =
    Code::error("changed-since-certified", "a certified metric means what was certified");
pub const LOCK_OF_NOTHING: Code =
    Code::warning("lock-of-nothing", "every entry of `certified.lock` is of a certified metric");
pub const BROKEN_LOCK: Code = Code::error("broken-lock", "`certified.lock` holds one entry a line");
pub const EDITED_LOCK: Code = Code::error("edited-lock", "`certified.lock` is written by `carat certify` alone");

pub fn duplicate_meaning(again: &Head, first: &Head) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_MEANING, format!("`{}` means the same as `{}`", again.name, first.name))
        .at(again.name_span, "the same number")
        .at(first.name_span, "defined first here")
        .help(format!("use `{}`, and keep its other name under `synonyms`", first.name))
}

pub fn window_beyond_calendar(days: i32, span: Span) -> Diagnostic {
    Diagnostic::new(&WINDOW_BEYOND_CALENDAR, format!("this window is longer than the calendar, which has {days} days"))
        .at(span, "a window beyond the calendar")
        .help("write `over history of ..` for everything up to the end")
}

pub fn prior_beyond_calendar(days: i32, span: Span) -> Diagnostic {
    let message = format!("this is asked for days before the calendar, which has {days} days: it never has a value");
    Diagnostic::new(&WINDOW_BEYOND_CALENDAR, message)
        .at(span, "moved beyond the calendar")
        .help("move it by less, or let `calendar:` in `gold.yaml` begin earlier")
}

pub fn label_clash(again: &Head, first: &Head) -> Diagnostic {
    Diagnostic::new(&LABEL_CLASH, format!("the label \"{}\" is taken by `{}`", again.label, first.name))
        .at(again.name_span, "people would see two of them")
        .at(first.name_span, "the first")
        .help("Power BI compares names without regard to case; write another label behind the name")
}

pub fn label_of_a_column(head: &Head, table: &str, column: Span) -> Diagnostic {
    Diagnostic::new(&LABEL_CLASH, format!("the label \"{}\" is that of a column of `{table}`", head.label))
        .at(head.name_span, "would stand beside the column")
        .at(column, "the column")
        .help("Power BI refuses a measure with the name of a column of its table; write another label")
}

pub fn label_like_a_column(head: &Head, table: &str, column: Span) -> Diagnostic {
    Diagnostic::new(&LABEL_LIKE_A_COLUMN, format!("the label \"{}\" is that of a column of `{table}` too", head.label))
        .at(head.name_span, "the measure")
        .at(column, "the column")
        .help("in DAX `[..]` alone may be a measure or a column of the row at hand; write another label")
}

/// A label with what cannot be seen written out, and nothing else.
fn shown(label: &str) -> String {
    let one = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    label.chars().map(one).collect()
}

pub fn unspeakable_label(head: &Head, why: &str) -> Diagnostic {
    Diagnostic::new(&UNSPEAKABLE_LABEL, format!("Power BI cannot carry the label \"{}\": {why}", shown(&head.label)))
        .at(head.name_span, "its label")
}

/// `help`: what to write instead.
pub fn number_from_nothing(head: &Head, span: Span, help: &str) -> Diagnostic {
    Diagnostic::new(
        &NUMBER_FROM_NOTHING,
        format!("`{}` is a number where there is no data, so every group would be listed", head.name),
    )
    .at(span, "never absent")
    .help(help)
}

pub fn unused_definition(what: &str, head: &Head) -> Diagnostic {
    Diagnostic::new(&UNUSED_DEFINITION, format!("nothing uses {what} `{}`", head.name))
        .at(head.name_span, "not used")
        .help("use it, show it, or take it out")
}

pub fn not_over_missing(column: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NOT_OVER_MISSING, format!("`not` is true where `{column}` is missing"))
        .at(span, "true of what is not known")
        .help(format!(
            "add `and {column} is present` to leave the unknown out, or `or {column} is missing` to say it is meant"
        ))
}

pub fn deprecated_without(head: &Head, what: &str) -> Diagnostic {
    Diagnostic::new(&DEPRECATED_WITHOUT_REPLACEMENT, format!("`{}` is deprecated and names no {what}", head.name))
        .at(head.name_span, format!("no {what}"))
        .help("add `replaced_by: name` and `ends: 2026-12-31`")
}

pub fn unknown_replacement(name: &Spanned<String>, closest: Option<&str>) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_REPLACEMENT, format!("there is no `{}` to replace it", name.value))
        .at(name.span, "not found")
        .help_if(closest.map(|near| format!("did you mean `{near}`?")))
}

pub fn certified_without_version(head: &Head) -> Diagnostic {
    Diagnostic::new(&CERTIFIED_WITHOUT_VERSION, format!("`{}` is certified and has no version", head.name))
        .at(head.name_span, "which version?")
        .help("add `version: 1`")
}

/// `kind`: the keyword it is declared with.
pub fn certified_is_no_metric(head: &Head, kind: &str) -> Diagnostic {
    Diagnostic::new(&CERTIFIED_IS_NO_METRIC, format!("`{}` is a {kind}, which no certificate is for", head.name))
        .at(head.name_span, "not a metric")
        .help("leave `status: certified` to the metrics it reads; a `version` and an `owner` it may have")
}

pub fn not_yet_certified(head: &Head) -> Diagnostic {
    Diagnostic::new(&NOT_YET_CERTIFIED, format!("`{}` asks for a certificate and has none", head.name))
        .at(head.name_span, "not in `certified.lock`")
        .help(format!("run `carat certify {}`, or write `status: draft`", head.name))
}

/// `now` and `then` are fingerprints as they are shown.
pub fn changed_since_certified(head: &Head, now: &str, then: &str, entry: Span) -> Diagnostic {
    Diagnostic::new(
        &CHANGED_SINCE_CERTIFIED,
        format!("`{}` does not mean any more what was certified", head.name),
    )
    .at(head.name_span, format!("its fingerprint is {now}"))
    .at(entry, format!("certified with {then}"))
    .help("raise its version and run `carat certify`, or undo the change of meaning; it may stand in a filter or metric it uses")
}

pub fn version_since_certified(head: &Head, now: u32, then: u32, entry: Span) -> Diagnostic {
    Diagnostic::new(
        &CHANGED_SINCE_CERTIFIED,
        format!("`{}` is version {now}, and version {then} was certified", head.name),
    )
    .at(head.name_span, format!("version {now}"))
    .at(entry, format!("version {then}"))
    .help(format!("run `carat certify {}`", head.name))
}

pub fn lock_of_nothing(name: &str, entry: Span) -> Diagnostic {
    Diagnostic::new(&LOCK_OF_NOTHING, format!("no certified metric is called `{name}`"))
        .at(entry, "an entry of nothing")
        .help("run `carat certify`, which writes the entries that are needed")
}

pub fn broken_lock(line: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&BROKEN_LOCK, format!("this line of `certified.lock` cannot be read: {why}"))
        .at(line, "no entry")
        .help("take the line out and run `carat certify`")
}

pub fn edited_lock(name: &str, entry: Span) -> Diagnostic {
    Diagnostic::new(&EDITED_LOCK, format!("the entry of `{name}` was changed by hand"))
        .at(entry, "does not match its seal")
        .help(format!("undo the edit, or run `carat certify {name}`"))
}
