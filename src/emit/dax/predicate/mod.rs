//! Comparisons -> DAX that is false where a side is missing.
//!
//! DAX reads BLANK as 0, "", FALSE and 1899-12-30 in every comparison but `==` (DAX operator
//! reference). A test for presence is written only where that would make a comparison true and
//! the side may be missing, as every column of another table may, whose row may not be there: `signs` says where it
//! would, `presence` how presence is tested.

mod presence;
mod signs;
#[cfg(test)]
mod tests;

use crate::emit::months::{never, some_months};
use crate::model::Literal;
use crate::plan::tree::{Absence, Condition, Day, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

use super::lower::{Lower, Place};
use super::scalar::written;
use super::tree::{Dax, Operator};
use signs::{ZERO, is_empty, passes};

impl Lower<'_> {
    /// With tests for presence only where BLANK would pass, and whole days or months compared as dates.
    pub fn compare(&mut self, operator: CompareOp, left: &Scalar, right: &Scalar, at: Place) -> Dax {
        if let (ScalarKind::DaysBetween(from, to), Some(days)) = (&left.kind, whole_days(right)) {
            let mut tests = self.both_present(from, to, at);
            tests.push(self.days_apart(from, to, operator, days, at));
            return Dax::all(tests);
        }
        if let Some(comparison) = self.months_apart(operator, left, right, at) {
            return comparison;
        }
        if let Some(other) = other_truth(operator, right) {
            return self.compare(CompareOp::Equal, left, &other, at);
        }
        let mut tests = Vec::new();
        let (left_signs, right_signs) = (self.signs(left, at), self.signs(right, at));
        let blank_left = passes(ZERO, operator, right_signs);
        let blank_right = passes(left_signs, operator, ZERO);
        let strict = operator == CompareOp::Equal && right_signs == ZERO && self.absence(left, at) == Absence::Missing;
        if self.must_test(left, at) || (blank_left && !strict) {
            tests.extend(self.presence(left, at));
        }
        if self.must_test(right, at) || blank_right {
            tests.extend(self.presence(right, at));
        }
        let operator = if strict && tests.is_empty() { Operator::StrictlyEqual } else { comparison(operator) };
        tests.push(Dax::binary(operator, self.raw(left, at), self.raw(right, at)));
        Dax::all(tests)
    }

    /// As [`compare`](Self::compare) with both bounds, which belong to it.
    pub fn between(&mut self, value: &Scalar, low: &Scalar, high: &Scalar, at: Place) -> Dax {
        if let (ScalarKind::DaysBetween(from, to), Some(least), Some(most)) =
            (&value.kind, whole_days(low), whole_days(high))
        {
            let mut tests = self.both_present(from, to, at);
            tests.push(self.days_apart(from, to, CompareOp::GreaterOrEqual, least, at));
            tests.push(self.days_apart(from, to, CompareOp::LessOrEqual, most, at));
            return Dax::all(tests);
        }
        let (low_signs, high_signs) = (self.signs(low, at), self.signs(high, at));
        let passes_both =
            passes(ZERO, CompareOp::GreaterOrEqual, low_signs) && passes(ZERO, CompareOp::LessOrEqual, high_signs);
        let mut tests = Vec::new();
        if self.must_test(value, at) || passes_both {
            tests.extend(self.presence(value, at));
        }
        tests.extend(self.presence(low, at));
        tests.extend(self.presence(high, at));
        let written = self.raw(value, at);
        tests.push(Dax::binary(Operator::GreaterOrEqual, written.clone(), self.raw(low, at)));
        tests.push(Dax::binary(Operator::LessOrEqual, written, self.raw(high, at)));
        Dax::all(tests)
    }

    /// Days between two dates against a number, as people write it: `to <= from + 14`.
    fn days_apart(&mut self, from: &Scalar, to: &Scalar, operator: CompareOp, days: i64, at: Place) -> Dax {
        let (from, to) = (self.raw(from, at), self.raw(to, at));
        let limit = match days {
            0 => from,
            1.. => Dax::binary(Operator::Add, from, Dax::integer(days)),
            _ => Dax::binary(Operator::Subtract, from, Dax::integer(days.saturating_neg())),
        };
        Dax::binary(comparison(operator), to, limit)
    }

    /// Whole months from or to a day of the period against a number of at least one, as people write it:
    /// `EDATE ( from, 12 ) <= to`. Days reached by adding months stand in the order of the months, so both say the same.
    fn months_apart(&mut self, operator: CompareOp, left: &Scalar, right: &Scalar, at: Place) -> Option<Dax> {
        let ScalarKind::FullMonths(from, to) = &left.kind else { return None };
        let operator = match operator {
            CompareOp::Less => Operator::Greater,
            CompareOp::GreaterOrEqual => Operator::LessOrEqual,
            _ => return None,
        };
        let is_day = |date: &Scalar| matches!(date.kind, ScalarKind::Day(_));
        if !some_months(right) || !(is_day(from) || is_day(to)) {
            return None;
        }
        let mut tests = self.both_present(from, to, at);
        let (date, months) = (self.raw(from, at), self.raw(right, at));
        let months = if is_day(from) { months } else { unless_never(&date, months) };
        let reached = Dax::call("EDATE", [date, months]);
        tests.push(Dax::binary(operator, reached, self.raw(to, at)));
        Some(Dax::all(tests))
    }

    /// `IN` tells BLANK from every value by itself; its negation does not.
    pub fn one_of(&mut self, value: &Scalar, values: &[Literal], negated: bool, at: Place) -> Dax {
        let mut tests = Vec::new();
        if negated || self.must_test(value, at) {
            tests.extend(self.presence(value, at));
        }
        let left = self.raw(value, at);
        let found = match values {
            [only] if !is_empty(only) => Dax::binary(Operator::Equal, left, written(only)),
            [only] => Dax::binary(Operator::StrictlyEqual, left, written(only)),
            several => Dax::binary(Operator::In, left, Dax::List(several.iter().map(written).collect())),
        };
        tests.push(match (negated, found) {
            (true, Dax::Chain { operator: Operator::Equal, operands }) => {
                Dax::Chain { operator: Operator::NotEqual, operands }
            }
            (true, found) => found.negated(),
            (false, found) => found,
        });
        Dax::all(tests)
    }

    /// `from <= date < before`. Days of a period without days (the calendar's row of what has no day) are BLANK, which
    /// no missing date may meet.
    pub fn within(&mut self, date: &Scalar, from: Option<Day>, before: Option<Day>, at: Place) -> Dax {
        let mut parts = self.presence(date, at);
        let value = self.raw(date, at);
        if let Some(from) = from {
            parts.push(Dax::binary(Operator::GreaterOrEqual, value.clone(), self.day(from)));
        }
        if let Some(before) = before {
            parts.push(Dax::binary(Operator::Less, value, self.day(before)));
        }
        Dax::all(parts)
    }

    /// `LEFT` of as many UTF-16 units as the text has.
    pub fn starts_with(&mut self, value: &Scalar, text: &str, at: Place) -> Dax {
        let length = Dax::integer(text.encode_utf16().count() as i64);
        let start = Dax::call("LEFT", [self.value(value, at), length]);
        Dax::binary(Operator::Equal, start, Dax::Text(text.to_owned()))
    }

    /// CONTAINSSTRING reads `?`, `*` and `~` as wildcards unless a `~` stands before them (rule R19).
    pub fn contains(&mut self, value: &Scalar, text: &str, at: Place) -> Dax {
        let escaped = text.chars().flat_map(|c| if "?*~".contains(c) { vec!['~', c] } else { vec![c] });
        Dax::call("CONTAINSSTRING", [self.value(value, at), Dax::Text(escaped.collect())])
    }
}

/// The truth that a value has which is not this one; a missing one has neither.
fn other_truth(operator: CompareOp, right: &Scalar) -> Option<Scalar> {
    match (operator, &right.kind) {
        (CompareOp::NotEqual, ScalarKind::Literal(Literal::Boolean(value))) => {
            Some(Scalar { kind: ScalarKind::Literal(Literal::Boolean(!value)), ..right.clone() })
        }
        _ => None,
    }
}

/// The months to add to a date of a row, none where it stands for never: EDATE fails beyond the year 9999, for the
/// whole measure, whatever is tested beside it. A date of never lies behind every day of the period as it is.
fn unless_never(date: &Dax, months: Dax) -> Dax {
    let seen = Dax::binary(Operator::Less, date.clone(), Dax::Date(never()));
    Dax::call("IF", [seen, months, Dax::integer(0)])
}

fn whole_days(scalar: &Scalar) -> Option<i64> {
    match scalar.kind {
        ScalarKind::Literal(Literal::Integer(days)) => Some(days),
        _ => None,
    }
}

fn comparison(operator: CompareOp) -> Operator {
    match operator {
        CompareOp::Equal => Operator::Equal,
        CompareOp::NotEqual => Operator::NotEqual,
        CompareOp::Less => Operator::Less,
        CompareOp::LessOrEqual => Operator::LessOrEqual,
        CompareOp::Greater => Operator::Greater,
        CompareOp::GreaterOrEqual => Operator::GreaterOrEqual,
    }
}

impl Lower<'_> {
    /// Comparisons and tests of single values.
    pub(super) fn leaf(&mut self, condition: &Condition, at: Place) -> Dax {
        match condition {
            Condition::Compare { operator, left, right } => self.compare(*operator, left, right, at),
            Condition::In { value, values, negated } => self.one_of(value, values, *negated, at),
            Condition::Between { value, low, high } => self.between(value, low, high, at),
            Condition::StartsWith { value, text } => self.starts_with(value, text, at),
            Condition::Contains { value, text } => self.contains(value, text, at),
            Condition::IsMissing(value) => self.is_missing(value, at),
            Condition::Within { date, from, before } => self.within(date, *from, *before, at),
            Condition::InPeriod { date } => {
                let mut tests = self.presence(date, at);
                let (date, days) = (self.value(date, at), self.period_days());
                tests.push(Dax::binary(Operator::In, date, days));
                Dax::all(tests)
            }
            _ => Dax::Boolean(matches!(condition, Condition::True)),
        }
    }
}
