//! Whether a condition on metrics holds where no row is read.

use crate::model::{Expr, ExprKind, Literal};
use crate::syntax::tree::CompareOp;

use super::{WithoutData, without_data};

/// Whether it may hold and whether it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth {
    pub holds: bool,
    pub fails: bool,
}

impl Truth {
    pub const ALWAYS: Truth = Truth { holds: true, fails: false };
    pub const NEVER: Truth = Truth { holds: false, fails: true };
    pub const UNKNOWN: Truth = Truth { holds: true, fails: true };

    /// That of any one of them.
    pub fn of_any(all: impl Iterator<Item = Truth>) -> Truth {
        let none = Truth { holds: false, fails: false };
        all.fold(none, |a, b| Truth { holds: a.holds || b.holds, fails: a.fails || b.fails })
    }

    fn not(self) -> Truth {
        Truth { holds: self.fails, fails: self.holds }
    }

    fn and(self, other: Truth) -> Truth {
        Truth { holds: self.holds && other.holds, fails: self.fails || other.fails }
    }

    fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }
}

pub(super) fn truth(condition: &Expr, known: &[WithoutData]) -> Truth {
    let of = |part: &Expr| truth(part, known);
    let ones = |value: &Expr| without_data(value, known).ones;
    match &condition.kind {
        ExprKind::Literal(Literal::Boolean(holds)) => {
            if *holds {
                Truth::ALWAYS
            } else {
                Truth::NEVER
            }
        }
        ExprKind::Compare { operator, left, right } => ones(left).compared(*operator, &ones(right)),
        ExprKind::Between { left, low, high } => {
            let (left, low, high) = (ones(left), ones(low), ones(high));
            left.compared(CompareOp::GreaterOrEqual, &low).and(left.compared(CompareOp::LessOrEqual, &high))
        }
        ExprKind::In { left, negated, values } => one_of(left, *negated, values, known),
        ExprKind::IsMissing(value) => {
            let value = ones(value);
            Truth { holds: value.may_be_missing(), fails: value.may_be_there() }
        }
        ExprKind::And(parts) => parts.iter().map(of).fold(Truth::ALWAYS, Truth::and),
        ExprKind::Or(parts) => parts.iter().map(of).fold(Truth::NEVER, Truth::or),
        ExprKind::Not(inner) => of(inner).not(),
        // False where the other period has no days.
        ExprKind::Prior { value, .. } | ExprKind::Opening(value) => Truth { fails: true, ..of(value) },
        _ => Truth::UNKNOWN,
    }
}

/// `not in` is no `not`: of a missing value neither holds.
fn one_of(left: &Expr, negated: bool, values: &[Expr], known: &[WithoutData]) -> Truth {
    let left = without_data(left, known).ones;
    let values = values.iter().map(|value| without_data(value, known).ones);
    match negated {
        true => values.map(|value| left.compared(CompareOp::NotEqual, &value)).fold(Truth::ALWAYS, Truth::and),
        false => values.map(|value| left.compared(CompareOp::Equal, &value)).fold(Truth::NEVER, Truth::or),
    }
}
