//! Operators of comparisons in SQL.

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
