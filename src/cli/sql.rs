//! `carat sql`: the query for any slice an analyst asks for.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Common;
use super::output::{Exit, Outcome, Output};
use super::question::Slice;
use super::run::asked;
use crate::emit::sql;
use crate::pipeline;
use crate::settings::DialectName;

/// Print the SQL of metrics, sliced as asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Metrics and segments, or one view.
    #[arg(required = true, value_name = "METRIC")]
    names: Vec<String>,
    #[command(flatten)]
    slice: Slice,
    #[arg(long, value_enum, default_value = "duckdb")]
    dialect: Dialect,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Dialect {
    Fabric,
    Spark,
    #[value(name = "duckdb")]
    DuckDb,
    Postgres,
}

impl Dialect {
    fn name(self) -> DialectName {
        match self {
            Dialect::Fabric => DialectName::Fabric,
            Dialect::Spark => DialectName::Spark,
            Dialect::DuckDb => DialectName::DuckDb,
            Dialect::Postgres => DialectName::Postgres,
        }
    }
}

/// A dialect as the command line writes it.
pub fn word(dialect: DialectName) -> String {
    let named = Dialect::value_variants().iter().find(|variant| variant.name() == dialect);
    let value = named.and_then(Dialect::to_possible_value);
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let compiled = pipeline::compile(&common.project)?;
    let asked = asked(compiled, &arguments.names, &arguments.slice)?;
    let text = sql::query(&asked.compiled.model, &asked.plan, &asked.query, arguments.dialect.name())?;
    if output.json() {
        output.value(&json!({ "sql": text }))?;
    } else {
        output.text(&format!("{};\n", text.trim_end()))?;
    }
    Ok(Exit::Fine)
}
