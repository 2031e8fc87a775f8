//! An expression on one line, as a dialect spells it and else word for word as `sqlparser` writes it.
//!
//! `sqlparser` writes through `fmt`, which costs more than the words themselves; the nodes of our statements are
//! written straight here. What is none of them goes through its own `Display`.

use std::fmt::{self, Write};

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, InTarget, TableAlias, TableFactor, TypedString, UnaryOperator,
    Value,
};

use super::ast::Beside;
use super::common;
use super::dialects::{Dates, Spelling, in_hole};
use super::line::Line;

impl<'e> Line<'_, 'e> {
    /// Fails where the line has no room left: then it is written over several.
    pub fn expression(&mut self, expr: &'e Expr) -> fmt::Result {
        self.operand(Beside::Nothing, expr)
    }

    /// In parentheses if what the dialect writes for it, or what stands in the hole that it is, needs some there.
    fn operand(&mut self, beside: Beside, expr: &'e Expr) -> fmt::Result {
        match in_hole(expr, &self.holes) {
            Some(argument) if beside.nests(argument) => self.around("(", argument, ")"),
            Some(argument) => self.spelled(beside, argument),
            None => self.spelled(beside, expr),
        }
    }

    fn spelled(&mut self, beside: Beside, expr: &'e Expr) -> fmt::Result {
        let spelling = if common::varies(expr) { self.dialect().spelled(expr) } else { None };
        let Some(Spelling { template, holes }) = spelling else { return self.plain(expr) };
        if let Some(itself) = in_hole(template, &holes) {
            return self.operand(beside, itself);
        }
        let outer = std::mem::replace(&mut self.holes, holes);
        if beside.nests(template) {
            self.around("(", template, ")")?
        } else {
            self.plain(template)?
        }
        self.holes = outer;
        Ok(())
    }

    /// What every dialect writes alike, but for what it is made of.
    pub fn plain(&mut self, expr: &'e Expr) -> fmt::Result {
        match expr {
            Expr::Identifier(name) => self.name(name),
            Expr::CompoundIdentifier(names) => self.separated(names, ".", Self::name),
            Expr::Value(value) => self.value(&value.value),
            Expr::BinaryOp { left, op, right } => self.operation(left, op, right),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => {
                self.write_str("-")?;
                self.operand(Beside::Operation, inner)
            }
            Expr::Nested(inner) => self.around("(", inner, ")"),
            Expr::Cast { kind: CastKind::Cast, expr: inner, data_type, format: None } => {
                self.around("CAST(", inner, " AS ")?;
                self.data_type(data_type)?;
                self.write_str(")")
            }
            Expr::Case { operand: None, conditions, else_result, .. } => self.case(conditions, else_result.as_deref()),
            Expr::Function(function) => self.function(function),
            Expr::TypedString(TypedString { data_type: DataType::Date, value, uses_odbc_syntax: false }) => {
                self.date(&value.value)
            }
            test => self.test(test),
        }
    }

    fn operation(&mut self, left: &'e Expr, op: &BinaryOperator, right: &'e Expr) -> fmt::Result {
        let beside = Beside::of(op);
        self.operand(beside, left)?;
        match operator(op) {
            Some(word) => self.write_str(word)?,
            None => write!(self, " {op} ")?,
        }
        self.operand(beside, right)
    }

    fn date(&mut self, date: &Value) -> fmt::Result {
        let (before, after) = match self.dialect().dates {
            Dates::Typed => ("DATE ", ""),
            Dates::Cast => ("CAST(", " AS DATE)"),
        };
        self.write_str(before)?;
        self.value(date)?;
        self.write_str(after)
    }

    fn case(&mut self, conditions: &'e [CaseWhen], otherwise: Option<&'e Expr>) -> fmt::Result {
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

    /// What is asked of a value; a node that is none of ours writes itself.
    fn test(&mut self, test: &'e Expr) -> fmt::Result {
        match test {
            Expr::IsNull(inner) => self.beside(inner, " IS NULL"),
            Expr::IsNotNull(inner) => self.beside(inner, " IS NOT NULL"),
            Expr::IsNotDistinctFrom(left, right) => {
                self.around("", left, " IS NOT DISTINCT FROM ")?;
                self.expression(right)
            }
            Expr::Between { expr, negated, low, high } => {
                self.beside(expr, if *negated { " NOT BETWEEN " } else { " BETWEEN " })?;
                self.beside(low, " AND ")?;
                self.operand(Beside::Operation, high)
            }
            Expr::Like { negated, any: false, expr: inner, pattern, escape_char } => {
                self.around("", inner, if *negated { " NOT LIKE " } else { " LIKE " })?;
                self.pattern(pattern, escape_char.as_deref())
            }
            Expr::In { expr: inner, target: InTarget::List(list), negated, global: false } => {
                self.beside(inner, if *negated { " NOT IN (" } else { " IN (" })?;
                self.separated(list, ", ", Self::expression)?;
                self.write_str(")")
            }
            Expr::Collate { expr: inner, collation } => {
                self.beside(inner, " COLLATE ")?;
                self.shown(collation)
            }
            rare => self.shown(rare),
        }
    }

    /// A pattern and the sign that escapes in it.
    fn pattern(&mut self, pattern: &'e Expr, escape: Option<&Expr>) -> fmt::Result {
        let (Expr::Value(value), Some(_)) = (pattern, escape) else { return self.expression(pattern) };
        let Value::SingleQuotedString(text) = &value.value else { return self.expression(pattern) };
        let (text, escapes) = self.dialect().pattern(text);
        self.text_literal(&text)?;
        if escapes { write!(self, " ESCAPE '{}'", common::ESCAPE) } else { Ok(()) }
    }

    /// A table and its alias.
    pub fn relation(&mut self, relation: &'e TableFactor) -> fmt::Result {
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

    /// `before` and `after` are written as they are.
    pub fn around(&mut self, before: &str, inner: &'e Expr, after: &str) -> fmt::Result {
        self.write_str(before)?;
        self.expression(inner)?;
        self.write_str(after)
    }

    /// An operand and what follows it.
    fn beside(&mut self, operand: &'e Expr, after: &str) -> fmt::Result {
        self.operand(Beside::Operation, operand)?;
        self.write_str(after)
    }
}

/// The operators of our statements, between blanks; any other writes itself.
pub fn operator(op: &BinaryOperator) -> Option<&'static str> {
    let word = match op {
        BinaryOperator::Plus => " + ",
        BinaryOperator::Minus => " - ",
        BinaryOperator::Multiply => " * ",
        BinaryOperator::Divide => " / ",
        BinaryOperator::Eq => " = ",
        BinaryOperator::NotEq => " <> ",
        BinaryOperator::Lt => " < ",
        BinaryOperator::LtEq => " <= ",
        BinaryOperator::Gt => " > ",
        BinaryOperator::GtEq => " >= ",
        BinaryOperator::And => " AND ",
        BinaryOperator::Or => " OR ",
        _ => return None,
    };
    Some(word)
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

    use super::super::ast;
    use super::super::dialects::{Dialect, Holes};
    use super::*;
    use crate::settings::DialectName;

    fn parsed(text: &str) -> Expr {
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).unwrap();
        parser.parse_expr().unwrap()
    }

    fn written(expr: &Expr, room: usize) -> Option<String> {
        let mut text = String::new();
        let mut line = Line::new(Dialect::named(DialectName::DuckDb), Holes::default(), &mut text, room);
        line.expression(expr).ok().map(|()| text)
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
            "a LIKE 'x~%%' ESCAPE '~'",
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

    fn in_every_dialect(expr: &Expr) -> Vec<String> {
        let spelled = |name| {
            let mut text = String::new();
            Line::new(Dialect::named(name), Holes::default(), &mut text, usize::MAX).expression(expr).unwrap();
            text
        };
        DialectName::NAMES.iter().map(|(_, name)| spelled(*name)).collect()
    }

    #[test]
    fn what_dialects_spell_in_their_own_words_stands_in_parentheses_where_it_is_an_operation() {
        let difference = common::days_between(common::column("a", "from"), common::column("a", "to"));
        let doubled = ast::arithmetic(difference.clone(), BinaryOperator::Multiply, ast::number(2));
        assert_eq!(
            in_every_dialect(&doubled),
            [
                "DATEDIFF(day, a.[from], a.[to]) * 2",
                "DATEDIFF(a.`to`, a.`from`) * 2",
                "DATE_DIFF('day', a.\"from\", a.\"to\") * 2",
                "(a.\"to\" - a.\"from\") * 2",
            ]
        );
        assert_eq!(in_every_dialect(&ast::is_null(difference))[3], "(a.\"to\" - a.\"from\") IS NULL");
    }

    #[test]
    fn a_pattern_escapes_what_is_special_in_the_dialect() {
        let like = common::like(common::column("a", "b"), "50% [off] \\ it's", |text| format!("{text}%"), false);
        assert_eq!(
            in_every_dialect(&like),
            [
                "a.b LIKE '50~% ~[off] \\ it''s%' ESCAPE '~'",
                "a.b LIKE '50~% [off] \\\\ it\\'s%' ESCAPE '~'",
                "a.b LIKE '50~% [off] \\ it''s%' ESCAPE '~'",
                "a.b LIKE '50~% [off] \\ it''s%' ESCAPE '~'",
            ]
        );
    }

    #[test]
    fn values_that_may_both_be_missing_are_compared_as_one_condition_among_others() {
        let (left, right) = (common::column("a", "x"), common::column("b", "x"));
        let both = ast::all([ast::is_null(common::column("c", "x")), common::same(left.clone(), right.clone())]);
        assert_eq!(in_every_dialect(&both)[0], "c.x IS NULL AND (a.x = b.x OR a.x IS NULL AND b.x IS NULL)");
        let either = ast::any([ast::is_null(right.clone()), common::same(left, right)]);
        assert_eq!(in_every_dialect(&either)[0], "b.x IS NULL OR a.x = b.x OR a.x IS NULL AND b.x IS NULL");
    }

    #[test]
    fn days_added_to_days_are_added_up() {
        let day = common::column("a", "d");
        assert_eq!(common::add_days(common::add_days(day.clone(), 1), -1), day);
        assert_eq!(in_every_dialect(&common::add_days(common::add_days(day, -1), -1))[1], "DATE_SUB(a.d, 2)");
    }
}
