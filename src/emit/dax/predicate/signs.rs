//! On which side of 0, as which DAX compares BLANK, values lie: whether BLANK in their place makes a comparison true.

use crate::emit::dax::lower::{Lower, Place};
use crate::gold::Type;
use crate::model::Literal;
use crate::plan::tree::{Absence, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

/// Where values of an expression may lie beside BLANK's 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    below: bool,
    zero: bool,
    above: bool,
}

const ABOVE: Signs = Signs { below: false, zero: false, above: true };
/// BLANK, as comparisons read it.
pub(super) const ZERO: Signs = Signs { below: false, zero: true, above: false };
const BELOW: Signs = Signs { below: true, zero: false, above: false };
const ANYWHERE: Signs = Signs { below: true, zero: true, above: true };

impl Lower<'_> {
    pub(super) fn signs(&self, scalar: &Scalar, at: Place) -> Signs {
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

/// Whether BLANK equals it.
pub(super) fn is_empty(literal: &Literal) -> bool {
    literal_signs(literal) == ZERO
}

/// Whether the comparison can be true of values with these signs, one of the sides being 0.
pub(super) fn passes(left: Signs, operator: CompareOp, right: Signs) -> bool {
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
