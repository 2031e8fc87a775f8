//! A window longer than the calendar reads days that the gold layer never had, and so does a period moved back by more.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::model::{Expr, ExprKind, Rows, Window};
use crate::source::Span;

use super::Facts;

pub(super) fn windows_fit_the_calendar(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let Some(calendar) = &facts.model.gold.calendar else { return };
    let days = calendar.last.0 - calendar.first.0 + 1;
    let earliest = |months: u32| calendar.last.plus_months(-i32::try_from(months).unwrap_or(i32::MAX / 32));
    let beyond = |window: &Window| match window {
        Window::LastDays(count) => i64::from(*count) > i64::from(days),
        Window::LastMonths(months) | Window::LastCompleteMonths(months) => {
            earliest(*months).plus_days(1) < calendar.first
        }
        _ => false,
    };
    let mut seen = |expr: &Expr| {
        let spans = windows(expr).into_iter().filter(|(window, _)| beyond(window)).map(|(_, span)| span);
        found.extend(spans.map(|span| codes::window_beyond_calendar(days, span)));
        if matches!(expr.kind, ExprKind::Prior { months, .. } if earliest(months) < calendar.first) {
            found.push(codes::prior_beyond_calendar(days, expr.span));
        }
    };
    facts.expressions().for_each(|expr| expr.walk(&mut seen));
}

/// The windows written at this very place.
fn windows(expr: &Expr) -> Vec<(&Window, Span)> {
    match &expr.kind {
        ExprKind::InWindow { window, .. } => vec![(window, expr.span)],
        ExprKind::Any(rows) => of_rows(rows),
        ExprKind::Aggregate(aggregate) => of_rows(&aggregate.rows),
        _ => Vec::new(),
    }
}

fn of_rows(rows: &Rows) -> Vec<(&Window, Span)> {
    rows.over.iter().map(|over| (&over.window, rows.span)).collect()
}
