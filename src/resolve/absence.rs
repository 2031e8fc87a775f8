//! What becomes of a value or condition where the rows it reads are not there: whoever nothing is known of is in that
//! place, so an `allow` rule may not be true there.
//!
//! A count or sum is 0 there, every other aggregate and a resolve are missing. What a column says is not looked at.

mod values;

use crate::gold::text::fold;
use crate::model::{Definition, Expr, ExprKind, Literal};
use crate::syntax::tree::CompareOp;

use super::known::AllKnown;

/// A value that may stand where no rows are.
#[derive(Debug, Clone, PartialEq)]
enum What {
    /// Infinite: as many rows as one likes, since a row is read because others are not there.
    Number(f64),
    Text(String),
    /// Nothing that can be told.
    Other,
}

/// What a value may be where the rows that it reads are not there.
#[derive(Debug, Clone, Default)]
pub(super) struct Nothing {
    /// Each with whether it follows from rows that are not there.
    values: Vec<(What, bool)>,
    /// It may be missing because of that.
    missing: bool,
}

impl Nothing {
    pub(super) fn may_be_missing(&self) -> bool {
        self.missing
    }
}

/// How rows that are not there can turn a condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Turns {
    /// They can make it true.
    pub to_true: bool,
    /// They can make it false.
    pub to_false: bool,
}

impl Turns {
    fn or(self, other: Turns) -> Turns {
        Turns { to_true: self.to_true || other.to_true, to_false: self.to_false || other.to_false }
    }

    fn not(self) -> Turns {
        Turns { to_true: self.to_false, to_false: self.to_true }
    }
}

/// How rows that are not there can turn a condition, given what is known of the definitions it names.
pub(super) fn turns(condition: &Expr, known: &AllKnown) -> Turns {
    let of = |expr: &Expr| turns(expr, known);
    let named = |id: Definition| known.get(&id).map_or_else(Turns::default, |known| known.turns);
    let values = |expr: &Expr| values::nothing(expr, known);
    match &condition.kind {
        ExprKind::Compare { operator, left, right } => compared(*operator, &values(left), &values(right)),
        ExprKind::In { left, negated, values: list } => {
            let all: Vec<What> = list.iter().flat_map(|value| values(value).values).map(|(what, _)| what).collect();
            tested(&values(left), |what| all.iter().any(|one| same(what, one)) != *negated)
        }
        ExprKind::Between { left, low, high } => {
            let (left, low, high) = (values(left), values(low), values(high));
            let (above, below) =
                (compared(CompareOp::GreaterOrEqual, &left, &low), compared(CompareOp::LessOrEqual, &left, &high));
            both(above, below)
        }
        ExprKind::StartsWith { left, .. } | ExprKind::Contains { left, .. } | ExprKind::InWindow { date: left, .. } => {
            Turns { to_true: false, to_false: values(left).missing }
        }
        ExprKind::IsMissing(value) => {
            let value = values(value);
            Turns { to_true: value.missing, to_false: value.values.iter().any(|(_, follows)| *follows) }
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().map(of).fold(Turns::default(), Turns::or),
        ExprKind::Not(inner) => of(inner).not(),
        ExprKind::Any(rows) => {
            let inner = rows.condition.as_ref().map(of).unwrap_or_default();
            Turns { to_false: true, ..inner }
        }
        ExprKind::Filter { id, .. } => named(Definition::Filter(*id)),
        ExprKind::Segment { id, .. } => named(Definition::Segment(*id)),
        ExprKind::Policy { .. } => Turns { to_true: false, to_false: true },
        ExprKind::Prior { value, .. } | ExprKind::Opening(value) => Turns { to_false: true, ..of(value) },
        _ => Turns::default(),
    }
}

/// What a value may be where its rows are not there.
pub(super) fn nothing(value: &Expr, known: &AllKnown) -> Nothing {
    values::nothing(value, known)
}

/// Two limits that both must hold: each alone can make it false, one that fails for certain keeps it from being true.
fn both(above: Turns, below: Turns) -> Turns {
    let fails = |one: Turns| one.to_false && !one.to_true;
    let either = above.or(below);
    Turns { to_true: either.to_true && !fails(above) && !fails(below), ..either }
}

fn tested(value: &Nothing, holds: impl Fn(&What) -> bool) -> Turns {
    let mut found = Turns { to_true: false, to_false: value.missing };
    for (what, _) in value.values.iter().filter(|(what, follows)| *follows && *what != What::Other) {
        found = found.or(match holds(what) {
            true => Turns { to_true: true, to_false: false },
            false => Turns { to_true: false, to_false: true },
        });
    }
    found
}

/// Every pair of values of which one follows from rows that are not there.
fn compared(operator: CompareOp, left: &Nothing, right: &Nothing) -> Turns {
    let mut found = Turns { to_true: false, to_false: left.missing || right.missing };
    for (a, a_follows) in &left.values {
        for (b, b_follows) in &right.values {
            if *a_follows || *b_follows {
                found = found.or(pair(operator, (a, *a_follows), (b, *b_follows)));
            }
        }
    }
    found
}

fn pair(operator: CompareOp, (a, a_follows): (&What, bool), (b, b_follows): (&What, bool)) -> Turns {
    match (a, b) {
        (What::Other, _) | (_, What::Other) => {
            // A total that lacks rows is a small one: it is the lesser side that they turn.
            let (lesser, greater) = match operator {
                CompareOp::Less | CompareOp::LessOrEqual => (a_follows, b_follows),
                CompareOp::Greater | CompareOp::GreaterOrEqual => (b_follows, a_follows),
                CompareOp::Equal | CompareOp::NotEqual => (false, true),
            };
            Turns { to_true: lesser, to_false: greater }
        }
        _ => {
            let holds = holds(operator, a, b);
            Turns { to_true: holds, to_false: !holds }
        }
    }
}

fn holds(operator: CompareOp, a: &What, b: &What) -> bool {
    let order = match (a, b) {
        (What::Number(a), What::Number(b)) => a.partial_cmp(b),
        (What::Text(a), What::Text(b)) => Some(fold(a).cmp(&fold(b))),
        _ => None,
    };
    order.is_some_and(|order| operator.holds(order))
}

fn same(a: &What, b: &What) -> bool {
    holds(CompareOp::Equal, a, b)
}

/// A literal as it is compared.
fn literal(literal: &Literal) -> What {
    match literal {
        Literal::Integer(whole) => What::Number(*whole as f64),
        Literal::Money(parts) => What::Number(*parts as f64 / 10_000.0),
        Literal::Number(number) => What::Number(*number),
        Literal::Text(text) => What::Text(text.clone()),
        Literal::Boolean(_) | Literal::Date(_) => What::Other,
    }
}
