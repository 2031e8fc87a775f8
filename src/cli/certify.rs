//! `carat certify`: the meaning of certified metrics, recorded with who and when.

use std::fs;
use std::path::{Path, PathBuf};
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
use crate::verify;

/// Record the meaning of certified metrics in `certified.lock`. A metric asks for it with `status: certified`
/// and `version:`; from then on a changed meaning is an error until it is certified again.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The metrics; every certified one with `--all`.
    #[arg(required_unless_present = "all", value_name = "NAME")]
    names: Vec<String>,
    /// Every metric with `status: certified`.
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Who certifies.
    #[arg(long, value_name = "WHO")]
    by: String,
    /// The day; today if not given.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    on: Option<Date>,
    /// A report of `carat verify` in which the metrics agree as they stand now; its hash is recorded.
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// What is to be remembered of it, kept in the entry: why, agreed with whom.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// How a metric asks.
const ASK: &str = "write `status: certified` and `version: 1` in its braces first";

/// Writes `certified.lock` anew: chosen metrics get today's meaning, the others keep their lines unless they are not
/// certified any more.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    let mut compiled = pipeline::uncertified(&common.project)?;
    if compiled.has_errors() {
        return Err(Stop::findings(compiled));
    }
    // A line that cannot be read is written anew or goes: that is what certifying again means.
    let (before, _) = pipeline::lock(&mut compiled.sources);
    let ids = chosen(&compiled.model, arguments)?;
    if ids.is_empty() && before.entries.is_empty() {
        return Err(Stop::with_hint("no metric of this project asks for a certificate", ASK));
    }
    let on = arguments.on.unwrap_or_else(today);
    let fingerprints = Fingerprints::of(&compiled.model);
    let evidence = arguments.evidence.as_ref().map(|path| evidence(path, &compiled.model, &fingerprints, &ids));
    let evidence = evidence.transpose()?;
    let certifier = Certifier { by: &arguments.by, on, evidence: evidence.as_deref(), note: arguments.note.as_deref() };
    let after = before.certify(&compiled.model, &fingerprints, &ids, certifier);
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
    Err(Stop::with_hint(format!("`{name}` does not ask for a certificate"), ASK))
}

/// The hash of a report that shows each of the metrics to agree, with the meaning it has now.
fn evidence(path: &Path, model: &Model, fingerprints: &Fingerprints, ids: &[MetricId]) -> Result<String, Stop> {
    let text = fs::read_to_string(path).map_err(|error| Stop::file("read", path, &error))?;
    let no_evidence = |why: &str| Stop::new(format!("`{}` is no evidence: {why}", path.display()));
    let evidence = verify::evidence::read(&text).map_err(no_evidence)?;
    let agrees =
        |name: &str, print: &str| evidence.agreeing.iter().any(|(one, meaning)| one == name && meaning == print);
    for id in ids {
        let (Some(metric), Some(print)) = (model.metric(*id), fingerprints.metric(*id)) else { continue };
        if !agrees(&metric.head.name, print.full()) {
            let name = &metric.head.name;
            let problem =
                format!("`{}` does not show that SQL and DAX agree on `{name}` as it stands now", path.display());
            return Err(Stop::with_hint(problem, "run it anew: `carat verify --data DIR --report FILE`"));
        }
    }
    Ok(evidence.hash)
}

fn write(compiled: &Compiled, lock: &Lock) -> Result<(), Stop> {
    let path = compiled.sources.root.join(LOCK_FILE);
    fs::write(&path, lock.to_text()).map_err(|error| Stop::file("write", &path, &error))
}

fn report(before: &Lock, after: &Lock, output: Output) -> Result<(), Stop> {
    let same = |name: &String| {
        let said = |lock: &Lock| {
            lock.entries.get(name).map(|entry| (entry.fingerprint.clone(), entry.evidence.clone(), entry.note.clone()))
        };
        said(before) == said(after)
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
