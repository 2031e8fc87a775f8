//! The files of every dialect, under `sql/<dialect>/`: a statement is built once and spelled for each.

use rayon::prelude::*;
use sqlparser::ast::{Ident, ObjectName, Query};

use super::compiler::Compiler;
use super::context::Asked;
use super::dialects::{Dialect, Views};
use super::statement::{self, Spelled};
use super::{contract, expectations, headline, print, segments, views};
use crate::emit::OutputFile;
use crate::model::{Fingerprint, Fingerprints, Head, Model, Status};
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
}

pub fn all(build: Build<'_>) -> Vec<OutputFile> {
    let parts: [fn(Build<'_>) -> Vec<OutputFile>; 5] =
        [headline::files, view_files, segments::funnels, contract::files, expectations::files];
    parts.into_par_iter().flat_map(|part| part(build)).collect()
}

fn view_files(build: Build<'_>) -> Vec<OutputFile> {
    let (mut views, members) = rayon::join(|| views::definitions(build), || segments::definitions(build));
    views.extend(members);
    let deployments = build.dialects.iter().enumerate().map(|(at, dialect)| Deployment { build, dialect, at });
    deployments.flat_map(|deployment| deployment.files(&views)).collect()
}

impl<'a> Build<'a> {
    /// What a compiler of the project writes, in every dialect.
    pub fn spelled(&self, asked: Asked<'a>, write: impl FnMut(&mut Compiler<'a>) -> Query) -> Spelled {
        statement::spelled((self.model, self.plan, asked), self.dialects, write)
    }

    /// The schema that views are created in: that of the gold tables.
    fn schema(&self) -> &'a str {
        self.model.gold.tables.first().map_or("", |table| table.schema.as_str())
    }
}

/// The bytes of an ordinary statement with its comments.
const USUAL: usize = 2048;

/// The same file of every dialect.
pub struct Scripts<'a> {
    dialects: &'a [&'static Dialect],
    scripts: Vec<Script>,
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
        Scripts { dialects: build.dialects, scripts: build.dialects.iter().map(|_| script()).collect() }
    }

    /// Each statement under what it looks for.
    pub fn of_checks(build: Build<'a>, about: &str, checks: Vec<(String, Spelled)>) -> Self {
        let mut scripts = Self::about(build, &[about], checks.len());
        for (above, statement) in checks {
            scripts.statement(&[above], &statement);
        }
        scripts
    }

    pub fn statement(&mut self, above: &[String], statement: &Spelled) {
        for (script, text) in self.scripts.iter_mut().zip(statement) {
            script.statement(above, text);
        }
    }

    pub fn files(self, path: &str) -> Vec<OutputFile> {
        let scripts = self.scripts.into_iter().zip(self.dialects);
        scripts.map(|(script, dialect)| file(dialect, path, script)).collect()
    }
}

fn file(dialect: &Dialect, path: &str, script: Script) -> OutputFile {
    OutputFile { path: format!("sql/{}/{path}", dialect.folder), text: script.text }
}

/// Comments and statements in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    text: String,
}

impl Script {
    /// Opens with what the file is for.
    pub fn about(lines: &[&str]) -> Self {
        let mut script = Self::default();
        let rest = ["Written by carat: change the definitions, not this file."];
        script.comments(lines.iter().copied().chain(rest));
        script
    }

    /// A statement under its comments, an empty line after what stands before.
    pub fn statement(&mut self, above: &[String], statement: &str) {
        self.text.push_str(if self.text.is_empty() { "" } else { "\n" });
        self.comments(above.iter().map(String::as_str));
        self.text.push_str(statement);
        self.text.push_str(";\n");
    }

    /// Each line as a comment of its own; text of the author cannot leave it.
    fn comments<'t>(&mut self, lines: impl Iterator<Item = &'t str>) {
        for line in lines.flat_map(|line| line.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])).map(str::trim) {
            self.text.push_str(if line.is_empty() { "--" } else { "-- " });
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// The business definition, status, version, fingerprint and owner, as comments.
pub fn described(head: &Head, fingerprint: Option<&Fingerprint>) -> Vec<String> {
    let mut lines = vec![format!("{} ({})", head.label, head.name)];
    lines.extend(head.docs.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()));
    let status = (head.about.status == Status::Certified).then(|| "certified".to_owned());
    let version = head.about.version.map(|version| format!("version {version}"));
    let fingerprint = fingerprint.map(|fingerprint| format!("fingerprint {fingerprint}"));
    let owner = head.about.owner.as_ref().map(|owner| format!("owner: {owner}"));
    let facts: Vec<String> = status.into_iter().chain(version).chain(fingerprint).chain(owner).collect();
    lines.extend((!facts.is_empty()).then(|| facts.join(", ")));
    lines
}

/// A view to create.
#[derive(Debug, Clone)]
pub struct View {
    pub name: String,
    pub about: Vec<String>,
    pub query: Spelled,
    pub columns: Vec<String>,
    /// A table or lake view may be made of it.
    pub materialised: bool,
}

/// The views of one dialect.
struct Deployment<'a> {
    build: Build<'a>,
    dialect: &'static Dialect,
    /// Its place among the dialects.
    at: usize,
}

impl Deployment<'_> {
    fn files(&self, views: &[View]) -> Vec<OutputFile> {
        let mut files: Vec<OutputFile> = views.iter().flat_map(|view| self.of_view(view)).collect();
        files.extend(self.deploy(views));
        files
    }

    fn query<'v>(&self, view: &'v View) -> &'v str {
        view.query.get(self.at).map_or("", String::as_str)
    }

    fn of_view(&self, view: &View) -> Vec<OutputFile> {
        let query = self.query(view);
        let (path, what) = match self.dialect.views {
            Views::Project => (format!("{}/Views/{}.sql", self.build.schema(), view.name), "CREATE VIEW"),
            Views::Replace | Views::Lake => (format!("views/{}.sql", view.name), "CREATE OR REPLACE VIEW"),
        };
        let created = print::create(what, &self.name(&view.name), query);
        let mut files = vec![file(self.dialect, &path, view.script(&created))];
        files.extend(view.materialised.then(|| self.stored(view, query)));
        files
    }

    /// The view's rows as they stand, in a table or lake view.
    fn stored(&self, view: &View, query: &str) -> OutputFile {
        let stored = format!("{}_stored", view.name);
        let name = self.name(&stored);
        let script = match self.dialect.views {
            Views::Lake => view.script(&print::create("CREATE OR REPLACE MATERIALIZED LAKE VIEW", &name, query)),
            Views::Replace | Views::Project => {
                let mut script = view.script(&format!("DROP TABLE IF EXISTS {name}"));
                script.statement(&[], &self.copy(view, &name));
                script
            }
        };
        file(self.dialect, &format!("views/{stored}.sql"), script)
    }

    fn copy(&self, view: &View, name: &ObjectName) -> String {
        let columns: Vec<String> =
            view.columns.iter().map(|column| format!("    {}", self.dialect.ident(column))).collect();
        let (columns, view) = (columns.join(",\n"), self.name(&view.name));
        match self.dialect.views {
            Views::Project => format!("SELECT\n{columns}\nINTO {name}\nFROM {view}"),
            _ => format!("CREATE TABLE {name} AS\nSELECT\n{columns}\nFROM {view}"),
        }
    }

    /// For a warehouse without `CREATE OR REPLACE`: one script that drops and creates every view.
    fn deploy(&self, views: &[View]) -> Option<OutputFile> {
        if !matches!(self.dialect.views, Views::Project) || views.is_empty() {
            return None;
        }
        let mut script = Script::about(&["Creates every view anew."]);
        for view in views {
            let name = self.name(&view.name);
            script.statement(&[], &format!("DROP VIEW IF EXISTS {name}"));
            let text = print::create("CREATE VIEW", &name, self.query(view)).replace('\'', "''");
            script.statement(&[], &format!("EXEC('\n{text}\n')"));
        }
        Some(file(self.dialect, "deploy.sql", script))
    }

    /// A name in the schema of the views.
    fn name(&self, name: &str) -> ObjectName {
        let schema = Some(self.build.schema()).filter(|schema| !schema.is_empty());
        ObjectName::from(schema.into_iter().chain([name]).map(|part| self.dialect.ident(part)).collect::<Vec<Ident>>())
    }
}

impl View {
    fn script(&self, statement: &str) -> Script {
        let mut script = Script::default();
        script.statement(&self.about, statement);
        script
    }
}
