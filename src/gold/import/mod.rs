//! Schemas of databases: a draft of `gold.yaml` from them, and what has drifted since.
//!
//! A file is a script of `CREATE TABLE` statements (T-SQL or Spark SQL) or a CSV export of
//! `INFORMATION_SCHEMA.COLUMNS`. Both say one thing after the other ([`acts`]), which become [`source::Table`]s; [`import`] writes those as `gold.yaml`,
//! [`compare()`] holds a loaded schema against them. Pure: files in, text and findings out.

mod acts;
mod changes;
mod compare;
mod csv;
mod draft;
mod names;
mod paths;
mod references;
mod renames;
mod source;
mod sql;
mod write;

pub use compare::{Change, Drift, compare};

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::{FileId, FileSet, Span};

/// Drafts a `gold.yaml` from all files of the set. Nothing is guessed in silence: what was assumed, what
/// could not be taken over and what such files cannot say is in the diagnostics, with its place.
pub fn import(files: &FileSet) -> (String, Vec<Diagnostic>) {
    let (tables, mut out) = read(files);
    let draft = draft::draft(&tables, &mut out);
    let names: Vec<&str> = files.iter().map(|(_, file)| &*file.path).collect();
    (write::write(&draft, &names), out)
}

/// The tables of all files, each once, whatever file says what of them.
fn read(files: &FileSet) -> (Vec<source::Table>, Vec<Diagnostic>) {
    let (mut out, mut acts) = (Vec::new(), Vec::new());
    for (id, file) in files.iter() {
        let read = if csv::is_export(&file.text) { csv::read } else { sql::read };
        acts.extend(read(id, &file.text, &mut out));
    }
    let tables = acts::tables(acts, &mut out);
    if let (true, false, Some((id, _))) = (tables.is_empty(), out.iter().any(Diagnostic::is_error), files.iter().next())
    {
        out.push(codes::nothing_to_import(start_of(id)));
    }
    (tables, out)
}

fn start_of(file: FileId) -> Span {
    Span::new(file, 0, 0)
}

#[cfg(test)]
mod tests;
