//! Asking nodes for what a file should hold; what does not fit becomes a message.

use crate::diagnostics::{Diagnostic, codes::project};
use crate::source::{Span, Spanned};

use super::{Node, Value};

/// The entries of a map whose keys are known beforehand.
pub struct Fields<'a> {
    entries: &'a [(Spanned<String>, Node)],
    /// The map itself.
    pub span: Span,
}

impl<'a> Fields<'a> {
    /// The fields of `node`, which is `what` ("a table"); keys that are not among `known` are reported.
    pub fn of(node: &'a Node, what: &str, known: &[&str], out: &mut Vec<Diagnostic>) -> Option<Self> {
        let entries = node.map(what, out)?;
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.value.as_str())) {
            out.push(project::unknown_key(&key.value, what, known, key.span));
        }
        Some(Self { entries, span: node.span })
    }

    /// None where the key is not there; nothing is said of it.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
    }

    /// A field that must be there.
    pub fn required(&self, key: &str, what: &str, place: Span, out: &mut Vec<Diagnostic>) -> Option<&'a Node> {
        let node = self.get(key);
        if node.is_none() {
            out.push(project::missing_key(key, what, place));
        }
        node
    }

    /// None where the key is not there, or holds no single value, which is reported.
    pub fn text(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        self.get(key)?.text(&format!("`{key}`"), out)
    }

    /// `key: one` or `key: [one, two]`; empty where the key is not there.
    pub fn texts(&self, key: &str, out: &mut Vec<Diagnostic>) -> Vec<Spanned<String>> {
        self.get(key).map(|node| node.texts(&format!("`{key}`"), out)).unwrap_or_default()
    }

    /// None where the key is not there, or holds neither `true` nor `false`, which is reported.
    pub fn flag(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<Spanned<bool>> {
        self.get(key)?.flag(&format!("`{key}`"), out)
    }
}

impl Node {
    /// What a reader of the message calls this value.
    fn shown(&self) -> String {
        match &self.value {
            Value::Nothing => "nothing".to_owned(),
            Value::Scalar(text) if text.len() > 30 || text.contains('\n') => "a single value".to_owned(),
            Value::Scalar(text) => format!("`{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "`key: value` lines".to_owned(),
        }
    }

    fn misfit<T>(&self, what: &str, expected: &str, out: &mut Vec<Diagnostic>) -> Option<T> {
        out.push(project::wrong_shape(what, expected, &self.shown(), self.span));
        None
    }

    /// None, and a message that names `what`, where it is no map.
    pub fn map(&self, what: &str, out: &mut Vec<Diagnostic>) -> Option<&[(Spanned<String>, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => self.misfit(what, "`key: value` lines", out),
        }
    }

    /// None, and a message that names `what`, where it is no single value.
    pub fn text(&self, what: &str, out: &mut Vec<Diagnostic>) -> Option<Spanned<String>> {
        match &self.value {
            Value::Scalar(text) => Some(Spanned::new(text.clone(), self.span)),
            _ => self.misfit(what, "a single value", out),
        }
    }

    /// A single value is a list of one.
    pub fn texts(&self, what: &str, out: &mut Vec<Diagnostic>) -> Vec<Spanned<String>> {
        match &self.value {
            Value::Scalar(text) => vec![Spanned::new(text.clone(), self.span)],
            Value::List(items) => items.iter().filter_map(|item| item.text(what, out)).collect(),
            _ => self.misfit(what, "a single value or a list `[one, two]`", out).unwrap_or_default(),
        }
    }

    /// None, and a message that names `what`, unless it is `true` or `false`, without quotes or with.
    pub fn flag(&self, what: &str, out: &mut Vec<Diagnostic>) -> Option<Spanned<bool>> {
        match &self.value {
            Value::Scalar(text) if text == "true" => Some(Spanned::new(true, self.span)),
            Value::Scalar(text) if text == "false" => Some(Spanned::new(false, self.span)),
            _ => self.misfit(what, "`true` or `false`", out),
        }
    }
}
