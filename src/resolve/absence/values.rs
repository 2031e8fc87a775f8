//! What a value may be where the rows that it reads are not there.

use crate::model::{Aggregate, Definition, Expr, ExprKind, Function, Operator};
use crate::syntax::tree::ArithmeticOp;

use super::super::known::AllKnown;
use super::{Nothing, What, literal, turns};

impl Nothing {
    /// A value that has nothing to do with rows.
    fn apart(what: What) -> Self {
        Nothing { values: vec![(what, false)], missing: false }
    }

    fn missing() -> Self {
        Nothing { values: Vec::new(), missing: true }
    }

    fn follows(&self) -> bool {
        self.missing || self.values.iter().any(|(_, follows)| *follows)
    }

    /// Either of them.
    fn or(mut self, other: Nothing) -> Self {
        for value in other.values {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
        }
        self.missing |= other.missing;
        self
    }

    /// The same of each value.
    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let changed = |what| match what {
            What::Number(number) => What::Number(change(number)),
            other => other,
        };
        let values = self.values.into_iter().map(|(what, follows)| (changed(what), follows)).collect();
        Nothing { values, missing: self.missing }
    }
}

pub(super) fn nothing(value: &Expr, known: &AllKnown) -> Nothing {
    let of = |expr: &Expr| nothing(expr, known);
    match &value.kind {
        ExprKind::Literal(written) => Nothing::apart(literal(written)),
        ExprKind::Aggregate(aggregate) => of_aggregate(aggregate, known),
        ExprKind::Resolve { .. } => Nothing::missing(),
        ExprKind::Metric(id) => {
            known.get(&Definition::Metric(*id)).map_or_else(Nothing::default, |known| known.nothing.clone())
        }
        ExprKind::Prior { value, .. } | ExprKind::Opening(value) => {
            let value = of(value);
            if value.follows() { value.or(Nothing::missing()) } else { value }
        }
        ExprKind::Restricted { value, .. } | ExprKind::Ignoring { value, .. } => of(value),
        ExprKind::Negate(value) => of(value).map(|number| -number),
        ExprKind::Arithmetic { operator, left, right } => combined(*operator, &of(left), &of(right)),
        ExprKind::Call { function, arguments } => called(*function, arguments, known),
        ExprKind::Case { branches, otherwise } => chosen(branches, otherwise, known),
        _ => Nothing::apart(What::Other),
    }
}

fn of_aggregate(aggregate: &Aggregate, known: &AllKnown) -> Nothing {
    let totals = matches!(aggregate.operator, Operator::Count | Operator::CountDistinct | Operator::Sum);
    if !totals {
        return Nothing::missing();
    }
    let mut found = Nothing { values: vec![(What::Number(0.0), true)], missing: false };
    let adds = |condition: &Expr| turns(condition, known).to_true;
    if aggregate.rows.condition.as_ref().is_some_and(adds) {
        found.values.push((What::Number(f64::INFINITY), true));
    }
    found
}

fn combined(operator: ArithmeticOp, left: &Nothing, right: &Nothing) -> Nothing {
    let adds = matches!(operator, ArithmeticOp::Add | ArithmeticOp::Subtract);
    let mut found = Nothing::default();
    for (a, a_follows) in &left.values {
        for (b, b_follows) in &right.values {
            let follows = *a_follows || *b_follows;
            let value = (pair(operator, a, b), follows);
            if !found.values.contains(&value) {
                found.values.push(value);
            }
            // Nothing below: missing, beside what it is where only the rows above are not there.
            found.missing |= operator == ArithmeticOp::Divide && *b_follows && *b == What::Number(0.0);
        }
    }
    found.missing |= if adds { left.missing && right.missing } else { left.missing || right.missing };
    if adds && (left.missing != right.missing) {
        let present = if left.missing { right } else { left };
        found.values.extend(present.values.iter().map(|(what, _)| {
            (if left.missing && operator == ArithmeticOp::Subtract { What::Other } else { what.clone() }, true)
        }));
    }
    found
}

/// One of a quotient of nothing is 0: the rows below may be there while those above are not.
fn pair(operator: ArithmeticOp, a: &What, b: &What) -> What {
    match (operator, a, b) {
        (ArithmeticOp::Divide | ArithmeticOp::Multiply, What::Number(zero), _) if *zero == 0.0 => What::Number(0.0),
        (ArithmeticOp::Multiply, _, What::Number(zero)) if *zero == 0.0 => What::Number(0.0),
        (ArithmeticOp::Add, What::Number(a), What::Number(b)) => What::Number(a + b),
        (ArithmeticOp::Subtract, What::Number(a), What::Number(b)) => What::Number(a - b),
        (ArithmeticOp::Multiply, What::Number(a), What::Number(b)) => What::Number(a * b),
        (ArithmeticOp::Divide, What::Number(a), What::Number(b)) if *b != 0.0 => What::Number(a / b),
        _ => What::Other,
    }
}

fn called(function: Function, arguments: &[Expr], known: &AllKnown) -> Nothing {
    let mut all = arguments.iter().map(|argument| nothing(argument, known));
    match function {
        Function::Coalesce => {
            let (first, second) = (all.next().unwrap_or_default(), all.next().unwrap_or_default());
            let taken = match first.missing {
                true => following(second),
                false => Nothing::default(),
            };
            Nothing { missing: false, ..first }.or(taken)
        }
        Function::Round => all.next().unwrap_or_default(),
        Function::MonthsBetween | Function::FullMonths | Function::DaysBetween => {
            let missing = all.any(|argument| argument.missing);
            Nothing { missing, ..Nothing::apart(What::Other) }
        }
    }
}

/// A branch that rows turn off is taken where they are there alone; one that they turn on, where they are not.
fn chosen(branches: &[(Expr, Expr)], otherwise: &Expr, known: &AllKnown) -> Nothing {
    let mut found = Nothing::default();
    let mut turned = false;
    for (when, then) in branches {
        let how = turns(when, known);
        let value = nothing(then, known);
        if how.to_true || !how.to_false {
            found = found.or(if turned || how.to_true { following(value) } else { value });
        }
        turned |= how.to_true || how.to_false;
    }
    let last = nothing(otherwise, known);
    found.or(if turned { following(last) } else { last })
}

/// The value where it is taken because rows are not there.
fn following(value: Nothing) -> Nothing {
    Nothing { values: value.values.into_iter().map(|(what, _)| (what, true)).collect(), ..value }
}
