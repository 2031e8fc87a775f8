//! Whole numbers and amounts have 64 bits. DAX goes round beyond them without a word and SQL fails, so no product is
//! written that few rows would take there, and no constant that a dialect counts in 32 bits.

use std::collections::HashMap;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::types as codes;
use crate::gold::Type;
use crate::model::{Aggregate, Definition, Expr, ExprKind, Function, Literal, MetricId, Operator};
use crate::syntax::tree::ArithmeticOp;

use super::Facts;

/// What all constants of a product come to at most: what is multiplied may then be nine thousand million.
const MOST_TIMES: f64 = 1e9;
/// A sum of constants: some dialects count them in 32 bits.
const MOST_CONSTANT: f64 = 2_147_483_647.0;

pub(super) fn whole_numbers_stay_in_their_bits(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut measure = Measure { metrics: HashMap::new(), found };
    for definition in facts.model.in_order() {
        for expr in facts.model.expressions(*definition) {
            let size = measure.of(expr);
            if let Definition::Metric(id) = definition {
                measure.metrics.insert(*id, Size { constant: false, ..size });
            }
        }
    }
    let filters = facts.model.views.iter().flat_map(|view| &view.filters).map(|filter| &filter.condition);
    for expr in filters.chain(facts.model.expectations.iter().map(|expectation| &expectation.condition)) {
        measure.of(expr);
    }
}

/// How far a value is from what rows hold.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// By how much it is multiplied; of a constant its value without a sign.
    times: f64,
    /// Rows have no say in it.
    constant: bool,
}

/// What rows hold, however much that is.
const OF_ROWS: Size = Size { times: 1.0, constant: false };

struct Measure<'f> {
    metrics: HashMap<MetricId, Size>,
    found: &'f mut Vec<Diagnostic>,
}

impl Measure<'_> {
    /// Looks at every product in an expression, the innermost first.
    fn of(&mut self, expr: &Expr) -> Size {
        let size = match &expr.kind {
            ExprKind::Literal(Literal::Integer(value)) => constant(value.unsigned_abs() as f64),
            ExprKind::Literal(Literal::Money(value)) => constant(value.unsigned_abs() as f64 / 10_000.0),
            ExprKind::Negate(value) => self.of(value),
            ExprKind::Arithmetic { operator, left, right } => {
                let sides = (self.of(left), self.of(right));
                if is_exact(expr) { self.arithmetic(expr, *operator, sides) } else { OF_ROWS }
            }
            ExprKind::Metric(id) => self.metrics.get(id).copied().unwrap_or(OF_ROWS),
            ExprKind::Aggregate(aggregate) => self.aggregate(expr, aggregate),
            _ => self.largest(expr),
        };
        if is_exact(expr) { size } else { OF_ROWS }
    }

    fn arithmetic(&mut self, expr: &Expr, operator: ArithmeticOp, (left, right): (Size, Size)) -> Size {
        let constant = left.constant && right.constant;
        let (times, most) = match operator {
            ArithmeticOp::Multiply => (left.times * right.times, MOST_TIMES),
            _ if constant => (left.times + right.times, MOST_CONSTANT),
            _ => return Size { times: left.times.max(right.times), constant },
        };
        if times <= most {
            return Size { times, constant };
        }
        // Told once, where it gets too large.
        self.found.push(codes::beyond_64_bits(times, most, expr.ty, expr.span));
        OF_ROWS
    }

    /// A count is of rows, whatever is asked of them.
    fn aggregate(&mut self, expr: &Expr, aggregate: &Aggregate) -> Size {
        let inside = self.largest(expr);
        match aggregate.operator {
            Operator::Count | Operator::CountDistinct => OF_ROWS,
            _ => aggregate.operand.as_ref().map_or(OF_ROWS, |_| Size { constant: false, ..inside }),
        }
    }

    /// The largest of its parts that are values of its type.
    fn largest(&mut self, expr: &Expr) -> Size {
        let is_rounded = matches!(expr.kind, ExprKind::Call { function: Function::Round, .. });
        let mut largest = OF_ROWS;
        for (at, part) in expr.parts().enumerate() {
            let size = self.of(part);
            if part.ty == expr.ty && !(is_rounded && at > 0) {
                largest.times = largest.times.max(size.times);
            }
        }
        largest
    }
}

fn constant(times: f64) -> Size {
    Size { times, constant: true }
}

fn is_exact(expr: &Expr) -> bool {
    matches!(expr.ty, Type::Integer | Type::Money)
}
