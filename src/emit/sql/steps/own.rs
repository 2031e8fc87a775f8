//! A table whose rows change by their own dates alone: each date is a change of its own, and what was just
//! before it is what held the day before.

use sqlparser::ast::{Expr, Ident, SetQuantifier};

use super::StepsKey;
use super::days::AtChange;
use super::measure::{Changing, Sum, Taken, free_column};
use super::shape::{OwnDate, Shape};
use super::totals::asked_of_all;
use super::write::{NEXT, first_day};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Body, Compiler};
use crate::emit::sql::context::{PeriodId, Var};
use crate::emit::sql::frame::{Frame, RelationId};
use crate::emit::sql::leaf::Leaf;

/// The changes of one leaf's rows.
#[derive(Debug)]
pub struct OwnSteps {
    pub key: StepsKey,
    vars: Vec<Var>,
    column: String,
    sum: Sum,
    moved: Vec<PeriodId>,
    branches: Vec<Branch>,
}

/// A date of the rows, and what is taken of a row on the day it changes something and the day before.
#[derive(Debug)]
struct Branch {
    frame: Frame,
    keys: Vec<(String, Expr)>,
    day: Expr,
    /// It is there, and no branch before has the same day.
    conditions: Vec<Expr>,
    now: Taken,
    before: Option<Taken>,
}

impl OwnSteps {
    /// One for each date of the rows.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.branches.iter().map(|branch| &branch.frame)
    }

    /// Periods that must have days for the value to be there.
    pub fn moved(&self) -> &[PeriodId] {
        &self.moved
    }
}

impl<'a> Compiler<'a> {
    /// The relation and the column of the leaf's value; none where it is not of dates of its own alone.
    pub fn place_in_own_steps(
        &mut self,
        key: StepsKey,
        vars: &[Var],
        leaf: &Leaf<'a>,
        shape: &Shape<'a>,
        sum: Sum,
    ) -> Option<(RelationId, String)> {
        let branches = self.branches(leaf, vars, shape)?;
        let column = free_column(&leaf.context.hint, &[], &[]);
        let moved = shape.moved.clone();
        for period in std::iter::once(key.period).chain(moved.iter().copied()) {
            self.period_relation(period);
        }
        let steps = OwnSteps { key, vars: vars.to_vec(), column: column.clone(), sum, moved, branches };
        let name = self.relation_name_for(leaf);
        Some((self.add(&name, Body::OwnTotals(Box::new(steps))), column))
    }

    /// One for what holds from the start, and one for each date.
    fn branches(&mut self, leaf: &Leaf<'a>, vars: &[Var], shape: &Shape<'a>) -> Option<Vec<Branch>> {
        let mut branches = Vec::new();
        if shape.from_the_start {
            let first = common::date(first_day()?);
            branches.push(self.branch(leaf, vars, &[], |_, _| (Vec::new(), first), false));
        }
        let turns = once_each(&shape.dates);
        for (at, own) in turns.iter().enumerate() {
            let earlier = turns.get(..at).unwrap_or_default();
            branches.push(self.branch(leaf, vars, earlier, |compiler, frame| compiler.change_of_row(frame, own), true));
        }
        Some(branches)
    }

    /// The conditions under which a date changes something, and the day.
    fn change_of_row(&mut self, frame: &mut Frame, own: &OwnDate<'a>) -> (Vec<Expr>, Expr) {
        let (date, day) = self.own_day(frame, own);
        (vec![self.is_seen(date)], day)
    }

    fn branch(
        &mut self,
        leaf: &Leaf<'a>,
        vars: &[Var],
        earlier: &[&OwnDate<'a>],
        day: impl FnOnce(&mut Self, &mut Frame) -> (Vec<Expr>, Expr),
        has_before: bool,
    ) -> Branch {
        let mut frame = self.table_frame(leaf.table, leaf.context.period);
        let (mut conditions, day) = day(self, &mut frame);
        for own in earlier {
            let (date, other) = self.own_day(&mut frame, own);
            let differs = ast::compare(other, sqlparser::ast::BinaryOperator::NotEq, day.clone());
            let unseen = self.is_unseen(date.clone());
            conditions.push(ast::any([ast::is_null(date), unseen, differs]));
        }
        let keys = self.group_keys(&mut frame, leaf.table, vars);
        let mut taken = |compiler: &mut Self, next: Expr| {
            frame.at_change = Some(AtChange { next, steps: None });
            compiler.taken(&mut frame, leaf)
        };
        let now = taken(self, day.clone());
        let day_before = common::add_days(day.clone(), -1);
        let before = has_before.then(|| taken(self, day_before));
        frame.at_change = None;
        Branch { frame, keys, day, conditions, now, before }
    }

    /// The totals under their name, after the changes by day that they alone read.
    pub fn own_ctes(&mut self, steps: &OwnSteps, name: &str) -> Vec<(Ident, Selection)> {
        let changes = self.free_name(&format!("{name}_changes"));
        let selects = steps.branches.iter().map(|branch| self.branch_select(steps, branch)).collect();
        let all = ast::union(selects, SetQuantifier::All).unwrap_or_else(|| ast::select(Parts::default()));
        let measure = Changing::plain(&steps.column, steps.sum, Taken::default(), steps.moved.clone());
        let totals = self.totals(&steps.key, &steps.vars, &[measure], &changes);
        vec![(common::ident(&changes), all), (common::ident(name), totals)]
    }

    /// What they are made of.
    pub fn own_read(&self, steps: &OwnSteps) -> Vec<RelationId> {
        let periods = self.periods_read(std::iter::once(steps.key.period).chain(steps.moved().iter().copied()));
        steps.frames().flat_map(Frame::relations).chain(periods).collect()
    }

    fn branch_select(&self, steps: &OwnSteps, branch: &Branch) -> Selection {
        let measure = Changing::plain(&steps.column, steps.sum, branch.now.clone(), Vec::new());
        let common = asked_of_all(std::iter::once(&branch.now).chain(&branch.before));
        let mut keys = branch.keys.clone();
        keys.push((NEXT.to_owned(), branch.day.clone()));
        let items = self.change_items(&measure, branch.before.as_ref(), &common);
        let conditions = branch.conditions.iter().cloned().chain(common.iter().cloned()).collect();
        self.grouped(&branch.frame, keys, items, conditions, None)
    }
}

/// The dates without those that bring the same change.
fn once_each<'d, 'a>(dates: &'d [OwnDate<'a>]) -> Vec<&'d OwnDate<'a>> {
    let mut different: Vec<&OwnDate<'a>> = Vec::new();
    for own in dates {
        let same = |other: &&OwnDate<'a>| {
            other.date == own.date
                && other.months == own.months
                && other.turn == own.turn
                && other.context.hand == own.context.hand
        };
        if !different.iter().any(same) {
            different.push(own);
        }
    }
    different
}
