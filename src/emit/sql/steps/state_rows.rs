//! A leaf as rows that let something in and out: the one date that its window looks at, and what is counted.

use super::turn::Turn;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::gold::Type;
use crate::model::Operator;
use crate::plan::tree::{Condition, Day, Link, Scalar, ScalarKind};

/// A leaf as rows that let something in and out.
pub struct StateRows<'a> {
    /// What is asked of a row besides its date.
    pub rest: Vec<&'a Condition>,
    /// The date that the window looks at.
    pub date: &'a Scalar,
    /// The date up to which a row counts, where it has one of its own.
    pub until: Option<&'a Scalar>,
    /// From the date to the day on which the row comes in.
    pub enters: Turn,
    /// From the date to the day on which it goes again; none where it stays.
    pub leaves: Option<Turn>,
    /// What lies behind the date when it leaves.
    pub bound: Option<Day>,
    pub kind: Kind<'a>,
}

/// What counts of a leaf's rows.
pub enum Kind<'a> {
    /// That there are rows in a window that they leave again.
    Some,
    /// Of one key and day: that there are rows, how many, or the sum of something.
    Rows,
    /// How many different values.
    Values(&'a Scalar),
    /// The value of the row with the latest date.
    Latest(&'a Scalar),
}

/// Whether sums of it can be taken apart and added again without noise (rule R14).
pub fn is_exact(ty: Type) -> bool {
    matches!(ty, Type::Integer | Type::Money)
}

impl<'a> Compiler<'a> {
    /// How the rows of a leaf let its value in and out; none where they do not do so by steps.
    pub fn state_rows(&self, leaf: &Leaf<'a>) -> Option<StateRows<'a>> {
        let Some(Link::To(steps)) = &leaf.link else { return None };
        let by_row = leaf.context.hand.as_ref().is_some_and(|hand| hand.path.is_empty());
        if steps.is_empty() || !by_row || !self.by_unit(leaf.context.period) {
            return None;
        }
        let windows = self.windows(leaf)?;
        let moved = |turn: Turn| self.period(leaf.context.period).shifts.into_iter().try_fold(turn, Turn::moved);
        moved(windows.enters.clone())?;
        let kind = match self.kind(leaf.measure, windows.date)? {
            Kind::Some if windows.until.is_some() || windows.leaves.is_none() => Kind::Rows,
            // Where they last until dates of their own, the next row does not say when one is over.
            Kind::Values(_) | Kind::Latest(_) if windows.until.is_some() => return None,
            kind => kind,
        };
        Some(StateRows { kind, ..windows })
    }

    /// The one date that the leaf's windows look at, and the rest of its conditions.
    fn windows(&self, leaf: &Leaf<'a>) -> Option<StateRows<'a>> {
        let (mut rest, mut window, mut until) = (Vec::new(), None, None);
        for conjunct in &leaf.conjuncts {
            match conjunct {
                Condition::Within { date, from, before: Some(before) }
                    if window.is_none() && matches!(date.kind, ScalarKind::Column(_)) =>
                {
                    window = Some((date, *from, *before));
                }
                Condition::Or(parts) if until.is_none() && lasts_until(parts).is_some() => until = lasts_until(parts),
                other if self.is_timeless(other) => rest.push(*other),
                _ => return None,
            }
        }
        let (date, bound, before) = window?;
        let leaves = match bound {
            Some(_) if until.is_some() => return None,
            Some(from) => Some(Turn::behind(from)?),
            None => None,
        };
        Some(StateRows { rest, date, until, enters: Turn::behind(before)?, leaves, bound, kind: Kind::Rows })
    }

    fn kind(&self, measure: Measure<'a>, date: &'a Scalar) -> Option<Kind<'a>> {
        let Measure::Of { operator, operand, by } = measure else { return Some(Kind::Some) };
        match (operator, operand) {
            (Operator::Count, None) => Some(Kind::Rows),
            (Operator::Sum, Some(operand)) if is_exact(operand.ty) && self.is_timeless_value(operand) => {
                Some(Kind::Rows)
            }
            (Operator::CountDistinct, Some(operand)) if operand.kind == date.kind => Some(Kind::Rows),
            (Operator::CountDistinct, Some(operand)) if self.is_timeless_value(operand) => Some(Kind::Values(operand)),
            (Operator::Latest(_), Some(operand)) if is_exact(operand.ty) && self.is_timeless_value(operand) => {
                let same = matches!(&date.kind, ScalarKind::Column(column) if Some(column) == by);
                same.then_some(Kind::Latest(operand))
            }
            _ => None,
        }
    }
}

/// `b is missing or b >= next`: what lasts until a date.
fn lasts_until(parts: &[Condition]) -> Option<&Scalar> {
    match parts {
        [Condition::IsMissing(missing), Condition::Within { date, from, before: None }]
            if missing == date && *from == Some(Day::Next) && matches!(date.kind, ScalarKind::Column(_)) =>
        {
            Some(date)
        }
        _ => None,
    }
}
