//! `carat verify`: the project's numbers by SQL and by DAX over the user's own data, and what must hold of it.

mod ask;
mod show;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use sha2::{Digest as _, Sha256};

use super::Common;
use super::output::{Exit, Format, Outcome, Output, Progress, Stop};
use crate::engine;
use crate::pipeline::{self, Compiled};
use crate::verify::evidence::{self, Facts};
use crate::verify::{Verdict, power_bi, render};

/// Compare SQL and DAX on your own data: every visible metric in total, by each column and by month; then the
/// expectations and the gold contract.
#[derive(Debug, Args)]
#[command(
    after_help = "SQL is run by the DuckDB program, DAX by the package `pbix-mcp` of the Python that CARAT_DAX_PYTHON names.
Exit codes: 0 all agree and hold, 1 something differs or is broken, 2 could not run. Examples:
  carat verify --data extract
  carat verify shop --data extract --report verified.json --signed-by 'Customer Data Office'
  carat verify --data extract --dax-query check.dax"
)]
pub struct Arguments {
    /// The project's folder; the current one if not given.
    path: Option<PathBuf>,
    /// The folder with a Parquet or CSV file per table.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Values of a column to compare at most; evenly chosen where there are more.
    #[arg(long, default_value_t = 50, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    values: u16,
    /// Seconds that DAX may take for each metric: the evaluator is slow, and what it leaves is not compared.
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    dax_seconds: u16,
    /// Write a report with fingerprints, the hash of the data and the engines' versions, for `carat certify --evidence`.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Who answers for the report.
    #[arg(long, value_name = "WHO", requires = "report")]
    signed_by: Option<String>,
    /// Write a DAX query with the expected values, to be run once in Power BI Desktop or Fabric.
    #[arg(long, value_name = "FILE")]
    dax_query: Option<PathBuf>,
}

/// Asks both engines and reports. With `--format junit` a run that stopped is a test case too.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let outcome = verify(arguments, common, output);
    // A build server reads the file whatever became of it: one that is empty would say nothing.
    if let (Format::Junit, Err(Stop::CouldNotRun { problem, hint })) = (output.format, &outcome) {
        output.text(&render::junit_stopped(problem, hint.as_deref()))?;
    }
    outcome
}

fn verify(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let progress = Progress::start(output);
    let project = arguments.path.as_ref().unwrap_or(&common.project);
    let duckdb = engine::find(project).ok_or_else(|| Stop::with_hint("there is no DuckDB program", engine::HINT))?;
    let compiled = pipeline::compile(project)?;
    let Some(plan) = compiled.plan() else {
        return Err(Stop::findings(compiled));
    };
    check_data(&compiled, &arguments.data)?;
    let limits = ask::Limits { values: usize::from(arguments.values), dax_seconds: arguments.dax_seconds };
    let asking = ask::Asking::new(&compiled, &plan, &duckdb, &arguments.data, limits);
    let (verdict, expected) = asking.verdict(&progress)?;
    if let Some(path) = &arguments.report {
        write(path, &report(&verdict, &compiled, arguments)?)?;
    }
    if let Some(path) = &arguments.dax_query {
        write(path, &power_bi::query(&compiled.model, &expected))?;
    }
    drop(progress);
    print(&verdict, &compiled, output)?;
    Ok(if verdict.holds() { Exit::Fine } else { Exit::Findings })
}

fn check_data(compiled: &Compiled, data: &Path) -> Result<(), Stop> {
    Stop::unless_folder(data, super::run::NAME_DATA)?;
    super::run::one_file_each(&compiled.gold, data)?;
    let missing = engine::missing_tables(&compiled.gold, data, &[]);
    if missing.is_empty() { Ok(()) } else { Err(super::run::no_files(data, &missing)) }
}

fn print(verdict: &Verdict, compiled: &Compiled, output: Output) -> Result<(), Stop> {
    match output.format {
        Format::Json => output.value(&render::json(verdict)),
        Format::Junit => output.text(&render::junit(verdict)),
        Format::Markdown => {
            let title = format!("Verified: {}", compiled.settings.project);
            output.text(&render::markdown(verdict, &title, &show::rows(verdict, compiled)))
        }
        _ => output.text(&show::human(verdict, compiled)),
    }
}

fn report(verdict: &Verdict, compiled: &Compiled, arguments: &Arguments) -> Result<String, Stop> {
    let facts = Facts {
        carat: env!("CARGO_PKG_VERSION"),
        project: &compiled.settings.project,
        data: &hash_of(&engine::files(&compiled.gold, &arguments.data), &arguments.data)?,
        signed_by: arguments.signed_by.as_deref(),
    };
    Ok(evidence::report(verdict, &facts))
}

/// Of each file's path below the folder, its length and its bytes, in a fixed order.
fn hash_of(files: &[PathBuf], folder: &Path) -> Result<String, Stop> {
    let mut hash = Sha256::new();
    for path in files {
        let cannot = |error| Stop::file("read", path, &error);
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let mut file = fs::File::open(path).map_err(cannot)?;
        let length = file.metadata().map_err(cannot)?.len();
        hash.update(format!("{name}\n{length}\n").as_bytes());
        let mut block = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut block).map_err(cannot)?;
            if count == 0 {
                break;
            }
            hash.update(block.get(..count).unwrap_or_default());
        }
    }
    Ok(evidence::hexadecimal(hash.finalize().as_slice()))
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    fs::write(path, text).map_err(|error| Stop::file("write", path, &error))
}
