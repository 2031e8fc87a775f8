//! What a definition reads of `period of`: a moved period with gaps has no value for it (section 4).

use crate::model::{Definition, Expr, ExprKind, Model, Rows, Window};

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
        expr.names().iter().any(named) || has_period_window(expr)
    }
}

fn has_period_window(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= match &part.kind {
            ExprKind::InWindow { window, .. } => *window == Window::Period,
            ExprKind::Any(rows) => reads(rows),
            ExprKind::Aggregate(aggregate) => reads(&aggregate.rows),
            _ => false,
        }
    });
    found
}

fn reads(rows: &Rows) -> bool {
    rows.over.iter().any(|over| over.window == Window::Period)
}

/// Metrics and filters so that each stands after what it names. The model has no cycles.
pub(super) fn in_order(model: &Model) -> Vec<Definition> {
    let mut order = Vec::new();
    let mut seen = indexmap::IndexSet::new();
    for root in definitions(model) {
        let mut stack = vec![(root, false)];
        while let Some((definition, done)) = stack.pop() {
            if done {
                order.push(definition);
            } else if seen.insert(definition) {
                stack.push((definition, true));
                stack.extend(needs(model, definition).into_iter().map(|need| (need, false)));
            }
        }
    }
    order
}

fn definitions(model: &Model) -> impl Iterator<Item = Definition> {
    let metrics = (0..model.metrics.len()).map(|at| Definition::Metric(crate::model::MetricId(at as u32)));
    metrics.chain((0..model.filters.len()).map(|at| Definition::Filter(crate::model::FilterId(at as u32))))
}

fn needs(model: &Model, definition: Definition) -> Vec<Definition> {
    let expr = match definition {
        Definition::Metric(id) => model.metric(id).map(|metric| &metric.value),
        Definition::Filter(id) => model.filter(id).map(|filter| &filter.condition),
        _ => None,
    };
    let named = expr.map(Expr::names).unwrap_or_default();
    named.into_iter().filter(|name| matches!(name, Definition::Metric(_) | Definition::Filter(_))).collect()
}
