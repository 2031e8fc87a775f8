//! Statements as a person would lay them out, in several dialects at once: a clause a line, a condition a line, long
//! expressions broken.

use std::fmt::{self, Write};

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, Select, SelectItem, SetExpr,
    SetQuantifier,
};

use super::ast::{self, Beside};
use super::dialects::Ctes;
use super::line::Line;
use super::page::{self, Page, STEP, Text, WIDTH};

/// A common table expression at the end of the texts.
pub fn write_cte(name: &Ident, body: &SetExpr, texts: &mut [Text<'_>]) {
    page::write(texts, |page| {
        page.flat(|line| line.name(name));
        page.apart(|dialect, page| match dialect.ctes {
            Ctes::Free => page.push(" AS (\n"),
            Ctes::Materialised => page.push(" AS MATERIALIZED (\n"),
        });
        page.body(body, STEP);
        page.push("\n)");
    });
}

/// A statement, without what stands before its body, at the end of the texts.
pub fn write_body(body: &SetExpr, texts: &mut [Text<'_>]) {
    page::write(texts, |page| page.body(body, 0));
}

impl<'e> Page<'_, '_, 'e> {
    fn body(&mut self, body: &'e SetExpr, indent: usize) {
        match body {
            SetExpr::Select(inner) => self.select(inner, indent),
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                self.body(left, indent);
                self.new_line(indent);
                self.put(op);
                if *set_quantifier != SetQuantifier::None {
                    self.push(" ");
                    self.put(set_quantifier);
                }
                self.push("\n");
                self.body(right, indent);
            }
            other => {
                self.pad(indent);
                self.put(other);
            }
        }
    }

    fn select(&mut self, select: &'e Select, indent: usize) {
        self.pad(indent);
        self.items(select, indent);
        for from in &select.from {
            self.new_line(indent);
            self.push("FROM ");
            self.flat(|line| line.relation(&from.relation));
            for join in &from.joins {
                self.new_line(indent);
                self.join(join, indent);
            }
        }
        if let Some(condition) = &select.selection {
            self.conditions("WHERE", condition, indent);
        }
        if let GroupByExpr::Expressions(keys, _) = &select.group_by
            && !keys.is_empty()
        {
            self.new_line(indent);
            self.push("GROUP BY ");
            self.flat(|line| line.separated(keys, ", ", Line::expression));
        }
        if let Some(condition) = &select.having {
            self.conditions("HAVING", condition, indent);
        }
    }

    fn items(&mut self, select: &'e Select, indent: usize) {
        let word = if select.distinct.is_some() { "SELECT DISTINCT" } else { "SELECT" };
        self.push(word);
        let items = select.projection.as_slice();
        let room = WIDTH.saturating_sub(indent + word.len());
        match items.len() {
            ..=2 => self.fit(room, |line| short_items(line, items), |page| page.long_items(items, indent)),
            _ => self.long_items(items, indent),
        }
    }

    /// One a line.
    fn long_items(&mut self, items: &'e [SelectItem], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            self.push(if at > 0 { "," } else { "" });
            self.new_line(indent + STEP);
            self.item(item, indent + STEP);
        }
    }

    fn item(&mut self, item: &'e SelectItem, indent: usize) {
        match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                self.expression(expr, indent);
                self.push(" AS ");
                self.flat(|line| line.name(alias));
            }
            SelectItem::UnnamedExpr(expr) => self.expression(expr, indent),
            other => self.put(other),
        }
    }

    fn join(&mut self, join: &'e Join, indent: usize) {
        let (word, on) = match &join.join_operator {
            JoinOperator::Left(JoinConstraint::On(on)) => ("LEFT JOIN ", Some(on)),
            JoinOperator::Join(JoinConstraint::On(on)) => ("JOIN ", Some(on)),
            JoinOperator::CrossJoin(_) => ("CROSS JOIN ", None),
            _ => return self.put(join),
        };
        self.push(word);
        let Some(on) = on else { return self.flat(|line| line.relation(&join.relation)) };
        let on_one_line = |line: &mut Line<'_, 'e>| {
            line.relation(&join.relation)?;
            line.write_str(" ON ")?;
            line.expression(on)
        };
        self.fit(WIDTH.saturating_sub(indent + word.len()), on_one_line, |page| {
            page.flat(|line| line.relation(&join.relation));
            page.conditions("ON", on, indent + 2);
        });
    }

    /// The keyword and the conjuncts, one a line, each `AND` under the keyword's end.
    fn conditions(&mut self, word: &str, condition: &'e Expr, indent: usize) {
        let width = word.len().max(3);
        let all = ast::operands(condition, &BinaryOperator::And);
        let beside = if all.len() > 1 { Beside::And } else { Beside::Nothing };
        for (at, part) in all.into_iter().enumerate() {
            let head = if at == 0 { word } else { "AND" };
            self.new_line(indent + width - head.len());
            self.push(head);
            self.push(" ");
            self.operand(beside, part, indent + width + 1);
        }
    }
}

fn short_items<'e>(line: &mut Line<'_, 'e>, items: &'e [SelectItem]) -> fmt::Result {
    line.write_str(" ")?;
    line.separated(items, ", ", |line, item| match item {
        SelectItem::ExprWithAlias { expr, alias } => {
            line.expression(expr)?;
            line.write_str(" AS ")?;
            line.name(alias)
        }
        SelectItem::UnnamedExpr(expr) => line.expression(expr),
        other => line.shown(other),
    })
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::super::dialects::Dialect;
    use super::*;
    use crate::settings::DialectName;

    fn written(body: &SetExpr, dialects: &[&'static Dialect]) -> Vec<String> {
        let mut texts = vec![String::new(); dialects.len()];
        let mut all: Vec<Text<'_>> = dialects.iter().copied().zip(&mut texts).collect();
        write_cte(&Ident::new("a"), body, &mut all);
        write_body(body, &mut all);
        texts
    }

    #[test]
    fn a_dialect_is_written_among_others_as_alone() {
        let dialects: Vec<_> = DialectName::NAMES.iter().map(|(_, name)| Dialect::named(*name)).collect();
        for length in 1..90 {
            // The longer the name, the more dialects have no room for it on one line.
            let name = "n".repeat(length);
            let text = format!(
                "SELECT \"order\".{name} AS a, COUNT(CASE WHEN {name} = TRUE AND b >= DATE '2025-01-01' THEN 1 END) AS b, \
                 carat.days_after({name}, 1) AS c, {name} IS NOT DISTINCT FROM d AS e FROM \"order\" AS o \
                 JOIN t AS t ON {name} = \"select\" AND t.a = CAST(o.{name} AS DOUBLE) \
                 WHERE {name} = 'it''s' OR o.b = 1 GROUP BY {name} UNION ALL SELECT {name}, TRUE FROM t AS t"
            );
            let body = Parser::parse_sql(&GenericDialect {}, &text).unwrap().remove(0);
            let sqlparser::ast::Statement::Query(query) = body else { panic!("{text} is no query") };
            let alone: Vec<String> = dialects.iter().flat_map(|dialect| written(&query.body, &[*dialect])).collect();
            assert_eq!(written(&query.body, &dialects), alone);
        }
    }
}
