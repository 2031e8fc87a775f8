//! Comparisons -> DAX that is false where a side is missing.
//!
//! DAX reads BLANK as 0, "", FALSE and 1899-12-30 in every comparison but `==` (DAX operator
//! reference). A test for presence is written only where that would make a comparison true (adopted
//! decisions 1, 13 and 15).

use crate::gold::Type;
use crate::model::Literal;
use crate::plan::tree::{Absence, Condition, Day, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

use super::lower::{Lower, Place};
use super::scalar::written;
use super::tree::{Dax, Operator};

/// Where values of an expression may lie beside BLANK's 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signs {
    below: bool,
    zero: bool,
    above: bool,
}

const ABOVE: Signs = Signs { below: false, zero: false, above: true };
const ZERO: Signs = Signs { below: false, zero: true, above: false };
const BELOW: Signs = Signs { below: true, zero: false, above: false };
const ANYWHERE: Signs = Signs { below: true, zero: true, above: true };

impl Lower<'_> {
    pub fn compare(&mut self, operator: CompareOp, left: &Scalar, right: &Scalar, at: Place) -> Dax {
        if let (ScalarKind::DaysBetween(from, to), Some(days)) = (&left.kind, whole_days(right)) {
            let mut tests = self.both_present(from, to, at);
            tests.push(self.days_apart(from, to, operator, days, at));
            return Dax::all(tests);
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

    /// `""` is missing too where the column may hold it (rule R5).
    pub fn is_missing(&mut self, value: &Scalar, at: Place) -> Dax {
        match &value.kind {
            ScalarKind::DaysBetween(..) | ScalarKind::MonthsBetween(..) | ScalarKind::FullMonths(..) => {
                Dax::all(self.presence(value, at)).negated()
            }
            _ if self.may_be_empty_text(value) => {
                Dax::binary(Operator::Equal, self.value(value, at), Dax::Text(String::new()))
            }
            _ => self.value(value, at).is_blank(),
        }
    }

    /// `from <= date < before`.
    pub fn within(&mut self, date: &Scalar, from: Option<Day>, before: Option<Day>, at: Place) -> Dax {
        let mut parts = Vec::new();
        if from.is_none() || self.must_test(date, at) {
            parts.extend(self.presence(date, at));
        }
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

    /// Tests that hold exactly where the value is there; none where it always is.
    pub fn presence(&mut self, scalar: &Scalar, at: Place) -> Vec<Dax> {
        if self.absence(scalar, at) != Absence::Missing {
            return Vec::new();
        }
        match &scalar.kind {
            ScalarKind::ToNumber(value) | ScalarKind::Rounded(value) => self.presence(value, at),
            ScalarKind::Round { value, .. } => self.presence(value, at),
            ScalarKind::DaysBetween(a, b) | ScalarKind::MonthsBetween(a, b) | ScalarKind::FullMonths(a, b) => {
                self.both_present(a, b, at)
            }
            _ => vec![self.is_missing(scalar, at).not_missing()],
        }
    }

    pub fn both_present(&mut self, a: &Scalar, b: &Scalar, at: Place) -> Vec<Dax> {
        let mut tests = self.presence(a, at);
        tests.extend(self.presence(b, at));
        tests
    }

    /// Date functions read a missing date as 1899-12-30: their value is no BLANK and must be tested for.
    pub fn must_test(&self, scalar: &Scalar, at: Place) -> bool {
        match &scalar.kind {
            ScalarKind::ToNumber(value) | ScalarKind::Rounded(value) => self.must_test(value, at),
            ScalarKind::Round { value, .. } => self.must_test(value, at),
            ScalarKind::DaysBetween(..) | ScalarKind::MonthsBetween(..) | ScalarKind::FullMonths(..) => {
                self.absence(scalar, at) == Absence::Missing
            }
            _ => false,
        }
    }

    fn may_be_empty_text(&self, value: &Scalar) -> bool {
        match &value.kind {
            ScalarKind::Column(column) if value.ty == Type::Text => {
                self.gold().column(column.column).is_some_and(|column| column.nullable && !column.normalised)
            }
            ScalarKind::Resolve { .. } | ScalarKind::Case { .. } => value.ty == Type::Text,
            _ => false,
        }
    }

    fn signs(&self, scalar: &Scalar, at: Place) -> Signs {
        match &scalar.kind {
            ScalarKind::Literal(literal) => literal_signs(literal),
            ScalarKind::ToNumber(value) | ScalarKind::Rounded(value) => self.signs(value, at),
            _ => match scalar.ty {
                Type::Date | Type::Text => Signs { zero: self.absence(scalar, at) == Absence::Missing, ..ABOVE },
                _ => ANYWHERE,
            },
        }
    }
}

impl Dax {
    /// The opposite of a test for missing.
    fn not_missing(self) -> Dax {
        match self {
            Dax::Chain { operator: Operator::Equal, operands } => Dax::Chain { operator: Operator::NotEqual, operands },
            other => other.negated(),
        }
    }
}

fn whole_days(scalar: &Scalar) -> Option<i64> {
    match scalar.kind {
        ScalarKind::Literal(Literal::Integer(days)) => Some(days),
        _ => None,
    }
}

fn literal_signs(literal: &Literal) -> Signs {
    let of = |value: f64| {
        if value > 0.0 {
            ABOVE
        } else if value < 0.0 {
            BELOW
        } else {
            ZERO
        }
    };
    match literal {
        Literal::Integer(value) | Literal::Money(value) => of(*value as f64),
        Literal::Number(value) => of(*value),
        Literal::Text(text) => {
            if text.is_empty() {
                ZERO
            } else {
                ABOVE
            }
        }
        Literal::Boolean(value) => {
            if *value {
                ABOVE
            } else {
                ZERO
            }
        }
        Literal::Date(_) => ABOVE,
    }
}

fn is_empty(literal: &Literal) -> bool {
    literal_signs(literal) == ZERO
}

/// Whether the comparison can be true of values with these signs, one of the sides being 0.
fn passes(left: Signs, operator: CompareOp, right: Signs) -> bool {
    let less = (left.below && (right.zero || right.above)) || (left.zero && right.above);
    let greater = (right.below && (left.zero || left.above)) || (right.zero && left.above);
    let equal = left.zero && right.zero;
    match operator {
        CompareOp::Equal => equal,
        CompareOp::NotEqual => less || greater,
        CompareOp::Less => less,
        CompareOp::LessOrEqual => less || equal,
        CompareOp::Greater => greater,
        CompareOp::GreaterOrEqual => greater || equal,
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
                let date = self.value(date, at);
                let days = self.period_days();
                Dax::binary(Operator::In, date, days)
            }
            _ => Dax::Boolean(matches!(condition, Condition::True)),
        }
    }
}
