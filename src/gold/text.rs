//! Text as it is compared: without regard to case and trailing blanks (rule R16), since Power BI cannot compare it
//! otherwise.

/// Lower case, no trailing blanks. The empty text stays empty: it is missing, and equals nothing.
pub fn fold(text: &str) -> String {
    text.trim_end_matches(' ').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_trailing_blanks_do_not_count_but_leading_ones_do() {
        assert_eq!(fold("Gold  "), "gold");
        assert_eq!(fold(" Gold"), " gold");
    }
}
