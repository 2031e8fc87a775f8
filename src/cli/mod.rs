//! The command line: one file per command.

mod build;
mod certify;
mod check;
mod completions;
mod demo;
mod diff;
mod difference;
mod emitted;
mod explain;
mod fmt;
mod gold;
mod impact;
mod init;
mod number;
mod output;
mod question;
mod run;
mod sample;
mod sql;
mod table;
mod verify;
mod versions;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::pipeline;
use output::{Exit, Format, Outcome, Output, Stop};

/// Compiles metric definitions into Power BI and SQL that give the same number everywhere.
#[derive(Debug, Parser)]
#[command(name = "carat", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

const EXIT_CODES: &str = "Exit codes:
  0  done; nothing is wrong (warnings may have been shown)
  1  the project has errors, or what was asked for does not hold
  2  the command could not run: wrong arguments, no project, a file or program that is missing
  3  there are changes, none of them denied (only `diff --exit-code`)";

#[derive(Debug, Clone, Args)]
struct Common {
    /// How to answer; github, azure, sarif and junit are for the findings of `check` and whatever stops on them,
    /// junit also for `verify`, markdown for `diff` and `verify`.
    #[arg(long, global = true, value_enum, default_value = "human")]
    format: Format,
    /// The project's folder, or any folder in it.
    #[arg(long, short = 'C', global = true, default_value = ".", value_name = "DIR")]
    project: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Build(build::Arguments),
    Explain(explain::Arguments),
    Sql(sql::Arguments),
    Run(run::Arguments),
    Verify(verify::Arguments),
    Sample(sample::Arguments),
    Fmt(fmt::Arguments),
    Diff(diff::Arguments),
    Certify(certify::Arguments),
    Gold(gold::Arguments),
    Init(init::Arguments),
    Demo(demo::Arguments),
    Completions(completions::Arguments),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            return ExitCode::from(misused(&error).code());
        }
    };
    let output = Output { format: cli.common.format };
    let work = move || run(cli.command, &cli.common, output).unwrap_or_else(|stop| stopped(stop, output));
    let exit = pipeline::with_room(work);
    ExitCode::from(exit.code())
}

/// Says what is wrong with the arguments; to a program as it says everything else that stops a command. Help and
/// version are answers, not mistakes.
fn misused(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Fine;
    }
    if !wants_json(std::env::args_os().skip(1)) {
        let _ = error.print();
        return Exit::CouldNotRun;
    }
    let text = error.render().to_string();
    let (problem, rest) = text.trim().split_once("\n\n").unwrap_or((text.trim(), ""));
    let hint = Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty());
    let problem = problem.trim_start_matches("error: ").to_owned();
    stopped(Stop::CouldNotRun { problem, hint }, Output { format: Format::Json })
}

/// `--format json` or `--format=json`, of arguments that cannot be read.
fn wants_json(arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    let arguments: Vec<_> = arguments.take_while(|one| one != "--").collect();
    let apart = arguments.windows(2).any(|pair| matches!(pair, [one, other] if one == "--format" && other == "json"));
    apart || arguments.iter().any(|one| one == "--format=json")
}

fn run(command: Command, common: &Common, output: Output) -> Outcome {
    match command {
        Command::Check(arguments) => check::run(&arguments, common, output),
        Command::Build(arguments) => build::run(&arguments, common, output),
        Command::Explain(arguments) => explain::run(&arguments, common, output),
        Command::Fmt(arguments) => fmt::run(&arguments, common, output),
        Command::Gold(arguments) => gold::run(&arguments, common, output),
        Command::Diff(arguments) => diff::run(&arguments, common, output),
        Command::Certify(arguments) => certify::run(&arguments, common, output),
        Command::Init(arguments) => init::run(&arguments, common, output),
        Command::Sql(arguments) => sql::run(&arguments, common, output),
        Command::Run(arguments) => run::run(&arguments, common, output),
        Command::Verify(arguments) => verify::run(&arguments, common, output),
        Command::Sample(arguments) => sample::run(&arguments, common, output),
        Command::Demo(arguments) => demo::run(&arguments, common, output),
        Command::Completions(arguments) => completions::run(&arguments, output),
    }
}

/// Says why a command stopped.
fn stopped(stop: Stop, output: Output) -> Exit {
    match stop {
        Stop::BrokenPipe => Exit::Fine,
        Stop::Findings(found) => {
            let (sources, diagnostics) = *found;
            let _ = output.findings_aside(&output.named(&sources), &diagnostics);
            Exit::of(&diagnostics)
        }
        Stop::CouldNotRun { problem, hint } if output.json() => {
            let _ = output.value(&serde_json::json!({ "error": problem, "hint": hint }));
            Exit::CouldNotRun
        }
        Stop::CouldNotRun { problem, hint } => {
            output.note(&format!("carat: {problem}"));
            if let Some(hint) = hint {
                output.note(&format!("  {}", hint.replace('\n', "\n  ")));
            }
            Exit::CouldNotRun
        }
    }
}
