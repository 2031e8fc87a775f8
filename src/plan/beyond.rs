//! Values that are there in groups of which no row was read: `m ignoring t` by a column of `t`, a number
//! beside a count. A report with such a value lists every combination of groups, as it would list it alone.

use crate::gold::{ColumnId, TableId};
use crate::syntax::tree::ArithmeticOp;

use super::tree::{Plan, Scalar, ScalarKind};

/// Whether the value may be there where none of its rows is of the group.
pub fn is_beyond(plan: &Plan, value: &Scalar, groups: &[ColumnId]) -> bool {
    Beyond { plan, groups }.is(value, false)
}

struct Beyond<'a> {
    plan: &'a Plan,
    groups: &'a [ColumnId],
}

impl Beyond<'_> {
    /// `lifted`: a filter of one of the groups is set aside.
    fn is(&self, value: &Scalar, lifted: bool) -> bool {
        use ScalarKind::*;
        let of = |part: &Scalar| self.is(part, lifted);
        match &value.kind {
            Literal(_) | Day(_) | Zero(_) => true,
            Column(_) | Resolve { .. } => false,
            Aggregate(_) => lifted,
            Arithmetic { operator: ArithmeticOp::Add | ArithmeticOp::Subtract, left, right } => of(left) || of(right),
            Coalesce(left, right) => of(left) || of(right),
            Arithmetic { left, right, .. } => of(left) && of(right),
            MonthsBetween(left, right) | FullMonths(left, right) | DaysBetween(left, right) => of(left) && of(right),
            Case { branches, otherwise } => branches.iter().any(|(_, then)| of(then)) || of(otherwise),
            Round { value, .. } | ToNumber(value) | Rounded(value) | Shifted { value, .. } => of(value),
            Restricted { value, .. } => of(value),
            Ignoring { value, table } => self.is(value, lifted || self.is_grouped_by(*table)),
            Metric(id) => self.plan.metrics.get(id.0 as usize).is_some_and(of),
        }
    }

    fn is_grouped_by(&self, table: TableId) -> bool {
        self.groups.iter().any(|group| group.table == table)
    }
}
