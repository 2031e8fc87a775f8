//! An expression on one line where it fits, else over several.
//!
//! Every word comes from the tree and the dialect; only blanks and line ends are chosen here.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
};

use super::ast::{self, Beside};
use super::common;
use super::dialects::{Spelling, in_hole};
use super::flat;
use super::page::{Page, STEP, WIDTH};

impl<'e> Page<'_, '_, 'e> {
    /// `indent` is that of the line it begins on: what follows on lines of its own stands one step deeper.
    pub fn expression(&mut self, expr: &'e Expr, indent: usize) {
        self.operand(Beside::Nothing, expr, indent);
    }

    /// In parentheses if what the dialect writes for it, or what stands in the hole that it is, needs some there.
    pub fn operand(&mut self, beside: Beside, expr: &'e Expr, indent: usize) {
        match in_hole(expr, &self.holes) {
            Some(argument) if beside.nests(argument) => self.nested(argument, indent),
            Some(argument) => self.spelled(beside, argument, indent),
            None => self.spelled(beside, expr, indent),
        }
    }

    fn spelled(&mut self, beside: Beside, expr: &'e Expr, indent: usize) {
        if !common::varies(expr) {
            return self.plain(expr, indent);
        }
        self.apart(|dialect, page| {
            let Some(Spelling { template, holes }) = dialect.spelled(expr) else { return page.plain(expr, indent) };
            if let Some(itself) = in_hole(template, &holes) {
                return page.operand(beside, itself, indent);
            }
            page.holes = holes;
            if beside.nests(template) { page.nested(template, indent) } else { page.plain(template, indent) }
        });
    }

    /// What every dialect writes alike, but for what it is made of, on one line or over several.
    fn plain(&mut self, expr: &'e Expr, indent: usize) {
        self.fit(WIDTH.saturating_sub(indent), |line| line.plain(expr), |page| page.broken(expr, indent));
    }

    /// In parentheses, on one line or over several.
    fn nested(&mut self, expr: &'e Expr, indent: usize) {
        let line_room = WIDTH.saturating_sub(indent);
        self.fit(line_room, |line| line.around("(", expr, ")"), |page| page.in_parentheses(expr, indent));
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
