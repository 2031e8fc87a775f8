//! `carat sql`: the query for any slice an analyst asks for.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
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
    #[arg(long, value_parser = dialects(), default_value = "duckdb")]
    dialect: DialectName,
}

/// Dialects by the names that settings give them.
fn dialects() -> impl TypedValueParser<Value = DialectName> {
    let names = PossibleValuesParser::new(DialectName::NAMES.map(|(name, _)| name));
    names.try_map(|name| DialectName::named(&name).ok_or("no dialect"))
}

/// Prints one statement, which ends in a semicolon unless it stands in JSON.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let compiled = pipeline::compile(&common.project)?;
    let asked = asked(compiled, &arguments.names, &arguments.slice)?;
    let text = sql::query(&asked.compiled.model, &asked.plan, &asked.query, arguments.dialect);
    if output.json() {
        output.value(&json!({ "sql": text }))?;
    } else {
        output.text(&format!("{};\n", text.trim_end()))?;
    }
    Ok(Exit::Fine)
}
