//! A folder of Parquet or CSV files as the tables of a gold schema.

use std::path::{Path, PathBuf};

use crate::gold::{Column, Gold, Table};

use super::exact;

/// The file of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    pub path: PathBuf,
    pub parquet: bool,
}

impl Extract {
    /// Whether it is a folder of files.
    fn is_parts(&self) -> bool {
        self.parquet && !self.path.is_file()
    }
}

/// `customer.parquet`, a folder of Parquet parts `customer/`, or `customer.csv`, by the table's
/// physical name, else its name.
pub(super) fn file_of(folder: &Path, table: &Table) -> Option<Extract> {
    files_of(folder, table).into_iter().next()
}

/// All that could be the table's, of its physical name before its own.
fn files_of(folder: &Path, table: &Table) -> Vec<Extract> {
    let mut names = vec![&table.physical];
    names.extend((table.name != table.physical).then_some(&table.name));
    let of_name = |name: &String| {
        let (parquet, parts) = (folder.join(format!("{name}.parquet")), folder.join(name));
        let csv = folder.join(format!("{name}.csv"));
        let parts_path = parts.join("**").join("*.parquet");
        [
            parquet.is_file().then_some(Extract { path: parquet, parquet: true }),
            parts.is_dir().then_some(Extract { path: parts_path, parquet: true }),
            csv.is_file().then_some(Extract { path: csv, parquet: false }),
        ]
    };
    names.into_iter().flat_map(of_name).flatten().collect()
}

/// What a folder of data holds, as a hint says it.
pub const A_FILE_EACH: &str =
    "each table is a file: `customer.parquet`, a folder `customer` of parts, or `customer.csv`";

/// The first two files that stand for one table.
pub fn doubled(gold: &Gold, folder: &Path) -> Option<(PathBuf, PathBuf)> {
    gold.tables.iter().find_map(|table| {
        let mut files = files_of(folder, table).into_iter().map(|extract| extract.path);
        Some((files.next()?, files.next()?))
    })
}

/// The tables that `folder` has no file for, by name, of those that `queries` may read; of all where there are none.
pub fn missing_tables<'a>(gold: &'a Gold, folder: &Path, queries: &[String]) -> Vec<&'a str> {
    let wanted = |table: &&Table| queries.is_empty() || is_named(table, queries);
    let missing = gold.tables.iter().filter(wanted).filter(|table| file_of(folder, table).is_none());
    missing.map(|table| table.name.as_str()).collect()
}

/// Every file that stands for a table of `gold`, in the order of its tables, parts by name.
pub fn files(gold: &Gold, folder: &Path) -> Vec<PathBuf> {
    let extracts = gold.tables.iter().filter_map(|table| file_of(folder, table));
    extracts
        .flat_map(|extract| if extract.path.is_file() { vec![extract.path] } else { parts(&extract.path) })
        .collect()
}

/// The Parquet files below the folder of a `folder/**/*.parquet`.
fn parts(pattern: &Path) -> Vec<PathBuf> {
    let mut waiting: Vec<PathBuf> = pattern.ancestors().nth(2).map(Path::to_path_buf).into_iter().collect();
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Whether a query may read the table.
pub(super) fn is_named(table: &Table, queries: &[String]) -> bool {
    queries.iter().any(|query| query.contains(&table.physical))
}

/// Statements that make each table of `gold` with a file in `folder`, with the schema's types, if
/// `queries` name it. CSV is read once into a table; Parquet stays where it is.
pub fn views(gold: &Gold, folder: &Path, queries: &[String]) -> String {
    let mut out = String::new();
    for schema in gold.tables.iter().map(|table| &table.schema).collect::<std::collections::BTreeSet<_>>() {
        out += &format!("CREATE SCHEMA IF NOT EXISTS {};\n", quoted(schema));
    }
    for table in gold.tables.iter().filter(|table| is_named(table, queries)) {
        if let Some(extract) = file_of(folder, table) {
            out += &statement(table, &extract);
        }
    }
    out
}

/// How a column of a file is read.
type Read = fn(&Table, &Column) -> String;

fn statement(table: &Table, extract: &Extract) -> String {
    let target = place(table);
    let (kind, read) =
        if extract.parquet { ("VIEW", exact::of_any as Read) } else { ("TABLE", exact::of_text as Read) };
    let columns: Vec<String> = table.columns.iter().map(|column| read(table, column)).collect();
    let parts = if extract.is_parts() { exact::same_types(table, &extract.path) } else { String::new() };
    format!("{parts}CREATE {kind} {target} AS SELECT {} FROM {};\n", columns.join(", "), rows_of(extract))
}

/// A file's rows as they stand in it. Columns of CSV are found by name and read as text; quoted nothing is empty
/// text, unquoted nothing is missing.
pub(super) fn rows_of(extract: &Extract) -> String {
    let path = text(&extract.path.to_string_lossy());
    if extract.parquet {
        // Some writers do not say of a text that it is one.
        return format!("read_parquet({path}, binary_as_string = true)");
    }
    format!(
        "read_csv({path}, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', \
         allow_quoted_nulls = false, all_varchar = true)"
    )
}

/// The statements that turn the CSV files of `gold`'s tables in `folder` into Parquet files beside them.
pub fn to_parquet(gold: &Gold, folder: &Path) -> Vec<String> {
    let copy = |table: &Table| {
        let target = text(&folder.join(format!("{}.parquet", table.physical)).to_string_lossy());
        format!("COPY {} TO {target} (FORMAT parquet)", place(table))
    };
    gold.tables.iter().map(copy).collect()
}

/// A table as a query names it.
pub fn place(table: &Table) -> String {
    format!("{}.{}", quoted(&table.schema), quoted(&table.physical))
}

/// A quoted identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A quoted string.
pub(super) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tables_that_are_asked_for_are_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("customer.csv"), "id\n1\n").unwrap();
        let mut files = crate::source::FileSet::default();
        let id = files.add(
            "gold.yaml",
            "tables: { customer: { key: id, columns: { id: integer } }, other: { key: id, columns: { id: integer } } }",
        );
        let (gold, _) = crate::gold::load(&files, id);
        assert_eq!(missing_tables(&gold, folder.path(), &[]), ["other"]);
        let setup = views(&gold, folder.path(), &["SELECT * FROM customer".to_owned()]);
        assert!(setup.contains("WHEN TRY_CAST(\"id\" AS DECIMAL(38,10)) <> "), "{setup}");
        assert!(!views(&gold, folder.path(), &["SELECT 1".to_owned()]).contains("read_csv"));
    }
}
