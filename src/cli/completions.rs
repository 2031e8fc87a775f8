//! `carat completions`: a script that completes carat's arguments in a shell.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;
use super::output::{Exit, Outcome, Output};

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example: carat completions bash > ~/.local/share/bash-completion/completions/carat")]
pub struct Arguments {
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script, generated from the arguments as they are declared.
pub fn run(arguments: &Arguments, output: Output) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "carat", &mut script);
    output.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
