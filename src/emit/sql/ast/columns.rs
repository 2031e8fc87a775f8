//! The parts of an expression, and the columns that it reads.

use sqlparser::ast::{CaseWhen, Expr, Function, FunctionArguments, Ident, InTarget};

use super::{arguments, arguments_mut};

/// Each column's alias and name; none where an expression is of a kind that may read others too.
pub fn columns(expr: &Expr) -> Option<Vec<(&Ident, &Ident)>> {
    let mut found = Vec::new();
    each_part(expr, &mut |part| {
        found.extend(column(part));
        true
    })?;
    Some(found)
}

/// The alias and name of a column.
pub fn column(expr: &Expr) -> Option<(&Ident, &Ident)> {
    match expr {
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [alias, name] => Some((alias, name)),
            _ => None,
        },
        _ => None,
    }
}

/// An expression and the parts of each part that `enter` says to look into; none where one is of a kind whose
/// parts are not known.
pub fn each_part<'e>(expr: &'e Expr, enter: &mut impl FnMut(&'e Expr) -> bool) -> Option<()> {
    if !enter(expr) {
        return Some(());
    }
    match expr {
        Expr::CompoundIdentifier(_) => column(expr).map(|_| ()),
        Expr::Value(_) | Expr::TypedString(_) => Some(()),
        Expr::BinaryOp { left, right, .. } | Expr::IsNotDistinctFrom(left, right) => {
            [left, right].into_iter().try_for_each(|one| each_part(one, enter))
        }
        Expr::UnaryOp { expr, .. }
        | Expr::Nested(expr)
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr)
        | Expr::Cast { expr, .. } => each_part(expr, enter),
        Expr::In { expr, target: InTarget::List(list), .. } => {
            each_part(expr, enter)?;
            list.iter().try_for_each(|one| each_part(one, enter))
        }
        Expr::Between { expr, low, high, .. } => {
            [expr, low, high].into_iter().try_for_each(|one| each_part(one, enter))
        }
        Expr::Like { expr, pattern, .. } => [expr, pattern].into_iter().try_for_each(|one| each_part(one, enter)),
        Expr::Case { operand: None, conditions, else_result, .. } => {
            for CaseWhen { condition, result } in conditions {
                each_part(condition, enter)?;
                each_part(result, enter)?;
            }
            else_result.iter().try_for_each(|otherwise| each_part(otherwise, enter))
        }
        Expr::Function(function) if is_plain(function) => {
            arguments(function).try_for_each(|argument| each_part(argument, enter))
        }
        _ => None,
    }
}

/// Writes something else for parts of an expression, the largest first; none where a column is left as it is, or a
/// part is of a kind whose parts are not known.
pub fn replace(expr: &mut Expr, other: &impl Fn(&Expr) -> Option<Expr>) -> Option<()> {
    let bare = match expr {
        Expr::Nested(inner) => other(inner),
        _ => None,
    };
    if let Some(other) = bare.or_else(|| other(expr)) {
        *expr = other;
        return Some(());
    }
    match expr {
        Expr::Value(_) | Expr::TypedString(_) => Some(()),
        Expr::BinaryOp { left, right, .. } | Expr::IsNotDistinctFrom(left, right) => {
            replace(left, other)?;
            replace(right, other)
        }
        Expr::UnaryOp { expr, .. }
        | Expr::Nested(expr)
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr)
        | Expr::Cast { expr, .. } => replace(expr, other),
        Expr::In { expr, target: InTarget::List(list), .. } => {
            replace(expr, other)?;
            list.iter_mut().try_for_each(|one| replace(one, other))
        }
        Expr::Between { expr, low, high, .. } => [expr, low, high].into_iter().try_for_each(|one| replace(one, other)),
        Expr::Function(function) if is_plain(function) => {
            arguments_mut(function).try_for_each(|argument| replace(argument, other))
        }
        _ => None,
    }
}

/// A function of its arguments alone, all of them expressions.
fn is_plain(function: &Function) -> bool {
    let all = match &function.args {
        FunctionArguments::List(list) => list.args.len() == arguments(function).count() && list.clauses.is_empty(),
        _ => false,
    };
    all && function.over.is_none() && function.filter.is_none() && function.within_group.is_empty()
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).unwrap();
        let expr = parser.parse_expr().unwrap();
        columns(&expr).map(|all| all.iter().map(|(alias, name)| format!("{alias}.{name}")).collect())
    }

    #[test]
    fn what_an_expression_reads_is_told_or_refused() {
        let told = [
            ("c.a + COALESCE(d.b, 0)", "c.a d.b"),
            ("CASE WHEN c.a IS NULL OR NOT (c.b IN (1, d.e)) THEN c.f ELSE DATE '2025-01-01' END", "c.a c.b d.e c.f"),
            ("CAST(c.a AS DATE) BETWEEN c.b AND -c.d", "c.a c.b c.d"),
            ("c.a LIKE 'x%'", "c.a"),
            ("1 = 1", ""),
        ];
        for (text, columns) in told {
            assert_eq!(read(text).map(|all| all.join(" ")).as_deref(), Some(columns), "{text}");
        }
        for text in ["a", "s.c.a", "SUM(c.a) OVER (ORDER BY c.b)", "EXISTS (SELECT 1 FROM d)", "c.a IN (SELECT 1)"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
