//! Where the DuckDB program is, and how to get it.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::DuckDb;

/// What to do where there is none.
pub const HINT: &str = "carat runs queries through the DuckDB program. Get it once, with one of:
  carat run --get-duckdb               from PyPI into the project's folder `.carat`, with Python's pip
  pip install duckdb-cli               for all projects
or name one you have: CARAT_DUCKDB=/path/to/duckdb";

/// Names the program outright.
const VARIABLE: &str = "CARAT_DUCKDB";
/// The folder of a project that holds what was fetched for it; not to be committed.
const FOLDER: &str = ".carat";
/// The package on PyPI that carries the program.
const PACKAGE: &str = "duckdb-cli";

/// The program named by `CARAT_DUCKDB`, else the one fetched into `.carat` of the folder or of one
/// above it, else the one on the path.
pub fn find(folder: &Path) -> Option<DuckDb> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Some(DuckDb { program: PathBuf::from(named) });
    }
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let fetched = folder.ancestors().flat_map(in_folder);
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let on_path = on_path.into_iter().map(|folder| folder.join(program_name()));
    fetched.chain(on_path).find(|program| program.is_file()).map(|program| DuckDb { program })
}

/// Gets the program from PyPI into `.carat` of the folder.
///
/// # Errors
/// Why it could not be got, in words.
pub fn fetch(folder: &Path) -> Result<DuckDb, String> {
    let folder =
        &std::fs::canonicalize(folder).map_err(|error| format!("cannot find `{}`: {error}", folder.display()))?;
    let target = folder.join(FOLDER);
    let tried = ["python3", "python"].map(|python| pip(python, &target));
    match in_folder(folder).into_iter().find(|program| program.is_file()) {
        Some(program) => Ok(DuckDb { program }),
        None => Err(tried
            .into_iter()
            .find_map(Result::err)
            .unwrap_or_else(|| format!("`{PACKAGE}` holds no program for this system"))),
    }
}

fn pip(python: &str, target: &Path) -> Result<(), String> {
    if in_folder(target.parent().unwrap_or(target)).iter().any(|program| program.is_file()) {
        return Ok(());
    }
    let arguments =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade", "--target"];
    let done = Command::new(python)
        .args(arguments)
        .args([target.as_os_str(), OsStr::new(PACKAGE)])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `{python}`: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    if done.status.success() { Ok(()) } else { Err(format!("pip could not install `{PACKAGE}`: {said}")) }
}

/// The places in which pip, or a person, puts the program below a folder.
fn in_folder(folder: &Path) -> [PathBuf; 2] {
    let home = folder.join(FOLDER);
    [home.join("duckdb_cli").join(program_name()), home.join("bin").join(program_name())]
}

fn program_name() -> &'static str {
    if cfg!(windows) { "duckdb.exe" } else { "duckdb" }
}
