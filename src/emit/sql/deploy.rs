//! The files of the views, as each dialect deploys them.

use sqlparser::ast::{Ident, ObjectName, ObjectType, Statement};

use super::dialects::{Dialect, Views};
use super::files::{Build, Script, Take, WRITTEN, file};
use super::statement::Spelled;
use super::{made, segments, views};
use crate::emit::OutputFile;

/// A view to create.
pub struct View {
    pub name: String,
    /// Lines of comment above it.
    pub about: Vec<String>,
    pub query: Spelled,
    pub columns: Vec<String>,
    /// A table or lake view may be made of it.
    pub materialised: bool,
}

/// The files of every view and segment by dialect, and a `deploy.sql` where a dialect must drop before it creates.
pub fn files<T: Send>(build: Build<'_>, take: Take<'_, T>) -> Vec<T> {
    let made = |view: View| made(build, &view, take);
    let (mut views, members) = rayon::join(|| views::each(build, made), || segments::each(build, made));
    views.extend(members);
    let (done, parts): (Vec<Vec<T>>, Vec<Vec<Script>>) = views.into_iter().unzip();
    let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
    let mut done: Vec<T> = done.into_iter().flatten().collect();
    for dialect in build.dialects.iter().filter(|dialect| drops_first(dialect)) {
        let of_views: Vec<Script> = parts.iter_mut().filter_map(Iterator::next).collect();
        if !of_views.is_empty() {
            done.push(take(file(dialect, "deploy.sql", Script::joined("Creates every view anew.", of_views))));
        }
    }
    done
}

/// What became of the files of a view in every dialect, and its part of the one script of each dialect that has one.
fn made<T>(build: Build<'_>, view: &View, take: Take<'_, T>) -> (Vec<T>, Vec<Script>) {
    let (mut done, mut parts) = (Vec::new(), Vec::new());
    for (dialect, query) in build.dialects.iter().zip(&view.query) {
        let deployment = Deployment { build, dialect };
        done.extend(deployment.files(view, query).into_iter().map(take));
        parts.extend(drops_first(dialect).then(|| deployment.part(view, query)));
    }
    (done, parts)
}

/// A warehouse without `CREATE OR REPLACE`: one script drops and creates every view.
fn drops_first(dialect: &Dialect) -> bool {
    matches!(dialect.views, Views::Project)
}

/// The views of one dialect.
struct Deployment<'a> {
    build: Build<'a>,
    dialect: &'static Dialect,
}

impl Deployment<'_> {
    fn files(&self, view: &View, query: &str) -> Vec<OutputFile> {
        let path = match self.dialect.views {
            Views::Project => format!("{}/Views/{}.sql", self.build.schema(), view.name),
            Views::Replace | Views::Anew | Views::Lake => format!("views/{}.sql", view.name),
        };
        let mut files = vec![file(self.dialect, &path, self.script(view, query))];
        files.extend(view.materialised.then(|| self.stored(view, query)));
        files
    }

    /// The view, in the place of the one that may be there.
    fn script(&self, view: &View, query: &str) -> Script {
        let name = self.name(&view.name);
        match self.dialect.views {
            Views::Project => view.script(&created("CREATE VIEW", &name.to_string(), query)),
            Views::Replace | Views::Lake => view.script(&created("CREATE OR REPLACE VIEW", &name.to_string(), query)),
            Views::Anew => {
                let mut script = view.script(&[&dropped(ObjectType::View, &name)]);
                script.statement(&[], &created("CREATE VIEW", &name.to_string(), query));
                script
            }
        }
    }

    /// The view's rows as they stand, in a table or lake view.
    fn stored(&self, view: &View, query: &str) -> OutputFile {
        let stored = made::stored(&view.name);
        let name = self.name(&stored);
        let script = match self.dialect.views {
            Views::Lake => view.script(&created("CREATE OR REPLACE MATERIALIZED LAKE VIEW", &name.to_string(), query)),
            Views::Replace | Views::Anew | Views::Project => {
                let mut script = view.script(&[&dropped(ObjectType::Table, &name)]);
                script.statement(&[], &[&self.copy(view, &name.to_string())]);
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

    /// Drops the view and creates it.
    fn part(&self, view: &View, query: &str) -> Script {
        let (mut script, name) = (Script::default(), self.name(&view.name));
        script.statement(&[], &[&dropped(ObjectType::View, &name)]);
        let text = created("CREATE VIEW", &name.to_string(), query).concat().replace('\'', "''");
        script.statement(&[], &["EXEC('\n", &text, "\n')"]);
        script
    }

    /// A name in the schema of the views.
    fn name(&self, name: &str) -> ObjectName {
        let schema = Some(self.build.schema()).filter(|schema| !schema.is_empty());
        let parts = schema.into_iter().chain([name]).map(|part| self.dialect.ident(part));
        ObjectName::from(parts.collect::<Vec<Ident>>())
    }
}

impl View {
    fn script(&self, statement: &[&str]) -> Script {
        let mut script = Script::default();
        let above: Vec<String> = self.about.iter().cloned().chain([WRITTEN.to_owned()]).collect();
        script.statement(&above, statement);
        script
    }
}

/// `CREATE .. NAME AS` and the text of the query.
fn created<'t>(what: &'t str, name: &'t str, query: &'t str) -> [&'t str; 5] {
    [what, " ", name, " AS\n", query]
}

/// `DROP .. IF EXISTS NAME`, and nothing that reads it.
fn dropped(what: ObjectType, name: &ObjectName) -> String {
    let drop = Statement::Drop {
        object_type: what,
        if_exists: true,
        names: vec![name.clone()],
        cascade: false,
        restrict: false,
        purge: false,
        temporary: false,
        table: None,
    };
    drop.to_string()
}
