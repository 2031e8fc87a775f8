//! Changes by day, and their sums by unit of time.

use sqlparser::ast::{BinaryOperator, DataType, Expr, Ident, SelectItem};

use super::write::{BEFORE, NEXT, STATES};
use super::{Changing, StepsKey, Sum, Taken};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::Var;
use crate::emit::sql::frame::{Driver, Frame};
use crate::gold::Type;

/// How the count of the rows that gave a sum is called beside it.
const TAKEN: &str = "_taken";

impl<'a> Compiler<'a> {
    /// The totals under their name, after the changes by day that they alone read.
    pub fn totals_ctes(&mut self, at: usize, name: &str) -> Vec<(Ident, Selection)> {
        let Some(steps) = self.steps.get(at) else { return Vec::new() };
        let (key, vars, measures) = (steps.key.clone(), steps.vars.clone(), steps.measures.clone());
        let changes = self.free_name(&format!("{name}_changes"));
        let select = self.changes_by_day(at);
        let totals = self.totals(&key, &vars, &measures, &changes);
        vec![(common::ident(&changes), select), (common::ident(name), totals)]
    }

    fn changes_by_day(&self, at: usize) -> Selection {
        let Some(steps) = self.steps.get(at) else { return ast::select(Parts::default()) };
        let common = common(&steps.measures);
        let day = common::column(STATES, NEXT);
        let known = ast::is_not_null(common::column(STATES, BEFORE));
        let mut keys = steps.keys.clone();
        keys.push((NEXT.to_owned(), day));
        let items = steps.measures.iter().flat_map(|measure| self.change_items(measure, &common, Some(&known)));
        self.grouped(&steps.frame, keys, items.collect(), common.clone(), None)
    }

    /// What a measure takes of the rows more than just before, by day.
    pub fn change_items(&self, measure: &Changing, common: &[Expr], known: Option<&Expr>) -> Vec<SelectItem> {
        let difference = |amount: &dyn Fn(&Taken) -> (Vec<Expr>, Expr)| {
            let side = |taken: &Taken, known: Option<&Expr>| {
                let (conditions, value) = amount(taken);
                let own = conditions.into_iter().filter(|condition| !common.contains(condition));
                let all: Vec<Expr> = known.cloned().into_iter().chain(own).collect();
                let condition = ast::all(all);
                if ast::is_always(&condition) {
                    value
                } else {
                    ast::case(vec![(condition, value)], Some(ast::number(0)))
                }
            };
            let (now, before) = (side(&measure.now, None), side(&measure.before, known));
            ast::call("SUM", vec![ast::arithmetic(now, BinaryOperator::Minus, before)])
        };
        let one = |taken: &Taken| {
            let present = taken.operand.clone().map(ast::is_not_null);
            (taken.conditions.iter().cloned().chain(present).collect(), ast::number(1))
        };
        let value = |taken: &Taken| {
            let operand = taken.operand.clone().unwrap_or_else(|| ast::number(1));
            (taken.conditions.clone(), ast::coalesce(operand, ast::number(0)))
        };
        let named = |expr: Expr, name: &str| ast::named(expr, common::ident(name));
        let column = &measure.column;
        match measure.sum {
            Sum::Count => vec![named(difference(&one), column)],
            Sum::Total(_) | Sum::Average => {
                vec![named(difference(&value), column), named(difference(&one), &format!("{column}{TAKEN}"))]
            }
        }
    }

    /// The sums of the changes up to each period's `next`.
    pub fn totals(&mut self, key: &StepsKey, vars: &[Var], measures: &[Changing], changes: &str) -> Selection {
        let period = self.period_relation(key.period);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), key.period);
        frame.periods.push((key.period, "p".to_owned()));
        frame.unit = Some(common::column("p", self.unit_name()));
        let from = ast::table(vec![common::ident(changes)], common::ident("change"));
        let on = ast::compare(common::column("change", NEXT), BinaryOperator::LtEq, common::column("p", NEXT));
        let names = self.key_names(key.table, &None, vars);
        let mut keys = Vec::new();
        for (var, name) in vars.iter().zip(names) {
            let alias = if matches!(var, Var::Unit) { "p" } else { "change" };
            keys.push((name.clone(), common::column(alias, &name)));
        }
        let items: Vec<SelectItem> = measures
            .iter()
            .map(|measure| {
                let value = self.summed(&mut frame, measure);
                ast::named(value, common::ident(&measure.column))
            })
            .collect();
        let mut parts = self.parts_of(&frame);
        parts.joins.insert(0, ast::inner_join(from, on));
        let group_by: Vec<Expr> = keys.iter().map(|(_, value)| value.clone()).collect();
        let keys = keys.into_iter().map(|(name, value)| self.item(value, &name));
        ast::select(Parts { items: keys.chain(items).collect(), group_by, ..parts })
    }

    fn summed(&mut self, frame: &mut Frame, measure: &Changing) -> Expr {
        let sum = |name: &str| ast::call("SUM", vec![common::column("change", name)]);
        let taken = || sum(&format!("{}{TAKEN}", measure.column));
        let value = match measure.sum {
            Sum::Count => ast::nullif(whole(sum(&measure.column)), ast::number(0)),
            Sum::Total(ty) => {
                let total = sum(&measure.column);
                let total = if ty == Type::Integer { whole(total) } else { total };
                ast::when(ast::compare(taken(), BinaryOperator::Gt, ast::number(0)), total)
            }
            Sum::Average => {
                let (total, count) = (common::to_double(sum(&measure.column)), common::to_double(taken()));
                ast::arithmetic(total, BinaryOperator::Divide, ast::nullif(count, ast::number(0)))
            }
        };
        let ends: Vec<Expr> = measure
            .moved
            .iter()
            .map(|period| {
                let alias = self.join_period(frame, *period);
                ast::is_not_null(ast::call("MAX", vec![common::column(&alias, "end_on")]))
            })
            .collect();
        ast::when(ast::all(ends), value)
    }
}

/// A sum of whole numbers as one.
fn whole(sum: Expr) -> Expr {
    ast::cast(sum, DataType::BigInt(None))
}

/// What every measure asks of a row, then and before.
pub fn common(measures: &[Changing]) -> Vec<Expr> {
    let mut sides = measures.iter().flat_map(|measure| [&measure.now, &measure.before]);
    let Some(first) = sides.next() else { return Vec::new() };
    let rest: Vec<&Taken> = sides.collect();
    let in_all = |condition: &&Expr| rest.iter().all(|taken| taken.conditions.contains(condition));
    first.conditions.iter().filter(in_all).cloned().collect()
}
