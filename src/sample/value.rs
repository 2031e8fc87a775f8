//! A value of generated data and how CSV writes it.

use std::io::Write as _;
use std::sync::Arc;

use crate::gold::Date;

/// One cell. Numbers are whole so that the same seed gives the same bytes everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Missing,
    Integer(i64),
    /// In ten-thousandths.
    Money(i64),
    /// In ten-thousandths.
    Number(i64),
    Text(Arc<str>),
    /// Text: the prefix of a key and its number.
    Key(Arc<str>, u64),
    Boolean(bool),
    Date(Date),
}

impl Value {
    /// None for what is no date, missing values among it.
    pub fn date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// Text as another column's condition names it.
    pub fn is_text(&self, text: &str) -> bool {
        match self {
            Value::Text(own) => own.eq_ignore_ascii_case(text),
            Value::Boolean(own) => text == if *own { "true" } else { "false" },
            _ => false,
        }
    }

    /// Writes the cell as RFC 4180 says. Missing is nothing; text that is empty is `""`.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Writing to a vector cannot fail.
        let _ = match self {
            Value::Missing => Ok(()),
            Value::Integer(value) => write!(out, "{value}"),
            Value::Money(value) | Value::Number(value) => write_decimal(*value, out),
            Value::Text(text) => {
                write_text(text, out);
                Ok(())
            }
            Value::Key(prefix, number) => write!(out, "{prefix}{number:07}"),
            Value::Boolean(value) => write!(out, "{value}"),
            Value::Date(date) => write!(out, "{date}"),
        };
    }
}

/// Two decimals, four where they are needed.
fn write_decimal(value: i64, out: &mut Vec<u8>) -> std::io::Result<()> {
    let (sign, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let (whole, part) = (value / 10_000, value % 10_000);
    if part % 100 == 0 {
        write!(out, "{sign}{whole}.{:02}", part / 100)
    } else {
        write!(out, "{sign}{whole}.{part:04}")
    }
}

/// Quoted where a reader could otherwise take it for something else or cut its blanks.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let plain = !text.is_empty() && !text.contains([',', '"', '\n', '\r']) && text.trim() == text;
    if plain {
        out.extend_from_slice(text.as_bytes());
    } else {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: Value) -> String {
        let mut out = Vec::new();
        value.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_cell_is_written_so_that_it_reads_back_as_it_was() {
        assert_eq!(written(Value::Missing), "");
        assert_eq!(written(Value::Text("".into())), "\"\"");
        assert_eq!(written(Value::Text("Active ".into())), "\"Active \"");
        assert_eq!(written(Value::Text("a \"b\", c".into())), "\"a \"\"b\"\", c\"");
        assert_eq!(written(Value::Money(-1_230_000)), "-123.00");
        assert_eq!(written(Value::Money(5)), "0.0005");
        assert_eq!(written(Value::Key("c".into(), 42)), "c0000042");
    }
}
