//! The expressions that an expression and a `SELECT` are made of, to be looked at or written anew.

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, InTarget, Join, JoinConstraint,
    JoinOperator, Select, SelectItem, SetExpr, WindowType,
};

/// Defines a walk over the expressions that an expression is made of, one level down: to look at them, or with `mut`
/// to write others in their place. Which kinds are known, and what they are made of, stands here alone.
macro_rules! each_part {
    ($(#[$said:meta])* $name:ident, $of_function:ident $(, $mutable:tt)?) => {
        $(#[$said])*
        pub fn $name<'e>(expr: &'e $($mutable)? Expr, take: &mut dyn FnMut(&'e $($mutable)? Expr)) -> bool {
            match expr {
                Expr::CompoundIdentifier(_) | Expr::Identifier(_) | Expr::Value(_) | Expr::TypedString(_) => {}
                Expr::BinaryOp { left, right, .. } | Expr::IsNotDistinctFrom(left, right) => {
                    take(left);
                    take(right);
                }
                Expr::UnaryOp { expr, .. }
                | Expr::Nested(expr)
                | Expr::IsNull(expr)
                | Expr::IsNotNull(expr)
                | Expr::Collate { expr, .. }
                | Expr::Cast { expr, .. } => take(expr),
                Expr::In { expr, target: InTarget::List(list), .. } => {
                    take(expr);
                    list.into_iter().for_each(take);
                }
                Expr::Between { expr, low, high, .. } => [expr, low, high].into_iter().for_each(|one| take(one)),
                Expr::Like { expr, pattern, .. } => [expr, pattern].into_iter().for_each(|one| take(one)),
                Expr::Case { operand: None, conditions, else_result, .. } => {
                    for branch in conditions {
                        take(&$($mutable)? branch.condition);
                        take(&$($mutable)? branch.result);
                    }
                    if let Some(otherwise) = else_result {
                        take(otherwise);
                    }
                }
                Expr::Function(function) => return $of_function(function, take),
                _ => return false,
            }
            true
        }

        fn $of_function<'e>(
            function: &'e $($mutable)? Function,
            take: &mut dyn FnMut(&'e $($mutable)? Expr),
        ) -> bool {
            let FunctionArguments::List(list) = &$($mutable)? function.args else { return false };
            let mut known = list.clauses.is_empty() && function.filter.is_none();
            for argument in &$($mutable)? list.args {
                match argument {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => take(value),
                    FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {}
                    _ => known = false,
                }
            }
            for order in &$($mutable)? function.within_group {
                take(&$($mutable)? order.expr);
            }
            match &$($mutable)? function.over {
                Some(WindowType::WindowSpec(spec)) => {
                    for one in &$($mutable)? spec.partition_by {
                        take(one);
                    }
                    for order in &$($mutable)? spec.order_by {
                        take(&$($mutable)? order.expr);
                    }
                }
                Some(WindowType::NamedWindow(_)) => known = false,
                None => {}
            }
            known
        }
    };
}

each_part! {
    /// Takes each expression that an expression is made of, one level down, to write another in its place; whether
    /// its kind is known, so that there are no others.
    each_part_mut, each_of_function_mut, mut
}

each_part! {
    /// The same, to be looked at.
    each_part_seen, each_of_function
}

/// Takes the expression itself and each that it is made of, on all levels, to be looked at; whether all kinds are known.
pub fn each_part_within<'e>(expr: &'e Expr, take: &mut dyn FnMut(&'e Expr)) -> bool {
    take(expr);
    let mut within = true;
    let known = each_part_seen(expr, &mut |part| within &= each_part_within(part, take));
    known && within
}

/// The `SELECT`s that a statement joins by `UNION`, in order; whether it is made of nothing else.
pub fn each_select_mut(body: &mut SetExpr, take: &mut dyn FnMut(&mut Select)) -> bool {
    match body {
        SetExpr::Select(select) => {
            take(select);
            true
        }
        SetExpr::SetOperation { left, right, .. } => each_select_mut(left, take) & each_select_mut(right, take),
        _ => false,
    }
}

/// The same, to be looked at.
pub fn each_select<'s>(body: &'s SetExpr, take: &mut dyn FnMut(&'s Select)) -> bool {
    match body {
        SetExpr::Select(select) => {
            take(select);
            true
        }
        SetExpr::SetOperation { left, right, .. } => each_select(left, take) & each_select(right, take),
        _ => false,
    }
}

/// What two tables are joined by.
fn joined_by(join: &Join) -> Option<&Expr> {
    match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Left(JoinConstraint::On(on)) => Some(on),
        _ => None,
    }
}

/// The expressions that stand in a `SELECT`.
pub fn each_of_select<'s>(select: &'s Select, take: &mut dyn FnMut(&'s Expr)) {
    let items = select.projection.iter().filter_map(item_value);
    let joins = select.from.iter().flat_map(|from| &from.joins).filter_map(joined_by);
    let keys = match &select.group_by {
        GroupByExpr::Expressions(keys, _) => keys.as_slice(),
        GroupByExpr::All(_) => &[],
    };
    items.chain(joins).chain(&select.selection).chain(keys).chain(&select.having).for_each(take);
}

/// The expressions that stand in a `SELECT` after its columns, to write others in their place.
pub fn each_after_columns_mut(select: &mut Select, take: &mut dyn FnMut(&mut Expr)) {
    for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
        if let JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Left(JoinConstraint::On(on)) =
            &mut join.join_operator
        {
            take(on);
        }
    }
    select.selection.iter_mut().for_each(&mut *take);
    if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
        keys.iter_mut().for_each(&mut *take);
    }
    select.having.iter_mut().for_each(take);
}

/// The value of a column of a `SELECT`.
pub fn item_value(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    }
}

/// The same, to write another in its place.
pub fn item_value_mut(item: &mut SelectItem) -> Option<&mut Expr> {
    match item {
        SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    }
}

/// The name of a column of a `SELECT`.
pub fn item_name(item: &SelectItem) -> Option<&str> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(&alias.value),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(|part| part.value.as_str()),
        _ => None,
    }
}
