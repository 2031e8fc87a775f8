//! `not (x < 5)` is true where `x` is missing, since `x < 5` is false there: the author says that this is meant.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::rules as codes;
use crate::gold::{ColumnId, Gold};
use crate::model::{Expr, ExprKind};

use super::Facts;

pub(super) fn not_says_what_holds_of_the_unknown(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for expr in facts.expressions() {
        let mut tested = Vec::new();
        expr.walk(&mut |part| {
            if let ExprKind::IsMissing(value) = &part.kind {
                tested.extend(column(value));
            }
        });
        expr.walk(&mut |part| {
            if let ExprKind::Not(inner) = &part.kind
                && let Some(open) =
                    compared(inner).into_iter().find(|c| !tested.contains(c) && nullable(&facts.model.gold, *c))
            {
                let name = facts.model.gold.column(open).map_or("", |column| column.name.as_str());
                found.push(codes::not_over_missing(name, part.span));
            }
        });
    }
}

/// The columns that the test under a `not` compares.
fn compared(expr: &Expr) -> Vec<ColumnId> {
    match &expr.kind {
        ExprKind::Compare { .. } | ExprKind::In { .. } | ExprKind::Between { .. } | ExprKind::InWindow { .. } => {
            expr.parts().filter_map(column).collect()
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().flat_map(compared).collect(),
        _ => Vec::new(),
    }
}

fn column(expr: &Expr) -> Option<ColumnId> {
    match &expr.kind {
        ExprKind::Column(column) => Some(column.column),
        _ => None,
    }
}

fn nullable(gold: &Gold, column: ColumnId) -> bool {
    gold.column(column).is_some_and(|column| column.nullable)
}
