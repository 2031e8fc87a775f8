//! The engines that can run here, each as a program: DuckDB, PostgreSQL, Spark, Fabric's T-SQL rewritten for
//! DuckDB, and an evaluator of DAX.
//!
//! One piece of work is a folder of CSV files and the queries to run over them. `CARAT_ENGINES`
//! (`duckdb,postgres,fabric,spark,dax`) says which are wanted; without it, DuckDB if it is found.

mod dax;
mod duckdb;
mod fabric;
mod postgres;
mod spark;
#[cfg(test)]
mod tests;
mod tsql;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use carat::gold::{Gold, Table, Type};

use crate::data::{read_csv, sql_type};

pub use dax::{Cell, Dax, DaxWork, Said};
pub use duckdb::DuckDb;
pub use fabric::Fabric;
pub use postgres::Postgres;
pub use spark::Spark;

/// How an answer begins where an engine cannot be asked soundly: no value, and no difference.
pub const REFUSED: &str = "refused: ";

/// What a query gave: the names of its columns and its rows, none for NULL; or why it did not run.
pub type Answer = Result<Rows, String>;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// An engine that runs SQL.
pub trait Sql: Sync {
    /// As `targets: sql:` writes it.
    fn dialect(&self) -> &'static str;

    /// What [`thinned`] says of it.
    fn asked_one_in(&self) -> usize {
        thinned(self.dialect(), 1)
    }

    /// The answers to every piece of work, in the order of its queries.
    fn run(&self, works: &[Work]) -> Vec<Vec<Answer>>;
}

/// Queries over the CSV files of a folder, each on the same tables.
pub struct Work<'a> {
    pub gold: &'a Gold,
    pub folder: &'a Path,
    pub queries: Vec<String>,
}

/// The SQL engines that are wanted; where nothing is said, DuckDB if it is found.
///
/// # Panics
/// Where one is wanted by name and not found.
pub fn sql_engines() -> Vec<Box<dyn Sql>> {
    let mut engines: Vec<Box<dyn Sql>> = Vec::new();
    if env::var_os("CARAT_ENGINES").is_none() {
        engines.extend(DuckDb::found().map(|engine| Box::new(engine) as Box<dyn Sql>));
    }
    if wanted("duckdb") {
        engines.push(Box::new(DuckDb::found().expect("the program `duckdb`, or CARAT_DUCKDB")));
    }
    if wanted("postgres") {
        engines.push(Box::new(Postgres::found().expect("the program `initdb`, or CARAT_INITDB")));
    }
    if wanted("fabric") {
        engines.push(Box::new(Fabric::found().expect("the program `duckdb`, or CARAT_DUCKDB")));
    }
    if wanted("spark") {
        engines.push(Box::new(Spark::found().expect("a Python with PySpark in CARAT_SPARK_PYTHON")));
    }
    engines
}

/// The evaluator of DAX, where it is wanted.
///
/// # Panics
/// Where it is wanted and not found.
pub fn dax() -> Option<Dax> {
    wanted("dax").then(|| Dax::found().expect("a Python with pbix-mcp in CARAT_DAX_PYTHON"))
}

/// An engine is asked one question in so many beside those that are always asked: `CARAT_THIN_SPARK` for Spark.
pub fn thinned(engine: &str, usual: usize) -> usize {
    let wanted = env::var(format!("CARAT_THIN_{}", engine.to_uppercase()));
    wanted.ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Whether `CARAT_ENGINES` names it.
pub fn wanted(engine: &str) -> bool {
    env::var("CARAT_ENGINES").is_ok_and(|all| all.split(',').any(|one| one.trim() == engine))
}

/// A program by an environment variable, else by its places.
fn program(variable: &str, places: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    named.into_iter().chain(places.iter().map(PathBuf::from)).find(|program| runs(program))
}

fn runs(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// `CREATE TABLE` of every table, schemas first.
fn create_tables(gold: &Gold, double: &str) -> Vec<String> {
    let mut schemas: Vec<&str> = gold.tables.iter().map(|table| table.schema.as_str()).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let schemas = schemas.into_iter().map(|schema| format!("CREATE SCHEMA \"{schema}\";"));
    schemas.chain(gold.tables.iter().map(|table| create_table(table, double))).collect()
}

fn create_table(table: &Table, double: &str) -> String {
    let columns = table.columns.iter().map(|column| format!("\"{}\" {}", column.name, sql_type(column.ty, double)));
    format!("CREATE TABLE {} ({});", place(table), columns.collect::<Vec<_>>().join(", "))
}

fn place(table: &Table) -> String {
    format!("\"{}\".\"{}\"", table.schema, table.physical)
}

/// What a program wrote for each query, with `\N` for NULL; what wrote nothing failed.
fn answers(folder: &Path, queries: usize) -> Vec<Answer> {
    (0..queries).map(|at| answer(&fs::read_to_string(folder.join(format!("{at}.out"))).unwrap_or_default())).collect()
}

fn answer(text: &str) -> Answer {
    let mut lines = read_csv(text).into_iter();
    let names = lines.next().ok_or("no answer")?.into_iter().map(Option::unwrap_or_default).collect();
    let value = |field: Option<String>| Some(field.unwrap_or_default()).filter(|text| text != "\\N");
    Ok(Rows { names, rows: lines.map(|line| line.into_iter().map(value).collect()).collect() })
}

/// A type's name where double is called `double`.
pub fn type_name(ty: Type) -> String {
    sql_type(ty, "DOUBLE")
}
