//! Conditions at `(P, F, h)`: true or false.

use std::cmp::Ordering;

use carat::model::{Expr, ExprKind, RowPath, Rows, SegmentId};
use carat::syntax::tree::CompareOp;

use super::Judge;
use super::context::{Context, Hand};
use super::value::{Value, compared, equal, folded};

impl Judge<'_> {
    pub fn condition(&self, expr: &Expr, context: &Context) -> bool {
        match &expr.kind {
            ExprKind::And(parts) => parts.iter().all(|part| self.condition(part, context)),
            ExprKind::Or(parts) => parts.iter().any(|part| self.condition(part, context)),
            ExprKind::Not(part) => !self.condition(part, context),
            ExprKind::Any(rows) => self.any(rows, context),
            ExprKind::Filter { path, id } => {
                let moved = self.moved(path, context);
                let filter = self.model.filter(*id);
                self.finds_row(path, &moved) && filter.is_some_and(|filter| self.condition(&filter.condition, &moved))
            }
            ExprKind::Segment { path, id } => {
                let moved = self.moved(path, context);
                at_a_row(&moved) && self.segment(*id, &moved)
            }
            ExprKind::Policy { path, id } => {
                let moved = self.moved(path, context);
                at_a_row(&moved) && self.policy(*id, &moved)
            }
            _ => self.comparison(expr, context),
        }
    }

    /// What looks at values; with a missing side it is false, but for `is missing`.
    fn comparison(&self, expr: &Expr, context: &Context) -> bool {
        let scalar = |expr: &Expr| self.scalar(expr, context);
        match &expr.kind {
            ExprKind::Compare { operator, left, right } => {
                compared(&scalar(left), &scalar(right)).is_some_and(|order| holds(*operator, order))
            }
            ExprKind::In { left, negated, values } => {
                let left = scalar(left);
                !left.is_missing() && values.iter().any(|value| equal(&left, &scalar(value))) != *negated
            }
            ExprKind::Between { left, low, high } => {
                let (left, low, high) = (scalar(left), scalar(low), scalar(high));
                compared(&low, &left).is_some_and(Ordering::is_le)
                    && compared(&left, &high).is_some_and(Ordering::is_le)
            }
            ExprKind::InWindow { date, window } => self.in_window(scalar(date).date(), window, context),
            ExprKind::StartsWith { left, text } => of_text(&scalar(left), text, |left, text| left.starts_with(text)),
            ExprKind::Contains { left, text } => of_text(&scalar(left), text, |left, text| left.contains(text)),
            ExprKind::IsMissing(value) => scalar(value).is_missing(),
            ExprKind::Case { .. }
            | ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Call { .. }
            | ExprKind::Metric(_)
            | ExprKind::Prior { .. }
            | ExprKind::Opening(_)
            | ExprKind::Restricted { .. }
            | ExprKind::Ignoring { .. } => scalar(expr) == Value::Boolean(true),
            other => panic!("no condition: {other:?}"),
        }
    }

    /// There is a row in `rows(T)(P, F, h)` with the condition and the window true at it.
    fn any(&self, rows: &Rows, context: &Context) -> bool {
        !self.chosen(rows, context).is_empty()
    }

    /// `{t in rows(T)(P, F, h) : p true at (P, F, t), d in w}`.
    pub fn chosen(&self, rows: &Rows, context: &Context) -> Vec<usize> {
        let mut chosen = self.rows(rows, context);
        chosen.retain(|row| {
            let at = context.at(rows.table, Some(*row));
            rows.over.iter().all(|over| self.over(over, &at))
                && rows.condition.as_ref().is_none_or(|condition| self.condition(condition, &at))
        });
        chosen
    }

    /// A segment's condition at `(C up to A, {}, t)`.
    pub fn segment(&self, id: SegmentId, context: &Context) -> bool {
        let (Some(segment), Some(period)) = (self.model.segment(id), self.whole_period()) else { return false };
        let mut fixed = context.without_filters().over(period);
        fixed.asked = None;
        self.condition(&segment.condition, &fixed)
    }

    /// The context at the row that a path leads to.
    pub fn moved(&self, path: &RowPath, context: &Context) -> Context {
        let Some(last) = path.last().and_then(|link| self.model.gold.relationship(*link)) else {
            return context.clone();
        };
        let row = context.hand.and_then(|hand| self.follow(path, hand.row));
        Context { hand: Some(Hand { table: last.to.table, row }), ..context.clone() }
    }

    /// By path, a filter is false where the path finds no row.
    fn finds_row(&self, path: &RowPath, moved: &Context) -> bool {
        path.is_empty() || at_a_row(moved)
    }
}

/// Nobody is a member of a segment, and no policy allows nobody.
fn at_a_row(context: &Context) -> bool {
    context.hand.is_some_and(|hand| hand.row.is_some())
}

fn holds(operator: CompareOp, order: Ordering) -> bool {
    match operator {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessOrEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterOrEqual => order.is_ge(),
    }
}

fn of_text(left: &Value, text: &str, test: impl Fn(&str, &str) -> bool) -> bool {
    let left = match left {
        Value::Text(left) => folded(left),
        _ => None,
    };
    left.zip(folded(text)).is_some_and(|(left, text)| test(&left, &text))
}
