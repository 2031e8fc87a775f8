//! The YAML library behind one function: text in, nodes or one message out.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_yaml as saphyr;

use crate::diagnostics::{Diagnostic, codes::project};
use crate::source::{File, FileId, Span, Spanned};

use super::{Node, Value};

/// Reads one document. The parser stops at the first place that is not YAML, so there is one message.
pub fn parse(id: FileId, file: &File) -> Result<Node, Diagnostic> {
    let raw: saphyr::Spanned<Raw> =
        saphyr::from_str_with_options(&file.text, options()).map_err(|error| not_yaml(id, &file.text, &error))?;
    Ok(Place { file: id, text: &file.text }.node(raw))
}

fn options() -> saphyr::Options {
    saphyr::options! {
        with_snippet: false,
        budget: saphyr::budget! { max_depth: 32, max_aliases: 1_000, max_anchors: 1_000 },
    }
}

fn not_yaml(id: FileId, text: &str, error: &saphyr::Error) -> Diagnostic {
    let span = error.location().map_or(Span::new(id, 0, 0), |location| span_of(id, text, location));
    match error.without_snippet() {
        saphyr::Error::DuplicateMappingKey { key, .. } => project::duplicate_key(key.as_deref().unwrap_or("?"), span),
        other => project::invalid_yaml(&words(&other.to_string()), span),
    }
}

/// What the library says about its own interface or limits, and what a reader of the file is told instead.
const REWORDED: [(&str, &str); 9] = [
    ("budget breached", "it is nested too deeply, or far larger than a person would write"),
    ("recursion limit", "it is nested too deeply"),
    ("alias replay", "its aliases stand for far more than a person would write"),
    ("alias expansion", "its aliases stand for far more than a person would write"),
    ("bytes not supported", "`!!binary` stands for bytes, and no value here is bytes"),
    ("cannot deserialize tagged scalar", "a tag `!name` stands before a text, and no text here has one"),
    ("cannot deserialize null into string", "a name is missing before `:`"),
    ("recursive references", "an alias `*name` stands inside what `&name` names"),
    ("multiple YAML documents", "a second document begins after `---`, and a file holds one"),
];

/// The library's words without the place, which the message shows by itself, and on one line.
fn words(message: &str) -> String {
    if let Some((_, instead)) = REWORDED.iter().find(|(beginning, _)| message.starts_with(beginning)) {
        return (*instead).to_owned();
    }
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(": line ").next().unwrap_or(message);
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The library counts bytes for values and characters for its own messages.
fn span_of(id: FileId, text: &str, location: saphyr::Location) -> Span {
    let span = location.span();
    let bytes = |count: Option<u64>| count.and_then(|count| usize::try_from(count).ok());
    let start = bytes(span.byte_offset()).unwrap_or_else(|| byte_of_character(text, span.offset())).min(text.len());
    let length = bytes(span.byte_len()).unwrap_or(0);
    Span::new(id, start, start.saturating_add(length).min(text.len()))
}

fn byte_of_character(text: &str, character: u64) -> usize {
    let nth = usize::try_from(character).unwrap_or(usize::MAX);
    text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at)
}

/// What serde hands over, before places are turned into spans.
enum Raw {
    Nothing,
    Text(String),
    /// A number or boolean: its text is taken from the file, so that `007` stays `007`.
    Other,
    List(Vec<saphyr::Spanned<Raw>>),
    Map(Vec<(saphyr::Spanned<String>, saphyr::Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a list or a map")
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Other)
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

/// Where the raw values came from.
struct Place<'a> {
    file: FileId,
    text: &'a str,
}

impl Place<'_> {
    fn node(&self, raw: saphyr::Spanned<Raw>) -> Node {
        let span = span_of(self.file, self.text, raw.referenced);
        match raw.value {
            Raw::Nothing => Node { value: Value::Nothing, span },
            Raw::Text(text) => Node { value: Value::Scalar(text), span },
            Raw::Other => Node { value: Value::Scalar(self.written(raw.defined)), span },
            Raw::List(items) => self.list(items, span),
            Raw::Map(entries) => self.map(entries, span),
        }
    }

    fn written(&self, location: saphyr::Location) -> String {
        let span = span_of(self.file, self.text, location);
        self.text.get(span.range()).unwrap_or("").trim().to_owned()
    }

    fn list(&self, items: Vec<saphyr::Spanned<Raw>>, span: Span) -> Node {
        let items: Vec<Node> = items.into_iter().map(|item| self.node(item)).collect();
        let span = items.last().map_or(span, |last| reaching(span, last.span));
        Node { value: Value::List(items), span }
    }

    fn map(&self, entries: Vec<(saphyr::Spanned<String>, saphyr::Spanned<Raw>)>, span: Span) -> Node {
        let key = |key: saphyr::Spanned<String>| {
            let span = span_of(self.file, self.text, key.referenced);
            Spanned::new(key.value, span)
        };
        let entries: Vec<_> = entries.into_iter().map(|(name, value)| (key(name), self.node(value))).collect();
        let span = entries.last().map_or(span, |(_, last)| reaching(span, last.span));
        Node { value: Value::Map(entries), span }
    }
}

/// The library gives a list or map the place of its beginning; it reaches to the end of its last part.
fn reaching(start: Span, last: Span) -> Span {
    if last.end > start.start { Span { file: start.file, start: start.start, end: last.end } } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileSet;

    fn read(text: &str) -> (FileSet, Result<Node, Diagnostic>) {
        let mut files = FileSet::default();
        let id = files.add("a.yaml", text);
        let node = parse(id, files.get(id).expect("it was just added"));
        (files, node)
    }

    fn entries(node: &Node) -> &[(Spanned<String>, Node)] {
        match &node.value {
            Value::Map(entries) => entries,
            other => panic!("{other:?} is no map"),
        }
    }

    #[test]
    fn every_value_keeps_its_text_and_its_place() {
        let (files, node) = read("ü: 007\nb?: { type: 'text', from: [x.y, 2015-01-01] }\nc: true\nd:\n");
        let node = node.expect("it is YAML");
        let shown: Vec<_> = entries(&node)
            .iter()
            .map(|(key, value)| (key.value.as_str(), files.text(key.span), files.text(value.span)))
            .collect();
        assert_eq!(
            shown,
            [
                ("ü", "ü", "007"),
                ("b?", "b?", "{ type: 'text', from: [x.y, 2015-01-01"),
                ("c", "c", "true"),
                ("d", "d", "")
            ]
        );
        assert_eq!(entries(&node)[0].1.value, Value::Scalar("007".into()));
        assert_eq!(entries(&node)[3].1.value, Value::Nothing);
    }

    #[test]
    fn a_key_written_twice_is_reported_at_the_second_place() {
        let (files, node) = read("a: 1\nb: 2\na: 3\n");
        let problem = node.expect_err("the key stands twice");
        assert_eq!(problem.code.id, "duplicate-key");
        assert_eq!(files.position(problem.span().expect("a place")).line, 3);
    }

    #[test]
    fn deep_nesting_and_broken_text_are_messages() {
        for text in [
            "[".repeat(100_000),
            "a: [1, 2".to_owned(),
            "a: b: c".to_owned(),
            "a:\n  b: 1\n\tc: 2".to_owned(),
            "a: *b".to_owned(),
        ] {
            let (_, node) = read(&text);
            let problem = node.expect_err("it is not YAML");
            assert!(text.len() > 99_999 || problem.span().expect("a place").start > 0, "{text}");
            assert_eq!(problem.code.id, "invalid-yaml");
        }
    }
}
