//! A number of an answer as people read it: by the metric's format, every digit kept until it is shown.

use crate::model::Format;

/// The printed value of a cell; what is no number is shown as it is.
pub fn shown(text: &str, format: &Format, currency: &str) -> String {
    let percent =
        || text.parse::<f64>().ok().map(|value| format!("{}%", decimals(&format!("{:.12}", value * 100.0), 1)));
    match format {
        Format::Whole => decimals(text, 0),
        Format::Number => decimals(text, 2),
        Format::Money => format!("{} {currency}", decimals(text, 2)),
        Format::Percent => percent().unwrap_or_else(|| text.to_owned()),
        Format::Score => decimals(text, 1),
        Format::Default => as_compared(text),
        Format::Date | Format::Custom(_) => text.to_owned(),
    }
}

/// As many decimals as numbers are compared by (rule R14); one that has none of them left is shown as it is.
fn as_compared(text: &str) -> String {
    const DECIMALS: usize = 9;
    let has_more = text.contains(['e', 'E']) || text.split_once('.').is_some_and(|(_, part)| part.len() > DECIMALS);
    match rounded(text, DECIMALS).filter(|_| has_more) {
        Some((_, digits)) if digits.bytes().all(|digit| digit == b'0') => text.to_owned(),
        Some((sign, digits)) => {
            let (whole, part) = digits.split_at(digits.len().saturating_sub(DECIMALS));
            format!("{sign}{whole}.{part}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        None => text.to_owned(),
    }
}

/// The decimals to which a number is rounded when it is printed; none where it is printed as it is.
pub fn places(format: &Format) -> Option<u32> {
    match format {
        Format::Whole => Some(0),
        Format::Number | Format::Money => Some(2),
        // One decimal of a hundredth.
        Format::Percent => Some(3),
        Format::Score => Some(1),
        Format::Default | Format::Date | Format::Custom(_) => None,
    }
}

/// Rounded to so many decimals, thousands apart.
fn decimals(text: &str, count: usize) -> String {
    let Some((sign, digits)) = rounded(text, count) else { return text.to_owned() };
    let (whole, part) = digits.split_at(digits.len().saturating_sub(count));
    if count == 0 { format!("{sign}{}", grouped(whole)) } else { format!("{sign}{}.{part}", grouped(whole)) }
}

/// Sign and digits of a number that is rounded half away from zero to so many decimals, without the point; none for
/// what is no number.
fn rounded(text: &str, count: usize) -> Option<(&'static str, String)> {
    // An exponent is only printed by doubles, which have no more digits than this keeps.
    let plain = match text.parse::<f64>() {
        Ok(value) if text.contains(['e', 'E']) => format!("{value:.12}"),
        Ok(value) if value.is_finite() => text.to_owned(),
        _ => return None,
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let kept: String = part.chars().chain(std::iter::repeat('0')).take(count).collect();
    let up = part.chars().nth(count).is_some_and(|next| next >= '5');
    let all = format!("{whole}{kept}");
    let all = if up { incremented(&all) } else { all };
    let sign = if all.bytes().all(|digit| digit == b'0') { "" } else { sign };
    Some((sign, all))
}

/// One more, in decimal digits.
fn incremented(digits: &str) -> String {
    let nines = digits.bytes().rev().take_while(|digit| *digit == b'9').count();
    let (head, _) = digits.split_at(digits.len() - nines);
    let (rest, last) = head.split_at(head.len().saturating_sub(1));
    let next = last.parse::<u8>().map_or(1, |digit| digit + 1);
    format!("{rest}{next}{}", "0".repeat(nines))
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let first = digits.len() % 3;
    let separator = |at: usize| at > 0 && at % 3 == first;
    digits.chars().enumerate().fold(String::new(), |out, (at, digit)| {
        if separator(at) { out + "," + &digit.to_string() } else { out + &digit.to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_rounded_and_its_thousands_stand_apart() {
        assert_eq!(shown("1234567", &Format::Whole, ""), "1,234,567");
        assert_eq!(shown("123", &Format::Whole, ""), "123");
        assert_eq!(shown("999.995", &Format::Money, "EUR"), "1,000.00 EUR");
        assert_eq!(shown("-0.001", &Format::Number, ""), "0.00");
        assert_eq!(shown("-1234.5", &Format::Money, "EUR"), "-1,234.50 EUR");
        assert_eq!(shown("12345678901234567.1250", &Format::Number, ""), "12,345,678,901,234,567.13");
    }

    #[test]
    fn a_number_without_a_format_has_the_decimals_that_numbers_are_compared_by() {
        let shown = |text| shown(text, &Format::Default, "");
        assert_eq!(shown("20.620650645161287"), "20.620650645");
        assert_eq!(shown("-0.9999999999"), "-1");
        assert_eq!(shown("1.25"), "1.25");
        assert_eq!(shown("1e-05"), "0.00001");
        assert_eq!(shown("1e-12"), "1e-12");
        assert_eq!(shown("1234567"), "1234567");
        assert_eq!(shown("2025-01-31"), "2025-01-31");
    }

    #[test]
    fn a_share_is_shown_in_percent_and_a_score_with_one_decimal() {
        assert_eq!(shown("0.12345", &Format::Percent, ""), "12.3%");
        assert_eq!(shown("1e-05", &Format::Percent, ""), "0.0%");
        assert_eq!(shown("42.25", &Format::Score, ""), "42.3");
        assert_eq!(shown("1e-05", &Format::Score, ""), "0.0");
        assert_eq!(shown("nan", &Format::Score, ""), "nan");
    }
}
