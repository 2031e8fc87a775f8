//! Changes by day, and their sums by unit of time.

use sqlparser::ast::{BinaryOperator, Expr, Ident, SelectItem};

use super::measure::{Changing, Sum, Taken};
use super::write::NEXT;
use super::{Steps, StepsKey};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Compiler, Known};
use crate::emit::sql::context::{PeriodId, Var};
use crate::emit::sql::frame::{Driver, Frame, RelationId};
use crate::emit::sql::periods::LAST_DAY;
use crate::gold::Type;

/// How the count of the rows that gave a sum is called beside it.
const TAKEN: &str = "_taken";

impl<'a> Compiler<'a> {
    /// The totals under their name, after the changes by day that they alone read.
    pub fn totals_ctes(&mut self, at: usize, name: &str) -> Vec<(Ident, Selection)> {
        let Some(steps) = self.steps.get(at) else { return Vec::new() };
        let (key, vars) = (steps.key.clone(), steps.vars.clone());
        let changes = self.free_name(&format!("{name}_changes"));
        let spans = self.free_name(&format!("{name}_spans"));
        let mut ctes = self.changes_ctes(at, (&spans, &changes), NEXT, Vec::new());
        let measures = self.steps.get_mut(at).map(|steps| std::mem::take(&mut steps.measures)).unwrap_or_default();
        let totals = self.totals(&key, &vars, &measures, &changes);
        if let Some(steps) = self.steps.get_mut(at) {
            steps.measures = measures;
        }
        ctes.push((common::ident(name), totals));
        ctes
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
        // Periods meet before the many changes do.
        parts.joins.push(ast::inner_join(from, on));
        let group_by: Vec<Expr> = keys.iter().map(|(_, value)| value.clone()).collect();
        let keys = keys.into_iter().map(|(name, value)| self.item(value, &name));
        ast::select(Parts { items: keys.chain(items).collect(), group_by, ..parts })
    }

    /// The periods are made to hold what the totals read of them, which are written last.
    pub fn keep_bounds_of_totals(&mut self, period: PeriodId, moved: &[PeriodId]) {
        self.keep_bound(period, NEXT);
        moved.iter().for_each(|moved| self.keep_bound(*moved, LAST_DAY));
    }

    /// What the totals are made of.
    pub fn totals_read(&self, steps: &Steps<'a>) -> Vec<RelationId> {
        let moved = steps.measures.iter().flat_map(|measure| measure.moved.iter().copied());
        let periods = self.periods_read(std::iter::once(steps.key.period).chain(moved));
        steps.changes_read().chain(periods).collect()
    }

    /// The relations of those periods that have one.
    pub fn periods_read(&self, periods: impl Iterator<Item = PeriodId>) -> Vec<RelationId> {
        let of = |period| self.known.iter().find(|(known, _)| *known == Known::Period(period)).map(|(_, id)| *id);
        periods.filter_map(of).collect()
    }

    fn summed(&mut self, frame: &mut Frame, measure: &Changing) -> Expr {
        let changed = common::column("change", &measure.column);
        let taken = || common::sum_of_integers(common::column("change", &format!("{}{TAKEN}", measure.column)));
        let value = match measure.sum {
            Sum::Count => ast::nullif(common::whole_sum(changed), ast::number(0)),
            Sum::Total(ty) => {
                let is_whole = ty == Type::Integer;
                let total = if is_whole { common::whole_sum(changed) } else { ast::call("SUM", [changed]) };
                ast::when(ast::compare(taken(), BinaryOperator::Gt, ast::number(0)), total)
            }
            Sum::Average(_) => {
                let total = common::to_double(ast::call("SUM", [changed]));
                let count = common::to_double(taken());
                ast::arithmetic(total, BinaryOperator::Divide, ast::nullif(count, ast::number(0)))
            }
        };
        let ends: Vec<Expr> = measure
            .moved
            .iter()
            .map(|period| {
                let alias = self.join_period(frame, *period);
                ast::is_not_null(ast::call("MAX", [common::column(&alias, LAST_DAY)]))
            })
            .collect();
        ast::when(ast::all(ends), value)
    }
}

/// A column of a measure, and what it takes of a row that meets the conditions.
pub struct Amount {
    pub column: String,
    pub conditions: Vec<Expr>,
    value: Expr,
}

/// The columns of a measure: what it adds up and, where that is no count, how many rows give it.
pub fn columns(measure: &Changing) -> impl Iterator<Item = String> {
    let taken = (measure.sum != Sum::Count).then(|| format!("{}{TAKEN}", measure.column));
    std::iter::once(measure.column.clone()).chain(taken)
}

/// What each of its [`columns`] takes.
pub fn amounts(measure: &Changing, taken: &Taken) -> Vec<Amount> {
    let present = taken.operand.clone().filter(|operand| !ast::is_there(operand)).map(ast::is_not_null);
    let counted = (taken.conditions.iter().cloned().chain(present).collect(), ast::number(1));
    let all = match measure.sum {
        Sum::Count => vec![counted],
        _ => {
            let operand = taken.operand.clone().unwrap_or_else(|| ast::number(1));
            let value = if ast::is_there(&operand) { operand } else { ast::coalesce(operand, ast::number(0)) };
            vec![(taken.conditions.clone(), value), counted]
        }
    };
    columns(measure).zip(all).map(|(column, (conditions, value))| Amount { column, conditions, value }).collect()
}

/// An amount where its conditions hold beyond those that all have, else 0.
pub fn given(amount: Amount, common: &[Expr]) -> Expr {
    let condition = ast::all(amount.conditions.into_iter().filter(|condition| !common.contains(condition)));
    if ast::is_always(&condition) {
        return amount.value;
    }
    ast::case(vec![(condition, amount.value)], Some(ast::number(0)))
}

/// What is asked of a row for each of several things taken of it.
pub fn asked_of_all<'t>(all: impl Iterator<Item = &'t Taken>) -> Vec<Expr> {
    let mut all = all;
    let Some(first) = all.next() else { return Vec::new() };
    let rest: Vec<&Taken> = all.collect();
    let in_all = |condition: &&Expr| rest.iter().all(|taken| taken.conditions.contains(condition));
    first.conditions.iter().filter(in_all).cloned().collect()
}
