//! The views of a project.

use rayon::prelude::*;

use super::context::Asked;
use super::deploy::View;
use super::files::{Build, described, described_metrics};
use super::{made, report_of};

/// What `take` makes of each.
pub fn each<T: Send>(build: Build<'_>, take: impl Fn(View) -> T + Sync) -> Vec<T> {
    let views = build.model.views.par_iter().zip(&build.plan.views);
    views
        .map(|(view, query)| {
            let asked = Asked {
                grain: query.grain.as_ref().map(|grain| grain.column),
                calendar: &query.calendar,
                as_of: query.as_of,
            };
            let report = report_of(build.model, build.plan, query);
            let mut columns = Vec::new();
            let query = build.spelled(asked, |compiler| {
                columns = compiler.column_names(&report);
                compiler.report(&report)
            });
            let name = made::view(&view.head);
            let metrics = described_metrics(build, view.metrics.iter().copied());
            let about = described(&view.head, None).into_iter().chain(metrics).collect();
            take(View { name, about, query, columns, materialised: true })
        })
        .collect()
}
