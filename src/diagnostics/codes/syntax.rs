//! Text that is not a definition.

use crate::diagnostics::{Code, Diagnostic, closest};
use crate::source::{Span, Spanned};
use crate::syntax::{AGGREGATES, FUNCTIONS, KEYWORDS, MAX_CHAIN, MAX_DEPTH, MAX_MISTAKES};

pub const ALL: &[&Code] = &[
    &TOO_MANY_MISTAKES,
    &NESTED_TOO_DEEP,
    &CHAIN_TOO_LONG,
    &UNCLOSED_BRACKET,
    &UNMATCHED_BRACKET,
    &UNCLOSED_TEXT,
    &UNKNOWN_ESCAPE,
    &MISPLACED_DOCUMENTATION,
    &UNKNOWN_DEFINITION,
    &POLICY_WITHOUT_RULES,
    &UNEXPECTED_TEXT,
    &FOREIGN_WORD,
    &CAPITAL_KEYWORD,
    &RESERVED_WORD,
    &CHAINED_COMPARISON,
    &UNKNOWN_FUNCTION,
    &WRONG_ARGUMENTS,
    &AGGREGATE_PARTS,
    &REPEATED_ENTRY,
    &FORMAT_CHANGES_MEANING,
];

pub const TOO_MANY_MISTAKES: Code =
    Code::error("too-many-mistakes", "after 1,000 mistakes the rest of a file is not read");
pub const NESTED_TOO_DEEP: Code =
    Code::error("nested-too-deep", "parentheses, cases and signs stand at most 64 deep inside each other");
pub const CHAIN_TOO_LONG: Code = Code::error("chain-too-long", "one expression joins at most 1,000 operands");
pub const UNCLOSED_BRACKET: Code = Code::error("unclosed-bracket", "every bracket is closed within its definition");
pub const UNMATCHED_BRACKET: Code =
    Code::error("unmatched-bracket", "every closing bracket closes one that was opened");
pub const UNCLOSED_TEXT: Code = Code::error("unclosed-text", "text ends with a quotation mark on the same line");
pub const UNKNOWN_ESCAPE: Code =
    Code::error("unknown-escape", "behind a backslash in text stands a quotation mark or a backslash");
pub const MISPLACED_DOCUMENTATION: Code =
    Code::error("misplaced-documentation", "lines with three slashes stand directly above a definition");
pub const UNKNOWN_DEFINITION: Code =
    Code::error("unknown-definition", "a definition begins with one of seven keywords on a new line");
pub const POLICY_WITHOUT_RULES: Code = Code::error("policy-without-rules", "a policy has rules in braces");
pub const UNEXPECTED_TEXT: Code = Code::error("unexpected-text", "every definition is written in its own form");
pub const FOREIGN_WORD: Code =
    Code::error("foreign-word", "words and signs of other languages are written as this one writes them");
pub const CAPITAL_KEYWORD: Code = Code::error("capital-keyword", "keywords are written in lower case");
pub const RESERVED_WORD: Code = Code::error("reserved-word", "a reserved word is no name");
pub const CHAINED_COMPARISON: Code = Code::error("chained-comparison", "a comparison has two sides");
pub const UNKNOWN_FUNCTION: Code = Code::error("unknown-function", "a function is one of those of the language");
pub const WRONG_ARGUMENTS: Code = Code::error("wrong-arguments", "a function takes a fixed number of arguments");
pub const AGGREGATE_PARTS: Code =
    Code::error("aggregate-parts", "every aggregate has the parts it needs and no others");
pub const REPEATED_ENTRY: Code = Code::error("repeated-entry", "a key stands once in braces");

pub const FORMAT_CHANGES_MEANING: Code =
    Code::error("format-changes-meaning", "formatting never changes what a file means");

pub fn format_changes_meaning(span: Span) -> Diagnostic {
    Diagnostic::new(&FORMAT_CHANGES_MEANING, "the formatted file would not mean the same, so it was left as it is")
        .at(span, "this file was not formatted")
        .help("this is a mistake in carat: please report it with the file")
}

pub fn too_many_mistakes(span: Span) -> Diagnostic {
    Diagnostic::new(&TOO_MANY_MISTAKES, format!("the file has more than {MAX_MISTAKES} mistakes"))
        .at(span, "nothing behind this was read")
        .help("mend the first ones, or check that this is a definition file at all")
}

pub fn nested_too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&NESTED_TOO_DEEP, format!("more than {MAX_DEPTH} parts stand inside each other"))
        .at(span, "too deep here")
        .help("give the inner part a name: make it a filter or a hidden metric of its own")
}

pub fn chain_too_long(span: Span) -> Diagnostic {
    Diagnostic::new(&CHAIN_TOO_LONG, format!("one expression joins more than {MAX_CHAIN} operands"))
        .at(span, "too many here")
        .help("compare with a list, `status in [\"a\", \"b\"]`, or give parts of the expression names of their own")
}

pub fn unclosed_bracket(span: Span, mark: &str) -> Diagnostic {
    Diagnostic::new(&UNCLOSED_BRACKET, format!("this `{mark}` is never closed"))
        .at(span, "opened here")
        .help(format!("write `{}` where it ends", closing(mark)))
}

pub fn unmatched_bracket(span: Span, mark: &str) -> Diagnostic {
    Diagnostic::new(&UNMATCHED_BRACKET, format!("this `{mark}` closes nothing"))
        .at(span, "nothing is open here")
        .help(format!("remove it, or write the `{}` that it closes", opening(mark)))
}

pub fn mismatched_bracket(opened: Span, mark: &str, closed: Span, with: &str) -> Diagnostic {
    Diagnostic::new(&UNMATCHED_BRACKET, format!("`{mark}` is open where `{with}` stands"))
        .at(closed, format!("`{}` must come first", closing(mark)))
        .at(opened, "opened here")
        .help(format!("write `{}` before `{with}`", closing(mark)))
}

fn closing(mark: &str) -> &'static str {
    match mark {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

fn opening(mark: &str) -> &'static str {
    match mark {
        ")" => "(",
        "]" => "[",
        _ => "{",
    }
}

pub fn unclosed_text(span: Span) -> Diagnostic {
    Diagnostic::new(&UNCLOSED_TEXT, "this text does not end on its line")
        .at(span, "no closing `\"`")
        .help("write `\"` where the text ends; a quotation mark inside text is `\\\"`")
}

pub fn unknown_escape(span: Span, character: char) -> Diagnostic {
    let character = character.escape_debug();
    Diagnostic::new(&UNKNOWN_ESCAPE, format!("`\\{character}` has no meaning in text"))
        .at(span, "in this text")
        .help("write `\\\\` for a backslash and `\\\"` for a quotation mark")
}

pub fn misplaced_documentation(span: Span) -> Diagnostic {
    Diagnostic::new(&MISPLACED_DOCUMENTATION, "a `///` line stands inside a definition")
        .at(span, "the business definition comes first")
        .help("move it above the definition, or write `//` for a comment")
}

pub fn documentation_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(&MISPLACED_DOCUMENTATION, "no definition follows these `///` lines")
        .at(span, "the business definition of nothing")
        .help("write the definition below it, or `//` for a comment")
}

pub fn unknown_definition(span: Span, word: &str, meant: Option<&str>) -> Diagnostic {
    let all = KEYWORDS.map(|(keyword, _)| format!("`{keyword}`")).join(", ");
    let help = match meant {
        Some(keyword) => format!("did you mean `{keyword}`?"),
        None => format!("begin with one of {all}; write `//` before a comment"),
    };
    Diagnostic::new(&UNKNOWN_DEFINITION, format!("no definition begins with `{word}`"))
        .at(span, "not a keyword")
        .help(help)
}

pub fn stray_text(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_DEFINITION, format!("`{found}` belongs to no definition"))
        .at(span, "outside of any definition")
        .help("remove it, or write `//` before a comment")
}

pub fn behind_braces(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_DEFINITION, format!("`{found}` stands behind the braces of a definition"))
        .at(span, "outside of any definition")
        .help("braces come last: move this before them, or begin the next definition on a new line")
}

pub fn second_braces(span: Span) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_DEFINITION, "these braces belong to no definition")
        .at(span, "outside of any definition")
        .help("a definition has one pair of braces behind its meaning: put all entries into it")
}

pub fn policy_without_rules(span: Span) -> Diagnostic {
    Diagnostic::new(&POLICY_WITHOUT_RULES, "the policy has no rules")
        .at(span, "this policy decides nothing")
        .help("write its rules in braces, the last one `refuse \"reason\" otherwise`")
}

/// What stands at `span` is not what the form of the definition asks for there.
pub fn unexpected(span: Span, message: String, label: impl Into<String>, help: Option<String>) -> Diagnostic {
    Diagnostic::new(&UNEXPECTED_TEXT, message).at(span, label).help_if(help)
}

pub fn foreign_word(span: Span, found: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&FOREIGN_WORD, format!("`{found}` is not part of this language"))
        .at(span, "not understood")
        .help(help)
}

pub fn capital_keyword(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(&CAPITAL_KEYWORD, format!("`{found}` is written in lower case"))
        .at(span, "has capital letters")
        .help(format!("write `{}`", found.to_lowercase()))
}

pub fn reserved_word(span: Span, found: &str, wanted: &str) -> Diagnostic {
    Diagnostic::new(&RESERVED_WORD, format!("`{found}` is a reserved word and cannot be {wanted}"))
        .at(span, format!("{wanted} is needed here"))
        .help(format!("choose another name, for example `{found}_1`"))
}

pub fn kept_word(name: &Spanned<String>) -> Diagnostic {
    let word = name.value.to_lowercase();
    Diagnostic::new(
        &RESERVED_WORD,
        format!("`{word}` is kept for a later version of the language and cannot be a name"),
    )
    .at(name.span, "a word of the language to come")
    .help(format!("choose another name, for example `{word}_1`"))
}

pub fn chained_comparison(span: Span, found: &str) -> Diagnostic {
    Diagnostic::new(&CHAINED_COMPARISON, format!("`{found}` follows a condition that is already complete"))
        .at(span, "a second comparison")
        .help("write `a < b and b < c`, or `b between a and c`")
}

/// `instead` says how the language writes what a function of another language does.
pub fn unknown_function(name: &str, instead: Option<&str>, span: Span) -> Diagnostic {
    let known = || FUNCTIONS.iter().map(|(name, _)| *name).chain(AGGREGATES).chain(["prior", "opening"]);
    let help = match (instead, closest(name, known())) {
        (Some(instead), _) => instead.to_owned(),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (None, None) => format!("there are {}", known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::new(&UNKNOWN_FUNCTION, format!("there is no function `{name}`")).at(span, "unknown function").help(help)
}

pub fn wrong_arguments(name: &str, found: usize, wanted: usize, span: Span) -> Diagnostic {
    let are = if found == 1 { "is" } else { "are" };
    Diagnostic::new(&WRONG_ARGUMENTS, format!("`{name}` takes {wanted} arguments, and here {are} {found}"))
        .at(span, format!("{found} given"))
        .help(example_call(name))
}

fn example_call(name: &str) -> &'static str {
    match name {
        "coalesce" => "write `coalesce(value, value_if_missing)`",
        "round" => "write `round(value, decimals)`",
        "months_between" => "write `months_between(earlier, later)`",
        "full_months" => "write `full_months(earlier, later)`",
        _ => "write `days_between(earlier, later)`",
    }
}

pub fn misplaced_part(aggregate: &str, part: &str, owners: &[&str], span: Span) -> Diagnostic {
    let owners = owners.iter().map(|owner| format!("`{owner}`")).collect::<Vec<_>>().join(", ");
    let (message, help) = match part {
        "," => {
            (format!("`{aggregate}` takes one value"), "write one expression, or an aggregate for each value".into())
        }
        "of" => (
            format!("`of` has no meaning in `{aggregate}`"),
            format!("it goes with {owners}; a life names its own dates"),
        ),
        _ => (format!("`{part}` has no meaning in `{aggregate}`"), format!("it goes with {owners}")),
    };
    Diagnostic::new(&AGGREGATE_PARTS, message).at(span, "not here").help(help)
}

pub fn repeated_part(part: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&AGGREGATE_PARTS, format!("`{part}` stands twice in one aggregate"))
        .at(span, "the second one")
        .at(first, "the first one")
        .help("remove one of them")
}

pub fn latest_without_date(span: Span) -> Diagnostic {
    Diagnostic::new(&AGGREGATE_PARTS, "`latest` does not say by which date")
        .at(span, "the latest by what?")
        .help("write `latest(survey_response.score by responded_on)`")
}

pub fn percentile_without_fraction(span: Span) -> Diagnostic {
    Diagnostic::new(&AGGREGATE_PARTS, "`percentile` does not say which percentile")
        .at(span, "a number between 0 and 1 is missing")
        .help("write `percentile(invoice.net_amount, 0.9)`")
}

pub fn repeated_entry(key: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_ENTRY, format!("`{key}` stands twice in these braces"))
        .at(span, "the second one")
        .at(first, "the first one")
        .help("keep one of them")
}
