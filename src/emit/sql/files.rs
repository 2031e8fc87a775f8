//! The files of one dialect, under `sql/<dialect>/`.

use sqlparser::ast::{Ident, ObjectName};

use super::dialects::{Dialect, Views};
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
    pub dialect: &'static Dialect,
}

pub fn all(build: Build<'_>) -> Vec<OutputFile> {
    let mut outputs = headline::files(build);
    let views: Vec<View> = views::definitions(build).into_iter().chain(segments::definitions(build)).collect();
    outputs.extend(views.iter().flat_map(|view| view.files(build)));
    outputs.extend(deploy(build, &views));
    outputs.extend(segments::funnels(build));
    outputs.push(build.file("contract.sql", &contract::script(build)));
    outputs.extend(expectations::script(build).map(|script| build.file("expectations.sql", &script)));
    outputs
}

impl Build<'_> {
    pub fn file(&self, path: &str, script: &Script) -> OutputFile {
        OutputFile { path: format!("sql/{}/{path}", self.dialect.folder), text: script.text() }
    }

    /// The schema that views are created in: that of the gold tables.
    pub fn schema(&self) -> &str {
        self.model.gold.tables.first().map_or("", |table| table.schema.as_str())
    }

    pub fn name_in_schema(&self, name: &str) -> ObjectName {
        let schema = Some(self.schema()).filter(|schema| !schema.is_empty());
        ObjectName::from(schema.into_iter().chain([name]).map(|part| self.dialect.ident(part)).collect::<Vec<Ident>>())
    }
}

/// Comments and statements in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    parts: Vec<String>,
}

impl Script {
    /// Opens with what the file is for.
    pub fn about(lines: &[&str]) -> Self {
        let mut script = Self::default();
        let rest = ["Written by carat: change the definitions, not this file."];
        script.parts.push(comment(lines.iter().copied().chain(rest)));
        script
    }

    pub fn statement(&mut self, above: &[String], statement: &str) {
        let comment = comment(above.iter().map(String::as_str));
        self.parts.push(format!("{comment}{statement};\n"));
    }

    pub fn text(&self) -> String {
        self.parts.join("\n")
    }
}

/// Each line as a comment of its own; text of the author cannot leave it.
fn comment<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let lines = lines.flat_map(|line| line.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']));
    lines.map(|line| format!("-- {}", line.trim()).trim_end().to_owned() + "\n").collect()
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
    /// The statement, written once for every file that holds it.
    pub query: String,
    pub columns: Vec<String>,
    /// A table or lake view may be made of it.
    pub materialised: bool,
}

impl View {
    fn files(&self, build: Build<'_>) -> Vec<OutputFile> {
        let name = build.name_in_schema(&self.name);
        let view = |what: &str| self.script(&print::create(what, &name, &self.query));
        let mut files = Vec::new();
        match build.dialect.views {
            Views::Project => {
                files.push(build.file(&format!("{}/Views/{}.sql", build.schema(), self.name), &view("CREATE VIEW")));
            }
            Views::Replace | Views::Lake => {
                files.push(build.file(&format!("views/{}.sql", self.name), &view("CREATE OR REPLACE VIEW")));
            }
        }
        if self.materialised {
            files.push(self.stored(build));
        }
        files
    }

    fn script(&self, statement: &str) -> Script {
        let mut script = Script::default();
        script.statement(&self.about, statement);
        script
    }

    /// The view's rows as they stand, in a table or lake view.
    fn stored(&self, build: Build<'_>) -> OutputFile {
        let stored = format!("{}_stored", self.name);
        let name = build.name_in_schema(&stored);
        let path = format!("views/{stored}.sql");
        match build.dialect.views {
            Views::Lake => {
                let what = "CREATE OR REPLACE MATERIALIZED LAKE VIEW";
                build.file(&path, &self.script(&print::create(what, &name, &self.query)))
            }
            Views::Replace | Views::Project => {
                let mut script = Script::default();
                script.statement(&self.about, &format!("DROP TABLE IF EXISTS {name}"));
                script.statement(&[], &self.copy(build, &name));
                build.file(&path, &script)
            }
        }
    }

    fn copy(&self, build: Build<'_>, name: &ObjectName) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("    {}", build.dialect.ident(column))).collect();
        let (columns, view) = (columns.join(",\n"), build.name_in_schema(&self.name));
        match build.dialect.views {
            Views::Project => format!("SELECT\n{columns}\nINTO {name}\nFROM {view}"),
            _ => format!("CREATE TABLE {name} AS\nSELECT\n{columns}\nFROM {view}"),
        }
    }
}

/// For a warehouse without `CREATE OR REPLACE`: one script that drops and creates every view.
fn deploy(build: Build<'_>, views: &[View]) -> Option<OutputFile> {
    if !matches!(build.dialect.views, Views::Project) || views.is_empty() {
        return None;
    }
    let mut script = Script::about(&["Creates every view anew."]);
    for view in views {
        let name = build.name_in_schema(&view.name);
        script.statement(&[], &format!("DROP VIEW IF EXISTS {name}"));
        let text = print::create("CREATE VIEW", &name, &view.query).replace('\'', "''");
        script.statement(&[], &format!("EXEC('\n{text}\n')"));
    }
    Some(build.file("deploy.sql", &script))
}
