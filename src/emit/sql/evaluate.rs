//! A leaf over the rows of its table: its conditions and operand, what keeps its rows apart, how time meets them.

use super::ast;
use super::common;
use super::compiler::Compiler;
use super::context::{Context, Hand, Var, goes_through};
use super::frame::{Frame, How, Source};
use super::leaf::{Evaluated, Leaf, Measure};
use crate::plan::tree::{Condition, Day, Scalar, ScalarKind};
use crate::syntax::tree::Grain;

impl<'a> Compiler<'a> {
    /// The leaf's conditions and operand over a frame of its table.
    pub fn evaluate(&mut self, frame: &mut Frame, leaf: &Leaf<'a>) -> Evaluated {
        let shape = self.time_shape(leaf);
        let inner = self.inner_context(leaf);
        self.bind_time(frame, leaf, &inner, &shape);
        let mut conditions = self.own_filters(frame, leaf);
        let asked = self.asked_beside(leaf, &inner);
        for (at, conjunct) in leaf.conjuncts.iter().enumerate() {
            if !shape.contains(&at) {
                conditions.push(self.condition(frame, asked.context(conjunct), conjunct));
            }
        }
        let (operand, by) = match leaf.measure {
            Measure::Of { operand, by, .. } => (operand, by),
            Measure::Exists => (None, None),
        };
        let operand = operand.map(|operand| match self.folded_once(frame, leaf, operand) {
            Some(folded) => folded,
            None => {
                let value = self.scalar(frame, &inner, operand);
                self.as_operand(value, operand)
            }
        });
        let by = by.map(|by| self.column(frame, &inner, by));
        let vars = self.vars(frame, leaf);
        Evaluated { conditions, operand, by, vars }
    }

    /// The leaf's context at one of its rows; filters on tables that the row leads to are met by it.
    pub fn inner_context(&self, leaf: &Leaf<'a>) -> Context<'a> {
        let mut inner = leaf.context.at_row(Hand { table: leaf.table, path: Vec::new() });
        for filter in &mut inner.filters {
            filter.met_by_hand = self.gold.active_path(leaf.table, filter.table).is_some();
        }
        inner
    }

    /// What the leaf's rows are kept apart by.
    fn vars(&self, frame: &Frame, leaf: &Leaf<'a>) -> Vec<Var> {
        let reached = leaf.context.groups.iter().copied().filter(|group| {
            let path = self.gold.active_path(leaf.table, group.table);
            path.is_some_and(|path| !goes_through(&path, &leaf.link))
        });
        let mut vars: Vec<Var> = reached.map(Var::Group).collect();
        vars.extend(frame.domains.iter().map(|(column, _)| Var::Group(*column)));
        vars.extend(frame.unit.as_ref().map(|_| Var::Unit));
        vars.dedup();
        vars
    }

    /// Where time is a group: the conjuncts that the join to the period expresses.
    pub fn time_shape(&self, leaf: &Leaf<'a>) -> Vec<usize> {
        if !self.by_unit(leaf.context.period) {
            return Vec::new();
        }
        let in_period = leaf
            .conjuncts
            .iter()
            .position(|conjunct| matches!(conjunct, Condition::InPeriod { date } if self.is_one_day(date)));
        match in_period {
            Some(at) => vec![at],
            None => leaf
                .conjuncts
                .iter()
                .enumerate()
                .filter(|(_, conjunct)| is_window(conjunct))
                .map(|(at, _)| at)
                .collect(),
        }
    }

    fn bind_time(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, inner: &Context<'a>, shape: &[usize]) {
        if frame.unit.is_some() || shape.is_empty() {
            return;
        }
        let conjuncts: Vec<&'a Condition> = shape.iter().filter_map(|at| leaf.conjuncts.get(*at).copied()).collect();
        match conjuncts.as_slice() {
            [Condition::InPeriod { date }] => self.bind_days(frame, inner, date),
            windows => self.bind_windows(frame, inner, windows),
        }
    }

    fn bind_days(&mut self, frame: &mut Frame, inner: &Context<'a>, date: &'a Scalar) {
        let value = match date.kind {
            ScalarKind::Column(_) => self.scalar(frame, inner, date),
            _ => {
                let whole = self.whole();
                self.scalar(frame, &inner.at_period(whole), date)
            }
        };
        let days = self.day_relation(inner.period);
        let alias = self.join(frame, Source::Relation(days), |alias| {
            How::Inner(ast::equal(common::column(alias, "day_on"), value))
        });
        frame.unit = Some(common::column(&alias, self.unit_name()));
    }

    fn bind_windows(&mut self, frame: &mut Frame, inner: &Context<'a>, windows: &[&'a Condition]) {
        let relation = self.period_relation(inner.period);
        let alias = self.new_alias(frame, "period");
        frame.unit = Some(common::column(&alias, self.unit_name()));
        frame.periods.push((inner.period, alias.clone()));
        let on = ast::all(windows.iter().map(|window| self.condition(frame, inner, window)).collect::<Vec<_>>());
        frame.joins.push(super::frame::Join { source: Source::Relation(relation), alias, how: How::Inner(on) });
    }
}

/// A window on a date of the row, which a join to the period can express.
fn is_window(condition: &Condition) -> bool {
    let fiscal = |day: &Option<Day>| *day == Some(Day::UnitStart(Grain::FiscalYear));
    match condition {
        Condition::Within { date, from, before } => {
            matches!(date.kind, ScalarKind::Column(_)) && !fiscal(from) && !fiscal(before)
        }
        _ => false,
    }
}
