//! The value of each metric for all days up to the as-of date.

use std::collections::BTreeMap;

use sqlparser::ast::{DataType, Expr, SetQuantifier};

use super::ast::{self, Parts};
use super::common;
use super::compiler::Compiler;
use super::context::Asked;
use super::files::{Build, Scripts, Take, Work, described, described_metrics};
use super::frame::{Driver, Frame, RelationId, Source};
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

/// The alias of what the metrics are, and of what they are called.
const RESULTS: &str = "r";
const NAMES: &str = "m";
/// The columns of a row beside its days.
const METRIC: &str = "metric";
const VALUE: &str = "value";
const DAY: &str = "day_on";

impl<'a> Compiler<'a> {
    /// Name, value (or day, for a metric that is one) and days of each metric. Each name takes its own of the one row of
    /// results: read once a metric, they would be worked out as often by engines that keep no `WITH` (Fabric, SQL
    /// Server).
    pub fn rows_of_metrics(&mut self, values: Vec<(String, &'a Scalar)>) -> Draft {
        let columns = values.iter().map(|(name, value)| (name.clone(), value.ty)).collect::<Vec<_>>();
        let results = self.total_relation(&Report { values, groups: Vec::new(), filters: Vec::new() });
        let names = self.names_relation(&columns);
        let frame = Frame::new(Driver::Relation(results), RESULTS.to_owned(), super::context::PeriodId(0));
        let (days, numbers): (Vec<_>, Vec<_>) = columns.iter().partition(|(_, ty)| *ty == Type::Date);
        let items: [(&str, Expr); 5] = [
            (METRIC, common::column(NAMES, METRIC)),
            (VALUE, own_of(&numbers, common::to_double).unwrap_or_else(|| missing(common::double()))),
            (DAY, own_of(&days, |day| day).unwrap_or_else(|| missing(DataType::Date))),
            (FIRST_DAY, common::column(RESULTS, FIRST_DAY)),
            (LAST_DAY, common::column(RESULTS, LAST_DAY)),
        ];
        let items = items.map(|(name, value)| self.item(value, name)).into();
        let joins = vec![ast::cross_join(self.factor(Source::Relation(names), NAMES))];
        let body = ast::select(Parts { items, joins, ..self.parts_of(&frame) });
        self.finish(body, [results, names])
    }

    /// A row for each metric.
    fn names_relation(&mut self, columns: &[(String, Type)]) -> RelationId {
        let name = |(name, _): &(String, Type)| {
            let items = vec![self.item(common::text(name), METRIC)];
            ast::select(Parts { items, ..Parts::default() })
        };
        let names = ast::union(columns.iter().map(name).collect(), SetQuantifier::All);
        self.add_fixed("metrics", names.unwrap_or_else(|| ast::select(Parts::default())), Vec::new())
    }
}

/// What the metric of the row is; none where no metric is asked for it.
fn own_of(columns: &[&(String, Type)], written: impl Fn(Expr) -> Expr) -> Option<Expr> {
    let is_asked = |name: &str| ast::equal(common::column(NAMES, METRIC), common::text(name));
    let branch = |(name, _): &&(String, Type)| (is_asked(name), written(common::column(RESULTS, name)));
    (!columns.is_empty()).then(|| ast::case(columns.iter().map(branch).collect(), None))
}

fn missing(ty: DataType) -> Expr {
    ast::cast(ast::null(), ty)
}
