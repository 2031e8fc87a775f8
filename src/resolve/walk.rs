//! Walking what was written: parts of an expression, the paths in it, its aggregates.

use crate::syntax::tree::{Aggregate, Clause, DefinitionKind, Expr, ExprKind, Path};

/// The expressions directly inside one, those of clauses included.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    use ExprKind::*;
    match &expr.kind {
        Negate(e) | Not(e) | Opening(e) => vec![e],
        IsMissing { value, .. } | Prior { value, .. } | Ignoring { value, .. } => vec![value],
        Arithmetic { left, right, .. } | Compare { left, right, .. } => vec![left, right],
        StartsWith { left, text } | Contains { left, text } => vec![left, text],
        In { left, values, .. } => std::iter::once(left.as_ref()).chain(values).collect(),
        InWindow { left, .. } => vec![left],
        Between { left, low, high } => vec![left, low, high],
        And(all) | Or(all) => all.iter().collect(),
        Case { branches, otherwise } => {
            branches.iter().flat_map(|(when, then)| [when, then]).chain([otherwise.as_ref()]).collect()
        }
        Call { arguments, .. } => arguments.iter().collect(),
        Aggregate(aggregate) => std::iter::once(&aggregate.operand).chain(conditions(&aggregate.clauses)).collect(),
        Clauses { value, clauses } => std::iter::once(value.as_ref()).chain(conditions(clauses)).collect(),
        _ => Vec::new(),
    }
}

/// Whether a part of it could not be read.
pub(super) fn is_broken(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Broken) || parts(expr).into_iter().any(is_broken)
}

/// The conditions of the `where` clauses.
pub(super) fn conditions(clauses: &[Clause]) -> impl Iterator<Item = &Expr> {
    clauses.iter().filter_map(|clause| match clause {
        Clause::Where(condition) => Some(condition),
        Clause::Over(_) => None,
    })
}

/// The paths that stand as values in an expression; not those inside the rows of its aggregates.
pub(super) fn value_paths<'t>(expr: &'t Expr, found: &mut Vec<&'t Path>) {
    match &expr.kind {
        ExprKind::Path(path) => found.push(path),
        ExprKind::Aggregate(_) => {}
        _ => parts(expr).into_iter().for_each(|part| value_paths(part, found)),
    }
}

/// Every path in an expression, the rows of aggregates included.
pub(super) fn all_paths<'t>(expr: &'t Expr, found: &mut Vec<&'t Path>) {
    if let ExprKind::Path(path) = &expr.kind {
        found.push(path);
    }
    parts(expr).into_iter().for_each(|part| all_paths(part, found));
}

/// The aggregates of an expression that do not stand inside another.
pub(super) fn aggregates<'t>(expr: &'t Expr, found: &mut Vec<&'t Aggregate>) {
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => found.push(aggregate),
        _ => parts(expr).into_iter().for_each(|part| aggregates(part, found)),
    }
}

/// The one aggregate of an expression, to which clauses written behind it belong.
pub(super) fn only_aggregate(expr: &mut Expr) -> Option<&mut Aggregate> {
    use ExprKind::*;
    match &mut expr.kind {
        Aggregate(aggregate) => Some(aggregate),
        Negate(e) | Opening(e) => only_aggregate(e),
        Prior { value, .. } | Ignoring { value, .. } | Clauses { value, .. } => only_aggregate(value),
        Arithmetic { left, right, .. } => match only_aggregate(left) {
            Some(found) => Some(found),
            None => only_aggregate(right),
        },
        Call { arguments, .. } => arguments.iter_mut().find_map(only_aggregate),
        _ => None,
    }
}

/// The expressions of a definition.
pub(super) fn expressions(kind: &DefinitionKind) -> Vec<&Expr> {
    match kind {
        DefinitionKind::Metric { value, .. } => vec![value],
        DefinitionKind::Filter { condition, .. }
        | DefinitionKind::Segment { condition, .. }
        | DefinitionKind::Expect { condition, .. } => vec![condition],
        DefinitionKind::Policy { rules, .. } => rules.iter().filter_map(|rule| rule.condition.as_ref()).collect(),
        DefinitionKind::Resolve { value, condition, .. } => std::iter::once(value).chain(condition).collect(),
        DefinitionKind::View { condition, .. } => condition.iter().collect(),
    }
}
