//! A verdict for machines and for release notes: JSON, JUnit, Markdown.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CheckVerdict, Mark, MetricVerdict, Said, Shown, Verdict};

/// Everything, the first and the smallest difference of each metric with both queries.
pub fn json(verdict: &Verdict) -> Value {
    let check = |check: &CheckVerdict| json!({ "kind": check.kind, "name": check.name, "breaches": check.breaches, "rows": check.rows, "sql": check.sql });
    json!({
        "holds": verdict.holds(),
        "compared": verdict.compared(),
        "differences": verdict.differences(),
        "from": verdict.days.as_ref().map(|days| &days.0),
        "as_of": verdict.days.as_ref().map(|days| &days.1),
        "engines": verdict.engines.iter().map(|(name, version)| (name.clone(), json!(version))).collect::<serde_json::Map<_, _>>(),
        "no_dax": verdict.no_dax,
        "metrics": verdict.metrics.iter().map(|metric| {
            let mut value = metric_json(metric);
            if let Some(fields) = value.as_object_mut() {
                fields.insert("shown".to_owned(), metric.shown.iter().map(shown_json).collect());
            }
            value
        }).collect::<Vec<_>>(),
        "checks": verdict.checks.len(),
        "broken": verdict.broken().map(check).collect::<Vec<_>>(),
    })
}

/// One metric without its queries; values are the printed ones, so that no digit is lost.
pub fn metric_json(metric: &MetricVerdict) -> Value {
    json!({
        "name": metric.name,
        "label": metric.label,
        "fingerprint": metric.fingerprint,
        "verdict": metric.mark().word(),
        "sql": metric.sql,
        "dax": metric.dax.as_ref().and_then(|said| said.as_ref().ok()),
        "slices": metric.slices,
        "compared": metric.compared,
        "differences": metric.differences.len(),
        "not_evaluated": metric.failures,
    })
}

fn shown_json(shown: &Shown) -> Value {
    let difference = &shown.difference;
    json!({
        "which": shown.why, "slice": difference.place, "sql_value": difference.sql, "dax_value": difference.dax,
        "sql": shown.sql, "dax": shown.dax,
    })
}

/// A value for people: `nothing` where there is none.
pub fn value(value: Option<&str>) -> &str {
    value.unwrap_or("nothing")
}

/// The total by DAX in a table.
pub fn dax_total(said: Option<&Said>) -> String {
    match said {
        None => "not asked".to_owned(),
        Some(Err(_)) => "not evaluated".to_owned(),
        Some(Ok(total)) => value(total.as_deref()).to_owned(),
    }
}

/// One test case a metric and a check, as build servers read it (the part of the Ant schema they agree on).
pub fn junit(verdict: &Verdict) -> String {
    let metrics = verdict.metrics.iter().map(|metric| (format!("metric {}", metric.name), failure(metric)));
    let checks = verdict.checks.iter().map(|check| {
        let broken = (check.breaches > 0).then(|| format!("{}\n{}", broken_words(check), check.rows.join("\n")));
        (format!("{}: {}", check.kind, check.name), broken)
    });
    let cases: Vec<(String, Option<String>)> = metrics.chain(checks).collect();
    let failures = cases.iter().filter(|(_, failure)| failure.is_some()).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\"", cases.len());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"carat verify\" {counts}>\n"
    );
    for (name, failure) in &cases {
        out += &case(name, failure.as_deref());
    }
    out + "  </testsuite>\n</testsuites>\n"
}

fn failure(metric: &MetricVerdict) -> Option<String> {
    (metric.mark() == Mark::Differs).then(|| metric.shown.iter().map(words).collect::<Vec<_>>().join("\n\n"))
}

fn case(name: &str, failure: Option<&str>) -> String {
    let name = escaped(name);
    match failure {
        None => format!("    <testcase classname=\"carat.verify\" name=\"{name}\"/>\n"),
        Some(text) => {
            let message = escaped(text.lines().next().unwrap_or_default());
            let text = escaped(text);
            format!(
                "    <testcase classname=\"carat.verify\" name=\"{name}\">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>\n"
            )
        }
    }
}

/// What XML 1.0 cannot hold becomes a question mark.
fn escaped(text: &str) -> String {
    let one = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => "?".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}

/// A difference in words, with both queries.
pub fn words(shown: &Shown) -> String {
    let difference = &shown.difference;
    format!(
        "{} difference, {}: SQL {}, DAX {}\n\n{}\n\n{}",
        shown.why,
        difference.place,
        value(difference.sql.as_deref()),
        value(difference.dax.as_deref()),
        shown.sql.trim_end(),
        shown.dax.trim_end()
    )
}

/// `expectation .., every month: 2 rows break it`.
pub fn broken_words(check: &CheckVerdict) -> String {
    let (count, verb) = if check.breaches == 1 { ("1 row", "breaks") } else { ("rows", "break") };
    let count = if check.breaches == 1 { count.to_owned() } else { format!("{} {count}", check.breaches) };
    format!("{} {}: {count} {verb} it", check.kind, check.name)
}

/// For a release: the table, then what differs and what is broken.
pub fn markdown(verdict: &Verdict, title: &str) -> String {
    let mut out = format!("## {}\n\n| | Metric | SQL | DAX | Slices | Compared | Differences |\n", cell(title));
    out += "|---|---|---:|---:|---|---:|---:|\n";
    for metric in &verdict.metrics {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            metric.mark().sign(),
            cell(&metric.label),
            cell(value(metric.sql.as_deref())),
            cell(&dax_total(metric.dax.as_ref())),
            cell(&metric.slices.join(", ")),
            metric.compared,
            metric.differences.len()
        );
    }
    let _ = writeln!(out, "\n{}", summary(verdict));
    for shown in verdict.metrics.iter().flat_map(|metric| &metric.shown) {
        let _ = writeln!(out, "\n{}", fenced(shown));
    }
    for check in verdict.broken() {
        let _ = writeln!(out, "\n- {}\n\n```sql\n{}\n```", cell(&broken_words(check)), check.sql.trim_end());
    }
    out
}

fn fenced(shown: &Shown) -> String {
    let difference = &shown.difference;
    format!(
        "**{} difference, {}**: SQL {}, DAX {}\n\n```sql\n{}\n```\n\n```dax\n{}\n```",
        shown.why,
        cell(&difference.place),
        cell(value(difference.sql.as_deref())),
        cell(value(difference.dax.as_deref())),
        shown.sql.trim_end(),
        shown.dax.trim_end()
    )
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// One sentence for the foot of a table.
pub fn summary(verdict: &Verdict) -> String {
    let days = match &verdict.days {
        Some((start, end)) => format!(" for the days from {start} to {end}"),
        None => String::new(),
    };
    let engines: Vec<String> = verdict.engines.iter().map(|(name, version)| format!("{name} {version}")).collect();
    format!(
        "{} values compared, {} different; {} checks, {} broken{days} ({})",
        verdict.compared(),
        verdict.differences(),
        verdict.checks.len(),
        verdict.broken().count(),
        engines.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::samples::{break_a_check, disagree, verdict};

    #[test]
    fn a_verdict_without_differences_holds_in_every_format() {
        let verdict = verdict();
        assert!(verdict.holds());
        assert!(junit(&verdict).contains("failures=\"0\""));
        assert!(markdown(&verdict, "Shop").contains("| ✓ | Revenue \\| net | 12.5000 | 12.5 |"));
        assert_eq!(json(&verdict).pointer("/metrics/0/verdict"), Some(&json!("agrees")));
    }

    #[test]
    fn a_difference_is_shown_with_both_values_and_both_queries() {
        let mut verdict = verdict();
        disagree(&mut verdict);
        assert!(!verdict.holds());
        let junit = junit(&verdict);
        assert!(junit.contains("first difference, customer.country = de: SQL 4.0000, DAX nothing"), "{junit}");
        assert!(junit.contains("SELECT 4 WHERE 1 &lt; 2") && junit.contains("failures=\"1\""), "{junit}");
        let markdown = markdown(&verdict, "Shop");
        assert!(markdown.contains("| ✗ |") && markdown.contains("EVALUATE { [Revenue] }"), "{markdown}");
        assert_eq!(json(&verdict).pointer("/metrics/0/shown/0/sql_value"), Some(&json!("4.0000")));
    }

    #[test]
    fn a_broken_check_breaks_the_verdict() {
        let mut verdict = verdict();
        break_a_check(&mut verdict);
        assert!(!verdict.holds());
        assert!(junit(&verdict).contains("contract customer.id: missing: 2 rows break it"));
        assert!(markdown(&verdict, "Shop").contains("2 rows break it"));
    }
}
