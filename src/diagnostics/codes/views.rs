//! Problems of views and expectations.

use super::grain::NO_SUCH_GRAIN;
use super::names;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[&NOT_A_METRIC, &GROUP_NOT_REACHED, &NOT_GROUPABLE, &REPEATED_GROUP];

pub const NOT_A_METRIC: Code = Code::error("not-a-metric", "a view lists metrics, each once");
pub const GROUP_NOT_REACHED: Code =
    Code::error("group-not-reached", "a metric is grouped by columns that every part of it reaches");
pub const NOT_GROUPABLE: Code = Code::error("not-groupable", "groups are columns with `group: true`");
pub const REPEATED_GROUP: Code = Code::error("repeated-group", "every group stands once, and one grain of time");

pub fn not_a_metric(name: &Spanned<String>, what: &str) -> Diagnostic {
    Diagnostic::new(&NOT_A_METRIC, format!("`{}` is {what}, not a metric", name.value))
        .at(name.span, "not a metric")
        .help(format!("count it in a metric: `count(t where {})`", name.value))
}

pub fn repeated_metric(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&NOT_A_METRIC, format!("`{}` stands twice", name.value)).at(name.span, "again")
}

pub fn group_not_reached(metric: &str, leaf: &str, group: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&GROUP_NOT_REACHED, format!("`{metric}` reads `{leaf}`, which does not lead to `{group}`"))
        .at(span, format!("not a group of `{metric}`"))
        .help("group by a column that every metric here reaches, or take the metric out")
}

pub fn not_groupable(column: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&NOT_GROUPABLE, format!("`{column}` is not a column that readers group by"))
        .at(span, "no `group: true` in `gold.yaml`")
}

/// `columns`: those that readers group the table by.
pub fn unknown_group(name: &Spanned<String>, table: &str, columns: &[&str], closest: Option<&str>) -> Diagnostic {
    let all = columns.iter().take(6).map(|column| format!("`{table}.{column}`")).collect::<Vec<_>>().join(", ");
    let help = match closest {
        Some(closest) => format!("did you mean `{closest}`?"),
        None if columns.is_empty() => format!("no column of `{table}` says `group: true`"),
        None => format!("`{table}` is grouped by {all}"),
    };
    names::unknown_name(name, &format!("in `{table}`"), None).help(help)
}

/// `kind`: what the name is; `is_condition`: of the table, so that it can stand in a `where`.
pub fn grouped_by_definition(name: &Spanned<String>, kind: &str, table: &str, is_condition: bool) -> Diagnostic {
    let help = format!("for its rows alone write `where {table}.{}`", name.value);
    Diagnostic::new(&NOT_GROUPABLE, format!("`{}` is {kind}, not a column that readers group by", name.value))
        .at(name.span, "not a column")
        .help_if(is_condition.then_some(help))
}

pub fn calendar_group(grains: &[&str], span: Span) -> Diagnostic {
    let grains = grains.iter().map(|grain| format!("`{grain}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(&NOT_GROUPABLE, "time is grouped by a grain, not by a column of the calendar")
        .at(span, "a calendar column")
        .help(format!("the grains are {grains}"))
}

pub fn repeated_group(span: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_GROUP, "this group stands twice").at(span, "again")
}

pub fn second_grain(span: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_GROUP, "a view has one grain of time").at(span, "a second grain")
}

pub fn expected_without_months(span: Span) -> Diagnostic {
    Diagnostic::new(&NO_SUCH_GRAIN, "what is expected is checked in every month, and the calendar has no grain `month`")
        .at(span, "in which months?")
        .help("name the column of months under `calendar:` in `gold.yaml`: `grains: { month: month_index }`")
}

pub fn grain_in_expectation(span: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_GROUP, "an expectation is checked at the total and in every month already")
        .at(span, "a grain of time")
        .help("`by` adds columns, for example `by customer.country`")
}
