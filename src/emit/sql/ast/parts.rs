//! The expressions that an expression and a `SELECT` are made of, to be looked at or written anew.

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, InTarget, Join, JoinConstraint,
    JoinOperator, Select, SelectItem, SetExpr, WindowType,
};

/// Takes each expression that an expression is made of, one level down; whether its kind is known, so that there are
/// no others.
pub fn each_part_mut(expr: &mut Expr, take: &mut dyn FnMut(&mut Expr)) -> bool {
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
            list.iter_mut().for_each(take);
        }
        Expr::Between { expr, low, high, .. } => [expr, low, high].into_iter().for_each(|one| take(one)),
        Expr::Like { expr, pattern, .. } => [expr, pattern].into_iter().for_each(|one| take(one)),
        Expr::Case { operand: None, conditions, else_result, .. } => {
            for branch in conditions {
                take(&mut branch.condition);
                take(&mut branch.result);
            }
            else_result.iter_mut().for_each(|otherwise| take(otherwise));
        }
        Expr::Function(function) => return each_of_function_mut(function, take),
        _ => return false,
    }
    true
}

fn each_of_function_mut(function: &mut Function, take: &mut dyn FnMut(&mut Expr)) -> bool {
    let FunctionArguments::List(list) = &mut function.args else { return false };
    for argument in &mut list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => take(value),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {}
            _ => return false,
        }
    }
    function.within_group.iter_mut().for_each(|order| take(&mut order.expr));
    match &mut function.over {
        Some(WindowType::WindowSpec(spec)) => {
            spec.partition_by.iter_mut().for_each(&mut *take);
            spec.order_by.iter_mut().for_each(|order| take(&mut order.expr));
        }
        Some(WindowType::NamedWindow(_)) => return false,
        None => {}
    }
    list.clauses.is_empty() && function.filter.is_none()
}

/// The same to be looked at, on all levels, the expression itself first; whether all kinds are known.
pub fn each_part_within<'e>(expr: &'e Expr, take: &mut dyn FnMut(&'e Expr)) -> bool {
    take(expr);
    match expr {
        Expr::CompoundIdentifier(_) | Expr::Identifier(_) | Expr::Value(_) | Expr::TypedString(_) => true,
        Expr::BinaryOp { left, right, .. } | Expr::IsNotDistinctFrom(left, right) => {
            each_part_within(left, take) & each_part_within(right, take)
        }
        Expr::UnaryOp { expr, .. }
        | Expr::Nested(expr)
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr)
        | Expr::Collate { expr, .. }
        | Expr::Cast { expr, .. } => each_part_within(expr, take),
        Expr::In { expr, target: InTarget::List(list), .. } => {
            each_part_within(expr, take) & list.iter().fold(true, |all, one| all & each_part_within(one, take))
        }
        Expr::Between { expr, low, high, .. } => {
            each_part_within(expr, take) & each_part_within(low, take) & each_part_within(high, take)
        }
        Expr::Like { expr, pattern, .. } => each_part_within(expr, take) & each_part_within(pattern, take),
        Expr::Case { operand: None, conditions, else_result, .. } => {
            let branches = conditions.iter().flat_map(|branch| [&branch.condition, &branch.result]);
            let all = branches.chain(else_result.as_deref());
            all.fold(true, |all, one| all & each_part_within(one, take))
        }
        Expr::Function(function) => each_within_function(function, take),
        _ => false,
    }
}

fn each_within_function<'e>(function: &'e Function, take: &mut dyn FnMut(&'e Expr)) -> bool {
    let FunctionArguments::List(list) = &function.args else { return false };
    let mut known = list.clauses.is_empty() && function.filter.is_none();
    for argument in &list.args {
        known &= match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => each_part_within(value, take),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => true,
            _ => false,
        };
    }
    for order in &function.within_group {
        known &= each_part_within(&order.expr, take);
    }
    match &function.over {
        Some(WindowType::WindowSpec(spec)) => {
            let orders = spec.order_by.iter().map(|order| &order.expr);
            spec.partition_by.iter().chain(orders).fold(known, |all, one| all & each_part_within(one, take))
        }
        Some(WindowType::NamedWindow(_)) => false,
        None => known,
    }
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
