//! What absence means after an operation, and the step from "nothing was counted" to 0.

use crate::syntax::tree::ArithmeticOp;

use super::tree::{Absence, Plan, Scalar, ScalarKind};

/// The absence of an operation whose sides are as given (docs/language.md, Nothing is not a number).
pub(super) fn of_arithmetic(operator: ArithmeticOp, left: Absence, right: Absence) -> Absence {
    match operator {
        ArithmeticOp::Add | ArithmeticOp::Subtract => of_sum(left, right),
        ArithmeticOp::Multiply => of_product(left, right),
        ArithmeticOp::Divide => Absence::Missing,
    }
}

/// A missing side reads as 0; both absent is 0 as soon as one of them is.
fn of_sum(left: Absence, right: Absence) -> Absence {
    match (left, right) {
        (Absence::Never, _) | (_, Absence::Never) => Absence::Never,
        (Absence::Missing, Absence::Missing) => Absence::Missing,
        _ => Absence::Zero,
    }
}

/// Absent where a side is. `Missing` beside `Zero` does not arise: the zero side is made a number first.
fn of_product(left: Absence, right: Absence) -> Absence {
    match (left, right) {
        (Absence::Missing, _) | (_, Absence::Missing) => Absence::Missing,
        (Absence::Never, Absence::Never) => Absence::Never,
        _ => Absence::Zero,
    }
}

/// The absence of something that is missing as soon as one of its parts is.
pub(super) fn of_parts(parts: impl IntoIterator<Item = Absence>) -> Absence {
    if parts.into_iter().any(|part| part == Absence::Missing) { Absence::Missing } else { Absence::Never }
}

/// The absence of one of several values: what may be missing is told from 0 nowhere else.
pub(super) fn of_choice(values: impl IntoIterator<Item = Absence>) -> Absence {
    values.into_iter().fold(Absence::Never, |all, one| match (all, one) {
        (Absence::Missing, _) | (_, Absence::Missing) => Absence::Missing,
        (Absence::Zero, _) | (_, Absence::Zero) => Absence::Zero,
        _ => Absence::Never,
    })
}

/// Whether a reader takes 0 and no value for one: of a count or sum, also of another period and where a condition
/// chooses it.
pub fn is_sparse(plan: &Plan, scalar: &Scalar) -> bool {
    use ScalarKind::{Arithmetic, Case, Ignoring, Metric, Restricted, Round, Shifted, ToNumber};
    let of = |part: &Scalar| is_sparse(plan, part);
    match (scalar.absence, &scalar.kind) {
        (Absence::Zero, _) => true,
        (Absence::Never, _) => false,
        (_, Metric(id)) => plan.metrics.get(id.0 as usize).is_some_and(of),
        (_, Case { branches, otherwise }) => branches.iter().any(|(_, then)| of(then)) || of(otherwise),
        (_, Arithmetic { operator: ArithmeticOp::Divide, left, right }) => {
            matches!(right.kind, ScalarKind::Literal(_)) && of(left)
        }
        (_, Arithmetic { left, right, .. }) => of(left) || of(right),
        (_, ToNumber(value) | Round { value, .. } | Shifted { value, .. }) => of(value),
        (_, Restricted { value, .. } | Ignoring { value, .. }) => of(value),
        _ => false,
    }
}

/// `+ 0`: what stands for 0 becomes 0; anything else is left as it is.
pub(super) fn zero(scalar: Scalar) -> Scalar {
    if scalar.absence != Absence::Zero {
        return scalar;
    }
    Scalar { ty: scalar.ty, absence: Absence::Never, kind: ScalarKind::Zero(Box::new(scalar)) }
}
