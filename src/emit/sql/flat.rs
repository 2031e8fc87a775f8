//! An expression on one line, word for word as `sqlparser` writes it.
//!
//! `sqlparser` writes through `fmt`, which costs more than the words themselves; the nodes a statement is full of are
//! written straight here. What is rare goes through its own `Display`, so that both always agree.

use std::fmt::{self, Display, Write};

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, InTarget, ObjectName, ObjectNamePart, TableAlias, TableFactor,
    TypedString, Value,
};

/// Text that takes at most `room` more bytes and refuses the rest. Writing stops there, so that a long expression
/// costs its lines, not its length at every depth.
pub struct Line<'t> {
    text: &'t mut String,
    room: usize,
}

impl Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.room = self.room.checked_sub(text.len()).ok_or(fmt::Error)?;
        self.text.push_str(text);
        Ok(())
    }
}

impl<'t> Line<'t> {
    pub fn new(text: &'t mut String, room: usize) -> Self {
        Line { text, room }
    }

    pub fn expression(&mut self, expr: &Expr) -> fmt::Result {
        match expr {
            Expr::Identifier(name) => self.name(name),
            Expr::CompoundIdentifier(names) => self.separated(names, ".", Self::name),
            Expr::Value(value) => self.value(&value.value),
            Expr::BinaryOp { left, op, right } => {
                self.expression(left)?;
                self.words(&[" ", operator(op).unwrap_or_default()])?;
                if operator(op).is_none() {
                    write!(self, "{op}")?;
                }
                self.write_str(" ")?;
                self.expression(right)
            }
            Expr::Nested(inner) => self.around("(", inner, ")"),
            Expr::IsNull(inner) => self.around("", inner, " IS NULL"),
            Expr::IsNotNull(inner) => self.around("", inner, " IS NOT NULL"),
            Expr::IsNotDistinctFrom(left, right) => {
                self.around("", left, " IS NOT DISTINCT FROM ")?;
                self.expression(right)
            }
            Expr::Between { expr, negated, low, high } => {
                self.around("", expr, if *negated { " NOT BETWEEN " } else { " BETWEEN " })?;
                self.around("", low, " AND ")?;
                self.expression(high)
            }
            Expr::In { expr: inner, target: InTarget::List(list), negated, global: false } => {
                self.around("", inner, if *negated { " NOT IN (" } else { " IN (" })?;
                self.separated(list, ", ", Self::expression)?;
                self.write_str(")")
            }
            Expr::Cast { kind: CastKind::Cast, expr: inner, data_type, format: None } => {
                self.around("CAST(", inner, " AS ")?;
                self.data_type(data_type)?;
                self.write_str(")")
            }
            Expr::Case { operand: None, conditions, else_result, .. } => self.case(conditions, else_result.as_deref()),
            Expr::Function(function) => self.function(function),
            Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false }) => {
                self.data_type(data_type)?;
                self.write_str(" ")?;
                self.value(&value.value)
            }
            rare => self.shown(rare),
        }
    }

    /// The items with the separator between them.
    pub fn separated<T>(
        &mut self,
        items: &[T],
        separator: &str,
        write: impl Fn(&mut Self, &T) -> fmt::Result,
    ) -> fmt::Result {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.write_str(separator)?;
            }
            write(self, item)?;
        }
        Ok(())
    }

    pub fn name(&mut self, name: &Ident) -> fmt::Result {
        if name.quote_style.is_none() { self.write_str(&name.value) } else { self.shown(name) }
    }

    /// A table and its alias.
    pub fn relation(&mut self, relation: &TableFactor) -> fmt::Result {
        match relation {
            TableFactor::Table {
                name,
                alias: Some(TableAlias { explicit: true, name: alias, columns, at: None }),
                ..
            } if columns.is_empty() && is_bare(relation) => {
                self.object(name)?;
                self.write_str(" AS ")?;
                self.name(alias)
            }
            rare => self.shown(rare),
        }
    }

    fn object(&mut self, object: &ObjectName) -> fmt::Result {
        self.separated(&object.0, ".", |line, part| match part {
            ObjectNamePart::Identifier(name) => line.name(name),
            rare => line.shown(rare),
        })
    }

    fn value(&mut self, value: &Value) -> fmt::Result {
        match value {
            Value::Number(text, false) => self.write_str(text),
            Value::Null => self.write_str("NULL"),
            Value::Boolean(value) => self.write_str(if *value { "true" } else { "false" }),
            Value::SingleQuotedString(text) if !text.contains(['\'', '\\']) => self.words(&["'", text, "'"]),
            rare => self.shown(rare),
        }
    }

    fn data_type(&mut self, data_type: &DataType) -> fmt::Result {
        match data_type {
            DataType::Date => self.write_str("DATE"),
            rare => self.shown(rare),
        }
    }

    fn case(&mut self, conditions: &[CaseWhen], otherwise: Option<&Expr>) -> fmt::Result {
        self.write_str("CASE")?;
        for CaseWhen { condition, result } in conditions {
            self.around(" WHEN ", condition, " THEN ")?;
            self.expression(result)?;
        }
        if let Some(otherwise) = otherwise {
            self.around(" ELSE ", otherwise, "")?;
        }
        self.write_str(" END")
    }

    fn function(&mut self, function: &Function) -> fmt::Result {
        match (&function.args, is_plain(function)) {
            (FunctionArguments::List(list), true) => {
                self.object(&function.name)?;
                self.write_str("(")?;
                self.arguments(list)?;
                self.write_str(")")
            }
            _ => self.shown(function),
        }
    }

    fn arguments(&mut self, list: &FunctionArgumentList) -> fmt::Result {
        match list.duplicate_treatment {
            Some(DuplicateTreatment::Distinct) => self.write_str("DISTINCT ")?,
            Some(DuplicateTreatment::All) => self.write_str("ALL ")?,
            None => {}
        }
        self.separated(&list.args, ", ", |line, argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => line.expression(value),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => line.write_str("*"),
            rare => line.shown(rare),
        })
    }

    fn around(&mut self, before: &str, inner: &Expr, after: &str) -> fmt::Result {
        self.write_str(before)?;
        self.expression(inner)?;
        self.write_str(after)
    }

    fn words(&mut self, words: &[&str]) -> fmt::Result {
        words.iter().try_for_each(|word| self.write_str(word))
    }

    /// As `sqlparser` writes it.
    pub fn shown(&mut self, node: &impl Display) -> fmt::Result {
        write!(self, "{node}")
    }
}

/// The operators of our statements; any other writes itself.
fn operator(op: &BinaryOperator) -> Option<&'static str> {
    let word = match op {
        BinaryOperator::Plus => "+",
        BinaryOperator::Minus => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Eq => "=",
        BinaryOperator::NotEq => "<>",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
        BinaryOperator::And => "AND",
        BinaryOperator::Or => "OR",
        _ => return None,
    };
    Some(word)
}

/// A name and its arguments, nothing after them.
fn is_plain(function: &Function) -> bool {
    let Function { uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over, .. } = function;
    let no_clauses = matches!(args, FunctionArguments::List(list) if list.clauses.is_empty());
    let nothing_else = filter.is_none() && null_treatment.is_none() && over.is_none() && within_group.is_empty();
    no_clauses && nothing_else && !uses_odbc_syntax && matches!(parameters, FunctionArguments::None)
}

/// A table by its name, without hints, versions or samples.
fn is_bare(relation: &TableFactor) -> bool {
    match relation {
        TableFactor::Table { args, with_hints, version, with_ordinality, partitions, json_path, sample, .. } => {
            let untouched = args.is_none() && version.is_none() && json_path.is_none() && sample.is_none();
            untouched && with_hints.is_empty() && partitions.is_empty() && !with_ordinality
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn parsed(text: &str) -> Expr {
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).unwrap();
        parser.parse_expr().unwrap()
    }

    fn written(expr: &Expr, room: usize) -> Option<String> {
        let mut text = String::new();
        Line::new(&mut text, room).expression(expr).ok().map(|()| text)
    }

    #[test]
    fn every_expression_is_written_as_sqlparser_writes_it() {
        let texts = [
            "a",
            "\"A b\".c",
            "1",
            "-2.50",
            "NULL",
            "true",
            "'it''s'",
            "'a\\b'",
            "'plain'",
            "DATE '2025-12-31'",
            "a + b - c * d / e",
            "a % b",
            "a || b",
            "a = 1 AND b <> 2 OR NOT c",
            "(a < b) AND (c >= d)",
            "a IS NULL",
            "a + 1 IS NOT NULL",
            "a IS DISTINCT FROM b",
            "a IS NOT DISTINCT FROM b",
            "a BETWEEN 1 AND 2",
            "a NOT BETWEEN b + 1 AND 2",
            "a IN (1, 'x', NULL)",
            "a NOT IN (b)",
            "a IN (SELECT b FROM c)",
            "EXISTS (SELECT 1 FROM c)",
            "a LIKE 'x%' ESCAPE '~'",
            "a NOT LIKE b",
            "CAST(a AS DATE)",
            "CAST(a + 1 AS DECIMAL(38,10))",
            "TRY_CAST(a AS INT)",
            "a::int",
            "CASE WHEN a THEN 1 WHEN b = 2 THEN 3 ELSE c END",
            "CASE WHEN a THEN 1 END",
            "CASE a WHEN 1 THEN 2 END",
            "COUNT(*)",
            "COUNT(DISTINCT a)",
            "COALESCE(a, 0)",
            "f()",
            "s.f(a)",
            "SUM(ALL a)",
            "ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC)",
            "SUM(a) FILTER (WHERE b)",
            "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)",
            "f(x => 1)",
            "INTERVAL '1' DAY",
            "(SELECT 1)",
        ];
        for text in texts {
            let expr = parsed(text);
            assert_eq!(written(&expr, usize::MAX), Some(expr.to_string()));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let expr = parsed("COALESCE(amount, 0) + 1");
        assert_eq!(written(&expr, 23).as_deref(), Some("COALESCE(amount, 0) + 1"));
        assert_eq!(written(&expr, 22), None);
    }
}
