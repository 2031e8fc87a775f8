//! Plan conditions -> SQL conditions in which NULL counts as false.
//!
//! A condition never stands under `NOT`: what fails is written out, missing sides included, so that
//! three-valued logic gives the two values of the language: a comparison with a missing value is false.
//!
//! | what | where |
//! |---|---|
//! | conditions that are put together, rows that belong, filters and policies | here |
//! | values compared | [`compare`] |
//! | dates in windows and periods | [`time`] |

mod compare;
mod time;

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::compiler::Compiler;
use super::context::{Context, Hand};
use super::frame::Frame;
use super::periods::LAST_DAY;
use super::scalar::from_hand;
use crate::gold::{RelationshipId, TableId};
use crate::model::FilterId;
use crate::plan::tree::{Condition, PolicyPlanId, Shift};

/// Whether a condition is asked to hold or to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    Holds,
    Fails,
}

use Sense::{Fails, Holds};

impl Sense {
    /// The other one.
    pub fn opposite(self) -> Sense {
        if self == Holds { Fails } else { Holds }
    }
}

impl<'a> Compiler<'a> {
    /// True exactly where the condition holds.
    pub fn condition(&mut self, frame: &mut Frame, context: &Context<'a>, condition: &'a Condition) -> Expr {
        self.sense(frame, context, condition, Holds)
    }

    /// True exactly where the condition does not hold.
    pub fn fails_of(&mut self, frame: &mut Frame, context: &Context<'a>, condition: &'a Condition) -> Expr {
        self.sense(frame, context, condition, Fails)
    }

    /// True exactly where the condition holds or fails, as `sense` asks (rules R1 to R4).
    pub fn sense(&mut self, frame: &mut Frame, context: &Context<'a>, condition: &'a Condition, sense: Sense) -> Expr {
        if self.is_settled(context, condition) {
            return constant(sense == Holds);
        }
        if let Some(told) = self.either_state(frame, context, condition, sense) {
            return told;
        }
        match condition {
            Condition::True => constant(sense == Holds),
            Condition::False => constant(sense == Fails),
            Condition::And(parts) => self.together(frame, context, parts, sense, Holds),
            Condition::Or(parts) => self.together(frame, context, parts, sense, Fails),
            Condition::Not(inner) => self.sense(frame, context, inner, sense.opposite()),
            Condition::Any(rows) => self.any(frame, context, rows, sense),
            Condition::Filter { path, id } => self.filter(frame, context, path, *id, sense),
            Condition::Segment { path, id } => marked(self.segment_mark(frame, context, path, *id), sense),
            Condition::Policy { path, instances } => self.allowed(frame, context, path, instances, sense),
            Condition::Exists(path) => found_or_not(self.found(frame, &from_hand(context, path)), sense),
            Condition::Shifted { condition, shift } => self.shifted_condition(frame, context, condition, *shift, sense),
            test => self.test(frame, context, test, sense),
        }
    }

    fn test(&mut self, frame: &mut Frame, context: &Context<'a>, test: &'a Condition, sense: Sense) -> Expr {
        if let Some(state) = self.resolved_state(frame, context, test) {
            return counted(state, sense);
        }
        match test {
            Condition::Compare { operator, left, right } => {
                self.compare(frame, context, *operator, (left, right), sense)
            }
            Condition::In { value, values, negated } => self.in_list(frame, context, (value, values), *negated, sense),
            Condition::Between { value, low, high } => self.between(frame, context, value, (low, high), sense),
            Condition::StartsWith { value, text } => {
                self.like(frame, context, (value, text), |text| format!("{text}%"), sense)
            }
            Condition::Contains { value, text } => {
                self.like(frame, context, (value, text), |text| format!("%{text}%"), sense)
            }
            Condition::IsMissing(value) => {
                let value = self.scalar(frame, context, value);
                if sense == Holds { ast::is_null(value) } else { ast::is_not_null(value) }
            }
            Condition::Within { date, from, before } => self.within(frame, context, date, (*from, *before), sense),
            Condition::InPeriod { date } => self.in_period(frame, context, date, sense),
            _ => constant(false),
        }
    }

    /// All parts where the sense is that of the connective, else any of their failures.
    fn together(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        parts: &'a [Condition],
        sense: Sense,
        all_when: Sense,
    ) -> Expr {
        let parts: Vec<Expr> = parts.iter().map(|part| self.sense(frame, context, part, sense)).collect();
        if sense == all_when { ast::all(parts) } else { ast::any(parts) }
    }

    /// A filter at the row a path leads to; false where it leads to none.
    fn filter(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        id: FilterId,
        sense: Sense,
    ) -> Expr {
        let plan = self.plan;
        let Some(condition) = plan.filters.get(id.0 as usize) else { return constant(sense == Fails) };
        let at_row = self.re_rooted(context, path);
        let result = self.sense(frame, &at_row, condition, sense);
        if path.is_empty() {
            return result;
        }
        let found = self.found(frame, &from_hand(context, path));
        let found = found_or_not(found, sense);
        if sense == Holds { ast::all([found, result]) } else { ast::any([found, result]) }
    }

    /// One of the instances of a policy allows the row a path leads to.
    fn allowed(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        instances: &[PolicyPlanId],
        sense: Sense,
    ) -> Expr {
        if let Some(allowed) = self.allowed_here(frame, context, path, instances) {
            return self.sense(frame, &context.cleared(context.period), allowed, sense);
        }
        let marks: Vec<Expr> =
            instances.iter().map(|id| marked(self.policy_mark(frame, context, path, *id), sense)).collect();
        if sense == Holds { ast::any(marks) } else { ast::all(marks) }
    }

    /// The context at the row a path leads to. A filter that the row at hand meets is met there too
    /// if that row leads to its table.
    pub fn re_rooted(&self, context: &Context<'a>, path: &[RelationshipId]) -> Context<'a> {
        let Some(table) = self.end_of(path) else { return context.clone() };
        let mut moved = context.at_row(Hand { table, path: from_hand(context, path) });
        for filter in &mut moved.filters {
            filter.met_by_hand = filter.met_by_hand && self.gold.active_path(table, filter.table).is_some();
        }
        moved
    }

    /// The table a path ends in; none for the row itself.
    pub fn end_of(&self, path: &[RelationshipId]) -> Option<TableId> {
        Some(self.gold.relationship(*path.last()?)?.to.table)
    }

    fn shifted_condition(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        condition: &'a Condition,
        shift: Shift,
        sense: Sense,
    ) -> Expr {
        let period = self.shifted(context.period, shift);
        if frame.at_change.is_some() && self.by_unit(period) {
            return self.sense(frame, &context.at_period(period), condition, sense);
        }
        let alias = self.join_period(frame, period);
        let end = self.bound_of(period, &alias, LAST_DAY);
        let result = self.sense(frame, &context.at_period(period), condition, sense);
        if sense == Holds { ast::all([ast::is_not_null(end), result]) } else { ast::any([ast::is_null(end), result]) }
    }
}

fn constant(value: bool) -> Expr {
    if value { ast::always() } else { ast::never() }
}

/// A count of what marks something.
pub fn counted(count: Expr, sense: Sense) -> Expr {
    let operator = if sense == Holds { BinaryOperator::Gt } else { BinaryOperator::Eq };
    ast::compare(count, operator, ast::number(0))
}

/// A mark is 1 or missing.
pub fn marked(mark: Expr, sense: Sense) -> Expr {
    if sense == Holds { ast::equal(mark, ast::number(1)) } else { ast::is_null(mark) }
}

/// The row at a key is found, or is not.
fn found_or_not(found: Expr, sense: Sense) -> Expr {
    match found {
        found if sense == Holds => found,
        Expr::IsNotNull(key) => Expr::IsNull(key),
        _ => ast::never(),
    }
}
