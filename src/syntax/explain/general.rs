//! What is said where no special explanation fits.

use super::failure::Failure;
use super::wanted;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::grammar::Rule;
use crate::syntax::scan::{Kind, Token};
use crate::syntax::words::{AGGREGATES, awaits_a_value, is_reserved, keyword};

const COMPARISONS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

/// `a < b < c`.
pub(super) fn chained(failure: &Failure) -> Option<Diagnostic> {
    let complete = failure.wants(Rule::k_and) && !failure.wants(Rule::comparison);
    let found = failure.found();
    (complete && COMPARISONS.contains(&found)).then(|| codes::chained_comparison(failure.span(), found))
}

/// A reserved word where only a name can stand.
pub(super) fn reserved_name(failure: &Failure) -> Option<Diagnostic> {
    let reserved = is_reserved(failure.found()) && wanted::only_a_name(&failure.positives);
    let is_name = reserved && !matches!(failure.after(), "" | "\"");
    let is_name = is_name && (failure.construct != Rule::about);
    is_name.then(|| codes::reserved_word(failure.span(), failure.found(), "a name"))
}

/// `net-revenue`, `net revenue`, `net.revenue` as the name of a definition.
pub(super) fn broken_name(failure: &Failure) -> Option<Diagnostic> {
    let is_word = |token: Option<&Token>| token.is_some_and(|token| token.kind == Kind::Word);
    let names_something = failure.wants(Rule::equals) || failure.wants(Rule::k_of) || failure.wants(Rule::activation);
    if !names_something || !is_word(failure.token_before()) || wanted::an_operator(&failure.positives) {
        return None;
    }
    let joined = matches!(failure.found(), "-" | "." | "/");
    let is_call = matches!(failure.after(), "(" | ".");
    let blank = is_word(failure.found_token()) && !is_reserved(failure.found()) && !is_call;
    if !joined && !blank {
        return None;
    }
    let (span, written) = failure.around(1, usize::from(joined));
    let name = written.replace(|c: char| !super::super::scan::is_word(c), "_");
    let help = format!("write `{name}`");
    Some(codes::unexpected(span, format!("`{written}` is no name"), "letters, digits and `_` only", Some(help)))
}

/// What is needed at the place: a value is called a condition where only one makes sense.
fn needed(failure: &Failure) -> Option<String> {
    if !wanted::is_value(&failure.positives) {
        return wanted::phrase(&failure.positives);
    }
    let conditional = [Rule::filter, Rule::segment, Rule::expect].contains(&failure.construct);
    Some(match failure.before(1) {
        "where" | "when" | "and" | "or" | "not" => "a condition".to_owned(),
        "=" | "expect" if conditional && failure.wants(Rule::condition) => "a condition".to_owned(),
        "(" if failure.wants(Rule::k_distinct) => "a table, a column or a metric".to_owned(),
        _ => "a value".to_owned(),
    })
}

/// Something is needed and something else stands there, or nothing.
pub(super) fn missing(failure: &Failure) -> Option<Diagnostic> {
    let needed = needed(failure)?;
    if wanted::an_operator(&failure.positives) && begins_a_value(failure) {
        return None;
    }
    let found = failure.found();
    let message = match (found, failure.before(1)) {
        ("", before) if !before.is_empty() => format!("the {} ends where {needed} is needed", failure.construct_name()),
        (_, "") => format!("{needed} is needed before `{found}`"),
        (_, before) => format!("{needed} is needed after `{before}`, not `{found}`"),
    };
    Some(codes::unexpected(failure.span(), message, format!("{needed} is needed here"), form(failure)))
}

/// A keyword of definitions in the middle of a line.
pub(super) fn second_definition(failure: &Failure) -> Option<Diagnostic> {
    let complete = failure.wants(Rule::EOI) && keyword(failure.found()).is_some();
    complete.then(|| {
        let message = format!("`{}` begins a definition in the middle of a line", failure.found());
        let help = "begin every definition on a line of its own";
        codes::unexpected(failure.span(), message, "a new line is needed before this", Some(help.to_owned()))
    })
}

/// `count customer`, `count[customer]`, `prior customers`.
pub(super) fn without_brackets(failure: &Failure) -> Option<Diagnostic> {
    let before = failure.before(1);
    let is_function = AGGREGATES.contains(&before) || matches!(before, "prior" | "opening");
    (is_function && wanted::an_operator(&failure.positives)).then(|| {
        let message = format!("`{before}` needs round brackets");
        let help = match before {
            "prior" => "write `prior(customers, 12 months)`".to_owned(),
            "count" if failure.found() == "distinct" => "write `count(distinct order_line.order_id)`".to_owned(),
            "count" | "any" => format!("write `{before}(customer)`"),
            _ => format!("write `{before}(order_line.net_amount)`"),
        };
        codes::unexpected(failure.span(), message, "`(` is needed here", Some(help))
    })
}

/// `prior(12 months, customers)`.
pub(super) fn turned_round(failure: &Failure) -> Option<Diagnostic> {
    const UNITS: [&str; 6] = ["days", "months", "years", "day", "month", "year"];
    let is_turned = failure.before(3) == "prior" && failure.before(2) == "(" && UNITS.contains(&failure.found());
    is_turned.then(|| {
        let (span, time) = failure.around(1, 0);
        let named = failure.behind(1) == "," && failure.behind(3) == ")";
        let metric = if named { failure.behind(2) } else { "customers" };
        let help = format!("write `prior({metric}, {time})`");
        codes::unexpected(span, "in `prior` the metric stands before the time".to_owned(), "not here", Some(help))
    })
}

/// `customer.any(order_line where ..)`, `customer.sum(..)`.
pub(super) fn behind_a_path(failure: &Failure) -> Option<Diagnostic> {
    let function = failure.before(1);
    let is_call = failure.found() == "(" && AGGREGATES.contains(&function);
    (is_call && failure.before(2) == ".").then(|| {
        let (span, _) = failure.around(3, 0);
        let step = failure.before(3);
        let help = match (function, failure.after()) {
            ("any", "" | ")" | "(") => format!("write `any(table of {step} where ..)`"),
            ("any", table) => format!("write `any({table} of {step} where ..)`"),
            _ => format!("make it a metric, and name that in a filter of `{step}`: there it is of each row"),
        };
        codes::unexpected(
            span,
            format!("`{function}` does not stand behind a path"),
            "a path leads to columns",
            Some(help),
        )
    })
}

/// `of order.customer` where a table alone can stand.
pub(super) fn path_for_a_table(failure: &Failure) -> Option<Diagnostic> {
    let word = failure.before(2);
    let is_table = failure.found() == "." && matches!(word, "of" | "per" | "ignoring");
    is_table.then(|| {
        let (span, written) = failure.around(1, 1);
        let message = format!("`{word}` is followed by a table, and `{written}` is a path");
        let table = if word == "ignoring" { failure.before(1) } else { failure.after() };
        codes::unexpected(span, message, "a table alone is needed here", Some(format!("write `{word} {table}`")))
    })
}

/// Two entries of a list without a comma.
pub(super) fn between_entries(failure: &Failure) -> Option<Diagnostic> {
    let in_list = failure.wants(Rule::comma) && failure.wants(Rule::close_list);
    (in_list && begins_a_value(failure)).then(|| {
        let message = format!("nothing stands between `{}` and `{}`", failure.before(1), failure.found());
        codes::unexpected(
            failure.span(),
            message,
            "`,` is needed before this",
            Some("write `,` between entries".to_owned()),
        )
    })
}

/// `between 1`, `between 1 to 6`.
pub(super) fn one_bound(failure: &Failure) -> Option<Diagnostic> {
    let in_between = failure.wants(Rule::k_and) && !failure.wants(Rule::k_or);
    in_between.then(|| {
        let help = "write `score between 0 and 6`; both bounds are in";
        let message = "`between` has one bound".to_owned();
        codes::unexpected(failure.span(), message, "`and` and the other bound are needed here", Some(help.to_owned()))
    })
}

/// Two values and nothing between them.
pub(super) fn side_by_side(failure: &Failure) -> Option<Diagnostic> {
    if !wanted::an_operator(&failure.positives) || !begins_a_value(failure) {
        return None;
    }
    let (before, found) = (failure.before(1), failure.found());
    let message = format!("nothing joins `{found}` to `{before}`");
    let help = "join conditions with `and` or `or`, compare with `=`, or calculate with `+ - * /`";
    Some(codes::unexpected(failure.span(), message, "an operator is needed before this", Some(help.to_owned())))
}

/// The text is complete, and more follows.
pub(super) fn complete(failure: &Failure) -> Diagnostic {
    let message = format!("the {} is complete before `{}`", failure.construct_name(), failure.found());
    codes::unexpected(failure.span(), message, "this belongs to nothing", form(failure))
}

fn begins_a_value(failure: &Failure) -> bool {
    failure.found_token().is_some_and(|token| match token.kind {
        Kind::Number | Kind::Text => true,
        Kind::Word => !is_reserved(failure.found()) || matches!(failure.found(), "case" | "start" | "end" | "not"),
        _ => failure.found() == "(",
    }) && !awaits_a_value(failure.before(1))
}

const FORMS: [(Rule, &str); 9] = [
    (Rule::metric, "a metric is written `metric name \"Label\" = value`"),
    (Rule::filter, "a filter is written `filter name of table = condition`"),
    (Rule::segment, "a segment is written `segment name \"Label\" of table = condition for purpose by channel`"),
    (Rule::policy, "a policy is written `policy name for purpose by channel of table { rules }`"),
    (Rule::policy_rule, "a rule is written `refuse \"reason\" when condition`"),
    (Rule::resolve, "a resolve is written `resolve name of table = column where condition latest by date per source`"),
    (Rule::view, "a view is written `view name \"Label\" = [metric, metric] by table.column, month where condition`"),
    (Rule::expect, "an expectation is written `expect condition by table.column`"),
    (Rule::about, "an entry is written `key: value`, for example `format: whole`"),
];

/// How the construct is written, as help; not inside an expression, where it would not help.
fn form(failure: &Failure) -> Option<String> {
    let with_value = [Rule::metric, Rule::filter, Rule::segment].contains(&failure.construct);
    let in_expression = with_value && failure.is_behind("=") && !failure.wants(Rule::EOI) && failure.before(1) != "=";
    if in_expression || wanted::is_value(&failure.positives) && !with_value {
        return None;
    }
    FORMS.iter().find(|(construct, _)| *construct == failure.construct).map(|(_, form)| (*form).to_owned())
}
