//! Values of the plan -> DAX: BLANK stands for missing, and for the 0 of an empty count or sum.

use crate::gold::{TableId, Type};
use crate::model::{Literal, MetricId};
use crate::plan::tree::{Absence, Column, Condition, Plan, Scalar, ScalarKind};
use crate::syntax::tree::ArithmeticOp;

use super::Helper;
use super::lower::{Columns, Lower, Period, Place};
use super::tree::{Dax, Operator};
use super::visit::{Node, visit_scalar};

impl Lower<'_> {
    /// The value, BLANK where it is missing.
    pub fn value(&mut self, scalar: &Scalar, at: Place) -> Dax {
        let tests = if self.must_test(scalar, at) { self.presence(scalar, at) } else { Vec::new() };
        let value = self.raw(scalar, at);
        if_all(tests, value)
    }

    /// The value where the tests of [`Lower::presence`] hold.
    pub fn raw(&mut self, scalar: &Scalar, at: Place) -> Dax {
        use ScalarKind::*;
        match &scalar.kind {
            Literal(literal) => written(literal),
            Column(column) => self.column(column, at),
            Day(day) => self.day(*day),
            Arithmetic { operator, left, right } => self.arithmetic(*operator, left, right, at),
            Coalesce(first, second) => self.coalesce(first, second, at),
            Round { value, decimals } => self.round(value, *decimals, at),
            Rounded(value) => self.rounded_to_compare(value, at),
            MonthsBetween(from, to) => self.date_difference(from, to, "MONTH", at),
            DaysBetween(from, to) => self.date_difference(from, to, "DAY", at),
            FullMonths(from, to) => full_months(self.value(from, at), self.value(to, at)),
            Case { branches, otherwise } => self.case(branches, otherwise, at),
            ToNumber(value) => self.converted(value, at),
            Zero(value) => self.value(value, at).plus_zero(),
            Aggregate(aggregate) => self.aggregate(aggregate, at),
            Metric(id) => self.metric(*id, at),
            Resolve { path, id } => {
                let (found, said) = (self.finds_row(path, at), self.helper(Helper::Resolve(*id)));
                if found == Dax::Boolean(true) { said } else { Dax::call("IF", [found, said]) }
            }
            Shifted { value, shift } => self.shifted_value(value, *shift, at),
            Restricted { value, table, condition } => self.restricted(value, *table, condition, at),
            Ignoring { value, table } => self.ignoring(value, *table, at),
        }
    }

    fn metric(&mut self, id: MetricId, at: Place) -> Dax {
        let in_full = at.hand.is_some_and(|hand| self.stands_in_full(id, hand));
        match self.plan.metrics.get(id.0 as usize).filter(|_| in_full) {
            Some(definition) => self.value(definition, at),
            None => Dax::measure(self.book.metric(id)),
        }
    }

    /// Whether the definition stands at a row in the place of the measure: where rows meet it over a common table, since a
    /// measure would take the rows of nobody to belong to a row of nobody, and where it would narrow what is not its own
    /// or what is of all rows.
    pub fn stands_in_full(&self, id: MetricId, hand: TableId) -> bool {
        let Some(definition) = self.plan.metrics.get(id.0 as usize) else { return false };
        self.meets_over_common(id, hand)
            || self.is_narrowed(id, hand)
            || self.narrows_what_is_of_all(Node::Scalar(definition), hand)
    }

    /// By its name, or by RELATED where the row at hand is iterated and the column is of a row it leads to.
    pub fn column(&self, column: &Column, at: Place) -> Dax {
        let named = Dax::Column(column.column);
        if at.columns == Columns::Related && at.hand != Some(column.column.table) {
            return Dax::call("RELATED", [named]);
        }
        named
    }

    fn arithmetic(&mut self, operator: ArithmeticOp, left: &Scalar, right: &Scalar, at: Place) -> Dax {
        let (left, term) = (self.operand(left, at), self.operand(right, at));
        let operator = match operator {
            ArithmeticOp::Divide => return Dax::call("DIVIDE", [left, term]),
            ArithmeticOp::Add => Operator::Add,
            ArithmeticOp::Subtract => Operator::Subtract,
            ArithmeticOp::Multiply => Operator::Multiply,
        };
        // `1 - DIVIDE ( .. )` is a pattern reviewers are warned of (Best Practice Analyzer); named, it reads well too.
        let quotient = matches!(&term, Dax::Call { function: "DIVIDE", .. }) && matches!(left, Dax::Number(_));
        let term = if quotient && !self.is_of_row(right, at) { self.bind("RatioValue", term) } else { term };
        Dax::binary(operator, left, term)
    }

    /// A value beside others of its type: an amount that is written with decimals is a double to DAX, and what is worked
    /// out with it would be one too (rule R11).
    fn operand(&mut self, scalar: &Scalar, at: Place) -> Dax {
        match scalar.kind {
            ScalarKind::Literal(Literal::Money(amount)) if amount % 10_000 != 0 => {
                Dax::call("CURRENCY", [Dax::Number(money(amount))])
            }
            _ => self.value(scalar, at),
        }
    }

    /// Whether the value may differ from row to row where it stands, so that no variable of the block can hold it.
    fn is_of_row(&self, value: &Scalar, at: Place) -> bool {
        at.in_row || at.hand.is_some_and(|hand| !self.scalar_reads(value, hand).columns.is_empty())
    }

    /// `COALESCE` would take the empty text for a value (rule R5).
    fn coalesce(&mut self, first: &Scalar, second: &Scalar, at: Place) -> Dax {
        let (value, otherwise) = (self.operand(first, at), self.operand(second, at));
        match self.may_be_empty_text(first) {
            true => Dax::call("IF", [self.is_missing(first, at).not_missing(), value, otherwise]),
            false => Dax::call("COALESCE", [value, otherwise]),
        }
    }

    /// Integers are doubles to DIVIDE and to every aggregate in double; money must be converted (rule R11).
    fn converted(&mut self, value: &Scalar, at: Place) -> Dax {
        let written = self.raw(value, at);
        match value.ty {
            Type::Integer => written,
            _ => Dax::call("CONVERT", [written, Dax::Word("DOUBLE")]),
        }
    }

    /// What was worked out in double is first freed of its noise, as the cast of SQL does it: `1.005 - 1` is a little
    /// less than half a cent (rule R15).
    fn round(&mut self, value: &Scalar, decimals: u32, at: Place) -> Dax {
        let written = self.value(value, at);
        match value.ty == Type::Number && !value.is_given() {
            true => rounded(rounded(written, NOISE.max(decimals)), decimals),
            false => rounded(written, decimals),
        }
    }

    /// A double is compared at nine decimals (rule R14); a whole number has none.
    fn rounded_to_compare(&mut self, value: &Scalar, at: Place) -> Dax {
        let whole = matches!(&value.kind, ScalarKind::ToNumber(inner) if inner.ty == Type::Integer);
        let written = self.raw(value, at);
        if whole { written } else { rounded(written, 9) }
    }

    fn date_difference(&mut self, from: &Scalar, to: &Scalar, unit: &'static str, at: Place) -> Dax {
        Dax::call("DATEDIFF", [self.value(from, at), self.value(to, at), Dax::Word(unit)])
    }

    fn case(&mut self, branches: &[(Condition, Scalar)], otherwise: &Scalar, at: Place) -> Dax {
        let mut arguments = Vec::new();
        for (when, then) in branches {
            arguments.push(self.condition(when, at));
            arguments.push(self.operand(then, at));
        }
        arguments.push(self.operand(otherwise, at));
        if branches.len() == 1 {
            return Dax::call("IF", arguments);
        }
        Dax::call("SWITCH", [vec![Dax::Boolean(true)], arguments].concat())
    }

    fn restricted(&mut self, value: &Scalar, table: crate::gold::TableId, condition: &Condition, at: Place) -> Dax {
        let hand = self.frame_hand(at);
        let inner = self.frame(hand, Period::Kept, |this| this.value(value, Place { in_row: false, ..at }));
        let place = Place { by_others: reads_others(self.plan, value, table), ..Place::in_filter(table) };
        let parts = super::rows::conjuncts(condition);
        let filters = parts.into_iter().map(|part| self.reader_filter(part, place));
        let filters: Vec<Dax> = filters.map(super::period::keep).collect();
        Dax::call("CALCULATE", std::iter::once(inner).chain(filters).collect::<Vec<_>>())
    }

    /// Whose row is in the filter context inside a CALCULATE that stands here.
    pub fn frame_hand(&self, at: Place) -> Option<crate::gold::TableId> {
        if at.in_row { at.hand } else { self.hand_in_context() }
    }

    /// What absence means of a value about this row: a column of another table counts as one that may be missing.
    pub fn absence(&self, scalar: &Scalar, at: Place) -> Absence {
        use ScalarKind::*;
        match &scalar.kind {
            Column(column) => self.column_absence(column, scalar.absence, at),
            ToNumber(value) | Rounded(value) | Round { value, .. } => self.absence(value, at),
            DaysBetween(a, b) | MonthsBetween(a, b) | FullMonths(a, b) => {
                let missing = [a, b].iter().any(|side| self.absence(side, at) == Absence::Missing);
                if missing { Absence::Missing } else { Absence::Never }
            }
            _ => scalar.absence,
        }
    }

    fn column_absence(&self, column: &Column, written: Absence, at: Place) -> Absence {
        let elsewhere = at.by_others || at.hand.is_some_and(|hand| hand != column.column.table);
        let missing = (written != Absence::Never || elsewhere) && !self.is_known_present(column);
        if missing { Absence::Missing } else { Absence::Never }
    }
}

/// The decimals at which SQL rounds a double before anything else (`emit/sql/common.rs`).
const NOISE: u32 = 10;

fn rounded(value: Dax, decimals: u32) -> Dax {
    Dax::call("ROUND", [value, Dax::integer(i64::from(decimals))])
}

/// `IF ( tests, value )`, the value alone where nothing need be tested.
pub(super) fn if_all(tests: Vec<Dax>, value: Dax) -> Dax {
    if tests.is_empty() { value } else { Dax::call("IF", [Dax::all(tests), value]) }
}

/// Whether the value is over rows of other tables than this one.
pub(super) fn reads_others(plan: &Plan, value: &Scalar, table: TableId) -> bool {
    let mut found = false;
    visit_scalar(value, &mut |node| match node {
        Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. }) => found |= aggregate.rows.table != table,
        Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => {
            found |= plan.metrics.get(id.0 as usize).is_some_and(|named| reads_others(plan, named, table));
        }
        _ => {}
    });
    found
}

/// Whole months elapsed (rule R48): the month boundaries, one less where the day of the month is not
/// reached; where the second date is the earlier, less those the other way round. Only the earlier date is moved, to a
/// month that is there: a missing date is one of 1899, and the engine knows no month before it.
fn full_months(from: Dax, to: Dax) -> Dax {
    let passed = |earlier: &Dax, later: &Dax, one: i64| {
        let beyond = Dax::binary(Operator::Greater, reached(earlier, later), later.clone());
        Dax::call("IF", [beyond, Dax::integer(one), Dax::integer(0)])
    };
    let forward = Dax::binary(Operator::LessOrEqual, from.clone(), to.clone());
    let not_reached = Dax::call("IF", [forward, passed(&from, &to, 1), passed(&to, &from, -1)]);
    Dax::binary(Operator::Subtract, boundaries(&from, &to), not_reached)
}

fn boundaries(from: &Dax, to: &Dax) -> Dax {
    Dax::call("DATEDIFF", [from.clone(), to.clone(), Dax::Word("MONTH")])
}

/// The day so many month boundaries after a date as lie before another.
fn reached(from: &Dax, to: &Dax) -> Dax {
    Dax::call("EDATE", [from.clone(), boundaries(from, to)])
}

pub(super) fn written(literal: &Literal) -> Dax {
    match literal {
        Literal::Integer(value) => Dax::integer(*value),
        Literal::Money(value) => Dax::Number(money(*value)),
        Literal::Number(value) => Dax::Number(value.to_string()),
        Literal::Text(text) if text.is_empty() => Dax::call("BLANK", []),
        Literal::Text(text) => Dax::Text(text.clone()),
        Literal::Boolean(value) => Dax::Boolean(*value),
        Literal::Date(date) => Dax::Date(*date),
    }
}

/// Ten-thousandths as a decimal number without needless zeros.
fn money(value: i64) -> String {
    let (whole, part) = (value.unsigned_abs() / 10_000, value.unsigned_abs() % 10_000);
    let sign = if value < 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{part:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_the_decimals_it_has() {
        assert_eq!(money(125_000), "12.5");
        assert_eq!(money(-1), "-0.0001");
        assert_eq!(money(70_000), "7");
    }
}
