//! What a row is asked anyway is not asked again: of `a and not (a and b)` only `not b` is left to ask beside `a`.
//!
//! A condition has two values, so that what is asked beside it may be taken to hold: where it does not hold, nothing
//! is taken of the row whatever else is asked. What stands alone among the conjuncts settles what the conjuncts that
//! are put together (choices, negations) ask in their parts, and is never left out itself.

use super::compiler::Compiler;
use super::context::{Context, PeriodId};
use super::leaf::Leaf;
use crate::plan::tree::{Condition, Shift};

/// The context of a leaf's rows, and the same beside what stands alone among their conjuncts.
pub struct Asked<'a> {
    alone: Context<'a>,
    /// None where nothing is settled.
    beside: Option<Context<'a>>,
}

impl<'a> Asked<'a> {
    /// `settled` is what stands alone among the conjuncts, with what was settled before.
    pub fn of(alone: Context<'a>, settled: Vec<(PeriodId, &'a Condition)>) -> Asked<'a> {
        let beside = (settled != alone.settled).then(|| Context { settled, ..alone.clone() });
        Asked { alone, beside }
    }

    /// The context for one of the conjuncts.
    pub fn context(&self, conjunct: &Condition) -> &Context<'a> {
        self.beside.as_ref().filter(|_| is_put_together(conjunct)).unwrap_or(&self.alone)
    }
}

fn is_put_together(condition: &Condition) -> bool {
    matches!(condition, Condition::Or(_) | Condition::Not(_))
}

impl<'a> Compiler<'a> {
    /// How the conjuncts of a leaf are asked of its rows.
    pub fn asked_beside(&mut self, leaf: &Leaf<'a>, inner: &Context<'a>) -> Asked<'a> {
        let mut settled = Vec::new();
        if leaf.conjuncts.iter().any(|conjunct| is_put_together(conjunct)) {
            settled = self.parts(leaf);
            settled.retain(|(_, part)| !is_put_together(part) && !matches!(part, Condition::Shifted { .. }));
        }
        Asked::of(inner.clone(), settled)
    }

    /// The row at hand meets the condition, or nothing is taken of it.
    pub fn is_settled(&self, context: &Context<'a>, condition: &'a Condition) -> bool {
        context.settled.iter().any(|(period, settled)| {
            *settled == condition
                && (*period == context.period
                    || self.is_timeless(condition)
                    || self.is_earlier(*period, context.period) && self.has_begun(context, condition))
        })
    }

    /// A period that another is moved back to.
    fn is_earlier(&self, earlier: PeriodId, period: PeriodId) -> bool {
        let (earlier, period) = (self.period(earlier), self.period(period));
        let moves = earlier.shifts.strip_prefix(period.shifts.as_slice());
        let back = moves.is_some_and(|moves| moves.iter().all(|shift| matches!(shift, Shift::Prior { .. })));
        back && earlier.base == period.base
    }

    /// What held once holds from then on.
    fn has_begun(&self, context: &Context<'a>, condition: &'a Condition) -> bool {
        self.limit(context, condition).is_some_and(|limit| limit.begins)
    }
}
