//! `certified.lock`: what was certified, by whom and when; one line a metric, with an empty one before it, so that
//! branches that certify different metrics merge by themselves.
//!
//! ```text
//! customers: { version: 1, fingerprint: 5f.., by: "Customer Data Office", on: 2026-11-23, seal: 0a1b2c3d }
//! ```
//!
//! With the report of a verification, its hash follows the day: `on: 2026-11-23, evidence: 9c.., seal: 0a1b2c3d`; with
//! a note, it stands before the seal: `on: 2026-11-23, note: "agreed with Retention", seal: 0a1b2c3d`.
//!
//! The seal is a digest of the rest of the line: it tells an edit by hand from what `carat certify` wrote. It is no
//! secret; who may certify is decided where the file is reviewed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::gold::Date;
use crate::source::{FileId, FileSet, Span};

use super::canonical::digest;
use super::{Fingerprint, Fingerprints, MetricId, Model, Status};

const HEADER: &str = "\
# What was certified. Written by `carat certify`; an edit by hand breaks the seal of its line.
";

/// The entries by metric, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    pub entries: BTreeMap<String, Entry>,
}

/// One line of the lock: the meaning that a metric had when it was certified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `version:` of the metric at that time.
    pub version: u32,
    pub fingerprint: Fingerprint,
    /// Who certified, as `--by` of `carat certify` had it.
    pub by: String,
    pub on: Date,
    /// The hash of the report of `carat verify` it rests on.
    pub evidence: Option<String>,
    /// What the certifier had to say.
    pub note: Option<String>,
    /// Its line; none for an entry that was not read from a file.
    pub span: Option<Span>,
}

/// Who certifies, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Certifier<'a> {
    pub by: &'a str,
    pub on: Date,
    /// The hash of a report of `carat verify`.
    pub evidence: Option<&'a str>,
    pub note: Option<&'a str>,
}

impl Lock {
    /// Reads the file; a line that cannot be read, or was edited, is reported and left out.
    pub fn parse(files: &FileSet, id: FileId) -> (Lock, Vec<Diagnostic>) {
        let (mut lock, mut found) = (Lock::default(), Vec::new());
        let text = files.get(id).map_or("", |file| &file.text);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let written = line.trim_end();
            let span = Span::new(id, start, start + written.len());
            start += line.len();
            if !written.is_empty() && !written.starts_with('#') {
                lock.read_line(written, span, &mut found);
            }
        }
        (lock, found)
    }

    fn read_line(&mut self, line: &str, span: Span, found: &mut Vec<Diagnostic>) {
        match parse_line(line) {
            Err(why) => found.push(codes::broken_lock(span, why)),
            Ok((name, ..)) if self.entries.contains_key(&name) => {
                found.push(codes::broken_lock(span, "the metric has an entry already"));
            }
            Ok((name, entry, seal)) if seal != sealed(&name, &entry) => found.push(codes::edited_lock(&name, span)),
            Ok((name, entry, _)) => {
                self.entries.insert(name, Entry { span: Some(span), ..entry });
            }
        }
    }

    /// The whole file, the same bytes for the same entries.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (name, entry) in &self.entries {
            // git merges changes of two lines by itself only where an unchanged one lies between them.
            let _ = writeln!(text, "\n{name}: {{ {}, seal: {} }}", fields(entry), sealed(name, entry));
        }
        text
    }

    /// The lock with an entry for each certified metric of `ids` as it stands now, and without entries of
    /// metrics that are not certified any more. An entry that fits already keeps its certifier and its day;
    /// new evidence and a new note are added to it.
    pub fn certify(
        &self,
        model: &Model,
        fingerprints: &Fingerprints,
        ids: &[MetricId],
        certifier: Certifier<'_>,
    ) -> Lock {
        let wanted = model.metrics.iter().filter(|metric| metric.head.about.status == Status::Certified);
        let kept = |name: &String| wanted.clone().any(|metric| metric.head.name == *name);
        let mut lock = self.clone();
        lock.entries.retain(|name, _| kept(name));
        for id in ids {
            let (Some(metric), Some(fingerprint)) = (model.metric(*id), fingerprints.metric(*id)) else { continue };
            let (Status::Certified, Some(version)) = (&metric.head.about.status, metric.head.about.version) else {
                continue;
            };
            let name = &metric.head.name;
            let fits = |entry: &Entry| entry.version == version && entry.fingerprint == *fingerprint;
            if !lock.entries.get(name).is_some_and(fits) {
                let (by, on) = (certifier.by.to_owned(), certifier.on);
                let entry =
                    Entry { version, fingerprint: fingerprint.clone(), by, on, evidence: None, note: None, span: None };
                lock.entries.insert(name.clone(), entry);
            }
            if let Some(entry) = lock.entries.get_mut(name) {
                entry.evidence = certifier.evidence.map(str::to_owned).or(entry.evidence.take());
                entry.note = certifier.note.map(one_line).or(entry.note.take());
            }
        }
        lock
    }
}

fn fields(entry: &Entry) -> String {
    let Entry { version, fingerprint, by, on, .. } = entry;
    let evidence = entry.evidence.as_ref().map_or_else(String::new, |hash| format!(", evidence: {hash}"));
    let note = entry.note.as_ref().map_or_else(String::new, |note| format!(", note: {}", quote(note)));
    let by = quote(by);
    format!("version: {version}, fingerprint: {}, by: {by}, on: {on}{evidence}{note}", fingerprint.full())
}

fn sealed(name: &str, entry: &Entry) -> String {
    digest(&format!("{name}: {}", fields(entry))).chars().take(8).collect()
}

type Line = (String, Entry, String);

fn parse_line(line: &str) -> Result<Line, &'static str> {
    let (name, rest) = line.split_once(": {").ok_or("it is no `name: { .. }`")?;
    let rest = rest.trim().strip_suffix('}').ok_or("its brace is not closed")?;
    let (version, rest) = field(rest, "version", ',')?;
    let (fingerprint, rest) = field(rest, "fingerprint", ',')?;
    let (by, rest) = rest.trim_start().strip_prefix("by: \"").and_then(quoted).ok_or("`by` is missing")?;
    let (on, rest) = field(rest.trim_start_matches(','), "on", ',')?;
    let (evidence, rest) = match field(rest, "evidence", ',') {
        Ok((hash, rest)) => (Some(hash.to_owned()), rest),
        Err(_) => (None, rest),
    };
    let (note, rest) = match rest.trim_start().strip_prefix("note: \"").and_then(quoted) {
        Some((note, rest)) => (Some(note), rest.trim_start_matches(',')),
        None => (None, rest),
    };
    let (seal, _) = field(rest, "seal", '}')?;
    let entry = Entry {
        version: version.parse().map_err(|_| "`version` is no whole number")?,
        fingerprint: Fingerprint::parse(fingerprint).ok_or("`fingerprint` is not 64 hexadecimal characters")?,
        by,
        on: Date::parse(on).ok_or("`on` is no day")?,
        evidence,
        note,
        span: None,
    };
    Ok((name.trim().to_owned(), entry, seal.to_owned()))
}

/// The value of `key: value` and what follows its end.
fn field<'t>(text: &'t str, key: &str, end: char) -> Result<(&'t str, &'t str), &'static str> {
    let value = text.trim_start().strip_prefix(key).and_then(|rest| rest.strip_prefix(": "));
    let value = value.ok_or("its fields are version, fingerprint, by, on and seal, in this order")?;
    let (value, rest) = value.split_once(end).unwrap_or((value, ""));
    Ok((value.trim(), rest))
}

/// Text between quotes, as [`quoted`] reads it.
fn quote(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// An entry is one line, whatever it quotes.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Text up to its closing quote, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(letters.next()?.1),
            _ => value.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let fingerprint = Fingerprint::parse(&digest("meaning")).expect("hexadecimal");
        let by = "The \"Office\"".to_owned();
        let on = Date::parse("2026-11-23").expect("a day");
        let entry = Entry { version: 2, fingerprint, by, on, evidence: None, note: None, span: None };
        Lock { entries: BTreeMap::from([("customers".to_owned(), entry)]) }
    }

    fn read(text: String) -> (Lock, Vec<&'static str>) {
        let mut files = FileSet::default();
        let id = files.add("certified.lock", text);
        let (mut lock, found) = Lock::parse(&files, id);
        lock.entries.values_mut().for_each(|entry| entry.span = None);
        (lock, found.iter().map(|problem| problem.code.id).collect())
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(read(lock().to_text()), (lock(), vec![]));
    }

    #[test]
    fn the_hash_of_the_evidence_is_kept_under_the_seal() {
        let mut with_evidence = lock();
        with_evidence.entries.values_mut().for_each(|entry| entry.evidence = Some(digest("report")));
        assert_eq!(read(with_evidence.to_text()), (with_evidence.clone(), vec![]));
        let edited = with_evidence.to_text().replace(&digest("report"), &digest("another"));
        assert_eq!(read(edited), (Lock::default(), vec!["edited-lock"]));
    }

    #[test]
    fn a_note_is_kept_whatever_stands_in_it() {
        let mut noted = lock();
        let note = "agreed: \"6 months\", } \\ ä, seal: 1";
        noted.entries.values_mut().for_each(|entry| entry.note = Some(note.to_owned()));
        assert_eq!(read(noted.to_text()), (noted.clone(), vec![]));
        assert_eq!(noted.to_text().lines().count(), 3, "the header, an empty line, the entry");
        noted.entries.values_mut().for_each(|entry| entry.evidence = Some(digest("report")));
        assert_eq!(read(noted.to_text()), (noted, vec![]));
        assert_eq!(one_line("two\nlines\u{7}"), "two lines");
    }

    #[test]
    fn a_version_raised_by_hand_breaks_the_seal() {
        let edited = lock().to_text().replace("version: 2", "version: 3");
        assert_eq!(read(edited), (Lock::default(), vec!["edited-lock"]));
    }

    #[test]
    fn marks_of_a_merge_and_doubled_lines_are_told_and_the_rest_is_read() {
        let text = lock().to_text();
        let line = text.lines().last().expect("an entry");
        let merged = format!("<<<<<<< ours\n{line}\n=======\n{line}\n");
        assert_eq!(read(merged), (lock(), vec!["broken-lock", "broken-lock", "broken-lock"]));
    }
}
