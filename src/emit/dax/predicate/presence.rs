//! Whether a value is there, as DAX asks it.

use crate::emit::dax::lower::{Lower, Place};
use crate::emit::dax::tree::{Dax, Operator};
use crate::gold::Type;
use crate::plan::tree::{Absence, Scalar, ScalarKind};

impl Lower<'_> {
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

    /// The tests of both, in order.
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

    /// Whether the value may be `""`, which is missing. A column that is never missing is asked for it where a rule that
    /// refuses doubts the contract.
    pub fn may_be_empty_text(&self, value: &Scalar) -> bool {
        match &value.kind {
            ScalarKind::Column(column) if value.ty == Type::Text => {
                let is_asked = |nullable: bool| nullable || value.absence == Absence::Missing;
                self.gold().column(column.column).is_some_and(|column| is_asked(column.nullable) && !column.normalised)
            }
            ScalarKind::Coalesce(_, last) => self.may_be_empty_text(last),
            ScalarKind::Resolve { .. } | ScalarKind::Case { .. } => value.ty == Type::Text,
            _ => false,
        }
    }
}

impl Dax {
    /// The opposite of a test for missing.
    pub fn not_missing(self) -> Dax {
        match self {
            Dax::Chain { operator: Operator::Equal, operands } => Dax::Chain { operator: Operator::NotEqual, operands },
            other => other.negated(),
        }
    }
}
