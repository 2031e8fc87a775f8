//! Conditions that are put together: all of several, any of several, and what of them is said already.

use sqlparser::ast::{BinaryOperator, Expr};

use super::{Beside, binary, equal, is_number, null, number};

/// `1 = 1`, which every dialect reads as true.
pub fn always() -> Expr {
    equal(number(1), number(1))
}

/// `1 = 0`, which every dialect reads as false.
pub fn never() -> Expr {
    equal(number(1), number(0))
}

/// [`always`], told without writing another.
pub fn is_always(condition: &Expr) -> bool {
    compares_one_with(condition, "1")
}

/// [`never()`], told without writing another.
pub fn is_never(condition: &Expr) -> bool {
    compares_one_with(condition, "0")
}

fn compares_one_with(condition: &Expr, number: &str) -> bool {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => is_number(left, "1") && is_number(right, number),
        _ => false,
    }
}

/// All of them; none at all is true.
pub fn all(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let mut conditions = conditions.into_iter();
    match (conditions.next(), conditions.next()) {
        (None, _) => always(),
        (Some(only), None) if is_one(&only) => only,
        (first, second) => all_of_several(first.into_iter().chain(second).chain(conditions)),
    }
}

/// A conjunct already, with nothing to leave out.
fn is_one(condition: &Expr) -> bool {
    !matches!(condition, Expr::BinaryOp { op: BinaryOperator::And, .. } | Expr::Nested(_))
}

fn all_of_several(conditions: impl Iterator<Item = Expr>) -> Expr {
    let mut unique = conjuncts_once(conditions);
    unique.retain(|conjunct| !is_always(conjunct));
    ask_only_of_the_absent(&mut unique);
    if unique.len() == 1 {
        return unique.remove(0);
    }
    unique.into_iter().map(nest_or).reduce(|a, b| binary(a, BinaryOperator::And, b)).unwrap_or_else(always)
}

/// Takes from the choices among conditions what the others know to be present. Only a choice asks, and none knows.
fn ask_only_of_the_absent(conditions: &mut [Expr]) {
    if !conditions.iter().any(|condition| present(condition).is_some()) {
        return;
    }
    let choices = conditions.iter_mut().enumerate().filter(|(_, condition)| is_choice(condition));
    let choices: Vec<_> = choices.map(|(at, choice)| (at, std::mem::replace(choice, null()))).collect();
    let is_present = |value: &Expr| conditions.iter().filter_map(present).any(|present| present == value);
    let kept: Vec<_> = choices.into_iter().map(|(at, choice)| (at, without_missing(choice, is_present))).collect();
    for (at, choice) in kept {
        if let Some(place) = conditions.get_mut(at) {
            *place = choice;
        }
    }
}

/// What a condition says is present.
fn present(condition: &Expr) -> Option<&Expr> {
    match condition {
        Expr::IsNotNull(value) => Some(value),
        _ => None,
    }
}

/// An operator that compares.
pub fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::*;
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// A choice without the ways that ask for something present to be missing.
fn without_missing(choice: Expr, is_present: impl Fn(&Expr) -> bool) -> Expr {
    let mut kept = Vec::new();
    each_choice(choice, &mut |way| {
        if !matches!(&way, Expr::IsNull(value) if is_present(value)) {
            kept.push(way);
        }
    });
    any(kept)
}

/// Any of them; none at all is false.
pub fn any(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let conditions = conditions.into_iter();
    let mut unique: Vec<Expr> = Vec::with_capacity(conditions.size_hint().0);
    for condition in conditions {
        each_choice(condition, &mut |choice| {
            if !is_never(&choice) && !unique.contains(&choice) {
                unique.push(choice);
            }
        });
    }
    unique.into_iter().reduce(|a, b| binary(a, BinaryOperator::Or, b)).unwrap_or_else(never)
}

pub(super) fn is_choice(condition: &Expr) -> bool {
    matches!(condition, Expr::BinaryOp { op: BinaryOperator::Or, .. })
}

fn nest_or(condition: Expr) -> Expr {
    if Beside::And.nests(&condition) { Expr::Nested(Box::new(condition)) } else { condition }
}

/// The conditions that `OR` joins.
pub fn choices(condition: Expr) -> Vec<Expr> {
    let mut all = Vec::new();
    each_choice(condition, &mut |choice| all.push(choice));
    all
}

fn each_choice(condition: Expr, take: &mut impl FnMut(Expr)) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            each_choice(*left, take);
            each_choice(*right, take);
        }
        other => take(other),
    }
}

/// The operands that one operator joins, in order.
pub fn operands<'e>(expr: &'e Expr, operator: &BinaryOperator) -> Vec<&'e Expr> {
    let mut all = Vec::new();
    add_operands(expr, operator, &mut all);
    all
}

/// How many they are.
pub fn count_operands(expr: &Expr, operator: &BinaryOperator) -> usize {
    match expr {
        Expr::BinaryOp { left, op, right } if op == operator => {
            count_operands(left, operator) + count_operands(right, operator)
        }
        _ => 1,
    }
}

fn add_operands<'e>(expr: &'e Expr, operator: &BinaryOperator, all: &mut Vec<&'e Expr>) {
    match expr {
        Expr::BinaryOp { left, op, right } if op == operator => {
            add_operands(left, operator, all);
            add_operands(right, operator, all);
        }
        _ => all.push(expr),
    }
}

/// Whether a condition is one of the [`conjuncts`] of another.
pub fn is_among(conjunct: &Expr, condition: &Expr) -> bool {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            is_among(conjunct, left) || is_among(conjunct, right)
        }
        Expr::Nested(inner) if is_choice(inner) => **inner == *conjunct,
        other => other == conjunct,
    }
}

/// The conditions that `AND` joins.
pub fn conjuncts(condition: Expr) -> Vec<Expr> {
    let mut all = Vec::new();
    each_conjunct(condition, &mut |conjunct| all.push(conjunct));
    all
}

/// The conjuncts of several conditions, each once.
pub fn conjuncts_once(conditions: impl IntoIterator<Item = Expr>) -> Vec<Expr> {
    let conditions = conditions.into_iter();
    let mut once: Vec<Expr> = Vec::with_capacity(conditions.size_hint().0);
    for condition in conditions {
        each_conjunct(condition, &mut |conjunct| {
            if !once.contains(&conjunct) {
                once.push(conjunct);
            }
        });
    }
    once
}

fn each_conjunct(condition: Expr, take: &mut impl FnMut(Expr)) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            each_conjunct(*left, take);
            each_conjunct(*right, take);
        }
        Expr::Nested(inner) if is_choice(&inner) => take(*inner),
        other => take(other),
    }
}
