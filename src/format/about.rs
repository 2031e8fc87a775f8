//! Braces: on one line if they fit, else an entry a line with the values in one column.

use super::doc::{Doc, WIDTH, layout};
use super::expression::{Writer, list};
use super::operator::quoted;
use crate::source::Spanned;
use crate::syntax::tree::{AboutEntry, AboutValue};

impl Writer<'_> {
    /// `end` is where the closing brace stands in the source.
    pub fn braces(&mut self, source: &str, entries: &[AboutEntry], end: usize) -> Doc {
        let has_comments = self.comments.waits_before(end);
        let written: Vec<(String, Vec<Doc>)> = entries.iter().map(|entry| self.entry(source, entry)).collect();
        let rest = self.comments.before(end);
        if !has_comments {
            let flat = one_line(&written);
            if flat.chars().count() <= WIDTH {
                return Doc::Text(flat);
            }
        }
        one_a_line(written, rest)
    }

    /// The key with its colon, and the parts of the value; comments before the key come first.
    fn entry(&mut self, source: &str, entry: &AboutEntry) -> (String, Vec<Doc>) {
        let mut parts = self.comments.before_word(&entry.key.value);
        parts.push(self.value(source, &entry.value, entry.span.end as usize));
        (format!("{}:", entry.key.value), parts)
    }

    fn value(&mut self, source: &str, value: &AboutValue, end: usize) -> Doc {
        match value {
            AboutValue::Word(word) => self.word(&word.value),
            AboutValue::Text(text) => self.word(quoted(&text.value)),
            AboutValue::List(items) => {
                let items = items.iter().map(|item| self.word(as_written(source, item))).collect();
                list(items)
            }
            AboutValue::Map(entries) => self.braces(source, entries, end).nest(2),
        }
    }
}

/// An item of a list, in quotation marks where its author wrote them.
fn as_written(source: &str, item: &Spanned<String>) -> String {
    let is_text = source.get(item.span.range()).is_some_and(|written| written.starts_with('"'));
    if is_text { quoted(&item.value) } else { item.value.clone() }
}

fn one_line(entries: &[(String, Vec<Doc>)]) -> String {
    let entries: Vec<String> =
        entries.iter().map(|(key, value)| format!("{key} {}", layout(&Doc::Concat(value.clone())))).collect();
    format!("{{ {} }}", entries.join("  "))
}

fn one_a_line(entries: Vec<(String, Vec<Doc>)>, rest: Vec<Doc>) -> Doc {
    let longest = entries.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (key, mut parts) in entries {
        let value = parts.pop().unwrap_or(Doc::empty());
        let blanks = longest - key.chars().count() + 1;
        lines.push(Doc::Hard);
        lines.append(&mut parts);
        lines.extend([Doc::Text(key), Doc::Text(" ".repeat(blanks)), value]);
    }
    if !rest.is_empty() {
        lines.push(Doc::Hard);
        lines.extend(rest);
    }
    Doc::Concat(vec![Doc::text("{"), Doc::Concat(lines).nest(2), Doc::Hard, Doc::text("}")])
}
