//! Plan conditions -> SQL conditions in which NULL counts as false.
//!
//! A condition never stands under `NOT`: what fails is written out, missing sides included, so that
//! three-valued logic gives the two values of the language (adopted decision 1).

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::common;
use super::comparison::{opposite, sql_operator};
use super::compiler::Compiler;
use super::context::{Context, Hand};
use super::frame::{Frame, How, Source};
use super::scalar::from_hand;
use crate::gold::{RelationshipId, TableId};
use crate::model::{FilterId, Literal};
use crate::plan::tree::{Absence, Condition, Day, Scalar, ScalarKind, Shift};
use crate::syntax::tree::{ArithmeticOp, CompareOp};

/// Whether a condition is asked to hold or to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    Holds,
    Fails,
}

use Sense::{Fails, Holds};

impl Sense {
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
            Condition::Segment { path, id } => {
                let mark = self.segment_mark(frame, context, path, *id);
                marked(mark, sense)
            }
            Condition::Policy { path, instances } => {
                if let Some(allowed) = self.allowed_here(frame, context, path, instances) {
                    return self.sense(frame, &context.cleared(context.period), allowed, sense);
                }
                let marks: Vec<Expr> = instances
                    .iter()
                    .map(|id| self.policy_mark(frame, context, path, *id))
                    .map(|mark| marked(mark, sense))
                    .collect();
                if sense == Holds { ast::any(marks) } else { ast::all(marks) }
            }
            Condition::Exists(path) => {
                let found = self.found(frame, &from_hand(context, path));
                if sense == Holds { found } else { opposite_of_found(found) }
            }
            Condition::Shifted { condition, shift } => self.shifted_condition(frame, context, condition, *shift, sense),
            _ => self.leaf_condition(frame, context, condition, sense),
        }
    }

    fn leaf_condition(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        condition: &'a Condition,
        sense: Sense,
    ) -> Expr {
        if let Some(state) = self.resolved_state(frame, context, condition) {
            return counted(state, sense);
        }
        match condition {
            Condition::Compare { operator, left, right } => {
                self.compare(frame, context, *operator, (left, right), sense)
            }
            Condition::In { value, values, negated } => self.in_list(frame, context, (value, values), *negated, sense),
            Condition::Between { value, low, high } => {
                let parts = [(CompareOp::GreaterOrEqual, low), (CompareOp::LessOrEqual, high)];
                if sense == Holds {
                    self.between(frame, context, value, low, high)
                } else {
                    ast::any(
                        parts.map(|(operator, bound)| self.compare(frame, context, operator, (value, bound), Fails)),
                    )
                }
            }
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

    fn compare(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        operator: CompareOp,
        (left, right): (&'a Scalar, &'a Scalar),
        sense: Sense,
    ) -> Expr {
        if let Some(told) = self.distinct_threshold(frame, context, operator, (left, right), sense) {
            return told;
        }
        if let Some(reached) = self.full_months_compared(frame, context, operator, (left, right), sense) {
            return reached;
        }
        let a = self.compared(frame, context, left);
        let b = self.compared(frame, context, right);
        if sense == Holds && operator == CompareOp::Equal {
            // Only one of them is a text, which stays what it is.
            let b = common::folded_to_be_one_of(b, std::slice::from_ref(&a));
            return ast::equal(common::folded_to_be_one_of(a, std::slice::from_ref(&b)), b);
        }
        if sense == Holds {
            return ast::compare(a, sql_operator(operator), b);
        }
        let mut missing = self.missing(frame, context, left);
        missing.extend(self.missing(frame, context, right));
        ast::any(missing.into_iter().chain([self.fails(a, operator, b, right)]))
    }

    fn fails(&self, a: Expr, operator: CompareOp, b: Expr, right: &Scalar) -> Expr {
        match (&right.kind, operator) {
            (ScalarKind::Literal(Literal::Boolean(value)), CompareOp::Equal) => ast::equal(a, ast::boolean(!value)),
            _ => ast::compare(a, sql_operator(opposite(operator)), b),
        }
    }

    /// The ways in which a side can be missing.
    fn missing(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Vec<Expr> {
        match &scalar.kind {
            ScalarKind::MonthsBetween(a, b) | ScalarKind::FullMonths(a, b) | ScalarKind::DaysBetween(a, b) => {
                let mut all = self.missing(frame, context, a);
                all.extend(self.missing(frame, context, b));
                all
            }
            ScalarKind::Arithmetic { operator: ArithmeticOp::Multiply, left, right } => {
                let mut all = self.missing(frame, context, left);
                all.extend(self.missing(frame, context, right));
                all
            }
            ScalarKind::ToNumber(inner) | ScalarKind::Rounded(inner) => self.missing(frame, context, inner),
            _ if may_miss(scalar) => vec![ast::is_null(self.scalar(frame, context, scalar))],
            _ => Vec::new(),
        }
    }

    /// A side of a comparison: nothing counted or summed compares as 0.
    fn compared(&mut self, frame: &mut Frame, context: &Context<'a>, scalar: &'a Scalar) -> Expr {
        let value = self.scalar(frame, context, scalar);
        self.number(frame, value, scalar.absence)
    }

    fn between(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        value: &'a Scalar,
        low: &'a Scalar,
        high: &'a Scalar,
    ) -> Expr {
        let value = self.compared(frame, context, value);
        let low = self.compared(frame, context, low);
        let high = self.compared(frame, context, high);
        ast::between(value, low, high)
    }

    fn in_list(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        (scalar, values): (&'a Scalar, &'a [Literal]),
        negated: bool,
        sense: Sense,
    ) -> Expr {
        let value = self.compared(frame, context, scalar);
        let list: Vec<Expr> = values.iter().map(|literal| self.literal(literal)).collect();
        let member = |value: Expr, negated: bool| match list.len() {
            0 if negated => ast::is_not_null(value),
            0 => ast::never(),
            _ if negated => ast::in_list(value, list.clone(), true),
            _ => ast::in_list(common::folded_to_be_one_of(value, &list), list.clone(), false),
        };
        if sense == Holds {
            return member(value, negated);
        }
        let missing = may_miss(scalar).then(|| ast::is_null(value.clone()));
        ast::any(missing.into_iter().chain([member(value, !negated)]))
    }

    fn like(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        (scalar, text): (&'a Scalar, &str),
        pattern: fn(String) -> String,
        sense: Sense,
    ) -> Expr {
        let value = self.scalar(frame, context, scalar);
        let matches = common::like(value.clone(), text, pattern, sense == Fails);
        let missing = (sense == Fails && may_miss(scalar)).then(|| ast::is_null(value));
        ast::any(missing.into_iter().chain([matches]))
    }

    fn within(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        date: &'a Scalar,
        (from, before): (Option<Day>, Option<Day>),
        sense: Sense,
    ) -> Expr {
        let value = self.scalar(frame, context, date);
        let bounds = [(from, CompareOp::GreaterOrEqual), (before, CompareOp::Less)];
        let mut parts = Vec::new();
        for (day, operator) in bounds {
            let Some(day) = day else { continue };
            let operator = if sense == Holds { operator } else { opposite(operator) };
            let day = self.day(frame, context.period, day);
            parts.push(ast::compare(value.clone(), sql_operator(operator), day));
        }
        if sense == Holds {
            return if parts.is_empty() { ast::is_not_null(value) } else { ast::all(parts) };
        }
        ast::any(may_miss(date).then(|| ast::is_null(value)).into_iter().chain(parts))
    }

    fn in_period(&mut self, frame: &mut Frame, context: &Context<'a>, date: &'a Scalar, sense: Sense) -> Expr {
        let value = self.scalar(frame, context, date);
        if self.needs_days(context.period) {
            let day = self.matching_day(frame, context, value);
            return if sense == Holds { ast::is_not_null(day) } else { ast::is_null(day) };
        }
        let start = self.day(frame, context.period, Day::Start);
        let end = self.day(frame, context.period, Day::End);
        if sense == Holds {
            return ast::between(value, start, end);
        }
        let missing = may_miss(date).then(|| ast::is_null(value.clone()));
        let outside =
            [ast::compare(value.clone(), BinaryOperator::Lt, start), ast::compare(value, BinaryOperator::Gt, end)];
        ast::any(missing.into_iter().chain(outside))
    }

    /// The day of the period that equals a date, missing where there is none.
    fn matching_day(&mut self, frame: &mut Frame, context: &Context<'a>, date: Expr) -> Expr {
        let relation = self.day_relation(context.period);
        let mut on = Vec::new();
        let unit_name = self.unit_name();
        if self.by_unit(context.period) {
            on.push(self.var(frame, super::context::Var::Unit));
        }
        let alias = self.join(frame, Source::Relation(relation), |alias| {
            let unit = on.into_iter().map(|unit| ast::equal(common::column(alias, unit_name), unit));
            How::Left(ast::all(unit.chain([ast::equal(common::column(alias, "day_on"), date)])))
        });
        common::column(&alias, "day_on")
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
        if sense == Holds { ast::all([found, result]) } else { ast::any([opposite_of_found(found), result]) }
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
        let end = common::column(&alias, "end_on");
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

fn opposite_of_found(found: Expr) -> Expr {
    match found {
        Expr::IsNotNull(key) => Expr::IsNull(key),
        _ => ast::never(),
    }
}

/// Folded text counts as one that may be missing, since `''` is.
fn may_miss(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Literal(_) => false,
        ScalarKind::Column(column) if column.fold || !column.path.is_empty() => true,
        _ => scalar.absence == Absence::Missing,
    }
}
