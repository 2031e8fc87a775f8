//! The windows that several values lie in, and the days that all of them span: rows outside are not worth reading.

use std::cmp::Reverse;

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::compiler::Compiler;
use super::context::Period;
use super::frame::Frame;
use super::leaf::Leaf;
use crate::plan::tree::{Condition, Day, Scalar, Shift};

/// Days of a date from so far back until the end of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    date: Expr,
    from: Expr,
    before: Expr,
    back: Back,
    period: Period,
    /// Its period has days wherever rows are read, so that its days are never missing.
    is_there: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Back {
    Days(u32),
    Months(u32),
}

/// So many days, where it is enough to know about how long a month is.
const SHORT_MONTH: u32 = 30;

impl Window {
    /// How rows are asked whether they lie in it.
    pub fn conditions(&self) -> [Expr; 2] {
        let asked = |operator, day: &Expr| ast::compare(self.date.clone(), operator, day.clone());
        [asked(BinaryOperator::GtEq, &self.from), asked(BinaryOperator::Lt, &self.before)]
    }

    /// Neither begins nor ends after the other, where that can be told: a period that is moved further never ends later,
    /// whatever days the calendar lacks.
    fn precedes(&self, other: &Window) -> bool {
        let longer = match (self.back, other.back) {
            (Back::Days(a), Back::Days(b)) | (Back::Months(a), Back::Months(b)) => a >= b,
            _ => false,
        };
        let further = matches!((self.moved(), other.moved()), (Some(a), Some(b)) if a >= b);
        let ends_first = self.period == other.period || further && self.period.base == other.period.base;
        longer && ends_first && self.date == other.date
    }

    /// So many months its period lies before the days that the reader picked.
    fn moved(&self) -> Option<u32> {
        match self.period.shifts.as_slice() {
            [] => Some(0),
            [Shift::Prior { months, .. }] => Some(*months),
            _ => None,
        }
    }

    /// It begins where that one ends or before, to a few days.
    fn meets(&self, earlier: &Window) -> bool {
        let moved = |window: &Window| window.moved().unwrap_or(0);
        let apart = moved(earlier).saturating_sub(moved(self));
        match self.back {
            Back::Months(months) => apart <= months,
            Back::Days(days) => apart.saturating_mul(SHORT_MONTH) <= days,
        }
    }

    /// Both end with one period.
    pub fn ends_with(&self, other: &Window) -> bool {
        self.period == other.period
    }
}

/// That rows lie between the first day that one of the windows takes and the last, where these leave no days out between
/// them and it can be told which comes first.
pub fn spanned(windows: Vec<&Window>) -> Option<[Expr; 2]> {
    let mut windows = windows;
    windows.sort_by_key(|window| Reverse((window.moved(), window.back)));
    let mut pairs = windows.iter().zip(windows.iter().skip(1));
    let follow = pairs.all(|(earlier, later)| earlier.precedes(later) && later.meets(earlier));
    let first = first_known(windows.iter().map(|window| (&window.from, window.is_there)))?;
    let last = first_known(windows.iter().rev().map(|window| (&window.before, window.is_there)))?;
    let span = Window { from: first, before: last, ..(*windows.first()?).clone() };
    follow.then(|| span.conditions())
}

/// The first of the days that is not missing; a day that is never missing is the last one asked.
fn first_known<'d>(days: impl Iterator<Item = (&'d Expr, bool)>) -> Option<Expr> {
    let mut asked: Vec<&Expr> = Vec::new();
    for (day, is_there) in days {
        if !asked.contains(&day) {
            asked.push(day);
        }
        if is_there {
            break;
        }
    }
    asked.into_iter().rev().cloned().reduce(|fallback, day| ast::coalesce(day, fallback))
}

impl<'a> Leaf<'a> {
    /// The date and the first day of its window, where it has one that ends with the period.
    fn windowed(&self) -> Option<(&'a Scalar, Day)> {
        let mut windows = self.conjuncts.iter().filter_map(|conjunct| match conjunct {
            Condition::Within { date, from: Some(from), before: Some(Day::Next) } => Some((date, *from)),
            _ => None,
        });
        windows.next().filter(|_| windows.next().is_none())
    }
}

impl<'a> Compiler<'a> {
    /// The leaf's one window, if its conditions ask for it.
    pub fn window(&mut self, frame: &Frame, leaf: &Leaf<'a>, conditions: &[Expr]) -> Option<Window> {
        let (date, from) = leaf.windowed()?;
        let back = match from {
            Day::NextLessDays(days) => Back::Days(days),
            Day::NextLessMonths(months) => Back::Months(months),
            _ => return None,
        };
        let inner = self.inner_context(leaf);
        let period = self.period(inner.period);
        let mut scratch = frame.clone();
        let date = self.scalar(&mut scratch, &inner, date);
        let [from, before] = [from, Day::Next].map(|day| self.day(&mut scratch, inner.period, day));
        let is_there = period.shifts.is_empty() && !self.by_unit(inner.period);
        let window = Window { date, from, before, back, period, is_there };
        let is_known = |asked: &Expr| conditions.iter().any(|known| ast::is_among(asked, known));
        window.conditions().iter().all(is_known).then_some(window)
    }
}
