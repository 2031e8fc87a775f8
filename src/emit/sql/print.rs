//! The tree as a person would lay it out: a clause a line, a condition a line, long expressions broken.
//!
//! Every word comes from the tree; only blanks and line ends are chosen here.

use std::fmt::Write;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Join, JoinConstraint,
    JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr,
};

const WIDTH: usize = 100;
const STEP: usize = 4;

/// A statement without its final semicolon.
pub fn query(query: &Query) -> String {
    let mut out = String::new();
    if let Some(with) = &query.with {
        out.push_str("WITH ");
        for (at, cte) in with.cte_tables.iter().enumerate() {
            let comma = if at + 1 < with.cte_tables.len() { ",\n" } else { "\n" };
            let how = cte.materialized.as_ref().map_or(String::new(), |how| format!("{how} "));
            let _ = write!(out, "{} AS {how}(\n{}\n){comma}", cte.alias.name, body(&cte.query.body, STEP));
        }
    }
    out + &body(&query.body, 0)
}

/// `CREATE .. NAME AS` and the text of the query.
pub fn create(what: &str, name: &ObjectName, query: &str) -> String {
    format!("{what} {name} AS\n{query}")
}

fn body(body: &SetExpr, indent: usize) -> String {
    match body {
        SetExpr::Select(inner) => select(inner, indent),
        SetExpr::SetOperation { left, op, set_quantifier, right } => {
            let quantifier = set_quantifier.to_string();
            let word = if quantifier.is_empty() { op.to_string() } else { format!("{op} {quantifier}") };
            format!("{}\n{}{word}\n{}", self::body(left, indent), pad(indent), self::body(right, indent))
        }
        other => format!("{}{other}", pad(indent)),
    }
}

fn select(select: &Select, indent: usize) -> String {
    let mut lines = vec![items(select, indent)];
    for from in &select.from {
        lines.push(format!("{}FROM {}", pad(indent), from.relation));
        lines.extend(from.joins.iter().map(|join| self::join(join, indent)));
    }
    lines.extend(select.selection.as_ref().map(|condition| conditions("WHERE", condition, indent)));
    if let GroupByExpr::Expressions(keys, _) = &select.group_by
        && !keys.is_empty()
    {
        lines.push(format!("{}GROUP BY {}", pad(indent), list(keys)));
    }
    lines.extend(select.having.as_ref().map(|condition| conditions("HAVING", condition, indent)));
    lines.join("\n")
}

fn items(select: &Select, indent: usize) -> String {
    let word = if select.distinct.is_some() { "SELECT DISTINCT" } else { "SELECT" };
    if select.projection.len() <= 2 {
        let short = list(&select.projection);
        if indent + word.len() + short.len() < WIDTH {
            return format!("{}{word} {short}", pad(indent));
        }
    }
    let lines = select.projection.iter().map(|one| format!("{}{}", pad(indent + STEP), item(one, indent + STEP)));
    format!("{}{word}\n{}", pad(indent), lines.collect::<Vec<_>>().join(",\n"))
}

fn item(item: &SelectItem, indent: usize) -> String {
    match item {
        SelectItem::ExprWithAlias { expr, alias } => format!("{} AS {alias}", expression(expr, indent)),
        SelectItem::UnnamedExpr(expr) => expression(expr, indent),
        other => other.to_string(),
    }
}

fn join(join: &Join, indent: usize) -> String {
    let (word, on) = match &join.join_operator {
        JoinOperator::Left(JoinConstraint::On(on)) => ("LEFT JOIN", Some(on)),
        JoinOperator::Join(JoinConstraint::On(on)) => ("JOIN", Some(on)),
        JoinOperator::CrossJoin(_) => ("CROSS JOIN", None),
        _ => return format!("{}{join}", pad(indent)),
    };
    let head = format!("{}{word} {}", pad(indent), join.relation);
    let Some(on) = on else { return head };
    match fitting(on, WIDTH.saturating_sub(head.len() + " ON ".len())) {
        Some(on) => format!("{head} ON {on}"),
        None => format!("{head}\n{}", conditions("ON", on, indent + 2)),
    }
}

/// The keyword and the conjuncts, one a line, each `AND` under the keyword's end.
fn conditions(word: &str, condition: &Expr, indent: usize) -> String {
    let width = word.len().max(3);
    let under = indent + width + 1;
    let mut lines = Vec::new();
    for (at, part) in parts(condition, &BinaryOperator::And).into_iter().enumerate() {
        let head = if at == 0 { word } else { "AND" };
        lines.push(format!("{}{head:>width$} {}", pad(indent), expression(part, under)));
    }
    lines.join("\n")
}

/// The operands that one operator joins, in order.
fn parts<'e>(expr: &'e Expr, operator: &BinaryOperator) -> Vec<&'e Expr> {
    match expr {
        Expr::BinaryOp { left, op, right } if op == operator => {
            let mut all = parts(left, operator);
            all.extend(parts(right, operator));
            all
        }
        _ => vec![expr],
    }
}

fn expression(expr: &Expr, indent: usize) -> String {
    if let Some(short) = fitting(expr, WIDTH.saturating_sub(indent)) {
        return short;
    }
    match expr {
        Expr::Case { conditions, else_result, operand: None, .. } => {
            let mut lines = Vec::new();
            for case in conditions {
                let condition = expression(&case.condition, indent + STEP + 5);
                lines.push(format!("{}WHEN {condition}", pad(indent + STEP)));
                lines.push(format!("{}THEN {}", pad(indent + STEP), expression(&case.result, indent + STEP + 5)));
            }
            lines.extend(
                else_result
                    .as_ref()
                    .map(|other| format!("{}ELSE {}", pad(indent + STEP), expression(other, indent + STEP + 5))),
            );
            format!("CASE\n{}\n{}END", lines.join("\n"), pad(indent))
        }
        Expr::BinaryOp { op, .. } if matches!(op, BinaryOperator::And | BinaryOperator::Or) => {
            let all = parts(expr, op).into_iter().map(|part| expression(part, indent)).collect::<Vec<_>>();
            all.join(&format!("\n{}{op} ", pad(indent)))
        }
        Expr::BinaryOp { left, op, right } => {
            format!("{}\n{}{op} {}", expression(left, indent), pad(indent), expression(right, indent + 2))
        }
        Expr::Nested(inner) => {
            format!("(\n{}{}\n{})", pad(indent + STEP), expression(inner, indent + STEP), pad(indent))
        }
        Expr::Function(function) => call(expr, &function.args, indent).unwrap_or_else(|| expr.to_string()),
        Expr::Cast { expr: inner, data_type, .. } => {
            format!("CAST(\n{}{}\n{}AS {data_type})", pad(indent + STEP), expression(inner, indent + STEP), pad(indent))
        }
        _ => expr.to_string(),
    }
}

/// The text where it has at most `room` bytes. Writing stops where there are more, so that a long expression costs
/// its lines, not its length at every depth.
fn fitting(expr: &Expr, room: usize) -> Option<String> {
    let mut line = Line { text: String::with_capacity(WIDTH), room };
    write!(line, "{expr}").ok().map(|()| line.text)
}

/// Text that refuses what does not fit.
struct Line {
    text: String,
    room: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.room = self.room.checked_sub(text.len()).ok_or(std::fmt::Error)?;
        self.text.push_str(text);
        Ok(())
    }
}

/// A function of plain arguments, one a line.
fn call(expr: &Expr, args: &FunctionArguments, indent: usize) -> Option<String> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = args else { return None };
    if function.over.is_some() || !function.within_group.is_empty() || list.args.is_empty() {
        return None;
    }
    let distinct = if list.duplicate_treatment.is_some() { "DISTINCT" } else { "" };
    let mut lines = Vec::new();
    for arg in &list.args {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = arg else { return None };
        lines.push(format!("{}{}", pad(indent + STEP), expression(value, indent + STEP)));
    }
    Some(format!("{}({distinct}\n{}\n{})", function.name, lines.join(",\n"), pad(indent)))
}

fn list(items: &[impl std::fmt::Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}
