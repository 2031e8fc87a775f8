//! The day on which a bound of a window passes a date.
//!
//! A bound is a day computed from `next`, and never goes back as `next` goes on: from some first `next` on
//! it lies behind a date. For months that is the day so many months later or, where the month has no such
//! day, the one after its last.

use sqlparser::ast::Expr;

use super::super::ast;
use super::super::common;
use crate::plan::tree::{Day, Shift};

/// From a date to the first `next` whose bound, moved as often as the period is, lies behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Added to the date first.
    pub days: i64,
    /// Taken one after the other, each from the day that the one before gave.
    pub steps: Vec<Step>,
}

/// By how much a day moves, once for each bound or shift that follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The first day that is more than so many days later.
    Days(i64),
    /// The first day that, so many months back, is later.
    Months(u32),
    /// The first day of the month so many months on.
    MonthStart(u32),
}

impl Turn {
    /// The first `next` for which `day` is later than the date; none for a day that does not follow `next` alone.
    pub fn behind(day: Day) -> Option<Turn> {
        Turn { days: 1, steps: Vec::new() }.then(step_of(day)?).into()
    }

    /// The first `next` for which `day` is the date or later.
    pub fn reached(day: Day) -> Option<Turn> {
        Turn { days: 0, steps: Vec::new() }.then(step_of(day)?).into()
    }

    /// The same for the period that a shift moves back.
    pub fn moved(self, shift: Shift) -> Option<Turn> {
        match shift {
            Shift::Prior { months, .. } => Some(self.then(Step::Months(months))),
            Shift::Opening => None,
        }
    }

    /// No day yet: the date is one already.
    pub fn here() -> Turn {
        Turn { days: 0, steps: Vec::new() }
    }

    fn then(mut self, step: Step) -> Turn {
        match (step, self.steps.is_empty()) {
            (Step::Days(days), true) => self.days += days - 1,
            (step, true) => {
                self.days -= 1;
                self.steps.push(step);
            }
            (step, false) => self.steps.push(step),
        }
        self
    }

    /// All but the last step, and it.
    pub fn split(&self) -> Option<(Turn, Step)> {
        let (last, before) = self.steps.split_last()?;
        (!before.is_empty()).then(|| (Turn { days: self.days, steps: before.to_vec() }, *last))
    }

    /// The day itself, as SQL.
    pub fn of(&self, date: Expr) -> Expr {
        let Some((first, rest)) = self.steps.split_first() else { return later(date, self.days) };
        let turned = first.after(date, self.days);
        rest.iter().fold(turned, |day, step| step.after(day, -1))
    }

    /// The day before the turn of a date.
    pub fn day_before(&self, date: Expr) -> Expr {
        match self.steps.is_empty() {
            true => later(date, self.days - 1),
            false => later(self.of(date), -1),
        }
    }

    /// A name that tells turns apart.
    pub fn name(&self) -> String {
        let mut name = match self.days {
            days if days <= 0 && !self.steps.is_empty() => String::new(),
            0 => String::new(),
            1 => "_a_day".to_owned(),
            days => format!("_{days}_days").replace('-', "less_"),
        };
        for step in &self.steps {
            name.push_str(&match step {
                Step::Days(days) => format!("_{days}_days"),
                Step::Months(months) => format!("_{months}_months"),
                Step::MonthStart(months) => format!("_{months}_month_starts"),
            });
        }
        name
    }
}

impl Step {
    /// The first day whose bound is later than `date + days`.
    pub fn after(self, date: Expr, days: i64) -> Expr {
        match self {
            Step::Days(more) => later(date, days + more),
            Step::Months(months) => months_after(later(date, days + 1), months),
            Step::MonthStart(months) => {
                common::add_months(common::first_of_month(later(date, days)), ast::number(months))
            }
        }
    }
}

/// So many days later, which may be none.
fn later(date: Expr, days: i64) -> Expr {
    if days == 0 { date } else { common::add_days(date, days) }
}

fn months_after(start: Expr, months: u32) -> Expr {
    let there = common::add_months(start.clone(), ast::number(months));
    let back = common::add_months(there.clone(), ast::number(-i64::from(months)));
    let kept = ast::equal(back, start);
    ast::case(vec![(kept, there.clone())], Some(common::add_days(there, 1)))
}

fn step_of(day: Day) -> Option<Step> {
    match day {
        Day::Next => Some(Step::Days(1)),
        Day::End => Some(Step::Days(2)),
        Day::NextLessDays(days) => Some(Step::Days(i64::from(days) + 1)),
        Day::NextLessMonths(0) => Some(Step::Days(1)),
        Day::NextLessMonths(months) => Some(Step::Months(months)),
        Day::MonthOfNextLess(months) => Some(Step::MonthStart(months + 1)),
        Day::Start | Day::UnitStart(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::Date;

    /// The turn of a date, counted.
    fn turned(turn: &Turn, date: Date) -> Date {
        let mut day = date.plus_days(turn.days as i32);
        for (at, step) in turn.steps.iter().enumerate() {
            let from = if at == 0 { day } else { day.plus_days(-1) };
            day = match step {
                Step::Days(days) => from.plus_days(*days as i32),
                Step::Months(months) => {
                    let start = from.plus_days(1);
                    let there = start.plus_months(*months as i32);
                    if there.plus_months(-(*months as i32)) == start { there } else { there.plus_days(1) }
                }
                Step::MonthStart(months) => from.first_of_month().plus_months(*months as i32),
            };
        }
        day
    }

    fn bound(day: Day, next: Date) -> Date {
        match day {
            Day::Next => next,
            Day::End => next.plus_days(-1),
            Day::NextLessDays(days) => next.plus_days(-(days as i32)),
            Day::NextLessMonths(months) => next.plus_months(-(months as i32)),
            Day::MonthOfNextLess(months) => next.first_of_month().plus_months(-(months as i32)),
            Day::Start | Day::UnitStart(_) => unreachable!("no turn follows these"),
        }
    }

    fn days() -> impl Iterator<Item = Date> {
        let first = Date::from_ymd(2023, 1, 1).expect("a date");
        (0..800).map(move |day| first.plus_days(day))
    }

    /// Whatever the bound, the turn is the first `next` whose bound has passed the date: by brute force.
    #[test]
    fn a_turn_is_the_first_day_whose_bound_has_passed() {
        let bounds = [
            Day::Next,
            Day::End,
            Day::NextLessDays(30),
            Day::NextLessMonths(1),
            Day::NextLessMonths(12),
            Day::MonthOfNextLess(0),
            Day::MonthOfNextLess(3),
        ];
        for day in bounds {
            let (behind, reached) = (Turn::behind(day).expect("a turn"), Turn::reached(day).expect("a turn"));
            for date in days() {
                let turn = turned(&behind, date);
                assert!(bound(day, turn) > date && bound(day, turn.plus_days(-1)) <= date, "{day:?} {date}");
                let turn = turned(&reached, date);
                assert!(bound(day, turn) >= date && bound(day, turn.plus_days(-1)) < date, "{day:?} {date}");
            }
        }
    }

    #[test]
    fn a_moved_turn_is_the_first_day_that_moves_behind_the_bound() {
        for (months, day) in [(1, Day::Next), (12, Day::NextLessMonths(12)), (1, Day::NextLessMonths(1)), (5, Day::End)]
        {
            let shift = Shift::Prior { months, reads_period: false };
            let moved = Turn::behind(day).and_then(|turn| turn.moved(shift)).expect("a turn");
            let there = |next: Date| bound(day, next.plus_months(-(months as i32)));
            for date in days() {
                let turn = turned(&moved, date);
                assert!(there(turn) > date && there(turn.plus_days(-1)) <= date, "{months} {day:?} {date}");
            }
        }
    }
}
