//! A table whose rows change by their own dates alone: each date is a change of its own, and what was just
//! before it is what held the day before.

use sqlparser::ast::{BinaryOperator, Expr, Ident, SelectItem, SetQuantifier};

use super::StepsKey;
use super::days::AtChange;
use super::measure::{Changing, Sum, Taken, free_column};
use super::present::without_said;
use super::shape::{OwnDate, Shape};
use super::totals::{Amount, amounts, asked_of_all, columns, given};
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
    /// One of them at least takes something.
    now: Option<Taken>,
    before: Option<Taken>,
}

impl Branch {
    fn taken(&self) -> impl Iterator<Item = &Taken> {
        self.now.iter().chain(&self.before)
    }
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
        self.keep_bounds_of_totals(key.period, &moved);
        let steps = OwnSteps { key, vars: vars.to_vec(), column: column.clone(), sum, moved, branches };
        let name = self.relation_name_for(leaf);
        Some((self.add(&name, Body::OwnTotals(Box::new(steps))), column))
    }

    /// One for what holds from the start, and one for each date.
    fn branches(&mut self, leaf: &Leaf<'a>, vars: &[Var], shape: &Shape<'a>) -> Option<Vec<Branch>> {
        let mut branches = Vec::new();
        if shape.from_the_start {
            let first = common::date(first_day()?);
            branches.extend(self.branch(leaf, vars, &[], |_, _| (None, first), false));
        }
        let turns = once_each(&shape.dates);
        for (at, own) in turns.iter().enumerate() {
            let earlier = turns.get(..at).unwrap_or_default();
            let own_day = |compiler: &mut Self, frame: &mut Frame| {
                let (date, day) = compiler.own_day(frame, own);
                (Some(date), day)
            };
            branches.extend(self.branch(leaf, vars, earlier, own_day, true));
        }
        (!branches.is_empty()).then_some(branches)
    }

    fn branch(
        &mut self,
        leaf: &Leaf<'a>,
        vars: &[Var],
        earlier: &[&OwnDate<'a>],
        day: impl FnOnce(&mut Self, &mut Frame) -> (Option<Expr>, Expr),
        has_before: bool,
    ) -> Option<Branch> {
        let mut frame = self.table_frame(leaf.table, leaf.context.period);
        let (date, day) = day(self, &mut frame);
        let conditions = earlier.iter().map(|own| self.is_another_day(&mut frame, own, &day)).collect();
        let keys = self.group_keys(&mut frame, leaf.table, vars);
        let mut taken = |compiler: &mut Self, next: Expr| {
            frame.at_change = Some(AtChange { next, steps: None });
            compiler.taken(&mut frame, leaf)
        };
        let now = taken(self, day.clone());
        let day_before = common::add_days(day.clone(), -1);
        let before = has_before.then(|| taken(self, day_before));
        frame.at_change = None;
        let branch = Branch { frame, keys, day, conditions, now: Some(now), before };
        match date {
            Some(date) => self.where_there(branch, date),
            None => Some(branch),
        }
    }

    /// A date of the row is missing, never comes, or changes something on another day.
    fn is_another_day(&mut self, frame: &mut Frame, own: &OwnDate<'a>, day: &Expr) -> Expr {
        let (date, other) = self.own_day(frame, own);
        let differs = ast::compare(other, BinaryOperator::NotEq, day.clone());
        let unseen = self.is_unseen(date.clone());
        ast::any([ast::is_null(date), unseen, differs])
    }

    /// A branch of the rows that have a date, on which nothing is asked that this tells; none where they change nothing.
    fn where_there(&self, branch: Branch, date: Expr) -> Option<Branch> {
        let present = self.present(&date);
        let taken = |taken: Taken| {
            let conditions = present.all_asked(taken.conditions)?;
            Some(Taken { conditions, operand: taken.operand.map(|operand| present.asked(operand)) })
        };
        let (now, before) = (branch.now.and_then(taken), branch.before.and_then(taken));
        let conditions = present.all_asked(branch.conditions)?;
        let conditions = std::iter::once(self.is_seen(date.clone())).chain(conditions).collect();
        (now != before).then_some(Branch { conditions, now, before, ..branch })
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
        let common = asked_of_all(branch.taken());
        let mut keys = branch.keys.clone();
        keys.push((NEXT.to_owned(), branch.day.clone()));
        let items = change_items(steps, branch, &common);
        let conditions = branch.conditions.iter().chain(&common).cloned().collect();
        let conditions = without_said(conditions);
        self.grouped(branch.frame.clone(), keys, items, conditions, None)
    }
}

/// What the measure takes of the rows more than just before.
fn change_items(steps: &OwnSteps, branch: &Branch, common: &[Expr]) -> Vec<SelectItem> {
    let measure = Changing::plain(&steps.column, steps.sum, Taken::default(), Vec::new());
    let of = |taken: &Option<Taken>| taken.as_ref().map(|taken| amounts(&measure, taken).into_iter());
    let (mut now, mut before) = (of(&branch.now), of(&branch.before));
    let names = columns(&measure);
    let changes = names.map(|name| {
        let now = now.as_mut().and_then(Iterator::next);
        let before = before.as_mut().and_then(Iterator::next);
        ast::named(change(&measure, (now, before), common), common::ident(&name))
    });
    changes.collect()
}

/// The sum of what rows give now less what they gave before.
fn change(measure: &Changing, (now, before): (Option<Amount>, Option<Amount>), common: &[Expr]) -> Expr {
    match (now, before) {
        (Some(now), Some(before)) => {
            let name = now.column.clone();
            let more = ast::arithmetic(given(now, common), BinaryOperator::Minus, given(before, common));
            measure.added_up(&name, more)
        }
        (Some(now), None) => total(measure, now, common),
        (None, Some(before)) => ast::negative(total(measure, before, common)),
        (None, None) => ast::number(0),
    }
}

/// The sum of an amount; a sum of ones counts rows.
fn total(measure: &Changing, amount: Amount, common: &[Expr]) -> Expr {
    let name = amount.column.clone();
    match given(amount, common) {
        one if ast::whole_number(&one) == Some(1) => common::count_rows(),
        value => measure.added_up(&name, value),
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
