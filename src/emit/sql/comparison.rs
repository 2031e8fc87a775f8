//! Operators of comparisons: in SQL, with their sides exchanged.

use std::cmp::Ordering;

use sqlparser::ast::BinaryOperator;

use crate::syntax::tree::CompareOp;

/// As SQL has it; how missing sides compare is settled before (rules R1 to R3).
pub fn sql_operator(operator: CompareOp) -> BinaryOperator {
    match operator {
        CompareOp::Equal => BinaryOperator::Eq,
        CompareOp::NotEqual => BinaryOperator::NotEq,
        CompareOp::Less => BinaryOperator::Lt,
        CompareOp::LessOrEqual => BinaryOperator::LtEq,
        CompareOp::Greater => BinaryOperator::Gt,
        CompareOp::GreaterOrEqual => BinaryOperator::GtEq,
    }
}

/// The operator with its sides exchanged.
pub fn mirrored(operator: CompareOp) -> CompareOp {
    match operator {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        other => other,
    }
}

/// Whether it holds of two values that stand in this order.
pub fn holds(operator: CompareOp, order: Ordering) -> bool {
    match operator {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessOrEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterOrEqual => order.is_ge(),
    }
}
