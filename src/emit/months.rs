//! Months after a date of a row: how many there may be, and which dates have none.
//!
//! A date may stand for never (`9999-12-31`, rule R47). It has no day after it in some engines, DAX among them, and no
//! period of a calendar comes to it.

use crate::gold::Date;
use crate::model::Literal;
use crate::plan::tree::{Condition, Scalar, ScalarKind};
use crate::syntax::tree::ArithmeticOp;

/// More months than this are not asked for, so that no date leaves the calendar.
const MOST: i64 = 2_400;

/// The first of the dates that stand for never.
pub fn never() -> Date {
    Date::from_ymd(9000, 1, 1).unwrap_or(Date(0))
}

/// A number of months made of literals, at least one.
pub fn some_months(scalar: &Scalar) -> bool {
    most_months(scalar).is_some_and(|most| most <= MOST)
}

fn most_months(scalar: &Scalar) -> Option<i64> {
    let of_case = |branches: &[(Condition, Scalar)], otherwise: &Scalar| {
        let values = branches.iter().map(|(_, value)| value).chain([otherwise]);
        values.map(most_months).try_fold(0, |most, value| Some(value?.max(most)))
    };
    match &scalar.kind {
        ScalarKind::Literal(Literal::Integer(number)) => (1..=MOST).contains(number).then_some(*number),
        ScalarKind::Arithmetic { operator: ArithmeticOp::Multiply, left, right } => {
            most_months(left)?.checked_mul(most_months(right)?)
        }
        ScalarKind::Case { branches, otherwise } => of_case(branches, otherwise),
        _ => None,
    }
}
