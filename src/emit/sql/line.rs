//! A line of limited room in a dialect, and the words that stand in it by themselves: names, literals, types.
//!
//! What is none of ours goes through the `Display` of `sqlparser`.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};

use sqlparser::ast::{DataType, ExactNumberInfo, Ident, ObjectName, ObjectNamePart, Value};

use super::dialects::{Booleans, Dialect, Holes};

/// Text that takes at most `room` more bytes and refuses the rest. Writing stops there, so that a long expression
/// costs its lines, not its length at every depth.
pub struct Line<'t, 'e> {
    dialect: &'static Dialect,
    text: &'t mut String,
    room: usize,
    /// What stands in the holes of the template at hand.
    pub holes: Holes<'e>,
    asked: bool,
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.room = self.room.checked_sub(text.len()).ok_or(fmt::Error)?;
        self.text.push_str(text);
        Ok(())
    }
}

impl<'t, 'e> Line<'t, 'e> {
    /// Writes at the end of `text`, at most `room` bytes more.
    pub fn new(dialect: &'static Dialect, holes: Holes<'e>, text: &'t mut String, room: usize) -> Self {
        Line { dialect, text, room, holes, asked: false }
    }

    /// Whether the dialect was asked for anything: what was written without is the same in every dialect.
    pub fn asked(&self) -> bool {
        self.asked
    }

    /// The dialect, for words of its own.
    pub fn dialect(&mut self) -> &'static Dialect {
        self.asked = true;
        self.dialect
    }

    /// `separator` is written between two items, as it is.
    pub fn separated<T>(
        &mut self,
        items: &'e [T],
        separator: &str,
        write: impl Fn(&mut Self, &'e T) -> fmt::Result,
    ) -> fmt::Result {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.write_str(separator)?;
            }
            write(self, item)?;
        }
        Ok(())
    }

    /// Quoted in the dialect's way, and only where the dialect needs it.
    pub fn name(&mut self, name: &Ident) -> fmt::Result {
        if name.quote_style.is_none() {
            return self.write_str(&name.value);
        }
        let name = self.dialect().ident(&name.value);
        if name.quote_style.is_none() { self.write_str(&name.value) } else { self.shown(&name) }
    }

    /// A name of several parts.
    pub fn object(&mut self, object: &'e ObjectName) -> fmt::Result {
        self.separated(&object.0, ".", |line, part| match part {
            ObjectNamePart::Identifier(name) => line.name(name),
            rare => line.shown(rare),
        })
    }

    /// A literal.
    pub fn value(&mut self, value: &Value) -> fmt::Result {
        match value {
            Value::Number(text, false) => self.write_str(text),
            Value::Null => self.write_str("NULL"),
            Value::Boolean(value) => {
                let word = match (&self.dialect().booleans, value) {
                    (Booleans::Words, true) => "true",
                    (Booleans::Words, false) => "false",
                    (Booleans::Bits, true) => "1",
                    (Booleans::Bits, false) => "0",
                };
                self.write_str(word)
            }
            Value::SingleQuotedString(text) => self.text_literal(text),
            rare => self.shown(rare),
        }
    }

    /// In quotation marks, escaped as the dialect reads it.
    pub fn text_literal(&mut self, text: &str) -> fmt::Result {
        let is_plain = !text.bytes().any(|byte| matches!(byte, b'\'' | b'\\'));
        let text = if is_plain { Cow::from(text) } else { self.dialect().escaped(text).into() };
        self.words(&["'", &text, "'"])
    }

    /// In the dialect's words.
    pub fn data_type(&mut self, data_type: &DataType) -> fmt::Result {
        match data_type {
            DataType::Date => self.write_str("DATE"),
            DataType::Double(ExactNumberInfo::None) => {
                let double = (self.dialect().double)();
                self.shown(&double)
            }
            rare => self.shown(rare),
        }
    }

    /// One after the other, without blanks between.
    pub fn words(&mut self, words: &[&str]) -> fmt::Result {
        words.iter().try_for_each(|word| self.write_str(word))
    }

    /// As `sqlparser` writes it.
    pub fn shown(&mut self, node: &impl Display) -> fmt::Result {
        write!(self, "{node}")
    }
}
