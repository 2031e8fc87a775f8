//! Where windows begin: of several that end alike, the longest lets in what all the others do.

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::compiler::Compiler;
use super::context::PeriodId;
use super::frame::Frame;
use super::leaf::Leaf;
use crate::plan::tree::{Condition, Day, Scalar};

/// A condition by which rows lie on or after a day so far back from the end of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    pub condition: Expr,
    pub date: Expr,
    pub period: PeriodId,
    pub back: Back,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    Days(u32),
    Months(u32),
}

impl Beginning {
    /// The one that lets in whatever the other does, where that can be told.
    pub fn looser<'b>(&'b self, other: &'b Beginning) -> Option<&'b Beginning> {
        let longer = match (self.back, other.back) {
            (Back::Days(a), Back::Days(b)) | (Back::Months(a), Back::Months(b)) => a >= b,
            _ => return None,
        };
        let same = self.date == other.date && self.period == other.period;
        same.then_some(if longer { self } else { other })
    }
}

impl<'a> Leaf<'a> {
    /// The date and the first day of its window, where it has one that begins somewhere.
    fn begins(&self) -> Option<(&'a Scalar, Day)> {
        let mut windows = self.conjuncts.iter().filter_map(|conjunct| match conjunct {
            Condition::Within { date, from: Some(from), .. } => Some((date, *from)),
            _ => None,
        });
        windows.next().filter(|_| windows.next().is_none())
    }
}

impl<'a> Compiler<'a> {
    /// The condition by which the leaf's one window begins, if it is one of its conditions.
    pub fn beginning(&mut self, frame: &Frame, leaf: &Leaf<'a>, conditions: &[Expr]) -> Option<Beginning> {
        let (date, from) = leaf.begins()?;
        let back = match from {
            Day::NextLessDays(days) => Back::Days(days),
            Day::NextLessMonths(months) => Back::Months(months),
            _ => return None,
        };
        let mut scratch = frame.clone();
        let inner = self.inner_context(leaf);
        let date = self.scalar(&mut scratch, &inner, date);
        let day = self.day(&mut scratch, inner.period, from);
        let condition = ast::compare(date.clone(), BinaryOperator::GtEq, day);
        let known = conditions.iter().cloned().flat_map(ast::conjuncts).any(|known| known == condition);
        known.then_some(Beginning { condition, date, period: inner.period, back })
    }
}
