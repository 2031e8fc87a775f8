//! What is computed in double is of that type before anything is done with it (rules R10, R11). A `number` is one by itself, but
//! for what is made of literals alone: engines take `1.0` for a whole number and `0.1` for a decimal of one digit, and would
//! divide and average it as such.

use sqlparser::ast::Expr;

use super::common;
use super::compiler::Compiler;
use crate::gold::Type;
use crate::plan::tree::{Scalar, ScalarKind};

impl Compiler<'_> {
    /// The scalar's value as a double, cast where it is none.
    pub fn as_double(&self, value: Expr, scalar: &Scalar) -> Expr {
        if self.is_double(scalar) { value } else { common::to_double(value) }
    }

    /// The value as its aggregate takes it: a number is a double.
    pub fn as_operand(&self, value: Expr, scalar: &Scalar) -> Expr {
        if scalar.ty == Type::Number { self.as_double(value, scalar) } else { value }
    }

    /// Whether an engine takes it for a double as it is written.
    pub fn is_double(&self, scalar: &Scalar) -> bool {
        scalar.ty == Type::Number && !self.is_of_literals(scalar)
    }

    /// One side that is a double makes one of all; what is worked out of several, or of rows, is cast where that is done.
    fn is_of_literals(&self, scalar: &Scalar) -> bool {
        use ScalarKind::{Case, Coalesce, Ignoring, Literal, Metric, Resolve, Restricted, Shifted, ToNumber, Zero};
        let of = |value: &Scalar| self.is_of_literals(value);
        match &scalar.kind {
            Literal(_) => true,
            ToNumber(value) => matches!(value.kind, Literal(_)),
            Zero(value) | Shifted { value, .. } | Restricted { value, .. } | Ignoring { value, .. } => of(value),
            Coalesce(first, second) => of(first) && of(second),
            Case { branches, otherwise } => of(otherwise) && branches.iter().all(|(_, value)| of(value)),
            Metric(id) => self.plan.metrics.get(id.0 as usize).is_some_and(of),
            Resolve { id, .. } => self.plan.resolves.get(id.0 as usize).is_some_and(|resolve| of(&resolve.value)),
            _ => false,
        }
    }
}
