//! `carat certify`: the meaning of certified metrics, recorded with who and when.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde_json::json;

use super::Common;
use super::output::{Exit, Outcome, Output, Stop};
use super::sample::day;
use crate::diagnostics::closest;
use crate::gold::Date;
use crate::model::lock::{Certifier, Lock};
use crate::model::{Fingerprints, MetricId, Model, Status};
use crate::pipeline::{self, Compiled};
use crate::source::project::LOCK_FILE;

/// Record the meaning of certified metrics in `certified.lock`. A metric asks for it with `status: certified`
/// and `version:`; from then on a changed meaning is an error until it is certified again.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The metrics; every certified one with `--all`.
    #[arg(required_unless_present = "all", value_name = "NAME")]
    names: Vec<String>,
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Who certifies.
    #[arg(long, value_name = "WHO")]
    by: String,
    /// The day; today if not given.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    on: Option<Date>,
}

pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let mut compiled = pipeline::uncertified(&common.project)?;
    if compiled.has_errors() {
        return Err(Stop::Findings(Box::new((compiled.sources.files, compiled.diagnostics))));
    }
    // A line that cannot be read is written anew or goes: that is what certifying again means.
    let (before, _) = pipeline::lock(&mut compiled.sources);
    let ids = chosen(&compiled.model, arguments)?;
    let on = arguments.on.unwrap_or_else(today);
    let fingerprints = Fingerprints::of(&compiled.model);
    let after = before.certify(&compiled.model, &fingerprints, &ids, Certifier { by: &arguments.by, on });
    write(&compiled, &after)?;
    report(&before, &after, output)?;
    Ok(Exit::Fine)
}

fn chosen(model: &Model, arguments: &Arguments) -> Result<Vec<MetricId>, Stop> {
    let asks = |id: &MetricId| model.metric(*id).is_some_and(|metric| metric.head.about.status == Status::Certified);
    let all = (0..u32::try_from(model.metrics.len()).unwrap_or(u32::MAX)).map(MetricId);
    if arguments.all {
        return Ok(all.filter(asks).collect());
    }
    arguments.names.iter().map(|name| named(model, name, asks)).collect()
}

fn named(model: &Model, name: &str, asks: impl Fn(&MetricId) -> bool) -> Result<MetricId, Stop> {
    let Some(id) = model.metric_named(name) else {
        let problem = format!("`{name}` is no metric of this project");
        let close = closest(name, model.metrics.iter().map(|metric| metric.head.name.as_str()));
        return Err(close.map_or_else(
            || Stop::new(&problem),
            |close| Stop::with_hint(&problem, format!("did you mean `{close}`?")),
        ));
    };
    if asks(&id) {
        return Ok(id);
    }
    let hint = "write `status: certified` and `version: 1` in its braces first";
    Err(Stop::with_hint(format!("`{name}` does not ask for a certificate"), hint))
}

fn write(compiled: &Compiled, lock: &Lock) -> Result<(), Stop> {
    let path = compiled.sources.root.join(LOCK_FILE);
    fs::write(&path, lock.to_text()).map_err(|error| Stop::file("write", &path, &error))
}

fn report(before: &Lock, after: &Lock, output: Output) -> Result<(), Stop> {
    let same = |name: &String| {
        before.entries.get(name).map(|e| &e.fingerprint) == after.entries.get(name).map(|e| &e.fingerprint)
    };
    let certified: Vec<&String> = after.entries.keys().filter(|name| !same(name)).collect();
    let dropped: Vec<&String> = before.entries.keys().filter(|name| !after.entries.contains_key(*name)).collect();
    if output.json() {
        return output.value(&json!({ "certified": certified, "dropped": dropped, "entries": after.entries.len() }));
    }
    for name in &certified {
        output.text(&format!("certified {name}\n"))?;
    }
    for name in &dropped {
        output.text(&format!("dropped {name}\n"))?;
    }
    output.text(&format!("{LOCK_FILE}: {} metrics\n", after.entries.len()))
}

/// The day in the system's clock, in UTC.
fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date(i32::try_from(since.as_secs() / 86_400).unwrap_or(0))
}
