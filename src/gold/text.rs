//! Text as it is compared, without regard to case and trailing blanks (rule R16), since Power BI cannot compare it
//! otherwise; and as a name begins.

/// Lower case, no trailing blanks. The empty text stays empty: it is missing, and equals nothing.
pub fn fold(text: &str) -> String {
    text.trim_end_matches(' ').to_lowercase()
}

/// With a capital letter first.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    out.push_str(chars.as_str());
    out
}

#[cfg(test)]
mod tests {
    use super::{capital, fold};

    #[test]
    fn case_and_trailing_blanks_do_not_count_but_leading_ones_do() {
        assert_eq!(fold("Gold  "), "gold");
        assert_eq!(fold(" Gold"), " gold");
    }

    #[test]
    fn a_capital_letter_stands_first_in_every_alphabet_and_nothing_stays_nothing() {
        assert_eq!(["home care", "über", "1st", ""].map(capital), ["Home care", "Über", "1st", ""]);
    }
}
