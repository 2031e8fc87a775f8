//! Conditions beside one another: what one says already, the others need not say.

use sqlparser::ast::{BinaryOperator, Expr};

use crate::emit::sql::ast;

/// Another condition may say what this one does, or shut a way of it; or it is told already.
pub fn says_something(condition: &Expr) -> bool {
    match condition {
        Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. } | Expr::Nested(_) => true,
        Expr::IsNotNull(_) => true,
        other => ast::is_always(other) || ast::is_never(other),
    }
}

/// All of the conditions, none of which joins others by `AND`.
pub fn all(conjuncts: Vec<Expr>) -> Expr {
    if conjuncts.iter().any(ast::is_never) {
        return ast::never();
    }
    let mut conjuncts = ast::conjuncts_once(conjuncts);
    for at in 0..conjuncts.len() {
        narrow(&mut conjuncts, at);
    }
    let mut at = 0;
    while at < conjuncts.len() {
        if goes_without_saying(&conjuncts, at) {
            conjuncts.remove(at);
        } else {
            at += 1;
        }
    }
    if conjuncts.iter().any(ast::is_never) { ast::never() } else { ast::all(conjuncts) }
}

/// Any of the conditions, none of which joins others by `OR`.
pub fn any(choices: Vec<Expr>) -> Expr {
    if choices.iter().any(ast::is_always) {
        return ast::always();
    }
    let mut kept: Vec<Expr> = Vec::with_capacity(choices.len());
    for choice in choices {
        if kept.iter().any(|known| is_stricter(&choice, known)) {
            continue;
        }
        kept.retain(|known| !is_stricter(known, &choice));
        kept.push(choice);
    }
    ast::any(kept)
}

/// Takes from a choice the ways that another condition shuts.
fn narrow(conjuncts: &mut [Expr], at: usize) {
    if !conjuncts.get(at).is_some_and(is_choice) {
        return;
    }
    let Some(choice) = conjuncts.get_mut(at).map(|choice| std::mem::replace(choice, ast::always())) else { return };
    let shut = |way: &Expr| conjuncts.iter().any(|other| excludes(other, way));
    let kept = ast::any(ast::choices(choice).into_iter().filter(|way| !shut(way)));
    if let Some(place) = conjuncts.get_mut(at) {
        *place = kept;
    }
}

fn is_choice(condition: &Expr) -> bool {
    matches!(condition, Expr::BinaryOp { op: BinaryOperator::Or, .. })
}

/// Where one condition holds, the other does not.
fn excludes(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (_, Expr::IsNull(value)) => ast::says_present(one, value),
        (Expr::BinaryOp { left, op, right }, Expr::BinaryOp { left: a, op: opposite, right: b }) => {
            are_opposite(op, opposite) && left == a && right == b
        }
        _ => false,
    }
}

fn are_opposite(one: &BinaryOperator, other: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!((one, other), (Eq, NotEq) | (NotEq, Eq) | (Lt, GtEq) | (GtEq, Lt) | (Gt, LtEq) | (LtEq, Gt))
}

/// The other conditions say what this one does.
fn goes_without_saying(conjuncts: &[Expr], at: usize) -> bool {
    let others = || conjuncts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
    match conjuncts.get(at) {
        Some(Expr::IsNotNull(value)) => others().any(|other| ast::says_present(other, value)),
        Some(choice) if is_choice(choice) => {
            let ways = ast::operands(choice, &BinaryOperator::Or);
            ways.iter().any(|way| others().any(|other| other == *way))
        }
        Some(other) => ast::is_always(other),
        None => false,
    }
}

/// Where one choice holds, the other does: whatever the other asks, the one asks, or more.
fn is_stricter(one: &Expr, other: &Expr) -> bool {
    let asked = ast::operands(one, &BinaryOperator::And);
    ast::operands(other, &BinaryOperator::And)
        .iter()
        .all(|asked_there| asked.iter().any(|asked| says(asked, asked_there)))
}

/// Where one condition holds, the other does: it is the same, or a higher bound.
fn says(one: &Expr, other: &Expr) -> bool {
    use BinaryOperator::{Gt, GtEq};
    if one == other {
        return true;
    }
    let (Expr::BinaryOp { left, op, right }, Expr::BinaryOp { left: a, op: lower, right: b }) = (one, other) else {
        return false;
    };
    let Some((bound, low)) = ast::whole_number(right).zip(ast::whole_number(b)).filter(|_| left == a) else {
        return false;
    };
    match (op, lower) {
        (GtEq, GtEq) | (Gt, Gt) | (Gt, GtEq) => bound >= low,
        (GtEq, Gt) => bound > low,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn parsed(text: &str) -> Expr {
        Parser::new(&GenericDialect {}).try_with_sql(text).unwrap().parse_expr().unwrap()
    }

    #[test]
    fn what_others_say_is_not_said_again() {
        let told = [
            ("c.a IS NOT NULL AND c.a <= d.b", "c.a <= d.b"),
            ("c.a IS NOT NULL AND (c.a < 0 OR c.a > 1)", "c.a < 0 OR c.a > 1"),
            ("c.a IS NOT NULL AND (c.a < 0 OR c.b > 1)", "c.a IS NOT NULL AND (c.a < 0 OR c.b > 1)"),
            (
                "c.a >= d.a AND c.a < d.b AND (c.a IS NULL OR c.a < d.c OR c.a >= d.b)",
                "c.a >= d.a AND c.a < d.b AND c.a < d.c",
            ),
            ("c.a = 1 AND (c.a = 1 OR c.b = 2)", "c.a = 1"),
            ("c.a = 1 AND 1 = 0", "1 = 0"),
            ("c.a < d.a AND (c.a >= d.a OR c.a IS NULL)", "1 = 0"),
            ("c.a IS NOT NULL AND c.b = 1", "c.a IS NOT NULL AND c.b = 1"),
        ];
        for (text, words) in told {
            assert_eq!(all(ast::conjuncts(parsed(text))).to_string(), words, "{text}");
        }
    }

    #[test]
    fn a_choice_that_asks_more_than_another_is_none() {
        let told = [
            ("c.a = 1 AND c.b = 2 OR c.a = 1", "c.a = 1"),
            ("c.a >= 2 OR c.a >= 1", "c.a >= 1"),
            ("c.a > 1 OR c.a >= 1", "c.a >= 1"),
            ("c.a >= 1 OR c.b >= 2", "c.a >= 1 OR c.b >= 2"),
            ("c.a = 1 OR 1 = 1", "1 = 1"),
            ("c.a <= 1 OR c.a <= 2", "c.a <= 1 OR c.a <= 2"),
        ];
        for (text, words) in told {
            assert_eq!(any(ast::choices(parsed(text))).to_string(), words, "{text}");
        }
    }
}
