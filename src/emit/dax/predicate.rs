//! Comparisons -> DAX that is false where a side is missing.
//!
//! DAX reads BLANK as 0, "", FALSE and 1899-12-30 in every comparison but `==` (DAX operator
//! reference). A test for presence is written only where that would make a comparison true (adopted
//! decisions 1, 13 and 15).

use crate::gold::Type;
use crate::model::Literal;
use crate::plan::tree::{Absence, Condition, Day, Scalar, ScalarKind};
use crate::syntax::tree::{ArithmeticOp, CompareOp};

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
        if let Some(comparison) = self.months_apart(operator, left, right, at) {
            return comparison;
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

    /// Whole months against a number of at least one, as people write it: `EDATE ( from, 12 ) <= to`.
    /// Days reached by adding months stand in the order of the months, so both say the same.
    fn months_apart(&mut self, operator: CompareOp, left: &Scalar, right: &Scalar, at: Place) -> Option<Dax> {
        let ScalarKind::FullMonths(from, to) = &left.kind else { return None };
        let operator = match operator {
            CompareOp::Less => Operator::Greater,
            CompareOp::GreaterOrEqual => Operator::LessOrEqual,
            _ => return None,
        };
        if !at_least_one(right) {
            return None;
        }
        let mut tests = self.both_present(from, to, at);
        let reached = Dax::call("EDATE", [self.raw(from, at), self.raw(right, at)]);
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

/// A whole number that is never missing and never below one.
fn at_least_one(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Literal(Literal::Integer(value)) => *value >= 1,
        ScalarKind::Arithmetic { operator: ArithmeticOp::Add | ArithmeticOp::Multiply, left, right } => {
            at_least_one(left) && at_least_one(right)
        }
        ScalarKind::Case { branches, otherwise } => {
            branches.iter().all(|(_, then)| at_least_one(then)) && at_least_one(otherwise)
        }
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::dax::book::Book;
    use crate::emit::dax::print::print;
    use crate::emit::names::Names;
    use crate::gold::{Column, ColumnId, Date, Gold, Sensitivity, Table, TableId};
    use crate::model::Model;
    use crate::plan::tree::{self, Plan};
    use crate::source::{FileId, Span};

    const TYPES: [Type; 4] = [Type::Integer, Type::Text, Type::Boolean, Type::Date];

    fn column(name: &str, ty: Type) -> Column {
        Column {
            name: name.to_owned(),
            ty,
            nullable: true,
            normalised: true,
            label: None,
            about: None,
            group: false,
            values: Vec::new(),
            sort: None,
            sensitivity: Sensitivity::Public,
            from: Vec::new(),
            span: span(),
        }
    }

    fn span() -> Span {
        Span::new(FileId(0), 0, 0)
    }

    /// One table `T` with a column of each type that may be missing: `n`, `t`, `b`, `d`.
    fn model() -> Model {
        let columns = ["n", "t", "b", "d"].into_iter().zip(TYPES).map(|(name, ty)| column(name, ty)).collect();
        let table = Table {
            name: "t".to_owned(),
            schema: "gold".to_owned(),
            physical: "t".to_owned(),
            label: "T".to_owned(),
            about: None,
            key: Vec::new(),
            columns,
            date: None,
            other_dates: Vec::new(),
            span: span(),
        };
        Model { gold: Gold { tables: vec![table], ..Gold::default() }, ..Model::default() }
    }

    fn value(index: u32, absence: Absence) -> Scalar {
        let column = ColumnId { table: TableId(0), index };
        let kind = ScalarKind::Column(tree::Column { path: Vec::new(), column, fold: false });
        Scalar { kind, ty: TYPES[index as usize], absence }
    }

    fn literal(literal: Literal) -> Scalar {
        let ty = match literal {
            Literal::Text(_) => Type::Text,
            Literal::Boolean(_) => Type::Boolean,
            Literal::Date(_) => Type::Date,
            _ => Type::Integer,
        };
        Scalar { kind: ScalarKind::Literal(literal), ty, absence: Absence::Never }
    }

    fn text(condition: &Condition) -> String {
        let (model, plan, book) = (model(), Plan::default(), Book::default());
        let mut lower = Lower::new(&model, &plan, &book);
        let dax = lower.measure(None, |lower| lower.condition(condition, Place::in_filter(TableId(0))));
        print(&Names::new(&model.gold), &dax)
    }

    fn compared(left: Scalar, operator: CompareOp, right: Literal) -> String {
        text(&Condition::Compare { operator, left, right: literal(right) })
    }

    #[test]
    fn presence_is_tested_exactly_where_blank_would_pass() {
        let number = |operator, k| compared(value(0, Absence::Missing), operator, Literal::Integer(k));
        assert_eq!(number(CompareOp::Equal, 5), "'T'[n] = 5");
        assert_eq!(number(CompareOp::Equal, 0), "'T'[n] == 0");
        assert_eq!(number(CompareOp::NotEqual, 5), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] <> 5");
        assert_eq!(number(CompareOp::NotEqual, 0), "'T'[n] <> 0");
        assert_eq!(number(CompareOp::Less, 5), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] < 5");
        assert_eq!(number(CompareOp::Less, 0), "'T'[n] < 0");
        assert_eq!(number(CompareOp::LessOrEqual, -1), "'T'[n] <= -1");
        assert_eq!(number(CompareOp::LessOrEqual, 0), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] <= 0");
        assert_eq!(number(CompareOp::Greater, -1), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] > -1");
        assert_eq!(number(CompareOp::Greater, 0), "'T'[n] > 0");
        assert_eq!(number(CompareOp::GreaterOrEqual, 1), "'T'[n] >= 1");
        assert_eq!(number(CompareOp::GreaterOrEqual, 0), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] >= 0");
    }

    #[test]
    fn a_flag_that_may_be_missing_is_neither_true_nor_false() {
        let flag = |wanted| compared(value(2, Absence::Missing), CompareOp::Equal, Literal::Boolean(wanted));
        assert_eq!(flag(false), "'T'[b] == FALSE ()");
        assert_eq!(flag(true), "'T'[b] = TRUE ()");
    }

    #[test]
    fn a_column_that_is_always_there_is_never_tested() {
        let there = || value(3, Absence::Never);
        let day = Date::parse("2025-01-01").unwrap();
        assert_eq!(compared(there(), CompareOp::Less, Literal::Date(day)), "'T'[d] < DATE ( 2025, 1, 1 )");
    }

    #[test]
    fn in_needs_no_test_and_its_negation_does() {
        let values = ["a", "b"].map(|one| Literal::Text(one.to_owned())).to_vec();
        let asked = |negated| Condition::In { value: value(1, Absence::Missing), values: values.clone(), negated };
        assert_eq!(text(&asked(false)), "'T'[t] IN { \"a\", \"b\" }");
        assert_eq!(text(&asked(true)), "NOT ISBLANK ( 'T'[t] ) && NOT ( 'T'[t] IN { \"a\", \"b\" } )");
    }

    #[test]
    fn the_opposite_of_a_guarded_comparison_lets_the_missing_in() {
        let late = Condition::Compare {
            operator: CompareOp::Less,
            left: value(0, Absence::Missing),
            right: literal(Literal::Integer(5)),
        };
        assert_eq!(text(&Condition::Not(Box::new(late))), "ISBLANK ( 'T'[n] ) || 'T'[n] >= 5");
    }

    #[test]
    fn wildcards_are_taken_as_they_stand() {
        let contains = Condition::Contains { value: value(1, Absence::Missing), text: "5*~".to_owned() };
        assert_eq!(text(&contains), "CONTAINSSTRING ( 'T'[t], \"5~*~~\" )");
    }

    /// The reading of `full_months` that `months_apart` relies on, by brute force.
    #[test]
    fn whole_months_are_reached_exactly_where_the_moved_day_is() {
        let boundaries = |from: Date, to: Date| {
            let index = |(year, month, _): (i32, u32, u32)| year * 12 + month as i32;
            index(to.ymd()) - index(from.ymd())
        };
        let elapsed = |from: Date, to: Date| {
            let months = boundaries(from, to);
            months - i32::from(from.plus_months(months) > to)
        };
        let first = Date::parse("2023-12-25").unwrap();
        for (a, b) in (0..480).step_by(3).flat_map(|a| (0..480).map(move |b| (a, b))) {
            let (from, to) = (first.plus_days(a), first.plus_days(b));
            let full = if from <= to { elapsed(from, to) } else { -elapsed(to, from) };
            for months in [1, 2, 11, 12, 13] {
                assert_eq!(full >= months, from.plus_months(months) <= to, "{from} {to} {months}");
            }
        }
    }
}
