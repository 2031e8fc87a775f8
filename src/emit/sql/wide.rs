//! Whole numbers are worked out in 64 bits, as DAX does, whatever a column holds them in (rule R13), and numbers in double.

use sqlparser::ast::{DataType, Expr};

use super::ast;
use super::common;
use super::compiler::Compiler;
use crate::gold::Type;
use crate::model::Operator;
use crate::plan::tree::{Scalar, ScalarKind};

/// Which side of an operation is made one of 64 bits, or a double; the other then follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// One of them is so already, or they are no such numbers.
    Neither,
    Left,
    Right,
    /// The left one, a double.
    Double,
}

impl Wide {
    /// The two sides, one of them cast where it must be.
    pub fn of(self, left: Expr, right: Expr) -> (Expr, Expr) {
        let cast = |side| ast::cast(side, DataType::BigInt(None));
        match self {
            Wide::Neither => (left, right),
            Wide::Left => (cast(left), right),
            Wide::Right => (left, cast(right)),
            Wide::Double => (common::to_double(left), right),
        }
    }
}

impl Compiler<'_> {
    /// What is done to the sides of a sum or product.
    pub fn wide(&self, left: &Scalar, right: &Scalar) -> Wide {
        if [left, right].iter().all(|side| side.ty == Type::Number && !self.is_double(side)) {
            return Wide::Double;
        }
        let whole = left.ty == Type::Integer && right.ty == Type::Integer;
        match (is_constant(left), is_constant(right)) {
            _ if !whole || self.is_wide(left) || self.is_wide(right) => Wide::Neither,
            (true, true) => Wide::Neither,
            (true, false) => Wide::Right,
            (false, _) => Wide::Left,
        }
    }

    /// Counts and sums have 64 bits in every dialect, and so has what was made so further in.
    fn is_wide(&self, scalar: &Scalar) -> bool {
        use ScalarKind::{Aggregate, Arithmetic, Case, Coalesce, Ignoring, Metric, Restricted, Round, Shifted, Zero};
        match &scalar.kind {
            Arithmetic { left, right, .. } => !(is_constant(left) && is_constant(right)),
            Aggregate(aggregate) => match aggregate.operator {
                Operator::Count | Operator::CountDistinct | Operator::Sum => true,
                _ => aggregate.operand.as_ref().is_some_and(|operand| self.is_wide(operand)),
            },
            Metric(id) => self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_wide(value)),
            Zero(value) | Round { value, .. } | Shifted { value, .. } => self.is_wide(value),
            Restricted { value, .. } | Ignoring { value, .. } => self.is_wide(value),
            Coalesce(first, second) => self.is_wide(first) || self.is_wide(second),
            Case { branches, otherwise } => {
                self.is_wide(otherwise) || branches.iter().any(|(_, value)| self.is_wide(value))
            }
            _ => false,
        }
    }
}

/// Constants are small: a law of the language sees to that.
fn is_constant(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Literal(_) => true,
        ScalarKind::Arithmetic { left, right, .. } => is_constant(left) && is_constant(right),
        ScalarKind::Case { branches, otherwise } => {
            is_constant(otherwise) && branches.iter().all(|(_, value)| is_constant(value))
        }
        _ => false,
    }
}
