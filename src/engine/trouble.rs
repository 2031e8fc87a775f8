//! What is wrong with a file of an extract, where DuckDB's own words name neither the file nor the column.

use std::path::Path;

use crate::gold::{Gold, Table};

use super::DuckDb;
use super::extract::{Extract, file_of, is_named, place, rows_of, views};

impl DuckDb {
    /// The first thing that is wrong with the files in a folder of the tables that `queries` name: columns that a
    /// file has not, or a value that is none of its column's type. None where each of them can be read, and where the
    /// program answers nothing at all, which is no fault of the files.
    pub fn trouble(&self, gold: &Gold, folder: &Path, queries: &[String]) -> Option<String> {
        if !self.runs() {
            return None;
        }
        let named = gold.tables.iter().filter(|table| is_named(table, queries));
        let with_files: Vec<(&Table, Extract)> =
            named.filter_map(|table| Some((table, file_of(folder, table)?))).collect();
        let missing = with_files.iter().find_map(|(table, extract)| self.missing_columns(table, extract));
        missing.or_else(|| with_files.iter().find_map(|(table, extract)| self.unreadable(gold, folder, table, extract)))
    }

    fn missing_columns(&self, table: &Table, extract: &Extract) -> Option<String> {
        let described = self.ask("", &[format!("DESCRIBE SELECT * FROM {}", rows_of(extract))]);
        let there: Vec<String> = match described.map(|answers| answers.into_iter().next().unwrap_or_default()) {
            Ok(answer) => answer.rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect(),
            Err(problem) => return Some(format!("{}: {}", shown(extract), first_words(&problem))),
        };
        let is_there = |name: &str| there.iter().any(|one| one.eq_ignore_ascii_case(name));
        let names = table.columns.iter().map(|column| column.name.as_str());
        let missing: Vec<String> = names.filter(|name| !is_there(name)).map(|name| format!("`{name}`")).collect();
        let word = if missing.len() == 1 { "column" } else { "columns" };
        (!missing.is_empty()).then(|| format!("{} has no {word} {}", shown(extract), missing.join(", ")))
    }

    fn unreadable(&self, gold: &Gold, folder: &Path, table: &Table, extract: &Extract) -> Option<String> {
        let alone = Gold { tables: vec![table.clone()], ..gold.clone() };
        let setup = views(&alone, folder, std::slice::from_ref(&table.physical));
        // Every value is read, which a count would not do.
        let problem =
            self.ask(&setup, &[format!("SELECT COUNT(*) FROM (SELECT DISTINCT * FROM {})", place(table))]).err()?;
        Some(format!("{}: {}", shown(extract), first_words(&problem)))
    }
}

fn shown(extract: &Extract) -> String {
    format!("`{}`", extract.path.display())
}

/// Without the line of SQL that DuckDB points at, and without its word for what carat refuses itself.
fn first_words(problem: &str) -> &str {
    let words = problem.split("\n\n").next().unwrap_or(problem);
    words.strip_prefix("Invalid Input Error: ").unwrap_or(words)
}
