//! Problems of what stands in braces.

use crate::diagnostics::{Code, Diagnostic};
use crate::gold::Type;
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[&UNKNOWN_ABOUT, &WRONG_VALUE, &FORMAT_DOES_NOT_SUIT];

pub const UNKNOWN_ABOUT: Code = Code::error("unknown-about", "the braces hold the keys of the language");
pub const WRONG_VALUE: Code = Code::error("wrong-value", "a key has the kind of value it asks for");
pub const FORMAT_DOES_NOT_SUIT: Code = Code::error("format-does-not-suit", "the format suits the kind of value");

pub fn unknown_key(key: &Spanned<String>, what: &str, closest: Option<&str>, known: &[&str]) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_ABOUT, format!("{what} has no `{}`", key.value))
        .at(key.span, "not a key")
        .help_if(closest.map(|known| format!("did you mean `{known}`?")))
        .help_if(Some(format!("its keys are {}", known.join(", "))))
}

/// `wanted` completes "`key` is ..".
pub fn wrong_value(key: &str, wanted: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_VALUE, format!("`{key}` is {wanted}")).at(span, "not that")
}

pub fn wrong_word(key: &str, word: &Spanned<String>, known: &[&str], closest: Option<&str>) -> Diagnostic {
    let known = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(&WRONG_VALUE, format!("`{key}` cannot be `{}`", word.value))
        .at(word.span, "not one of its values")
        .help_if(closest.map(|known| format!("did you mean `{known}`?")))
        .help_if(Some(format!("it is one of {known}")))
}

/// A format in quotes.
pub fn custom_format_does_not_suit(format: &Spanned<String>, ty: Type) -> Diagnostic {
    let (message, help) = match (format.value.trim().is_empty(), ty) {
        (true, _) => ("the format is empty".to_owned(), "leave `format:` out: then the value has that of its type"),
        (_, Type::Date) => (
            format!("the format \"{}\" is not that of a date", format.value),
            "it has `d`, `m` or `y` and neither `0` nor `#`: \"dd.mm.yyyy\"; other words stand in it in quotes, `\\\"`",
        ),
        _ => (
            format!("the format \"{}\" is not that of a number", format.value),
            "it has `0` or `#` for digits and no letter of a date or time: \"#,0.0\"; other words stand in it in quotes, `\\\"`",
        ),
    };
    Diagnostic::new(&FORMAT_DOES_NOT_SUIT, message).at(format.span, format!("the value is {}", ty.phrase())).help(help)
}

pub fn format_does_not_suit(format: &str, ty: Type, span: Span) -> Diagnostic {
    let fits = match ty {
        Type::Integer => "`whole`, `number` or `score`",
        Type::Money => "`money` or `number`",
        Type::Number => "`number`, `percent`, `score` or `money`",
        Type::Date => "`date`",
        Type::Text | Type::Boolean => "none",
    };
    Diagnostic::new(&FORMAT_DOES_NOT_SUIT, format!("the format `{format}` does not suit {}", ty.phrase()))
        .at(span, format!("the value is {}", ty.phrase()))
        .help(format!("formats for {} are {fits}", ty.phrase()))
}
