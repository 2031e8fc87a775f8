//! The tree as a person would lay it out: a clause a line, a condition a line, long expressions broken.
//!
//! Every word comes from the tree and the dialect; only blanks and line ends are chosen here.

use std::fmt::{self, Display, Write};

use sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    Ident, Join, JoinConstraint, JoinOperator, Select, SelectItem, SetExpr, SetQuantifier,
};

use super::ast::{self, Beside};
use super::common;
use super::dialects::{Ctes, Dialect, Holes, Spelling, in_hole};
use super::flat::{self, Line};

const WIDTH: usize = 100;
const STEP: usize = 4;
const BLANKS: &str = "                                                                ";

/// A common table expression at the end of a text.
pub fn write_cte(name: &Ident, body: &SetExpr, dialect: &'static Dialect, text: &mut String) {
    let mut page = Page { dialect, text, holes: Holes::default() };
    page.name(name);
    page.push(match dialect.ctes {
        Ctes::Free => " AS (\n",
        Ctes::Materialised => " AS MATERIALIZED (\n",
    });
    page.body(body, STEP);
    page.push("\n)");
}

/// A statement, without what stands before its body, at the end of a text.
pub fn write_body(body: &SetExpr, dialect: &'static Dialect, text: &mut String) {
    Page { dialect, text, holes: Holes::default() }.body(body, 0);
}

/// The text so far. Each method writes one node, its first line where the text stands, the lines after it
/// at the column `indent`.
struct Page<'t, 'e> {
    dialect: &'static Dialect,
    text: &'t mut String,
    /// What stands in the holes of the template at hand.
    holes: Holes<'e>,
}

impl<'e> Page<'_, 'e> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A node as `sqlparser` writes it.
    fn put(&mut self, node: &impl Display) {
        let _ = write!(self.text, "{node}");
    }

    fn name(&mut self, name: &'e Ident) {
        self.flat(|line| line.name(name));
    }

    fn pad(&mut self, indent: usize) {
        let mut left = indent;
        while left > 0 {
            let some = BLANKS.get(..left).unwrap_or(BLANKS);
            self.push(some);
            left -= some.len();
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.push("\n");
        self.pad(indent);
    }

    /// What `write` writes, if it has at most `room` bytes; else the text stays as it was.
    fn fits(&mut self, room: usize, write: impl FnOnce(&mut Line<'_, 'e>) -> fmt::Result) -> bool {
        let before = self.text.len();
        let fits = write(&mut Line::new(self.dialect, self.holes, self.text, room)).is_ok();
        if !fits {
            self.text.truncate(before);
        }
        fits
    }

    /// On one line, however long.
    fn flat(&mut self, write: impl FnOnce(&mut Line<'_, 'e>) -> fmt::Result) {
        self.fits(usize::MAX, write);
    }

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
            self.new_line(indent);
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
            self.new_line(indent);
            self.conditions("HAVING", condition, indent);
        }
    }

    fn items(&mut self, select: &'e Select, indent: usize) {
        let word = if select.distinct.is_some() { "SELECT DISTINCT" } else { "SELECT" };
        self.push(word);
        let room = WIDTH.saturating_sub(indent + word.len());
        if select.projection.len() <= 2 && self.fits(room, |line| short_items(line, &select.projection)) {
            return;
        }
        for (at, item) in select.projection.iter().enumerate() {
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
                self.name(alias);
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
        let before = self.text.len();
        self.push(word);
        self.flat(|line| line.relation(&join.relation));
        let Some(on) = on else { return };
        let taken = indent + self.text.len() - before;
        let on_same_line = |line: &mut Line<'_, 'e>| line.write_str(" ON ").and_then(|()| line.expression(on));
        if !self.fits(WIDTH.saturating_sub(taken), on_same_line) {
            self.new_line(indent + 2);
            self.conditions("ON", on, indent + 2);
        }
    }

    /// The keyword and the conjuncts, one a line, each `AND` under the keyword's end.
    fn conditions(&mut self, word: &str, condition: &'e Expr, indent: usize) {
        let width = word.len().max(3);
        let all = ast::operands(condition, &BinaryOperator::And);
        let beside = if all.len() > 1 { Beside::And } else { Beside::Nothing };
        for (at, part) in all.into_iter().enumerate() {
            if at > 0 {
                self.new_line(indent);
            }
            let head = if at == 0 { word } else { "AND" };
            self.pad(width - head.len());
            self.push(head);
            self.push(" ");
            self.operand(beside, part, indent + width + 1);
        }
    }

    fn expression(&mut self, expr: &'e Expr, indent: usize) {
        self.operand(Beside::Nothing, expr, indent);
    }

    /// In parentheses if what the dialect writes for it, or what stands in the hole that it is, needs some there.
    fn operand(&mut self, beside: Beside, expr: &'e Expr, indent: usize) {
        match in_hole(expr, &self.holes) {
            Some(argument) if beside.nests(argument) => self.nested(argument, indent),
            Some(argument) => self.spelled(beside, argument, indent),
            None => self.spelled(beside, expr, indent),
        }
    }

    fn spelled(&mut self, beside: Beside, expr: &'e Expr, indent: usize) {
        let spelling = if common::varies(expr) { self.dialect.spelled(expr) } else { None };
        let Some(Spelling { template, holes }) = spelling else { return self.plain(expr, indent) };
        let outer = std::mem::replace(&mut self.holes, holes);
        if beside.nests(template) {
            self.nested(template, indent)
        } else {
            self.plain(template, indent)
        }
        self.holes = outer;
    }

    /// What every dialect writes alike, but for what it is made of, on one line or over several.
    fn plain(&mut self, expr: &'e Expr, indent: usize) {
        if !self.fits(WIDTH.saturating_sub(indent), |line| line.plain(expr)) {
            self.broken(expr, indent);
        }
    }

    /// In parentheses, on one line or over several.
    fn nested(&mut self, expr: &'e Expr, indent: usize) {
        if !self.fits(WIDTH.saturating_sub(indent), |line| line.around("(", expr, ")")) {
            self.in_parentheses(expr, indent);
        }
    }

    fn in_parentheses(&mut self, expr: &'e Expr, indent: usize) {
        self.push("(");
        self.new_line(indent + STEP);
        self.expression(expr, indent + STEP);
        self.new_line(indent);
        self.push(")");
    }

    /// Over several lines.
    fn broken(&mut self, expr: &'e Expr, indent: usize) {
        match expr {
            Expr::Case { conditions, else_result, operand: None, .. } => {
                self.case(conditions, else_result.as_deref(), indent);
            }
            Expr::BinaryOp { op, .. } if matches!(op, BinaryOperator::And | BinaryOperator::Or) => {
                for (at, part) in ast::operands(expr, op).into_iter().enumerate() {
                    if at > 0 {
                        self.operator(op, indent);
                    }
                    self.operand(Beside::of(op), part, indent);
                }
            }
            Expr::BinaryOp { left, op, right } => {
                self.operand(Beside::of(op), left, indent);
                self.operator(op, indent);
                self.operand(Beside::of(op), right, indent + 2);
            }
            Expr::Nested(inner) => self.in_parentheses(inner, indent),
            Expr::Function(function) => self.function(function, indent),
            Expr::Cast { expr: inner, data_type, .. } => self.cast(inner, data_type, indent),
            _ => self.flat(|line| line.expression(expr)),
        }
    }

    fn operator(&mut self, op: &BinaryOperator, indent: usize) {
        self.new_line(indent);
        match flat::operator(op) {
            Some(word) => self.push(word.trim_start()),
            None => {
                self.put(op);
                self.push(" ");
            }
        }
    }

    fn case(&mut self, conditions: &'e [CaseWhen], otherwise: Option<&'e Expr>, indent: usize) {
        self.push("CASE");
        for CaseWhen { condition, result } in conditions {
            self.branch("WHEN ", condition, indent);
            self.branch("THEN ", result, indent);
        }
        if let Some(otherwise) = otherwise {
            self.branch("ELSE ", otherwise, indent);
        }
        self.new_line(indent);
        self.push("END");
    }

    fn branch(&mut self, word: &str, expr: &'e Expr, indent: usize) {
        self.new_line(indent + STEP);
        self.push(word);
        self.expression(expr, indent + STEP + word.len());
    }

    fn cast(&mut self, inner: &'e Expr, data_type: &DataType, indent: usize) {
        self.push("CAST(");
        self.new_line(indent + STEP);
        self.expression(inner, indent + STEP);
        self.new_line(indent);
        self.push("AS ");
        self.flat(|line| line.data_type(data_type));
        self.push(")");
    }

    /// A function of plain arguments, one a line; any other on one.
    fn function(&mut self, function: &'e Function, indent: usize) {
        let Some((distinct, args)) = plain_arguments(function) else {
            return self.flat(|line| line.function(function));
        };
        self.flat(|line| line.called(&function.name));
        self.push(if distinct { "(DISTINCT" } else { "(" });
        for (at, value) in args.into_iter().enumerate() {
            self.push(if at > 0 { "," } else { "" });
            self.new_line(indent + STEP);
            self.expression(value, indent + STEP);
        }
        self.new_line(indent);
        self.push(")");
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

/// Whether they are distinct, and the arguments, where they can stand one a line.
fn plain_arguments(function: &Function) -> Option<(bool, Vec<&Expr>)> {
    let FunctionArguments::List(list) = &function.args else { return None };
    if function.over.is_some() || !function.within_group.is_empty() || list.args.is_empty() {
        return None;
    }
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
        _ => None,
    });
    Some((list.duplicate_treatment.is_some(), args.collect::<Option<Vec<_>>>()?))
}
