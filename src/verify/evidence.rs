//! The report of a verification: what was compared, over which data, by which engines. It has a hash of its
//! own, which `certified.lock` can name.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Verdict;
use super::render::metric_json;

/// What a report says beside the verdict.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    pub carat: &'a str,
    pub project: &'a str,
    /// SHA-256 of the data files, in hexadecimal.
    pub data: &'a str,
    pub signed_by: Option<&'a str>,
}

/// The report with its hash; the same bytes for the same project, data and engines. No clock is read.
pub fn report(verdict: &Verdict, facts: &Facts<'_>) -> String {
    let days = verdict.days.as_ref();
    let engines: serde_json::Map<String, Value> =
        verdict.engines.iter().map(|(name, version)| (name.clone(), json!(version))).collect();
    let broken: Vec<Value> =
        verdict.broken().map(|check| json!({ "check": check.name, "breaches": check.breaches })).collect();
    let mut report = json!({
        "report": "carat verify",
        "carat": facts.carat,
        "project": facts.project,
        "data": facts.data,
        "from": days.map(|days| &days.0),
        "as_of": days.map(|days| &days.1),
        "signed_by": facts.signed_by,
        "engines": engines,
        "holds": verdict.holds(),
        "dax": verdict.no_dax.is_none(),
        "compared": verdict.compared(),
        "checks": verdict.checks.len(),
        "broken": broken,
        "metrics": verdict.metrics.iter().map(metric_json).collect::<Vec<_>>(),
    });
    let hash = digest(&report);
    if let Some(fields) = report.as_object_mut() {
        fields.insert("hash".to_owned(), json!(hash));
    }
    format!("{report:#}\n")
}

/// A report that was read and whose hash fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub hash: String,
    /// The metrics that agree, with the fingerprint of the meaning that was compared.
    pub agreeing: Vec<(String, String)>,
}

/// Reads a report.
///
/// # Errors
/// Why it is no evidence, in words.
pub fn read(text: &str) -> Result<Evidence, &'static str> {
    let mut report: Value = serde_json::from_str(text).map_err(|_| "it is no report of `carat verify`")?;
    let hash = report.as_object_mut().and_then(|fields| fields.remove("hash"));
    let hash = hash.as_ref().and_then(Value::as_str).ok_or("it is no report of `carat verify`")?;
    if digest(&report) != hash {
        return Err("it was changed after it was written");
    }
    let word = |metric: &Value, key: &str| metric.get(key)?.as_str().map(str::to_owned);
    let metrics = report.get("metrics").and_then(Value::as_array).into_iter().flatten();
    let agreeing = metrics.filter(|metric| word(metric, "verdict").as_deref() == Some("agrees"));
    let agreeing = agreeing.filter_map(|metric| Some((word(metric, "name")?, word(metric, "fingerprint")?)));
    Ok(Evidence { hash: hash.to_owned(), agreeing: agreeing.collect() })
}

/// Of the report without its hash, as text without spaces; serde_json keeps one order of keys.
fn digest(report: &Value) -> String {
    hexadecimal(Sha256::digest(report.to_string().as_bytes()).as_slice())
}

/// Bytes as lower-case hexadecimal text.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> String {
        let verdict = Verdict { days: Some(("2024-01-01".into(), "2026-06-30".into())), ..Verdict::default() };
        report(&verdict, &Facts { carat: "1.0", signed_by: Some("The Office"), ..Facts::default() })
    }

    #[test]
    fn a_report_is_the_same_bytes_twice_and_reads_back() {
        assert_eq!(written(), written());
        assert!(read(&written()).is_ok());
    }

    #[test]
    fn only_metrics_that_agree_are_evidence() {
        let mut verdict = crate::verify::samples::verdict();
        let names = |verdict: &Verdict| read(&report(verdict, &Facts::default())).map(|found| found.agreeing);
        assert_eq!(names(&verdict), Ok(vec![("revenue".to_owned(), "f00d".to_owned())]));
        crate::verify::samples::disagree(&mut verdict);
        assert_eq!(names(&verdict), Ok(vec![]));
    }

    #[test]
    fn a_report_that_was_edited_is_no_evidence() {
        let edited = written().replace("2026-06-30", "2026-07-31");
        assert_eq!(read(&edited), Err("it was changed after it was written"));
        assert_eq!(read("{}"), Err("it is no report of `carat verify`"));
    }
}
