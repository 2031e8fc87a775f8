//! What a definition reads of `period of`: where the period picked has gaps, a moved one has no value for it.

use crate::model::{Definition, Expr, ExprKind, Rows, Window};

use super::lower::Lowering;

impl Lowering<'_> {
    /// Whether a value or condition has a `period of` in it, through what it names too. A segment
    /// has a period of its own; the definitions named must have been seen before.
    pub(super) fn reads_period(&self, expr: &Expr) -> bool {
        let named = |name: &Definition| match name {
            Definition::Metric(id) => self.metric_reads_period.get(id.0 as usize).copied().unwrap_or(false),
            Definition::Filter(id) => self.filter_reads_period.get(id.0 as usize).copied().unwrap_or(false),
            _ => false,
        };
        let mut found = false;
        expr.walk(&mut |part| found |= has_period_window(part) || part.name().as_ref().is_some_and(named));
        found
    }
}

/// The expression itself, its parts aside.
fn has_period_window(part: &Expr) -> bool {
    match &part.kind {
        ExprKind::InWindow { window, .. } => *window == Window::Period,
        ExprKind::Any(rows) => reads(rows),
        ExprKind::Aggregate(aggregate) => reads(&aggregate.rows),
        _ => false,
    }
}

fn reads(rows: &Rows) -> bool {
    rows.over.iter().any(|over| over.window == Window::Period)
}
