//! The value of each metric for all days up to the as-of date.

use std::collections::BTreeMap;

use sqlparser::ast::{DataType, Expr, SetQuantifier};

use super::ast::{self, Parts};
use super::common;
use super::compiler::Compiler;
use super::context::Asked;
use super::files::{Build, Scripts, Take, Work, described, described_metrics};
use super::frame::{Driver, Frame};
use super::periods::{FIRST_DAY, LAST_DAY};
use super::report::Report;
use super::statement::Draft;
use crate::gold::Type;
use crate::model::{Metric, MetricId};
use crate::plan::tree::Scalar;

/// As many metrics share one statement of the combined file.
const TOGETHER: usize = 100;

/// A file for each definition file, and one for what is agreed on.
pub fn works<T>(build: Build<'_>) -> Vec<Work<'_, T>> {
    let mut by_file: BTreeMap<String, Vec<(MetricId, &Metric)>> = BTreeMap::new();
    for (id, metric) in build.model.visible_metrics() {
        let path = build.files.path(metric.head.span.file);
        let stem = path.strip_suffix(".metric").unwrap_or(path).to_owned();
        by_file.entry(stem).or_default().push((id, metric));
    }
    let work = |(stem, metrics): (String, Vec<_>)| -> Work<'_, T> {
        Box::new(move |take| of_file(build, (&stem, &metrics), take))
    };
    let mut works: Vec<Work<'_, T>> = by_file.into_iter().map(work).collect();
    works.push(Box::new(move |take| combined(build, take)));
    works
}

fn of_file<T>(build: Build<'_>, (stem, metrics): (&str, &[(MetricId, &Metric)]), take: Take<'_, T>) -> Vec<T> {
    let title = format!("The metrics of {stem}.metric, for all days up to the as-of date.");
    let mut scripts = Scripts::about(build, &[&title], metrics.len());
    for (id, metric) in metrics {
        let Some(value) = build.plan.metrics.get(id.0 as usize) else { continue };
        let values = vec![(metric.head.column(), value)];
        let report = Report { values, groups: Vec::new(), filters: Vec::new() };
        let statement = build.statement(Asked::default(), |compiler| compiler.report(&report));
        scripts.statement(&described(&metric.head, build.fingerprints.metric(*id)), statement);
    }
    scripts.files(&format!("metrics/{stem}.sql"), take)
}

/// One row a certified metric, each fact table read once a statement.
fn combined<T>(build: Build<'_>, take: Take<'_, T>) -> Vec<T> {
    let metrics = build.model.agreed_metrics();
    if metrics.is_empty() {
        return Vec::new();
    }
    let mut scripts =
        Scripts::about(build, &["One row for each metric, for all days up to the as-of date."], metrics.len());
    for some in metrics.chunks(TOGETHER) {
        let values: Vec<(String, &Scalar)> = some
            .iter()
            .filter_map(|(id, metric)| Some((metric.head.column(), build.plan.metrics.get(id.0 as usize)?)))
            .collect();
        let above = described_metrics(build, some.iter().map(|(id, _)| *id));
        scripts
            .statement(&above, build.statement(Asked::default(), |compiler| compiler.rows_of_metrics(values.clone())));
    }
    scripts.files("headline.sql", take)
}

impl<'a> Compiler<'a> {
    /// Name, value (or day, for a metric that is one) and days of each metric.
    pub fn rows_of_metrics(&mut self, values: Vec<(String, &'a Scalar)>) -> Draft {
        let rows = values.iter().map(|(name, value)| (name.clone(), value.ty)).collect::<Vec<_>>();
        let results = self.total_relation(&Report { values, groups: Vec::new(), filters: Vec::new() });
        let frame = Frame::new(Driver::Relation(results), "r".to_owned(), super::context::PeriodId(0));
        let parts = rows.iter().map(|(name, ty)| {
            let value = common::column("r", name);
            let (number, day) = match ty {
                Type::Date => (ast::cast(ast::null(), common::double()), value),
                _ => (common::to_double(value), ast::cast(ast::null(), DataType::Date)),
            };
            let columns: Vec<(&str, Expr)> = vec![
                ("metric", common::text(name)),
                ("value", number),
                ("day_on", day),
                (FIRST_DAY, common::column("r", FIRST_DAY)),
                (LAST_DAY, common::column("r", LAST_DAY)),
            ];
            let items = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
            ast::select(Parts { items, ..self.parts_of(&frame) })
        });
        let body = ast::union(parts.collect(), SetQuantifier::All).unwrap_or_else(|| ast::select(Parts::default()));
        self.finish(body, vec![results])
    }
}
