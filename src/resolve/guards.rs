//! What a policy's rules may not leave to chance: a missing value never enlarges the set it allows.

use crate::diagnostics::codes::consent as codes;
use crate::gold::ColumnId;
use crate::model::{Definition, Expr, ExprKind, Function, MetricId};
use crate::source::Span;
use crate::syntax::tree::CompareOp;

use super::{Resolver, absence, words};

impl Resolver<'_> {
    /// A column that may be missing is tested with `is missing` or `is present` in the same rule. That a path
    /// finds its row is part of every policy, so a column counts as the schema says, also by path.
    pub(super) fn check_refusal(&mut self, condition: &Expr) {
        let (mut read, mut tested) = (Vec::new(), Vec::new());
        self.columns(condition, &mut read, &mut tested);
        let mut told: Vec<ColumnId> = Vec::new();
        for (column, span) in read {
            let nullable = self.gold.column(column).is_some_and(|column| column.nullable);
            if nullable && !tested.contains(&column) && !told.contains(&column) {
                told.push(column);
                let name = words::column(self.gold, column);
                self.report(codes::unguarded_refusal(&name, span));
            }
        }
        self.check_metrics_of_refusal(condition);
    }

    /// A metric without a value would slip through as a missing column does.
    fn check_metrics_of_refusal(&mut self, condition: &Expr) {
        let (mut read, mut tested) = (Vec::new(), Vec::new());
        metrics(condition, &mut read, &mut tested);
        let mut told: Vec<MetricId> = Vec::new();
        for (id, span) in read {
            let definition = Definition::Metric(id);
            let may_be_missing = self.known.get(&definition).is_some_and(|known| known.nothing.may_be_missing());
            if may_be_missing && !tested.contains(&id) && !told.contains(&id) {
                told.push(id);
                let name = self.name_of(definition);
                self.report(codes::unguarded_metric(&name, span));
            }
        }
    }

    /// The columns of a condition that may be missing and are not tested for it.
    pub(super) fn unguarded(&self, condition: &Expr) -> Vec<ColumnId> {
        let (mut read, mut tested) = (Vec::new(), Vec::new());
        self.columns(condition, &mut read, &mut tested);
        let open =
            |column: &ColumnId| !tested.contains(column) && self.gold.column(*column).is_some_and(|c| c.nullable);
        read.into_iter().map(|(column, _)| column).filter(open).collect()
    }

    /// The columns that comparisons read, those of filters included, and those tested for being there.
    /// What a segment, metric or resolve says of a missing value is its own meaning.
    fn columns(&self, expr: &Expr, read: &mut Vec<(ColumnId, Span)>, tested: &mut Vec<ColumnId>) {
        match &expr.kind {
            ExprKind::IsMissing(value) => value.walk(&mut |part| {
                if let ExprKind::Column(column) = &part.kind {
                    tested.push(column.column);
                }
            }),
            ExprKind::Column(column) => read.push((column.column, expr.span)),
            ExprKind::Filter { id, .. } => {
                let known = self.known.get(&Definition::Filter(*id));
                let open = known.into_iter().flat_map(|known| &known.unguarded);
                read.extend(open.map(|column| (*column, expr.span)));
            }
            ExprKind::Aggregate(aggregate) => {
                aggregate.rows.condition.iter().for_each(|part| self.columns(part, read, tested));
            }
            _ => expr.parts().for_each(|part| self.columns(part, read, tested)),
        }
    }

    /// An `allow` rule tests for what is there.
    pub(super) fn check_allowance(&mut self, condition: &Expr) {
        if let Some(what) = open(condition) {
            return self.report(codes::open_allowance(what, condition.span));
        }
        let is_joined = matches!(condition.kind, ExprKind::And(_) | ExprKind::Or(_));
        if !is_joined && absence::turns(condition, self.known).to_true && !holds_open(condition) {
            return self.report(match condition.kind {
                ExprKind::Filter { .. } | ExprKind::Segment { .. } => codes::open_by_name(condition.span),
                _ => codes::open_to_no_rows(condition.span),
            });
        }
        for part in condition.parts() {
            self.check_allowance(part);
        }
    }
}

/// The metrics that a condition compares, and those it tests for being there. What `coalesce` replaces is not missing.
fn metrics(expr: &Expr, read: &mut Vec<(MetricId, Span)>, tested: &mut Vec<MetricId>) {
    match &expr.kind {
        ExprKind::IsMissing(value) => value.walk(&mut |part| {
            if let ExprKind::Metric(id) = part.kind {
                tested.push(id);
            }
        }),
        ExprKind::Metric(id) => read.push((*id, expr.span)),
        ExprKind::Call { function: Function::Coalesce, arguments } => {
            arguments.iter().skip(1).for_each(|part| metrics(part, read, tested));
        }
        _ => expr.parts().for_each(|part| metrics(part, read, tested)),
    }
}

/// Whether something in it has a message of its own.
fn holds_open(condition: &Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |part| found |= open(part).is_some());
    found
}

/// What would be true of the unknown.
fn open(expr: &Expr) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Not(inner) => match inner.kind {
            ExprKind::IsMissing(_) => None,
            _ => Some("`not`"),
        },
        ExprKind::IsMissing(_) => Some("`is missing`"),
        ExprKind::Call { function: Function::Coalesce, .. } => Some("`coalesce`"),
        ExprKind::Case { .. } => Some("`case`"),
        ExprKind::Compare { operator: CompareOp::NotEqual, .. } => Some("`!=`"),
        ExprKind::In { negated: true, .. } => Some("`not in`"),
        _ => None,
    }
}
