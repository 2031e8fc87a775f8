//! Operators as they are written, and how tightly each expression binds.

use crate::syntax::tree::{AggregateOp, ArithmeticOp, Expr, ExprKind, Unit};

/// From the loosest to the tightest, as in `grammar/carat.pest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Clauses,
    Or,
    And,
    Not,
    Test,
    Sum,
    Product,
    Negate,
    Ignoring,
    Primary,
}

pub(super) fn binding(expr: &Expr) -> Binding {
    match &expr.kind {
        ExprKind::Clauses { .. } => Binding::Clauses,
        ExprKind::Or(_) => Binding::Or,
        ExprKind::And(_) => Binding::And,
        ExprKind::Not(_) => Binding::Not,
        ExprKind::Arithmetic { operator, .. } => arithmetic_binding(operator.value),
        ExprKind::Negate(_) => Binding::Negate,
        ExprKind::Ignoring { .. } => Binding::Ignoring,
        kind if is_test(kind) => Binding::Test,
        _ => Binding::Primary,
    }
}

fn is_test(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::InWindow { .. }
            | ExprKind::Between { .. }
            | ExprKind::StartsWith { .. }
            | ExprKind::Contains { .. }
            | ExprKind::IsMissing { .. }
    )
}

pub(super) fn arithmetic_binding(operator: ArithmeticOp) -> Binding {
    match operator {
        ArithmeticOp::Add | ArithmeticOp::Subtract => Binding::Sum,
        ArithmeticOp::Multiply | ArithmeticOp::Divide => Binding::Product,
    }
}

pub(super) fn aggregate(operator: AggregateOp) -> &'static str {
    match operator {
        AggregateOp::Count => "count",
        AggregateOp::Sum => "sum",
        AggregateOp::Average => "average",
        AggregateOp::Min => "min",
        AggregateOp::Max => "max",
        AggregateOp::Median => "median",
        AggregateOp::Percentile => "percentile",
        AggregateOp::Latest => "latest",
        AggregateOp::Any => "any",
    }
}

/// `12 months`, `1 month`.
pub(super) fn duration(count: &str, unit: Unit) -> String {
    let unit = match unit {
        Unit::Days => "day",
        Unit::Months => "month",
        Unit::Years => "year",
    };
    format!("{count} {unit}{}", if count == "1" { "" } else { "s" })
}

/// Text in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
