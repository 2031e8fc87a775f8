//! The format of a metric: one of those with a name, or one in quotes, which must suit its type.

use crate::diagnostics::closest;
use crate::diagnostics::codes::braces as codes;
use crate::gold::Type;
use crate::model::Format;
use crate::source::Spanned;
use crate::syntax::tree::{AboutEntry, AboutValue};

use super::Resolver;

const FORMATS: [(&str, Format); 6] = [
    ("whole", Format::Whole),
    ("number", Format::Number),
    ("money", Format::Money),
    ("percent", Format::Percent),
    ("score", Format::Score),
    ("date", Format::Date),
];

impl Resolver<'_> {
    /// `ty` is none where the metric has none, being broken.
    pub(super) fn format(&mut self, entry: &AboutEntry, ty: Option<Type>) -> Format {
        let word = match &entry.value {
            AboutValue::Text(text) => return self.custom_format(text, ty),
            AboutValue::Word(word) => word,
            _ => return self.wrong(entry, "the name of a format or a format in quotes").unwrap_or_default(),
        };
        let Some((name, format)) = FORMATS.iter().find(|(name, _)| *name == word.value) else {
            let known = FORMATS.map(|(name, _)| name);
            self.report(codes::wrong_word("format", word, &known, closest(&word.value, known)));
            return Format::Default;
        };
        if let Some(ty) = ty.filter(|ty| !suits(format, *ty)) {
            self.report(codes::format_does_not_suit(name, ty, word.span));
        }
        format.clone()
    }

    fn custom_format(&mut self, text: &Spanned<String>, ty: Option<Type>) -> Format {
        if let Some(ty) = ty.filter(|ty| !custom_suits(&text.value, *ty)) {
            self.report(codes::custom_format_does_not_suit(text, ty));
        }
        Format::Custom(text.value.clone())
    }
}

/// Language reference, section 8: a format that does not suit the type is an error.
fn suits(format: &Format, ty: Type) -> bool {
    match format {
        Format::Whole => ty == Type::Integer,
        Format::Number => super::arithmetic::is_numeric(ty),
        Format::Money => matches!(ty, Type::Money | Type::Number),
        Format::Percent => ty == Type::Number,
        Format::Score => matches!(ty, Type::Integer | Type::Number),
        Format::Date => ty == Type::Date,
        Format::Default | Format::Custom(_) => true,
    }
}

/// A number has places for digits and no letters of a date, a date has letters of one and no places for digits.
fn custom_suits(format: &str, ty: Type) -> bool {
    let signs = signs(format);
    let has = |any: &[char]| signs.contains(any);
    match ty {
        Type::Integer | Type::Money | Type::Number => has(&['0', '#']) && !has(&['y', 'm', 'd', 'h', 's']),
        Type::Date => has(&['y', 'm', 'd']) && !has(&['0', '#']),
        Type::Text | Type::Boolean => true,
    }
}

/// What is not printed as it stands, in lower case: all but what is in quotes or behind a backslash.
fn signs(format: &str) -> String {
    let (mut signs, mut quoted) = (String::new(), false);
    let mut all = format.chars();
    while let Some(sign) = all.next() {
        match sign {
            '\\' => drop(all.next()),
            '"' => quoted = !quoted,
            _ if quoted => {}
            _ => signs.extend(sign.to_lowercase()),
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_of_a_number_has_digits_and_no_date() {
        let suits = |format| custom_suits(format, Type::Number);
        assert!(
            ["0", "#,0.00", "0.000 \"kg\"", "#,0 \\d\\a\\y\\s", "0.0%;-0.0%;0.0%", "0.00E+00", "#,0 \u{20ac}"]
                .into_iter()
                .all(suits)
        );
        assert!(!["", " ", "hello", "yyyy-mm-dd", "\"0\"", "\\0", "0 days", "#,0 USD"].into_iter().any(suits));
    }

    #[test]
    fn a_format_of_a_date_has_days_months_or_years_and_no_digits() {
        let suits = |format| custom_suits(format, Type::Date);
        assert!(["yyyy-mm-dd", "dd.MM.yyyy", "mmmm", "\"0 \"yyyy"].into_iter().all(suits));
        assert!(!["", "0.00", "hh:ss", "\"day\"", "yyyy 0", "#"].into_iter().any(suits));
    }
}
