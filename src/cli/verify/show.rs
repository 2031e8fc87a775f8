//! A verdict for people.

use crate::cli::number;
use crate::cli::table::aligned;
use crate::model::Format;
use crate::pipeline::Compiled;
use crate::verify::{MetricVerdict, Verdict, render};

/// The table, what differs, what is broken, one sentence, and why DAX was not asked.
pub fn human(verdict: &Verdict, compiled: &Compiled) -> String {
    let header = render::HEADS.map(str::to_owned);
    let mut parts = vec![aligned(&header, &rows(verdict, compiled))];
    parts.extend(
        verdict.metrics.iter().flat_map(|metric| {
            metric.shown.iter().map(|shown| format!("✗ {}: {}\n", metric.name, render::words(shown)))
        }),
    );
    parts.extend(not_evaluated(verdict));
    let broken = verdict.broken().map(|check| {
        let rows: String = check.rows.iter().map(|row| format!("    {row}\n")).collect();
        format!("✗ {}\n{rows}", render::broken_words(check))
    });
    parts.push(broken.collect());
    parts.push(format!("{}\n", render::summary(verdict)));
    parts.extend(verdict.no_dax.as_ref().map(|why| format!("DAX was not compared: {why}\n")));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// A row of the table for each metric, with values as its format says.
pub fn rows(verdict: &Verdict, compiled: &Compiled) -> Vec<Vec<String>> {
    verdict.metrics.iter().map(|metric| row(metric, compiled)).collect()
}

fn not_evaluated(verdict: &Verdict) -> Option<String> {
    let line = |(why, names): (&str, Vec<&str>)| {
        format!("· not evaluated as DAX everywhere: {}\n    {why}\n", names.join(", "))
    };
    let lines: String = render::not_evaluated(verdict).into_iter().map(line).collect();
    (!lines.is_empty()).then_some(lines)
}

fn row(metric: &MetricVerdict, compiled: &Compiled) -> Vec<String> {
    let format = compiled.model.metric(metric.id).map_or(Format::Default, |one| one.head.about.format.clone());
    let shown = |value: Option<&str>| {
        value.map_or_else(|| "-".to_owned(), |value| number::shown(value, &format, &compiled.settings.currency))
    };
    let dax = match &metric.dax {
        Some(Ok(value)) => shown(value.as_deref()),
        other => render::dax_total(other.as_ref()),
    };
    vec![
        metric.mark().sign().to_owned(),
        metric.label.clone(),
        shown(metric.sql.as_deref()),
        dax,
        metric.slices.len().to_string(),
        metric.compared.to_string(),
        metric.differences.len().to_string(),
    ]
}
