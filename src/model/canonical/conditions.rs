//! Conditions in canonical text: operands of `and`, `or` and `in` sorted, each once.

use std::collections::BTreeSet;

use crate::gold::TableId;
use crate::gold::text::fold;
use crate::model::{Definition, Expr, ExprKind, Rows};

use super::{Writer, call};

impl Writer<'_> {
    pub(super) fn condition(&self, expr: &Expr, hand: Option<TableId>) -> String {
        let of = |part: &Expr| self.text(part, hand);
        match &expr.kind {
            ExprKind::Compare { operator, left, right } => call(operator.sign(), [of(left), of(right)]),
            ExprKind::In { left, negated, values } => {
                let values: BTreeSet<String> = values.iter().map(of).collect();
                call(if *negated { "not in" } else { "in" }, std::iter::once(of(left)).chain(values))
            }
            ExprKind::InWindow { date, window } => self.window(window, Some(of(date))),
            ExprKind::Between { left, low, high } => call("between", [of(left), of(low), of(high)]),
            ExprKind::StartsWith { left, text } => call("starts", [of(left), format!("{:?}", fold(text))]),
            ExprKind::Contains { left, text } => call("contains", [of(left), format!("{:?}", fold(text))]),
            ExprKind::IsMissing(value) => call("missing", [of(value)]),
            ExprKind::Not(part) => call("not", [of(part)]),
            ExprKind::And(_) => joined("and", self.conjuncts(expr, hand)),
            ExprKind::Or(_) => joined("or", self.disjuncts(expr, hand)),
            ExprKind::Any(rows) => self.any(rows, hand),
            ExprKind::Filter { path, id } if path.is_empty() => self.meaning(Definition::Filter(*id)),
            ExprKind::Filter { path, id } => call("at", [self.path(path), self.meaning(Definition::Filter(*id))]),
            ExprKind::Segment { path, id } => {
                call("segment", [self.path(path), self.meaning(Definition::Segment(*id))])
            }
            ExprKind::Policy { path, id } => call("policy", [self.path(path), self.meaning(Definition::Policy(*id))]),
            _ => "broken".to_owned(),
        }
    }

    /// What must all hold: nested `and`, and filters of the row at hand, count as their parts.
    pub(super) fn conjuncts(&self, expr: &Expr, hand: Option<TableId>) -> BTreeSet<String> {
        match &expr.kind {
            ExprKind::And(parts) => parts.iter().flat_map(|part| self.conjuncts(part, hand)).collect(),
            ExprKind::Filter { path, id } if path.is_empty() => {
                self.meanings.get(&Definition::Filter(*id)).map(|meaning| meaning.all.clone()).unwrap_or_default()
            }
            _ => BTreeSet::from([self.text(expr, hand)]),
        }
    }

    /// Of which one must hold, likewise.
    pub(super) fn disjuncts(&self, expr: &Expr, hand: Option<TableId>) -> BTreeSet<String> {
        match &expr.kind {
            ExprKind::Or(parts) => parts.iter().flat_map(|part| self.disjuncts(part, hand)).collect(),
            ExprKind::Filter { path, id } if path.is_empty() => {
                self.meanings.get(&Definition::Filter(*id)).map(|meaning| meaning.any.clone()).unwrap_or_default()
            }
            _ => BTreeSet::from([self.text(expr, hand)]),
        }
    }

    /// A table's rows under their conditions, windows among them.
    pub(super) fn rows(&self, rows: &Rows) -> String {
        let mut parts = BTreeSet::new();
        if let Some(condition) = &rows.condition {
            parts.extend(self.conjuncts(condition, Some(rows.table)));
        }
        for over in &rows.over {
            parts.insert(self.window(&over.window, over.date.as_ref().map(|date| self.path_column(date))));
        }
        call("rows", std::iter::once(self.table(rows.table)).chain(parts))
    }

    fn any(&self, rows: &Rows, hand: Option<TableId>) -> String {
        let link = match (rows.through, rows.of, hand) {
            (Some(through), ..) => self.path(&[through]),
            (None, Some(of), _) => self.table(of),
            (None, None, Some(hand)) => self.link(rows.table, hand),
            (None, None, None) => String::new(),
        };
        call("any", [self.rows(rows), link])
    }
}

/// One part alone is itself.
pub(super) fn joined(name: &str, parts: BTreeSet<String>) -> String {
    match parts.len() {
        1 => parts.into_iter().next().unwrap_or_default(),
        _ => call(name, parts),
    }
}
