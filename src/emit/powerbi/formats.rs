//! Formats of the language -> format strings of Power BI (docs/language.md, What stands in braces).

use crate::gold::Type;
use crate::model::Format;

/// Symbols of currencies that readers know by one; the others are printed by their code.
const SYMBOLS: [(&str, &str); 6] = [("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("JPY", "¥"), ("CNY", "¥"), ("INR", "₹")];

/// ISO 8601, the same in every culture.
pub const DATE: &str = "yyyy-mm-dd";
const WHOLE: &str = "#,0";

/// None for text and truth values, which have no format.
pub fn format_string(format: &Format, ty: Type, currency: &str) -> Option<String> {
    let fixed = match format {
        Format::Default => return by_type(ty, currency),
        Format::Money => return Some(money(currency)),
        Format::Custom(written) => written,
        Format::Whole => WHOLE,
        Format::Number => "#,0.00",
        Format::Percent => "#,0.0%;-#,0.0%;#,0.0%",
        Format::Score => "#,0.0",
        Format::Date => DATE,
    };
    Some(fixed.to_owned())
}

fn by_type(ty: Type, currency: &str) -> Option<String> {
    match ty {
        Type::Integer => Some(WHOLE.to_owned()),
        Type::Number => Some("#,0.00".to_owned()),
        Type::Money => Some(money(currency)),
        Type::Date => Some(DATE.to_owned()),
        Type::Text | Type::Boolean => None,
    }
}

/// A column's own format: dates as they are written, years without separators.
pub fn column_format(ty: Type, currency: &str) -> Option<String> {
    match ty {
        Type::Integer => Some("0".to_owned()),
        _ => by_type(ty, currency),
    }
}

fn money(currency: &str) -> String {
    match SYMBOLS.iter().find(|(code, _)| *code == currency) {
        Some((_, symbol)) => format!("\"{symbol}\"#,0.00"),
        None => format!("\"{currency} \"#,0.00"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_printed_in_the_projects_currency() {
        assert_eq!(format_string(&Format::Money, Type::Money, "EUR").as_deref(), Some("\"€\"#,0.00"));
        assert_eq!(format_string(&Format::Default, Type::Money, "CHF").as_deref(), Some("\"CHF \"#,0.00"));
    }

    #[test]
    fn a_metric_without_a_format_is_printed_by_its_type() {
        assert_eq!(format_string(&Format::Default, Type::Integer, "EUR").as_deref(), Some("#,0"));
        assert_eq!(format_string(&Format::Default, Type::Date, "EUR").as_deref(), Some("yyyy-mm-dd"));
        assert_eq!(format_string(&Format::Default, Type::Text, "EUR"), None);
    }
}
