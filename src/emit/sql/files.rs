//! The files of every dialect, under `sql/<dialect>/`: a statement is built once and spelled for each.

use rayon::prelude::*;

use super::compiler::Compiler;
use super::context::Asked;
use super::dialects::Dialect;
use super::statement::{self, Draft, Said, Spelled, Texts};
use super::{contract, deploy, expectations, headline, segments, statistics};
use crate::emit::OutputFile;
use crate::emit::devices::portable_path;
use crate::emit::months::never;
use crate::model::{Fingerprint, Fingerprints, Head, MetricId, Model, Status};
use crate::plan::tree::Plan;
use crate::source::FileSet;

/// What the files are made from.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    pub model: &'a Model,
    pub plan: &'a Plan,
    pub files: &'a FileSet,
    pub fingerprints: &'a Fingerprints,
    pub dialects: &'a [&'static Dialect],
    /// Shared by all statements that are written.
    pub said: &'a Said,
}

/// What becomes of a file as soon as it is made.
pub type Take<'t, T> = &'t (dyn Fn(OutputFile) -> T + Sync);

/// Files that are made together, and what became of each.
pub type Work<'a, T> = Box<dyn Fn(Take<'_, T>) -> Vec<T> + Send + Sync + 'a>;

/// What `take` makes of every file, in the order of the files.
pub fn each<T: Send>(build: Build<'_>, take: impl Fn(OutputFile) -> T + Sync) -> Vec<T> {
    let mut works = headline::works(build);
    works.push(Box::new(move |take| deploy::files(build, take)));
    works.extend(segments::funnels(build));
    works.push(Box::new(move |take| contract::files(build, take)));
    works.push(Box::new(move |take| expectations::files(build, take)));
    works.push(Box::new(move |take| statistics::files(build, take)));
    works.into_par_iter().with_max_len(1).flat_map_iter(|work| work(&take)).collect()
}

impl<'a> Build<'a> {
    /// What a compiler of the project writes.
    pub fn statement(self, asked: Asked<'a>, draft: impl FnMut(&mut Compiler<'a>) -> Draft) -> impl FnOnce(Texts<'_>) {
        move |texts| statement::write((self.model, self.plan, asked), draft, texts)
    }

    /// The same in every dialect.
    pub fn spelled(self, asked: Asked<'a>, draft: impl FnMut(&mut Compiler<'a>) -> Draft) -> Spelled {
        statement::spelled(self.dialects, self.statement(asked, draft))
    }

    /// The schema that views are created in.
    pub fn schema(&self) -> &'a str {
        self.model.gold.view_schema()
    }
}

/// The bytes of an ordinary statement with its comments.
const USUAL: usize = 2048;

/// The same file of every dialect.
pub struct Scripts<'a> {
    dialects: &'a [&'static Dialect],
    scripts: Vec<Script>,
    said: &'a Said,
}

impl<'a> Scripts<'a> {
    /// Open with what the file is for; with nothing if the first statement says it. There is room for so many
    /// statements of ordinary length.
    pub fn about(build: Build<'a>, lines: &[&str], statements: usize) -> Self {
        let script = || {
            let mut script = if lines.is_empty() { Script::default() } else { Script::about(lines) };
            script.text.reserve(statements * USUAL);
            script
        };
        let scripts = build.dialects.iter().map(|_| script()).collect();
        Scripts { dialects: build.dialects, scripts, said: build.said }
    }

    /// A part of scripts that are joined when all parts are there.
    pub fn part(build: Build<'a>) -> Self {
        Self::about(build, &[], 0)
    }

    /// What `write` writes, under comments.
    pub fn statement(&mut self, above: &[String], write: impl FnOnce(Texts<'_>)) {
        let mut comments = Script::default();
        comments.comments(above.iter().map(String::as_str));
        self.scripts.iter_mut().for_each(|script| script.begin(&comments.text));
        let texts = self.scripts.iter_mut().map(|script| &mut script.text);
        write(Texts::new(self.dialects, texts).beside(self.said));
        self.scripts.iter_mut().for_each(Script::end);
    }

    /// Gives away the file at `path` below the folder of each dialect.
    pub fn files<T>(self, path: &str, take: Take<'_, T>) -> Vec<T> {
        let scripts = self.scripts.into_iter().zip(self.dialects);
        scripts.map(|(script, dialect)| take(file(dialect, path, script))).collect()
    }

    /// The parts one after the other. A dialect's file is given away before the next is put together.
    pub fn joined<T>(
        build: Build<'_>,
        about: &str,
        parts: Vec<Scripts<'_>>,
        (path, take): (&str, Take<'_, T>),
    ) -> Vec<T> {
        let mut parts: Vec<_> = parts.into_iter().map(|part| part.scripts.into_iter()).collect();
        let mut of_next = || parts.iter_mut().filter_map(Iterator::next).collect();
        build.dialects.iter().map(|dialect| take(file(dialect, path, Script::joined(about, of_next())))).collect()
    }
}

/// A file of a dialect. Its path has the names of what it holds, where Windows can hold files of these names.
pub fn file(dialect: &Dialect, path: &str, mut script: Script) -> OutputFile {
    script.explain_never();
    OutputFile { path: portable_path(&format!("sql/{}/{path}", dialect.name.name())), text: script.text }
}

/// What every file says of itself, under what it is for.
pub const WRITTEN: &str = "Written by carat: change the definitions, not this file.";

/// Comments and statements in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    text: String,
}

impl Script {
    /// Opens with what the file is for.
    pub fn about(lines: &[&str]) -> Self {
        let mut script = Self::default();
        script.comments(lines.iter().copied().chain([WRITTEN]));
        script
    }

    /// Says below the opening lines what a date that no reader of the definitions knows stands for, where there is one.
    fn explain_never(&mut self) {
        let never = never().to_string();
        if self.text.contains(&never) {
            let lines = self.text.split_inclusive('\n').take_while(|line| line.starts_with("--"));
            let end = lines.map(str::len).sum();
            self.text.insert_str(end, &format!("-- From {never} on, a date stands for one that never comes.\n"));
        }
    }

    /// What the file is for, and its parts.
    pub fn joined(about: &str, parts: Vec<Script>) -> Self {
        let mut script = Self::about(&[about]);
        script.text.reserve(parts.iter().map(|part| part.text.len() + 1).sum());
        for part in parts.iter().filter(|part| !part.text.is_empty()) {
            script.begin(&part.text);
        }
        script
    }

    /// A statement under its comments, an empty line after what stands before.
    pub fn statement(&mut self, above: &[String], parts: &[&str]) {
        self.begin("");
        self.comments(above.iter().map(String::as_str));
        parts.iter().for_each(|part| self.text.push_str(part));
        self.end();
    }

    /// An empty line after what stands before, and what begins the next part.
    fn begin(&mut self, part: &str) {
        self.text.push_str(if self.text.is_empty() { "" } else { "\n" });
        self.text.push_str(part);
    }

    fn end(&mut self) {
        self.text.push_str(";\n");
    }

    /// Each line as a comment of its own; text of the author cannot leave it.
    fn comments<'t>(&mut self, lines: impl Iterator<Item = &'t str>) {
        let breaks = |c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        for line in lines {
            // Most are plain: one look at the bytes tells.
            if line.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
                self.comment(line.trim_matches(' '));
            } else {
                line.split(breaks).for_each(|line| self.comment(line.trim()));
            }
        }
    }

    fn comment(&mut self, line: &str) {
        self.text.push_str(if line.is_empty() { "--" } else { "-- " });
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// The business definition, status, version, fingerprint and owner, as comments.
pub fn described(head: &Head, fingerprint: Option<&Fingerprint>) -> Vec<String> {
    let mut lines = Vec::with_capacity(head.docs.len() + 2);
    lines.push([&head.label, " (", &head.name, ")"].concat());
    lines.extend(head.docs.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).map(str::to_owned));
    let mut facts = facts(head, fingerprint);
    if let Some(owner) = &head.about.owner {
        facts.add("owner: ", owner);
    }
    lines.extend(Some(facts.0).filter(|facts| !facts.is_empty()));
    lines
}

/// Facts in a line, with commas between.
#[derive(Default)]
struct Facts(String);

impl Facts {
    fn add(&mut self, name: &str, value: &str) {
        self.0.push_str(if self.0.is_empty() { "" } else { ", " });
        self.0.push_str(name);
        self.0.push_str(value);
    }
}

/// Status, version and fingerprint.
fn facts(head: &Head, fingerprint: Option<&Fingerprint>) -> Facts {
    let mut facts = Facts::default();
    if head.about.status == Status::Certified {
        facts.add("certified", "");
    }
    if let Some(version) = head.about.version {
        facts.add("version ", &version.to_string());
    }
    if let Some(fingerprint) = fingerprint {
        facts.add("fingerprint ", fingerprint.short());
    }
    facts
}

/// A line for each of the metrics that a statement holds: its business definition, then version and fingerprint.
pub fn described_metrics(build: Build<'_>, ids: impl IntoIterator<Item = MetricId>) -> Vec<String> {
    let line = |id| {
        let head = &build.model.metric(id)?.head;
        let definition: Vec<&str> = head.docs.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        let definition = if definition.is_empty() { head.label.clone() } else { definition.join(" ") };
        let facts = facts(head, build.fingerprints.metric(id)).0;
        let facts = if facts.is_empty() { facts } else { format!(" ({facts})") };
        Some(format!("{}: {definition}{facts}", head.name))
    };
    ids.into_iter().filter_map(line).collect()
}
