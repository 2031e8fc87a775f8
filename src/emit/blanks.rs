//! Blanks before lines and between words.

const BLANKS: &str = "                                                                ";

/// So many blanks at the end of the text, in as few steps as there are: lines begin with them everywhere.
pub fn add(text: &mut String, blanks: usize) {
    let mut left = blanks;
    while left > 0 {
        let some = BLANKS.get(..left).unwrap_or(BLANKS);
        text.push_str(some);
        left -= some.len();
    }
}

/// Words with one blank between them, in a text of about so many bytes.
pub fn joined<'t>(words: impl Iterator<Item = &'t str>, bytes: usize) -> String {
    let mut line = String::with_capacity(bytes);
    for word in words {
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_many_blanks_are_added_as_were_asked_for() {
        for blanks in [0, 1, 63, 64, 65, 200] {
            let mut text = "a".to_owned();
            super::add(&mut text, blanks);
            assert_eq!(text, format!("a{}", " ".repeat(blanks)));
        }
    }
}
