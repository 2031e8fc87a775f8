//! A distinct count that is only compared with one or two: no set of values is kept for it.
//!
//! At least one value is there where a smallest one is, and at least two where the smallest is below the
//! greatest. An engine keeps two values a group in place of a set of them.

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::compiler::Compiler;
use super::condition::Sense;
use super::context::Context;
use super::frame::Frame;
use super::leaf::Measure;
use crate::gold::Type;
use crate::model::{Literal, Operator};
use crate::plan::tree::{Aggregate, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

static LEAST: Operator = Operator::Min;
static GREATEST: Operator = Operator::Max;

/// What is asked of the number of different values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    None,
    One,
    Some,
    UpToOne,
    Several,
}

impl Ask {
    /// The comparison with a whole number, where two values can answer it.
    fn of(operator: CompareOp, number: i64) -> Option<Ask> {
        use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        match (operator, number) {
            (Equal | LessOrEqual, 0) | (Less, 1) => Some(Ask::None),
            (Equal, 1) => Some(Ask::One),
            (Greater | NotEqual, 0) | (GreaterOrEqual, 1) => Some(Ask::Some),
            (LessOrEqual, 1) | (Less, 2) => Some(Ask::UpToOne),
            (Greater, 1) | (GreaterOrEqual, 2) => Some(Ask::Several),
            _ => None,
        }
    }
}

impl<'a> Compiler<'a> {
    /// The comparison of a distinct count at the row at hand with a small number; none where it is another.
    pub fn distinct_threshold(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        operator: CompareOp,
        (left, right): (&'a Scalar, &'a Scalar),
        sense: Sense,
    ) -> Option<Expr> {
        context.hand.as_ref()?;
        if frame.at_change.is_some() {
            return None;
        }
        let ScalarKind::Literal(Literal::Integer(number)) = &right.kind else { return None };
        let operator = if sense == Sense::Fails { operator.opposite() } else { operator };
        let ask = Ask::of(operator, *number)?;
        let (aggregate, name) = self.distinct_count(left)?;
        let name = if name.is_empty() { context.hint.clone() } else { name };
        let least = self.extreme(frame, &context.called(format!("{name}_first")), aggregate, &LEAST);
        if matches!(ask, Ask::Some | Ask::None) {
            return Some(if ask == Ask::Some { ast::is_not_null(least) } else { ast::is_null(least) });
        }
        let greatest = self.extreme(frame, &context.called(format!("{name}_last")), aggregate, &GREATEST);
        Some(match ask {
            Ask::Several => ast::compare(least, BinaryOperator::Lt, greatest),
            Ask::UpToOne => ast::any([ast::is_null(least.clone()), ast::equal(least, greatest)]),
            _ => ast::equal(least, greatest),
        })
    }

    /// A distinct count, by name or not, whose values have an order.
    fn distinct_count(&self, scalar: &'a Scalar) -> Option<(&'a Aggregate, String)> {
        match &scalar.kind {
            ScalarKind::Metric(id) => {
                let (aggregate, _) = self.distinct_count(self.plan.metrics.get(id.0 as usize)?)?;
                Some((aggregate, self.metric_name(*id)))
            }
            ScalarKind::Aggregate(aggregate) => {
                let operand = aggregate.operand.as_ref()?;
                let fits = matches!(aggregate.operator, Operator::CountDistinct) && operand.ty != Type::Boolean;
                fits.then(|| (&**aggregate, String::new()))
            }
            _ => None,
        }
    }

    fn extreme(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        aggregate: &'a Aggregate,
        operator: &'static Operator,
    ) -> Expr {
        let measure = Measure::Of { operator, operand: aggregate.operand.as_ref(), by: None };
        self.leaf_value(frame, context, &aggregate.rows, measure)
    }
}
