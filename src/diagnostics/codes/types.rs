//! Problems of types, literals and scalar functions.

use crate::diagnostics::{Code, Diagnostic};
use crate::gold::Type;
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[
    &TYPE_MISMATCH,
    &WRONG_TYPE,
    &MONEY_TIMES_MONEY,
    &MONEY_WITH_INTEGER,
    &NOT_A_DAY,
    &UNKNOWN_VALUE,
    &LITERALS_COMPARED,
    &BOUNDS_REVERSED,
    &TEXT_HAS_NO_ORDER,
    &NOT_A_CONDITION,
    &CONDITION_AS_VALUE,
    &OUT_OF_RANGE,
    &DECIMALS,
];

pub const TYPE_MISMATCH: Code = Code::error("type-mismatch", "two values that meet are of one kind");
pub const WRONG_TYPE: Code = Code::error("wrong-type", "every operation gets the kind of value it works on");
pub const MONEY_TIMES_MONEY: Code = Code::error("money-times-money", "money is not multiplied by money");
pub const MONEY_WITH_INTEGER: Code = Code::error("money-with-integer", "money is added to money only");
pub const NOT_A_DAY: Code = Code::error("not-a-day", "a date is written as \"2025-01-31\"");
pub const UNKNOWN_VALUE: Code = Code::error("unknown-value", "a column with `values:` is compared with one of them");
pub const LITERALS_COMPARED: Code = Code::error("literals-compared", "a test is about something that can change");
pub const BOUNDS_REVERSED: Code = Code::warning("bounds-reversed", "`between` has its lower end first");
pub const TEXT_HAS_NO_ORDER: Code = Code::error("text-has-no-order", "text is not compared by order");
pub const NOT_A_CONDITION: Code = Code::error("not-a-condition", "a condition is true or false");
pub const CONDITION_AS_VALUE: Code = Code::error("condition-as-value", "a condition is not a number");
pub const OUT_OF_RANGE: Code = Code::error("out-of-range", "numbers stay in the range that their place can hold");
pub const DECIMALS: Code = Code::error("decimals", "`round` takes a number of decimals from 0 to 9");

pub fn type_mismatch(left: (Type, Span), right: (Type, Span)) -> Diagnostic {
    let message = format!("{} and {} do not go together", left.0.phrase(), right.0.phrase());
    let help = match (left.0, right.0) {
        (Type::Date, _) | (_, Type::Date) => Some("write a date as \"2025-01-31\""),
        (Type::Boolean, _) | (_, Type::Boolean) => {
            Some("what is true or false is asked by itself, or with `not` before it")
        }
        _ => None,
    };
    Diagnostic::new(&TYPE_MISMATCH, message)
        .at(right.1, right.0.phrase())
        .at(left.1, left.0.phrase())
        .help_if(help.map(str::to_owned))
}

/// `what` says who asks: `` `sum` adds numbers ``.
pub fn wrong_type(what: &str, found: Type, span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_TYPE, format!("{what}, and this is {}", found.phrase())).at(span, found.phrase())
}

pub fn date_arithmetic(span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_TYPE, "dates are not added or subtracted").at(span, "arithmetic on a date").help(
        "write `days_between(a, b)`, `months_between(a, b)` or `full_months(a, b)`, or a window: `d in last 30 days`",
    )
}

/// `wanted` is a sentence: `a list holds literals`.
pub fn literal_wanted(wanted: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_TYPE, wanted)
        .at(span, "not a literal")
        .help("compare two columns with `=`, one comparison each, joined by `or`")
}

/// `test`: the words before it; `is_literal`: a number or day stands there, not a column.
pub fn text_wanted(test: &str, is_literal: bool, span: Span) -> Diagnostic {
    let help = match is_literal {
        true => format!("put it in quotes, as in `{test} \"10\"`"),
        false => format!(
            "write the text itself, as in `{test} \"ltd\"`; whether a column holds another is for the gold table to say"
        ),
    };
    Diagnostic::new(&WRONG_TYPE, format!("`{test}` is followed by a text in quotes"))
        .at(span, "no text in quotes")
        .help(help)
}

pub fn money_times_money(span: Span) -> Diagnostic {
    Diagnostic::new(&MONEY_TIMES_MONEY, "money times money is no money")
        .at(span, "both sides are money")
        .help("multiply money by an integer or a number, for example a rate")
}

pub fn money_with_integer(span: Span) -> Diagnostic {
    Diagnostic::new(&MONEY_WITH_INTEGER, "money and a count do not add up")
        .at(span, "one side is money, the other an integer")
        .help("multiply the integer by an amount first, or divide to compare them")
}

pub fn not_a_date(text: &Spanned<String>) -> Diagnostic {
    Diagnostic::new(&NOT_A_DAY, format!("`{}` is no day of the calendar", text.value))
        .at(text.span, "a date stands here")
        .help("write year, month and day as \"2025-01-31\"")
}

pub fn unknown_value(text: &Spanned<String>, what: &str, known: &[&str], closest: Option<&str>) -> Diagnostic {
    let help = match closest {
        Some(value) => format!("did you mean \"{value}\"?"),
        None => format!("its values are {}", known.iter().map(|v| format!("\"{v}\"")).collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::new(&UNKNOWN_VALUE, format!("`{what}` is never \"{}\"", text.value))
        .at(text.span, "not one of its values")
        .help(help)
}

/// A literal is tested, and nothing but literals is what it is tested against.
pub fn literals_compared(tested: Type, span: Span) -> Diagnostic {
    let help = match tested {
        Type::Text => "a column is written without quotes: `tier = \"gold\"`",
        _ => "name a column, a metric or a day; what always holds can be left out",
    };
    Diagnostic::new(&LITERALS_COMPARED, "this test has one answer for ever: there are only literals in it")
        .at(span, "a literal, and no column")
        .help(help)
}

/// `ends` is where both ends of a `between` stand.
pub fn bounds_reversed(ends: Span) -> Diagnostic {
    Diagnostic::new(&BOUNDS_REVERSED, "nothing lies between these: the upper end stands first")
        .at(ends, "true of no value")
        .help("write the lower end first: `between 1 and 10`")
}

pub fn text_has_no_order(span: Span) -> Diagnostic {
    Diagnostic::new(&TEXT_HAS_NO_ORDER, "text is not compared by order")
        .at(span, "text")
        .help("engines sort letters differently; compare with `=`, `in [..]`, `starts with` or `contains`")
}

pub fn not_a_condition(found: Type, span: Span) -> Diagnostic {
    Diagnostic::new(&NOT_A_CONDITION, format!("a condition stands here, and this is {}", found.phrase()))
        .at(span, "neither true nor false")
        .help("compare it with something: `= ..`, `> 0`, `is present`")
}

pub fn condition_as_value(span: Span) -> Diagnostic {
    Diagnostic::new(&CONDITION_AS_VALUE, "a condition stands where a value is wanted")
        .at(span, "true or false")
        .help("use it bare or with `not`; for a number write `count(t where ..)` or `case when .. then 1 else 0 end`")
}

pub fn out_of_range(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, what).at(span, "out of range")
}

/// A product or sum of constants that 64 bits would not hold with what rows bring.
pub fn beyond_64_bits(times: f64, most: f64, ty: Type, span: Span) -> Diagnostic {
    let what = if ty == Type::Money { "amounts" } else { "whole numbers" };
    let message = format!("{what} have 64 bits, and the constants here come to {times}: they may come to {most}");
    Diagnostic::new(&OUT_OF_RANGE, message)
        .at(span, "out of range")
        .help("write a constant with a point, such as `1000.0`, and it is worked out as a number")
}

pub fn decimals_wanted(span: Span) -> Diagnostic {
    Diagnostic::new(&DECIMALS, "`round` takes the number of decimals as a whole number from 0 to 9")
        .at(span, "for example `2`")
}

pub fn not_a_table(span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_TYPE, "`count` and `any` are of the rows of a table, and this is an expression")
        .at(span, "not a table")
        .help("write `count(t where ..)`, `count(distinct t.column)` or `any(t where ..)`")
}
