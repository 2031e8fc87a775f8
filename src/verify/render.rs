//! A verdict for machines and for release notes: JSON, JUnit, Markdown.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{CheckVerdict, Mark, MetricVerdict, Said, Shown, Verdict};

/// Everything, the first and the smallest difference of each metric with both queries.
pub fn json(verdict: &Verdict) -> Value {
    let check = |check: &CheckVerdict| json!({ "kind": check.kind, "name": check.name, "written": check.written, "breaches": check.breaches, "rows": check.rows, "sql": check.sql });
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

/// What a test case says.
enum Told {
    /// With a word that is no failure.
    Holds(Option<String>),
    Fails(String),
    /// Why nothing was compared.
    Skipped(String),
}

/// One test case a metric and a check, as build servers read it (the part of the Ant schema they agree on). A metric
/// of which nothing was compared is skipped: a tick would say that it agrees.
pub fn junit(verdict: &Verdict) -> String {
    let metrics = verdict.metrics.iter().map(|metric| (format!("metric {}", metric.name), of_metric(verdict, metric)));
    let checks = verdict.checks.iter().map(|check| (format!("{}: {}", check.kind, check.name), of_check(check)));
    suite(&metrics.chain(checks).collect::<Vec<_>>())
}

/// One test case with an error: nothing could be verified.
pub fn junit_stopped(problem: &str, hint: Option<&str>) -> String {
    let text = escaped(&[Some(problem), hint].into_iter().flatten().collect::<Vec<_>>().join("\n"));
    let counts = "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"";
    let error = format!("<error message=\"{}\">{text}</error>", escaped(first_line(problem)));
    let case =
        format!("    <testcase classname=\"carat.verify\" name=\"could not run\">\n      {error}\n    </testcase>\n");
    suites(counts, &case)
}

fn suite(cases: &[(String, Told)]) -> String {
    let count = |wanted: fn(&Told) -> bool| cases.iter().filter(|(_, told)| wanted(told)).count();
    let failures = count(|told| matches!(told, Told::Fails(_)));
    let skipped = count(|told| matches!(told, Told::Skipped(_)));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", cases.len());
    suites(&counts, &cases.iter().map(|(name, told)| case(name, told)).collect::<String>())
}

fn suites(counts: &str, cases: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"carat verify\" {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn of_metric(verdict: &Verdict, metric: &MetricVerdict) -> Told {
    match metric.mark() {
        Mark::Differs => Told::Fails(metric.shown.iter().map(words).collect::<Vec<_>>().join("\n\n")),
        Mark::SqlAlone => {
            let why = verdict.no_dax.iter().chain(&metric.failures).cloned().collect::<Vec<_>>().join("\n");
            Told::Skipped(format!("DAX was not compared: {why}"))
        }
        Mark::Agrees if metric.failures.is_empty() => Told::Holds(None),
        Mark::Agrees => Told::Holds(Some(format!("not evaluated as DAX everywhere: {}", metric.failures.join("\n")))),
    }
}

fn of_check(check: &CheckVerdict) -> Told {
    match check.breaches {
        0 => Told::Holds(None),
        _ => Told::Fails(format!("{}\n{}", broken_words(check), check.rows.join("\n"))),
    }
}

fn case(name: &str, told: &Told) -> String {
    let inside = match told {
        Told::Holds(None) => {
            return format!("    <testcase classname=\"carat.verify\" name=\"{}\"/>\n", escaped(name));
        }
        Told::Holds(Some(text)) => format!("<system-out>{}</system-out>", escaped(text)),
        Told::Fails(text) => format!("<failure message=\"{}\">{}</failure>", escaped(first_line(text)), escaped(text)),
        Told::Skipped(text) => format!("<skipped message=\"{}\"/>", escaped(first_line(text))),
    };
    let name = escaped(name);
    format!("    <testcase classname=\"carat.verify\" name=\"{name}\">\n      {inside}\n    </testcase>\n")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
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

/// `expectation .., every month: 2 rows break it`, and the expectation as it is written.
pub fn broken_words(check: &CheckVerdict) -> String {
    let written = check.written.as_ref().map_or_else(String::new, |written| format!(", {written}"));
    format!("{} {}: {}{written}", check.kind, check.name, check.breakers.words())
}

/// Each reason why values could not be evaluated as DAX, once, with the metrics it is the reason for.
pub fn not_evaluated(verdict: &Verdict) -> Vec<(&str, Vec<&str>)> {
    let mut metrics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for metric in &verdict.metrics {
        metric.failures.iter().for_each(|why| metrics.entry(why).or_default().push(&metric.name));
    }
    metrics.into_iter().collect()
}

/// The heads of the table of metrics, whose rows [`markdown`] is given.
pub const HEADS: [&str; 7] = ["", "Metric", "SQL", "DAX", "Slices", "Compared", "Different"];

/// For a release: the table, then what differs and what is broken. Each of `rows` is a metric's, as [`HEADS`] says.
pub fn markdown(verdict: &Verdict, title: &str, rows: &[Vec<String>]) -> String {
    let mut out = format!("## {}\n\n| {} |\n|---|---|---:|---:|---:|---:|---:|\n", cell(title), HEADS.join(" | "));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out += &format!("\n{}\n", summary(verdict));
    if let Some(why) = &verdict.no_dax {
        out += &format!("\nDAX was not compared: {}\n", cell(why));
    }
    for (why, metrics) in not_evaluated(verdict) {
        out += &format!("\nNot evaluated as DAX everywhere: {} ({})\n", metrics.join(", "), cell(why));
    }
    let shown = verdict.metrics.iter().flat_map(|metric| metric.shown.iter().map(move |shown| (metric, shown)));
    out.extend(shown.map(|(metric, shown)| format!("\n{}\n", fenced(&metric.label, shown))));
    out.extend(verdict.broken().map(|check| format!("\n{}\n", listed(check))));
    out
}

/// A broken check with its first rows; its query is folded away.
fn listed(check: &CheckVerdict) -> String {
    let rows: String = check.rows.iter().map(|row| format!("\n  - {}", cell(row))).collect();
    let query = format!("<details><summary>Query</summary>\n\n```sql\n{}\n```\n\n</details>", check.sql.trim_end());
    format!("- {}{rows}\n\n{query}", cell(&broken_words(check)))
}

fn fenced(metric: &str, shown: &Shown) -> String {
    let difference = &shown.difference;
    format!(
        "**{}: {} difference, {}**: SQL {}, DAX {}\n\n```sql\n{}\n```\n\n```dax\n{}\n```",
        cell(metric),
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
        assert!(junit(&verdict).contains("failures=\"0\" errors=\"0\" skipped=\"0\""));
        let row = ["✓", "Revenue | net", "12.50 EUR"].map(str::to_owned).to_vec();
        assert!(markdown(&verdict, "Shop", &[row]).contains("| ✓ | Revenue \\| net | 12.50 EUR |"));
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
        let markdown = markdown(&verdict, "Shop", &[]);
        assert!(markdown.contains("**Revenue \\| net: first difference, customer.country = de**"), "{markdown}");
        assert!(markdown.contains("EVALUATE { [Revenue] }"), "{markdown}");
        assert_eq!(json(&verdict).pointer("/metrics/0/shown/0/sql_value"), Some(&json!("4.0000")));
    }

    #[test]
    fn a_broken_check_breaks_the_verdict() {
        let mut verdict = verdict();
        break_a_check(&mut verdict);
        assert!(!verdict.holds());
        assert!(junit(&verdict).contains("contract customer.id: missing: 2 rows break it"));
        let markdown = markdown(&verdict, "Shop", &[]);
        assert!(
            markdown.contains("- contract customer.id: missing: 2 rows break it\n  - value: missing\n"),
            "{markdown}"
        );
    }

    #[test]
    fn what_was_not_compared_is_no_success() {
        let mut verdict = verdict();
        verdict.no_dax = Some("there is none".into());
        verdict.metrics.iter_mut().for_each(|metric| metric.compared = 0);
        let junit = junit(&verdict);
        assert!(junit.contains("failures=\"0\" errors=\"0\" skipped=\"1\""), "{junit}");
        assert!(junit.contains("<skipped message=\"DAX was not compared: there is none\"/>"), "{junit}");
        assert!(markdown(&verdict, "Shop", &[]).contains("\nDAX was not compared: there is none\n"));
    }

    #[test]
    fn what_was_compared_in_part_says_so_in_every_format() {
        let mut verdict = verdict();
        verdict.metrics.iter_mut().for_each(|metric| metric.failures.push("out of time".into()));
        assert!(junit(&verdict).contains("<system-out>not evaluated as DAX everywhere: out of time</system-out>"));
        let markdown = markdown(&verdict, "Shop", &[]);
        assert!(markdown.contains("Not evaluated as DAX everywhere: revenue (out of time)"), "{markdown}");
        assert_eq!(json(&verdict).pointer("/metrics/0/not_evaluated/0"), Some(&json!("out of time")));
    }

    #[test]
    fn a_build_server_is_told_why_nothing_was_verified() {
        let junit = junit_stopped("no file for: <orders>", Some("each table is a file"));
        assert!(junit.contains("errors=\"1\"") && junit.contains("no file for: &lt;orders&gt;"), "{junit}");
    }
}
