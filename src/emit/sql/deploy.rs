//! The files of the views, as each dialect deploys them.

use sqlparser::ast::{Ident, ObjectName};

use super::dialects::{Dialect, Views};
use super::files::{Build, Script, file};
use super::statement::Spelled;
use super::{segments, views};
use crate::emit::OutputFile;

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

pub fn files(build: Build<'_>) -> Vec<OutputFile> {
    let (mut views, members) = rayon::join(|| views::definitions(build), || segments::definitions(build));
    views.extend(members);
    let deployments = build.dialects.iter().enumerate().map(|(at, dialect)| Deployment { build, dialect, at });
    deployments.flat_map(|deployment| deployment.files(&views)).collect()
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
        let script = view.script(&created(what, &self.name(&view.name), query));
        let mut files = vec![file(self.dialect, &path, script)];
        files.extend(view.materialised.then(|| self.stored(view, query)));
        files
    }

    /// The view's rows as they stand, in a table or lake view.
    fn stored(&self, view: &View, query: &str) -> OutputFile {
        let stored = format!("{}_stored", view.name);
        let name = self.name(&stored);
        let script = match self.dialect.views {
            Views::Lake => view.script(&created("CREATE OR REPLACE MATERIALIZED LAKE VIEW", &name, query)),
            Views::Replace | Views::Project => {
                let mut script = view.script(&["DROP TABLE IF EXISTS ", &name]);
                script.statement(&[], &[&self.copy(view, &name)]);
                script
            }
        };
        file(self.dialect, &format!("views/{stored}.sql"), script)
    }

    fn copy(&self, view: &View, name: &str) -> String {
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
            script.statement(&[], &["DROP VIEW IF EXISTS ", &name]);
            let text = created("CREATE VIEW", &name, self.query(view)).concat().replace('\'', "''");
            script.statement(&[], &["EXEC('\n", &text, "\n')"]);
        }
        Some(file(self.dialect, "deploy.sql", script))
    }

    /// A name in the schema of the views.
    fn name(&self, name: &str) -> String {
        let schema = Some(self.build.schema()).filter(|schema| !schema.is_empty());
        let parts = schema.into_iter().chain([name]).map(|part| self.dialect.ident(part));
        ObjectName::from(parts.collect::<Vec<Ident>>()).to_string()
    }
}

impl View {
    fn script(&self, statement: &[&str]) -> Script {
        let mut script = Script::default();
        script.statement(&self.about, statement);
        script
    }
}

/// `CREATE .. NAME AS` and the text of the query.
fn created<'t>(what: &'t str, name: &'t str, query: &'t str) -> [&'t str; 5] {
    [what, " ", name, " AS\n", query]
}
