//! Conditions that hold of a row from a date of its own on, or until one: they cut what its states last, and no
//! state begins or ends for them alone.

use sqlparser::ast::{BinaryOperator, Expr};

use super::shape::{Months, OwnDate};
use super::turn::Turn;
use crate::emit::months::some_months;
use crate::emit::sql::ast;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::condition::Sense;
use crate::emit::sql::context::Context;
use crate::emit::sql::frame::Frame;
use crate::plan::tree::{Condition, Day, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

/// A condition that begins to hold on a day of the row, or ceases to.
#[derive(Debug, Clone)]
pub struct Limit<'a> {
    pub own: OwnDate<'a>,
    /// Else it ceases to hold.
    pub begins: bool,
    /// Whether it holds where the date is missing.
    pub holds_without: bool,
}

/// A limit as text.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenLimit {
    pub begins: bool,
    /// The first day on which it holds, or no longer does, where the date is seen.
    pub day: Expr,
    /// The date is there, and not one that stands for never.
    pub seen: Expr,
    /// Rows of which it never holds are left out.
    pub ever: Option<Expr>,
    /// That it holds, where a frame stands on the day of a change.
    pub holds: Expr,
    /// It may hold before anything has happened.
    pub may_hold_at_start: bool,
    /// The date and the day of its change, in a frame of the row alone.
    pub own_day: (Expr, Expr),
}

impl<'a> Compiler<'a> {
    /// What a condition is, where it begins or ceases to hold on one day of the row at hand.
    pub fn limit(&self, context: &Context<'a>, condition: &'a Condition) -> Option<Limit<'a>> {
        let mut choices = Vec::new();
        self.choices(condition, Sense::Holds, &mut choices);
        match choices.as_slice() {
            [(one, sense)] => self.single_limit(context, one, *sense),
            [(missing, a), (other, b)] | [(other, b), (missing, a)] if is_missing(missing, *a).is_some() => {
                let limit = self.single_limit(context, other, *b)?;
                let same = is_missing(missing, *a) == Some(limit.own.date);
                same.then_some(Limit { holds_without: true, ..limit })
            }
            _ => None,
        }
    }

    /// The conditions of which one must hold, each in the sense in which it must.
    pub fn choices(&self, condition: &'a Condition, sense: Sense, choices: &mut Vec<(&'a Condition, Sense)>) {
        let plan = self.plan;
        match (condition, sense) {
            (Condition::Not(inner), Sense::Holds) => self.choices(inner, Sense::Fails, choices),
            (Condition::Not(inner), Sense::Fails) => self.choices(inner, Sense::Holds, choices),
            (Condition::Or(parts), Sense::Holds) | (Condition::And(parts), Sense::Fails) => {
                parts.iter().for_each(|part| self.choices(part, sense, choices));
            }
            (Condition::Filter { path, id }, _) if path.is_empty() => match plan.filters.get(id.0 as usize) {
                Some(inner) => self.choices(inner, sense, choices),
                None => choices.push((condition, sense)),
            },
            _ => choices.push((condition, sense)),
        }
    }

    fn single_limit(&self, context: &Context<'a>, condition: &'a Condition, sense: Sense) -> Option<Limit<'a>> {
        let limit = match condition {
            Condition::Compare { operator, left, right } => self.compared_limit(context, *operator, left, right)?,
            Condition::Within { date, from: None, before: Some(day) } => {
                self.limit_of(context, (date, None), Turn::behind(*day)?, true)?
            }
            Condition::Within { date, from: Some(day), before: None } => {
                self.limit_of(context, (date, None), Turn::behind(*day)?, false)?
            }
            _ => return None,
        };
        // What fails holds where the date is missing.
        let fails = sense == Sense::Fails;
        Some(Limit { begins: limit.begins != fails, holds_without: fails, ..limit })
    }

    fn compared_limit(
        &self,
        context: &Context<'a>,
        operator: CompareOp,
        left: &'a Scalar,
        right: &'a Scalar,
    ) -> Option<Limit<'a>> {
        use CompareOp::{Greater, GreaterOrEqual, Less, LessOrEqual};
        if let ScalarKind::FullMonths(date, end) = &left.kind {
            let day = day_of(end).filter(|_| some_months(right))?;
            let (exceeded, begins) = match operator {
                GreaterOrEqual => (false, true),
                Less => (false, false),
                Greater => (true, true),
                LessOrEqual => (true, false),
                _ => return None,
            };
            let months = Months { number: right, exceeded };
            return self.limit_of(context, (date, Some(months)), Turn::reached(day)?, begins);
        }
        let (date, day, operator) = match (day_of(left), day_of(right)) {
            (None, Some(day)) => (left, day, operator),
            (Some(day), None) => (right, day, operator.mirrored()),
            _ => return None,
        };
        match operator {
            LessOrEqual => self.limit_of(context, (date, None), Turn::reached(day)?, true),
            Less => self.limit_of(context, (date, None), Turn::behind(day)?, true),
            Greater => self.limit_of(context, (date, None), Turn::reached(day)?, false),
            GreaterOrEqual => self.limit_of(context, (date, None), Turn::behind(day)?, false),
            _ => None,
        }
    }

    fn limit_of(
        &self,
        context: &Context<'a>,
        (date, months): (&'a Scalar, Option<Months<'a>>),
        turn: Turn,
        begins: bool,
    ) -> Option<Limit<'a>> {
        let own = self.own_date(context, (date, months), turn)?;
        Some(Limit { own, begins, holds_without: false })
    }

    /// A limit in a frame that stands on the day of a change, and in one of the row alone.
    pub fn written_limit(
        &mut self,
        (frame, own_frame): (&mut Frame, &mut Frame),
        limit: &Limit<'a>,
        condition: &'a Condition,
    ) -> WrittenLimit {
        let holds = self.condition(frame, &limit.own.context, condition);
        let (date, day) = self.own_day(frame, &limit.own);
        let own_day = self.own_day(own_frame, &limit.own);
        let seen = self.is_seen(date.clone());
        let ever = match (limit.begins, limit.holds_without) {
            (true, false) => Some(seen.clone()),
            (true, true) => Some(ast::any([ast::is_null(date), seen.clone()])),
            (false, without) => (!without).then(|| ast::is_not_null(date)),
        };
        let may_hold_at_start = !limit.begins || limit.holds_without;
        WrittenLimit { begins: limit.begins, day, seen, ever, holds, may_hold_at_start, own_day }
    }
}

impl WrittenLimit {
    /// The same where a column says the day.
    pub fn at(&self, day: Expr) -> WrittenLimit {
        WrittenLimit { day, seen: ast::always(), ..self.clone() }
    }

    /// The day, where it comes to pass.
    pub fn day_seen(self) -> Expr {
        if self.begins { self.day } else { ast::when(self.seen, self.day) }
    }
}

/// The day on which a state begins, or the row if that is later.
pub fn begun<'l>(day: Expr, limits: impl Iterator<Item = &'l WrittenLimit>) -> Expr {
    limits.filter(|limit| limit.begins).fold(day, |day, limit| later_of(day, limit.day.clone()))
}

/// The later of two days; the first where the other is missing.
pub fn later_of(day: Expr, other: Expr) -> Expr {
    let later = ast::compare(other.clone(), BinaryOperator::Gt, day.clone());
    ast::case(vec![(later, other)], Some(day))
}

/// The sooner of two days; the first where the other is missing.
pub fn sooner_of(day: Expr, other: Expr) -> Expr {
    let sooner = ast::compare(other.clone(), BinaryOperator::Lt, day.clone());
    ast::case(vec![(sooner, other)], Some(day))
}

/// The day on which a state ends, which may be missing, or the row if that is sooner.
pub fn ended<'l>(day: Expr, limits: impl Iterator<Item = &'l WrittenLimit>) -> Expr {
    limits.filter(|limit| !limit.begins).fold(day, |day, limit| {
        let sooner = ast::compare(limit.day.clone(), BinaryOperator::Lt, day.clone());
        let sooner = ast::any([ast::is_null(day.clone()), sooner]);
        ast::case(vec![(ast::all([limit.seen.clone(), sooner]), limit.day.clone())], Some(day))
    })
}

/// The two sides of a span: 1 where it begins, -1 where it ends.
pub fn begins(sign: Expr) -> Expr {
    ast::compare(sign, BinaryOperator::Gt, ast::number(0))
}

fn day_of(scalar: &Scalar) -> Option<Day> {
    match scalar.kind {
        ScalarKind::Day(day) => Some(day),
        _ => None,
    }
}

/// The scalar that is missing where a condition has a sense.
fn is_missing(condition: &Condition, sense: Sense) -> Option<&Scalar> {
    match condition {
        Condition::IsMissing(value) if sense == Sense::Holds => Some(value),
        _ => None,
    }
}
