//! What a condition says where something is missing: a row that a left join does not find has nothing but missing
//! columns.
//!
//! SQL has three truth values, and a condition lets a row pass only where it is true: what is known of it here is
//! where it certainly is not.

use sqlparser::ast::{BinaryOperator, CaseWhen, Expr, Function, InTarget, ObjectNamePart, UnaryOperator};

use super::{COALESCE, NULLIF, arguments, conditions, is_literal_null, is_never};
use crate::emit::sql::common::Macro;

/// Whether the condition is not true wherever all that `is_missing` tells is missing.
pub fn rejects(condition: &Expr, is_missing: &impl Fn(&Expr) -> bool) -> bool {
    use BinaryOperator::{And, Or};
    match condition {
        Expr::BinaryOp { left, op: And, right } => rejects(right, is_missing) || rejects(left, is_missing),
        // The last choice stands alone on the right: where it may hold, a long choice is not looked through.
        Expr::BinaryOp { left, op: Or, right } => rejects(right, is_missing) && rejects(left, is_missing),
        Expr::Nested(inner) => rejects(inner, is_missing),
        Expr::IsNotNull(value) => vanishes(value, is_missing),
        Expr::Between { expr, negated: false, low, high } => {
            [expr, low, high].into_iter().any(|one| vanishes(one, is_missing))
        }
        other => is_never(other) || vanishes(other, is_missing),
    }
}

/// Whether a value that is missing fails the condition: it says that it is there, or compares it.
pub fn says_present(condition: &Expr, value: &Expr) -> bool {
    rejects(condition, &|part| part == value)
}

/// Whether the value is missing wherever all that `is_missing` tells is missing.
fn vanishes(value: &Expr, is_missing: &impl Fn(&Expr) -> bool) -> bool {
    if is_missing(value) || is_literal_null(value) {
        return true;
    }
    let gone = |part: &Expr| vanishes(part, is_missing);
    match value {
        Expr::BinaryOp { left, op, right } => needs_both(op) && (gone(left) || gone(right)),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } | Expr::Nested(expr) | Expr::Cast { expr, .. } => gone(expr),
        Expr::Between { expr, .. } | Expr::In { expr, target: InTarget::List(_), .. } | Expr::Like { expr, .. } => {
            gone(expr)
        }
        Expr::Case { operand: None, conditions, else_result, .. } => {
            let never_taken = |branch: &CaseWhen| rejects(&branch.condition, is_missing) || gone(&branch.result);
            conditions.iter().all(never_taken) && else_result.as_deref().is_none_or(gone)
        }
        Expr::Function(function) => function_vanishes(function, gone),
        _ => false,
    }
}

fn needs_both(op: &BinaryOperator) -> bool {
    conditions::is_comparison(op) || adds_up(op) || matches!(op, BinaryOperator::Divide)
}

/// Of two numbers that are there, another.
pub fn adds_up(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Minus, Multiply, Plus};
    matches!(op, Plus | Minus | Multiply)
}

/// Functions of one row that are known; any other may make something of nothing.
fn function_vanishes(function: &Function, gone: impl Fn(&Expr) -> bool) -> bool {
    let mut arguments = arguments(function);
    if Macro::of(function).is_some_and(Macro::needs_all) {
        return arguments.any(gone);
    }
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return false };
    if function.over.is_some() || function.filter.is_some() {
        return false;
    }
    match name.value.as_str() {
        NULLIF => arguments.next().is_some_and(gone),
        COALESCE => arguments.all(gone),
        "LOWER" | "ROUND" => arguments.any(gone),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;
    use crate::emit::sql::ast::column;

    fn rejected(text: &str) -> bool {
        let condition = Parser::new(&GenericDialect {}).try_with_sql(text).unwrap().parse_expr().unwrap();
        rejects(&condition, &|part| column(part).is_some_and(|(alias, _)| alias.value == "c"))
    }

    #[test]
    fn a_row_that_is_not_there_fails_what_needs_it() {
        let needs = [
            "c.a = 1",
            "1 < c.a + d.b",
            "c.a <> c.b",
            "c.a BETWEEN d.a AND d.b",
            "d.a BETWEEN d.b AND c.a",
            "c.a NOT IN (1, 2)",
            "NULLIF(LOWER(carat.trimmed_end(c.a)), '') LIKE 'x%'",
            "CAST(-c.a AS DOUBLE) IS NOT NULL",
            "d.a = 1 AND (c.a = 1 OR c.b < d.b)",
            "COALESCE(c.a, c.b) > 0",
            "CASE WHEN c.a > 0 THEN 1 WHEN d.a = 1 THEN c.b END = 1",
            "1 = 0",
        ];
        for text in needs {
            assert!(rejected(text), "{text}");
        }
        assert!(rejected("carat.days_between(c.a, d.a) > 60"));
        assert!(!rejected("carat.sum_of_integers(c.a) > 60"));
    }

    #[test]
    fn a_row_that_is_not_there_may_meet_the_rest() {
        let may_hold = [
            "d.a = 1",
            "c.a IS NULL",
            "c.a = 1 OR d.a = 1",
            "d.a NOT BETWEEN c.a AND d.b",
            "COALESCE(c.a, 0) = 0",
            "CASE WHEN c.a > 0 THEN 1 ELSE 0 END = 0",
            "CASE WHEN c.a IS NULL THEN 1 END = 1",
            "c.a IS NOT DISTINCT FROM d.a",
            "c.a || 'x' = 'x'",
            "f(c.a) = 1",
            "NULLIF(1, c.a) = 1",
            "1 = 1",
        ];
        for text in may_hold {
            assert!(!rejected(text), "{text}");
        }
    }
}
