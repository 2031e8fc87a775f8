//! The DuckDB program, which answers queries over a folder of Parquet or CSV files, and an evaluator of DAX.
//!
//! Both are run, not linked: building DuckDB into carat would take half an hour.

mod answer;
mod dax;
mod exact;
mod extract;
mod find;
mod trouble;

pub use answer::Answer;
pub use dax::{Cell, DAX_HINT, DaxAnswer, DaxEvaluator, find_dax};
pub use extract::{A_FILE_EACH, Extract, doubled, files, missing_tables, place, quoted, to_parquet, views};
pub use find::{HINT, fetch, find};

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What DuckDB prints for a missing value.
const MISSING: &str = "\\N";
/// A line of its own before each answer.
const MARK: &str = "=== carat ===";

/// A DuckDB program that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuckDb {
    pub program: PathBuf,
}

impl DuckDb {
    /// Runs `setup`, then each query, in a database in memory.
    ///
    /// # Errors
    /// What DuckDB says of the first statement that fails.
    pub fn ask(&self, setup: &str, queries: &[String]) -> Result<Vec<Answer>, String> {
        let mut script = format!("{setup}\n");
        for query in queries {
            let query = query.trim().trim_end_matches(';');
            script += &format!(".print {MARK}\n{query}\n;\n");
        }
        let printed = self.run(&script)?;
        Ok(printed.split(&format!("{MARK}\n")).skip(1).map(Answer::read).collect())
    }

    /// Whether it answers at all: what else goes wrong is of the question or the files.
    pub fn runs(&self) -> bool {
        self.ask("", &["SELECT 1".to_owned()]).is_ok()
    }

    fn run(&self, script: &str) -> Result<String, String> {
        let cannot = |error: std::io::Error| format!("cannot run `{}`: {error}", self.program.display());
        let mut child = Command::new(&self.program)
            // A moment that a file holds is read as it stands there, not in the zone of this machine.
            .env("TZ", "UTC")
            .args(["-batch", "-bail", "-no-init", "-csv", "-header", "-nullvalue", MISSING])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}\n{}", cannot(error), HINT))?;
        let stdin = child.stdin.take();
        let script = script.to_owned();
        // Written beside the reading: both pipes may fill up.
        let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(script.as_bytes())));
        let done = child.wait_with_output().map_err(cannot)?;
        // A program that stops early leaves the pipe unread: its own message says why.
        let _ = writer.join();
        let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        if done.status.success() && said.is_empty() {
            Ok(String::from_utf8_lossy(&done.stdout).into_owned())
        } else {
            Err(if said.is_empty() { format!("DuckDB stopped: {}", done.status) } else { said })
        }
    }
}
