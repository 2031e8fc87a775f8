//! The rows of a table before they meet their states: what is asked of a row whatever its state, from when it is
//! counted and until when, are said once a row.

use sqlparser::ast::{Expr, Ident, Join, JoinConstraint, JoinOperator};

use super::Steps;
use super::life::WrittenLimit;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;

/// From when a row is counted, and until when.
const BEGINS: &str = "begins_on";
const ENDS: &str = "ends_on";

/// What the spans of a table read of its rows and states.
pub struct SpanParts {
    pub keys: Vec<(String, Expr)>,
    pub limits: Vec<WrittenLimit>,
    pub conditions: Vec<Expr>,
    pub amounts: Vec<(String, Expr)>,
    pub parts: Parts,
}

impl<'a> Compiler<'a> {
    /// The rows as a relation of their own, which the spans read in place of the table under the same alias; none
    /// where nothing is said of a row alone.
    pub fn lives(&self, steps: &Steps<'a>, spans: &mut SpanParts) -> Option<(Ident, Selection)> {
        let alias = common::ident(&steps.frame.alias);
        let (conditions, rest) = spans.conditions.iter().cloned().partition(|one| is_of(one, &alias));
        let conditions: Vec<Expr> = conditions;
        if conditions.is_empty() && !spans.limits.iter().any(|limit| is_alone(limit, &alias)) {
            return None;
        }
        let mut row = Row { alias, items: Vec::new() };
        row.keep_what_is_read(spans, &rest)?;
        row.take_keys(&mut spans.keys)?;
        row.take_limits(&mut spans.limits);
        spans.conditions = rest;
        let name = common::ident(&self.free_name(&format!("{}_lives", self.table_name(steps.key.table))));
        let from = spans.parts.from.replace(ast::table(vec![name.clone()], row.alias.clone()));
        let items = row.items.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        Some((name, ast::select(Parts { items, from, conditions, ..Parts::default() })))
    }
}

/// What the relation of the rows has as columns.
struct Row {
    alias: Ident,
    items: Vec<(String, Expr)>,
}

impl Row {
    /// The columns that the spans read of the row beside its keys and limits.
    fn keep_what_is_read(&mut self, spans: &SpanParts, conditions: &[Expr]) -> Option<()> {
        let joins = spans.parts.joins.iter().filter_map(joined_on);
        let amounts = spans.amounts.iter().map(|(_, value)| value);
        joins.chain(conditions).chain(amounts).try_for_each(|expr| self.keep(expr))?;
        for limit in &spans.limits {
            if !is_alone(limit, &self.alias) {
                [&limit.day, &limit.seen].into_iter().try_for_each(|expr| self.keep(expr))?;
            }
        }
        Some(())
    }

    /// The row's columns in an expression; none where that cannot be told.
    fn keep(&mut self, expr: &Expr) -> Option<()> {
        for (_, name) in ast::columns(expr)?.into_iter().filter(|(of, _)| **of == self.alias) {
            if !self.has(&name.value) {
                self.items.push((name.value.clone(), self.column(&name.value)));
            }
        }
        Some(())
    }

    fn has(&self, name: &str) -> bool {
        self.items.iter().any(|(taken, _)| taken.eq_ignore_ascii_case(name))
    }

    fn column(&self, name: &str) -> Expr {
        Expr::CompoundIdentifier(vec![self.alias.clone(), common::ident(name)])
    }

    /// Keys of the row alone are worked out here, unless a column that is read has the name of one.
    fn take_keys(&mut self, keys: &mut [(String, Expr)]) -> Option<()> {
        for (_, value) in keys.iter() {
            if !is_of(value, &self.alias) {
                self.keep(value)?;
            }
        }
        let clash = keys.iter().any(|(name, value)| *value != self.column(name) && self.has(name));
        for (name, value) in keys {
            if clash || !is_of(value, &self.alias) || *value == self.column(name) {
                self.keep(value)?;
            } else {
                let moved = self.column(name);
                self.items.push((name.clone(), std::mem::replace(value, moved)));
            }
        }
        Some(())
    }

    fn take_limits(&mut self, limits: &mut [WrittenLimit]) {
        for limit in limits {
            if is_alone(limit, &self.alias) {
                let name = self.free(if limit.begins { BEGINS } else { ENDS });
                let moved = limit.at(self.column(&name));
                self.items.push((name, std::mem::replace(limit, moved).day_seen()));
            }
        }
    }

    fn free(&self, hint: &str) -> String {
        let mut name = hint.to_owned();
        let mut number = 2;
        while self.has(&name) {
            name = format!("{hint}_{number}");
            number += 1;
        }
        name
    }
}

fn is_alone(limit: &WrittenLimit, alias: &Ident) -> bool {
    is_of(&limit.day, alias) && is_of(&limit.seen, alias)
}

/// It reads columns of that row, and of no other.
fn is_of(expr: &Expr, alias: &Ident) -> bool {
    ast::columns(expr).is_some_and(|columns| !columns.is_empty() && columns.iter().all(|(of, _)| *of == alias))
}

fn joined_on(join: &Join) -> Option<&Expr> {
    match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Left(JoinConstraint::On(on)) => Some(on),
        _ => None,
    }
}
