//! A window that ends with the period already says of its date what a filter says with `date <= end`.

use crate::model::{Expr, ExprKind, Over, PathColumn, Rows, Window};
use crate::syntax::tree::CompareOp;

use super::lower::Lowering;

impl Lowering<'_> {
    /// The condition of the rows without what one of their windows says as well; none where they say nothing twice.
    /// A filter that does is written out, for it says the rest elsewhere too.
    pub(super) fn unsettled(&self, rows: &Rows) -> Option<Expr> {
        let dates: Vec<&PathColumn> = rows.over.iter().filter_map(ends_with_period).collect();
        let condition = rows.condition.as_ref().filter(|_| !dates.is_empty())?;
        let parts = conjuncts(condition);
        let written: Vec<&Expr> = parts.iter().flat_map(|part| self.written_out(part, &dates)).collect();
        let left: Vec<Expr> = written.iter().filter(|part| !is_settled(part, &dates)).copied().cloned().collect();
        (left.len() < written.len()).then(|| Expr { kind: ExprKind::And(left), ..condition.clone() })
    }

    /// The conjuncts of a filter of the row itself, where one of them is settled; else the part as it is.
    fn written_out<'e>(&'e self, part: &'e Expr, dates: &[&PathColumn]) -> Vec<&'e Expr> {
        let filter = match &part.kind {
            ExprKind::Filter { path, id } if path.is_empty() => self.model.filter(*id),
            _ => None,
        };
        let inner = filter.map(|filter| conjuncts(&filter.condition));
        inner.filter(|parts| parts.iter().any(|part| is_settled(part, dates))).unwrap_or_else(|| vec![part])
    }
}

/// The date of a window whose days are all on or before the end of the period.
fn ends_with_period(over: &Over) -> Option<&PathColumn> {
    over.date.as_ref().filter(|_| !matches!(over.window, Window::Life { .. }))
}

fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![condition],
    }
}

/// `date <= end` of one of the dates. A missing date is in no window either.
fn is_settled(part: &Expr, dates: &[&PathColumn]) -> bool {
    let ExprKind::Compare { operator, left, right } = &part.kind else { return false };
    let date = match (operator, &left.kind, &right.kind) {
        (CompareOp::LessOrEqual, ExprKind::Column(date), ExprKind::End) => date,
        (CompareOp::GreaterOrEqual, ExprKind::End, ExprKind::Column(date)) => date,
        _ => return false,
    };
    dates.contains(&date)
}
