//! Whether a leaf changes by steps: everything in it that depends on time is a date compared with a bound
//! that follows `next`, or a count, a sum or an existence of rows that such bounds let in and out.

use super::state_rows::is_exact;
use super::turn::Turn;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::{Context, PeriodId};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::emit::sql::settled::Asked;
use crate::plan::tree::{Condition, Scalar, ScalarKind, Shift};

/// What was found out about a leaf.
#[derive(Debug, Default)]
pub struct Shape<'a> {
    /// Dates of the rows themselves, and where a change they bring shows.
    pub dates: Vec<OwnDate<'a>>,
    /// Rows of other tables are read.
    pub has_states: bool,
    /// What of them, and which comparisons with what a resolve says.
    pub leaves: Vec<Leaf<'a>>,
    pub resolved: Vec<&'a Condition>,
    /// Periods that must have days.
    pub moved: Vec<PeriodId>,
    /// It may hold before anything happens.
    pub from_the_start: bool,
    /// The same of what no date of the row limits, and the dates that do more than that.
    pub lasting_from_the_start: bool,
    pub changing_dates: Vec<OwnDate<'a>>,
}

/// A date of a leaf's rows, and when a change that it brings shows.
#[derive(Debug, Clone)]
pub struct OwnDate<'a> {
    pub context: Context<'a>,
    pub date: &'a Scalar,
    /// So many full months after it.
    pub months: Option<Months<'a>>,
    pub turn: Turn,
}

/// A number of months, and one more where they must be exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Months<'a> {
    pub number: &'a Scalar,
    /// More months than that, not as many.
    pub exceeded: bool,
}

/// The value before it is made a double, where that value is exact.
pub fn exact_part(operand: &Scalar) -> Option<&Scalar> {
    match &operand.kind {
        ScalarKind::ToNumber(inner) if is_exact(inner.ty) => Some(inner),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    /// What a leaf depends on; none where it does not change by steps, or does not change.
    pub fn shape(&mut self, leaf: &Leaf<'a>) -> Option<Shape<'a>> {
        if !leaf.context.filters.iter().all(|filter| self.is_timeless(filter.condition)) {
            return None;
        }
        let inner = self.inner_context(leaf);
        let parts = self.parts(leaf);
        let mut shape = Shape { moved: self.moved_in(leaf), ..Shape::default() };
        let asked = self.asked_beside(leaf, &inner);
        self.inspect_parts(&mut shape, &asked, &parts)?;
        if let Measure::Of { operand: Some(operand), .. } = leaf.measure {
            let operand = exact_part(operand).unwrap_or(operand);
            let known = shape.dates.len();
            self.inspect_scalar(&mut shape, &inner, operand)?;
            let own = shape.dates.iter().skip(known).cloned().collect::<Vec<_>>();
            shape.changing_dates.extend(own);
        }
        (shape.has_states || !shape.dates.is_empty()).then_some(shape)
    }

    /// The earlier periods that conditions of a leaf ask about.
    fn moved_in(&mut self, leaf: &Leaf<'a>) -> Vec<PeriodId> {
        let mut moved = Vec::new();
        for conjunct in &leaf.conjuncts {
            if let Condition::Shifted { shift: shift @ Shift::Prior { .. }, .. } = conjunct {
                moved.push(self.shifted(leaf.context.period, *shift));
            }
        }
        moved
    }

    /// What a leaf asks of its rows, each part for its period.
    pub fn parts(&mut self, leaf: &Leaf<'a>) -> Vec<(PeriodId, &'a Condition)> {
        let period = leaf.context.period;
        let mut parts = Vec::new();
        for conjunct in &leaf.conjuncts {
            match conjunct {
                Condition::Shifted { condition, shift: shift @ Shift::Prior { .. } } => {
                    let moved = self.shifted(period, *shift);
                    parts.extend(self.flat(std::iter::once(&**condition)).into_iter().map(|part| (moved, part)));
                }
                other => parts.push((period, *other)),
            }
        }
        parts
    }

    /// As [`inspect`](Self::inspect), of conditions that all hold, each in its period.
    pub fn inspect_parts(
        &self,
        shape: &mut Shape<'a>,
        asked: &Asked<'a>,
        parts: &[(PeriodId, &'a Condition)],
    ) -> Option<()> {
        (shape.from_the_start, shape.lasting_from_the_start) = (true, true);
        for (period, part) in parts {
            let context = asked.context(part).at_period(*period);
            let mut own = Shape::default();
            self.inspect(&mut own, &context, part)?;
            let may_hold = self.at_start(part).may_hold;
            shape.from_the_start &= may_hold;
            if self.limit(&context, part).is_none() {
                shape.lasting_from_the_start &= may_hold;
                shape.changing_dates.extend(own.dates.iter().cloned());
            }
            shape.dates.extend(own.dates);
            shape.has_states |= own.has_states;
            shape.leaves.extend(own.leaves);
            shape.resolved.extend(own.resolved);
        }
        Some(())
    }

    /// The condition does not depend on the period.
    pub fn is_timeless(&self, condition: &'a Condition) -> bool {
        let mut shape = Shape::default();
        let context = self.no_context();
        self.inspect(&mut shape, &context, condition).is_some() && shape.dates.is_empty() && !shape.has_states
    }

    /// Whether it is the same whatever day it is asked for.
    pub fn is_timeless_value(&self, scalar: &'a Scalar) -> bool {
        let mut shape = Shape::default();
        let context = self.no_context();
        self.inspect_scalar(&mut shape, &context, scalar).is_some() && shape.dates.is_empty() && !shape.has_states
    }

    fn no_context(&self) -> Context<'a> {
        Context::bare(PeriodId(0))
    }
}
