//! Charts of what a change does, as SVG: the same text for the same numbers, readable on light and dark ground, without a
//! script. One file per kind.

mod months;
mod slices;
mod svg;
mod waterfall;

use crate::diff::{Chart, Impact};

/// Every chart that the numbers of a metric give. `name` is the technical name, which files are called by.
pub fn of(name: &str, label: &str, impact: &Impact) -> Vec<Chart> {
    let mut charts = Vec::new();
    let mut add = |title: String, what: &str, svg: String| {
        charts.push(Chart { title, file: format!("{name}-{what}.svg"), svg, reference: None });
    };
    if let Some(total) = impact.total.as_ref().filter(|_| impact.parts.len() > 1) {
        let title = format!("{label}: what each clause does");
        if let Some(svg) = waterfall::draw(&title, total, &impact.parts) {
            add(title, "waterfall", svg);
        }
    }
    for slices in impact.slices.iter().filter(|slices| !slices.rows.is_empty()) {
        let title = format!("{label}: what moves most by {}", slices.column);
        let svg = slices::draw(&title, slices);
        add(title, &format!("by-{}", slices.column), svg);
    }
    if impact.months.iter().filter(|row| row.before.is_some() || row.after.is_some()).count() > 1 {
        let title = format!("{label}: before and after by month");
        let svg = months::draw(&title, &impact.months);
        add(title, "months", svg);
    }
    charts
}
