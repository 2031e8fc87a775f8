//! Values: model expression -> plan scalar, with its class and what absence means.

use crate::gold::Type;
use crate::model::{Expr, ExprKind, Function, Literal, MetricId, ResolveId};
use crate::syntax::tree::ArithmeticOp;

use super::absence::{of_arithmetic, of_choice, of_parts, zero};
use super::lower::{Asked, Lowering, Place, Row, Scope};
use super::tree::{Absence, Condition, Day, Scalar, ScalarKind, Shift};

impl Lowering<'_> {
    pub(super) fn scalar(&mut self, expr: &Expr, scope: Scope) -> Scalar {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Column(column) if scope.row != Row::Found => {
                Scalar { absence: Absence::Missing, ..self.column(column) }
            }
            ExprKind::Column(column) => self.column(column),
            ExprKind::Start => day(Day::Start),
            ExprKind::End => day(Day::End),
            ExprKind::ThisPurpose => asked(scope.asked, |(purpose, _)| purpose),
            ExprKind::ThisChannel => asked(scope.asked, |(_, channel)| channel),
            ExprKind::Negate(value) => self.negated(value, scope),
            ExprKind::Arithmetic { operator: ArithmeticOp::Divide, left, right } => {
                self.quotient(expr, left, right, scope)
            }
            ExprKind::Arithmetic { operator: ArithmeticOp::Multiply, left, right } => {
                self.product(expr, left, right, scope)
            }
            ExprKind::Arithmetic { operator, left, right } => self.sum(*operator, expr.ty, left, right, scope),
            ExprKind::Call { function, arguments } => self.call(*function, expr.ty, arguments, scope),
            ExprKind::Case { branches, otherwise } => self.case(expr.ty, branches, otherwise, scope),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr.ty, scope),
            ExprKind::Metric(id) => self.metric(*id, expr.ty, scope),
            ExprKind::Resolve { path, id } => self.resolve_value(path, *id, scope),
            ExprKind::Prior { value, months } => {
                let shift = Shift::Prior { months: *months, reads_period: self.reads_period(value) };
                self.shifted(value, shift, scope)
            }
            ExprKind::Opening(value) => self.shifted(value, Shift::Opening, scope),
            ExprKind::Restricted { value, table, condition } => {
                let value = self.scalar(value, scope);
                let condition = self.condition(condition, scope.seeking(*table));
                wrap(value, |value| ScalarKind::Restricted { value, table: *table, condition: Box::new(condition) })
            }
            ExprKind::Ignoring { value, table } => {
                let value = self.scalar(value, scope);
                wrap(value, |value| ScalarKind::Ignoring { value, table: *table })
            }
            _ => self.truth(expr, scope),
        }
    }

    fn literal(&self, literal: &Literal) -> Scalar {
        let (literal, ty) = match literal {
            Literal::Text(text) => (Literal::Text(Self::folded(text)), Type::Text),
            other => (other.clone(), literal_type(other)),
        };
        let found = never(ScalarKind::Literal(literal), ty);
        let absence = if found.is_blank() { Absence::Missing } else { Absence::Never };
        Scalar { absence, ..found }
    }

    /// `-x` is missing where `x` is; `0 - x` would not be.
    fn negated(&mut self, value: &Expr, scope: Scope) -> Scalar {
        let value = self.scalar(value, scope);
        if let ScalarKind::Literal(literal) = &value.kind {
            return never(ScalarKind::Literal(minus(literal)), value.ty);
        }
        let minus_one = match value.ty {
            Type::Number => Literal::Number(-1.0),
            _ => Literal::Integer(-1),
        };
        let (ty, absence) = (value.ty, value.absence);
        let left = never(ScalarKind::Literal(minus_one), if ty == Type::Number { ty } else { Type::Integer });
        arithmetic(ArithmeticOp::Multiply, left, value, ty, absence)
    }

    /// Sparse sides give the same sum as long as one of them can stand for 0: only two sides that
    /// may both be missing must tell 0 and missing apart.
    fn sum(&mut self, operator: ArithmeticOp, ty: Type, left: &Expr, right: &Expr, scope: Scope) -> Scalar {
        let shown = Scope { place: Place::Shown, ..scope };
        let (mut a, mut b) = (self.scalar(left, shown), self.scalar(right, shown));
        if scope.place == Place::Used && a.absence == Absence::Missing && b.absence == Absence::Missing {
            (a, b) = (self.scalar(left, scope), self.scalar(right, scope));
        }
        let absence = of_arithmetic(operator, a.absence, b.absence);
        arithmetic(operator, to_class(a, ty), to_class(b, ty), ty, absence)
    }

    fn product(&mut self, expr: &Expr, left: &Expr, right: &Expr, scope: Scope) -> Scalar {
        let (mut a, mut b) = (self.scalar(left, scope), self.scalar(right, scope));
        if a.absence == Absence::Missing {
            b = zero(b);
        }
        if b.absence == Absence::Missing {
            a = zero(a);
        }
        let absence = of_arithmetic(ArithmeticOp::Multiply, a.absence, b.absence);
        let class = |side: Scalar| if expr.ty == Type::Number { to_number(side) } else { side };
        arithmetic(ArithmeticOp::Multiply, class(a), class(b), expr.ty, absence)
    }

    /// A numerator that counts or sums is a number even where it is nothing; that of a share stays
    /// absent where a reader sees it, or every member of the whole would be listed.
    fn quotient(&mut self, expr: &Expr, left: &Expr, right: &Expr, scope: Scope) -> Scalar {
        if is_nonzero(right) {
            return self.part(left, right, scope);
        }
        let share = scope.place == Place::Shown && self.is_share(expr);
        let numerator = self.scalar(left, if share { scope } else { scope.used() });
        let numerator = if share { numerator } else { zero(numerator) };
        let denominator = self.scalar(right, Scope { place: Place::Shown, ..scope });
        quotient_of(numerator, denominator, Absence::Missing)
    }

    /// A value by a number other than 0: absent just where the value is, and for the same reason.
    fn part(&mut self, left: &Expr, right: &Expr, scope: Scope) -> Scalar {
        let (numerator, denominator) = (self.scalar(left, scope), self.scalar(right, scope));
        let absence = numerator.absence;
        quotient_of(numerator, denominator, absence)
    }

    fn call(&mut self, function: Function, ty: Type, arguments: &[Expr], scope: Scope) -> Scalar {
        // What is rounded is absent where it is.
        let scope = if function == Function::Round { scope } else { scope.used() };
        let mut lowered = arguments.iter().map(|argument| self.scalar(argument, scope)).collect::<Vec<_>>().into_iter();
        let (Some(first), Some(second)) = (lowered.next(), lowered.next()) else {
            return never(ScalarKind::Literal(Literal::Integer(0)), ty);
        };
        match function {
            Function::Coalesce => coalesce(first, second, ty),
            Function::Round => round(first, &second),
            Function::MonthsBetween => between(first, second, ScalarKind::MonthsBetween),
            Function::FullMonths => between(first, second, ScalarKind::FullMonths),
            Function::DaysBetween => between(first, second, ScalarKind::DaysBetween),
        }
    }

    /// A reader sees the branch that is taken, absent where it is absent. Computed with, a count or sum is 0 there, which
    /// must be written where another branch is missing then.
    fn case(&mut self, ty: Type, branches: &[(Expr, Expr)], otherwise: &Expr, scope: Scope) -> Scalar {
        let value = |this: &mut Self, expr: &Expr| to_class(this.scalar(expr, scope), ty);
        let branches: Vec<_> =
            branches.iter().map(|(when, then)| (self.condition(when, scope.used()), value(self, then))).collect();
        let otherwise = value(self, otherwise);
        let missing = branches.iter().map(|(_, then)| then).chain([&otherwise]).any(|v| v.absence == Absence::Missing);
        if scope.place == Place::Shown || !missing {
            return case_of(branches, otherwise, ty);
        }
        let branches = branches.into_iter().map(|(when, then)| (when, zero(then))).collect();
        case_of(branches, zero(otherwise), ty)
    }

    /// Its own measure may leave 0 absent: then it is written in full where it is computed with.
    fn metric(&mut self, id: MetricId, ty: Type, scope: Scope) -> Scalar {
        let at = id.0 as usize;
        let differs = self.metric_differs_in_use.get(at).copied().unwrap_or(false);
        if let (true, Place::Used, Some(metric)) = (differs, scope.place, self.model.metric(id)) {
            return self.scalar(&metric.value, scope);
        }
        let absence = self.plan.metrics.get(at).map_or(Absence::Missing, |plan| plan.absence);
        Scalar { kind: ScalarKind::Metric(id), ty, absence }
    }

    /// No value where the period cannot be moved, which for a count is not 0 (docs/language.md, Other periods).
    fn shifted(&mut self, value: &Expr, shift: Shift, scope: Scope) -> Scalar {
        let value = self.scalar(value, scope);
        let value = if scope.place == Place::Used { zero(value) } else { value };
        let ty = value.ty;
        Scalar { kind: ScalarKind::Shifted { value: Box::new(value), shift }, ty, absence: Absence::Missing }
    }

    fn resolve_value(&mut self, path: &[crate::gold::RelationshipId], id: ResolveId, scope: Scope) -> Scalar {
        let id = self.resolve_plan(id, scope.asked);
        Scalar { kind: ScalarKind::Resolve { path: path.to_vec(), id }, ty: Type::Text, absence: Absence::Missing }
    }

    /// A condition where a value stands: 1 branch of a case.
    fn truth(&mut self, expr: &Expr, scope: Scope) -> Scalar {
        let yes = never(ScalarKind::Literal(Literal::Boolean(true)), Type::Boolean);
        let no = never(ScalarKind::Literal(Literal::Boolean(false)), Type::Boolean);
        let when = self.condition(expr, scope.used());
        case_of(vec![(when, yes)], no, Type::Boolean)
    }
}

/// The branches that can be taken: what never holds is left out, what always holds is the last, and a case that is left
/// at the end goes on in the same row of branches.
fn case_of(branches: Vec<(Condition, Scalar)>, otherwise: Scalar, ty: Type) -> Scalar {
    let (mut possible, mut last) = (Vec::new(), otherwise);
    for (when, then) in branches {
        match when {
            Condition::False => {}
            Condition::True => {
                last = then;
                break;
            }
            _ => possible.push((when, then)),
        }
    }
    if possible.is_empty() {
        return last;
    }
    let absence = of_choice(possible.iter().map(|(_, then)| then.absence).chain([last.absence]));
    let otherwise = match last.kind {
        ScalarKind::Case { branches, otherwise } if last.ty == ty => {
            possible.extend(branches);
            otherwise
        }
        kind => Box::new(Scalar { kind, ..last }),
    };
    Scalar { kind: ScalarKind::Case { branches: possible, otherwise }, ty, absence }
}

fn never(kind: ScalarKind, ty: Type) -> Scalar {
    Scalar { kind, ty, absence: Absence::Never }
}

fn day(day: Day) -> Scalar {
    never(ScalarKind::Day(day), Type::Date)
}

fn asked(asked: &Asked, part: impl Fn(&(String, String)) -> &String) -> Scalar {
    let text = asked.as_ref().map(|pair| part(pair).clone()).unwrap_or_default();
    never(ScalarKind::Literal(Literal::Text(text)), Type::Text)
}

fn arithmetic(operator: ArithmeticOp, left: Scalar, right: Scalar, ty: Type, absence: Absence) -> Scalar {
    Scalar { kind: ScalarKind::Arithmetic { operator, left: Box::new(left), right: Box::new(right) }, ty, absence }
}

fn quotient_of(left: Scalar, right: Scalar, absence: Absence) -> Scalar {
    arithmetic(ArithmeticOp::Divide, to_number(left), to_number(right), Type::Number, absence)
}

/// A literal that can be divided by.
fn is_nonzero(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Literal::Integer(n) | Literal::Money(n)) => *n != 0,
        ExprKind::Literal(Literal::Number(x)) => *x != 0.0,
        _ => false,
    }
}

fn wrap(value: Scalar, kind: impl FnOnce(Box<Scalar>) -> ScalarKind) -> Scalar {
    let (ty, absence) = (value.ty, value.absence);
    Scalar { kind: kind(Box::new(value)), ty, absence }
}

/// Exact to double; a literal is converted here.
pub(super) fn to_number(scalar: Scalar) -> Scalar {
    match (&scalar.kind, scalar.ty) {
        (_, Type::Number) => scalar,
        (ScalarKind::Literal(literal), _) => never(ScalarKind::Literal(as_number(literal)), Type::Number),
        _ => Scalar { ty: Type::Number, absence: scalar.absence, kind: ScalarKind::ToNumber(Box::new(scalar)) },
    }
}

fn to_class(scalar: Scalar, ty: Type) -> Scalar {
    if ty == Type::Number { to_number(scalar) } else { scalar }
}

fn coalesce(first: Scalar, second: Scalar, ty: Type) -> Scalar {
    let (first, second) = (to_class(first, ty), to_class(zero(second), ty));
    // A count or sum is 0 where it finds nothing, never missing.
    if first.absence != Absence::Missing {
        return first;
    }
    let absence = second.absence;
    Scalar { kind: ScalarKind::Coalesce(Box::new(first), Box::new(second)), ty, absence }
}

fn round(value: Scalar, decimals: &Scalar) -> Scalar {
    let decimals = match &decimals.kind {
        ScalarKind::Literal(Literal::Integer(n)) => u32::try_from(*n).unwrap_or(0),
        _ => 0,
    };
    wrap(value, |value| ScalarKind::Round { value, decimals })
}

fn between(first: Scalar, second: Scalar, kind: fn(Box<Scalar>, Box<Scalar>) -> ScalarKind) -> Scalar {
    let absence = of_parts([first.absence, second.absence]);
    Scalar { kind: kind(Box::new(first), Box::new(second)), ty: Type::Integer, absence }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Integer(_) => Type::Integer,
        Literal::Money(_) => Type::Money,
        Literal::Number(_) => Type::Number,
        Literal::Text(_) => Type::Text,
        Literal::Boolean(_) => Type::Boolean,
        Literal::Date(_) => Type::Date,
    }
}

fn minus(literal: &Literal) -> Literal {
    match literal {
        Literal::Integer(n) => Literal::Integer(n.saturating_neg()),
        Literal::Money(n) => Literal::Money(n.saturating_neg()),
        Literal::Number(x) => Literal::Number(-x),
        other => other.clone(),
    }
}

fn as_number(literal: &Literal) -> Literal {
    match literal {
        Literal::Integer(n) => Literal::Number(*n as f64),
        Literal::Money(n) => Literal::Number(*n as f64 / 10_000.0),
        other => other.clone(),
    }
}
