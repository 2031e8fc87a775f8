//! Names and texts, in quotes only where the serializer would put them.

use crate::emit::devices::portable;

/// A name in single quotes where it holds a blank, a dot, `=` or a quote: unquoted, a dotted name
/// loses all before its last dot.
pub fn name(name: &str) -> String {
    let needs =
        name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || matches!(letter, '.' | '=' | '\''));
    match needs {
        true => format!("'{}'", name.replace('\'', "''")),
        false => name.to_owned(),
    }
}

/// `'Order line'.order_date`.
pub fn path(names: &[String]) -> String {
    names.iter().map(|part| name(part)).collect::<Vec<_>>().join(".")
}

/// A text, in double quotes where bare text would lose something: blanks at an end, quotes at both.
pub fn text(text: &str) -> String {
    let in_quotes = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    match text.is_empty() || in_quotes || text.trim() != text {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// A name as part of a file name: what file systems refuse is percent-encoded, and no file is called like a device of
/// Windows. The name itself stands in the file.
pub fn file_name(name: &str) -> String {
    let refused = |letter: char| letter.is_control() || "<>:\"/\\|?*%".contains(letter);
    let mut out = String::new();
    for letter in name.chars() {
        match refused(letter) {
            true => out.push_str(&format!("%{:02X}", u32::from(letter))),
            false => out.push(letter),
        }
    }
    portable(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_only_where_a_blank_a_dot_an_equals_or_a_quote_would_cut_it() {
        for (given, written) in [
            ("Customer", "Customer"),
            ("Order line", "'Order line'"),
            ("a.b", "'a.b'"),
            ("it's", "'it''s'"),
            ("a/b", "a/b"),
            ("Größe", "Größe"),
            ("2nd", "2nd"),
        ] {
            assert_eq!(name(given), written);
        }
    }

    #[test]
    fn a_text_is_quoted_where_bare_text_would_lose_its_ends() {
        assert_eq!(text("\"€\"#,0.00"), "\"€\"#,0.00");
        assert_eq!(text("\"yes\""), "\"\"\"yes\"\"\"");
        assert_eq!(text("#,0 "), "\"#,0 \"");
        assert_eq!(text("Certified\\Marketing"), "Certified\\Marketing");
    }

    #[test]
    fn a_file_name_has_no_letter_that_a_file_system_refuses() {
        assert_eq!(file_name("a/b:c*?"), "a%2Fb%3Ac%2A%3F");
        assert_eq!(file_name("Order line"), "Order line");
        for (device, written) in [("Aux", "Aux_"), ("Aux_", "Aux__"), ("com1", "com1_"), ("LPT9.x", "LPT9_.x")] {
            assert_eq!(file_name(device), written);
        }
        for name in ["Auxiliary", "Con man", "COM10", "Prns"] {
            assert_eq!(file_name(name), name);
        }
    }
}
