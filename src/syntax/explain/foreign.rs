//! Habits of other languages, and what is written here instead.

use super::failure::Failure;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::scan::Kind;
use crate::syntax::words::{is_reserved, keyword};

const MARKS: [(&str, &str); 26] = [
    ("==", "write `=` to compare"),
    ("<>", "write `!=`"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("!", "write `not`"),
    ("&", "write `and` between conditions; text with signs goes in quotation marks"),
    ("|", "write `or` between conditions"),
    ("'", "text stands in double quotation marks, `\"text\"`"),
    ("`", "write names as they are, and text in double quotation marks, `\"text\"`"),
    ("“", "write a straight quotation mark, `\"`"),
    ("”", "write a straight quotation mark, `\"`"),
    ("„", "write a straight quotation mark, `\"`"),
    ("«", "write a straight quotation mark, `\"`"),
    ("‘", "text stands in straight double quotation marks, `\"text\"`"),
    ("’", "text stands in straight double quotation marks, `\"text\"`"),
    (";", "remove it: nothing needs a semicolon at its end"),
    ("%", "write a share as a number, `0.05` for five percent"),
    ("^", "write a product, `x * x`"),
    ("#", "write `//` before a comment"),
    ("–", "write a plain minus, `-`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("€", "write the number alone: the format shows the currency"),
    ("$", "write the number alone: the format shows the currency"),
    ("£", "write the number alone: the format shows the currency"),
    ("@", "remove it: there are no parameters, only columns, metrics and literals"),
];

const WORDS: [(&str, &str); 15] = [
    ("null", "write `is missing` or `is present`"),
    ("like", "write `starts with \"text\"` or `contains \"text\"`"),
    ("ilike", "write `contains \"text\"`: case is never looked at"),
    ("ends", "text can be compared from its start, `starts with \"text\"`, or anywhere, `contains \"text\"`"),
    ("matches", "write `starts with \"text\"` or `contains \"text\"`"),
    ("exists", "write `any(table where condition)`"),
    ("having", "write the condition on the metric: `count(customer where orders >= 2)`"),
    ("group", "write `by` in a view: `view name = [metric] by customer.country, month`"),
    ("select", "write `metric name = count(table where condition)`"),
    ("if", "write `case when condition then value else value end`"),
    ("elseif", "write another `when`"),
    ("elif", "write another `when`"),
    ("mod", "there is no remainder; compare with a list instead"),
    ("equals", "write `=`"),
    ("xor", "write `a != b`, or both cases with `or`"),
];

const FUNCTIONS: [(&str, &str); 34] = [
    ("avg", "write `average`"),
    ("mean", "write `average`"),
    ("averagex", "write `average(metric per table)`"),
    ("sumx", "write `sum(table.a * table.b)`, or `sum(metric per table)`"),
    ("distinctcount", "write `count(distinct table.column)`"),
    ("countd", "write `count(distinct table.column)`"),
    ("count_distinct", "write `count(distinct table.column)`"),
    ("countrows", "write `count(table)`"),
    ("countif", "write `count(table where condition)`"),
    ("sumif", "write `sum(table.column where condition)`"),
    ("calculate", "write `metric where condition`"),
    ("filter", "write `where condition` behind the table"),
    ("divide", "write `a / b`: division by zero is missing"),
    ("if", "write `case when condition then value else value end`"),
    ("iff", "write `case when condition then value else value end`"),
    ("iif", "write `case when condition then value else value end`"),
    ("switch", "write `case when condition then value else value end`"),
    ("ifnull", "write `coalesce(value, value_if_missing)`"),
    ("isnull", "write `value is missing`, or `coalesce(value, value_if_missing)`"),
    ("isblank", "write `value is missing`"),
    ("nvl", "write `coalesce(value, value_if_missing)`"),
    ("datediff", "write `days_between(earlier, later)` or `months_between(earlier, later)`"),
    ("date_diff", "write `days_between(earlier, later)` or `months_between(earlier, later)`"),
    ("today", "write `end`, the last day of the period: no metric reads a clock"),
    ("now", "write `end`, the last day of the period: no metric reads a clock"),
    ("current_date", "write `end`, the last day of the period: no metric reads a clock"),
    ("getdate", "write `end`, the last day of the period: no metric reads a clock"),
    ("exists", "write `any(table where condition)`"),
    ("all", "write `metric ignoring table`"),
    ("removefilters", "write `metric ignoring table`"),
    ("dateadd", "write `prior(metric, 12 months)`"),
    ("sameperiodlastyear", "write `prior(metric, 12 months)`"),
    ("lower", "write the column alone: case is never looked at"),
    ("trim", "write the column alone: trailing blanks are never looked at"),
];

/// What is written here instead of a function of another language.
pub(in crate::syntax) fn function_help(name: &str) -> Option<&'static str> {
    look_up(&FUNCTIONS, &name.to_lowercase())
}

fn look_up(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(foreign, _)| *foreign == word).map(|(_, help)| *help)
}

/// A sign that other languages have.
pub(super) fn mark(failure: &Failure) -> Option<Diagnostic> {
    let help = look_up(&MARKS, failure.found())?;
    Some(codes::foreign_word(failure.span(), failure.found(), help))
}

/// A word that other languages have, where the parse failed or just before.
pub(super) fn word(failure: &Failure) -> Option<Diagnostic> {
    let lower = failure.found().to_lowercase();
    if let Some(help) = look_up(&WORDS, &lower) {
        return Some(codes::foreign_word(failure.span(), failure.found(), help));
    }
    let help = look_up(&WORDS, &failure.before(1).to_lowercase())?;
    Some(codes::foreign_word(failure.span_before(), failure.before(1), help))
}

/// A keyword in capitals, where the parse failed or just before.
pub(super) fn capital(failure: &Failure) -> Option<Diagnostic> {
    let is_capital = |word: &str| {
        let lower = word.to_lowercase();
        word != lower && (is_reserved(&lower) || keyword(&lower).is_some())
    };
    let is_word = failure.found_token().is_some_and(|token| token.kind == Kind::Word);
    if is_word && is_capital(failure.found()) {
        return Some(codes::capital_keyword(failure.span(), failure.found()));
    }
    is_capital(failure.before(1)).then(|| codes::capital_keyword(failure.span_before(), failure.before(1)))
}
