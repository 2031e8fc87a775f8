//! The columns that an expression reads.

use sqlparser::ast::{CaseWhen, Expr, Function, FunctionArguments, Ident, InTarget};

use super::arguments;

/// Each column's alias and name; none where an expression is of a kind that may read others too.
pub fn columns(expr: &Expr) -> Option<Vec<(&Ident, &Ident)>> {
    let mut found = Vec::new();
    add(expr, &mut found)?;
    Some(found)
}

fn add<'e>(expr: &'e Expr, found: &mut Vec<(&'e Ident, &'e Ident)>) -> Option<()> {
    match expr {
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [alias, name] => found.push((alias, name)),
            _ => return None,
        },
        Expr::Value(_) | Expr::TypedString(_) => {}
        Expr::BinaryOp { left, right, .. } | Expr::IsNotDistinctFrom(left, right) => {
            add(left, found)?;
            add(right, found)?;
        }
        Expr::UnaryOp { expr, .. }
        | Expr::Nested(expr)
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr)
        | Expr::Cast { expr, .. } => add(expr, found)?,
        Expr::In { expr, target: InTarget::List(list), .. } => {
            add(expr, found)?;
            list.iter().try_for_each(|one| add(one, found))?;
        }
        Expr::Between { expr, low, high, .. } => [expr, low, high].into_iter().try_for_each(|one| add(one, found))?,
        Expr::Like { expr, pattern, .. } => [expr, pattern].into_iter().try_for_each(|one| add(one, found))?,
        Expr::Case { operand: None, conditions, else_result, .. } => {
            for CaseWhen { condition, result } in conditions {
                add(condition, found)?;
                add(result, found)?;
            }
            else_result.iter().try_for_each(|otherwise| add(otherwise, found))?;
        }
        Expr::Function(function) if is_plain(function) => {
            arguments(function).try_for_each(|argument| add(argument, found))?;
        }
        _ => return None,
    }
    Some(())
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
