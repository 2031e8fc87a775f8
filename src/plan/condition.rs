//! Conditions: model expression -> plan condition, two-valued and folded.

use crate::gold::{ColumnId, RelationshipId, Type};
use crate::model::{Expr, ExprKind, FilterId, Literal, PolicyId};
use crate::syntax::tree::CompareOp;

use super::absence::zero;
use super::decimals::nine_decimals;
use super::lower::{Lowering, Row, Scope, Unknown};
use super::scalar::to_number;
use super::tree::{Absence, Condition, Scalar, ScalarKind, Shift};

impl Lowering<'_> {
    pub(super) fn condition(&mut self, expr: &Expr, scope: Scope) -> Condition {
        let scope = scope.used();
        if scope.unknown != Unknown::Fails {
            return self.refusal(expr, scope);
        }
        match &expr.kind {
            ExprKind::And(all) => self.all(all, scope),
            ExprKind::Or(all) => any_of(all.iter().map(|part| self.condition(part, scope)).collect()),
            ExprKind::Not(part) => negate(self.condition(part, scope)),
            ExprKind::Literal(Literal::Boolean(true)) => Condition::True,
            ExprKind::Literal(Literal::Boolean(false)) | ExprKind::Broken => Condition::False,
            ExprKind::Compare { operator, left, right } => self.compare(*operator, left, right, scope),
            ExprKind::In { left, negated, values } => self.one_of(left, *negated, values, scope),
            ExprKind::Between { left, low, high } => self.between(left, low, high, scope),
            ExprKind::StartsWith { text, .. } | ExprKind::Contains { text, .. } if Self::folded(text).is_empty() => {
                Condition::False
            }
            ExprKind::StartsWith { left, text } => {
                Condition::StartsWith { value: self.scalar(left, scope), text: Self::folded(text) }
            }
            ExprKind::Contains { left, text } => {
                Condition::Contains { value: self.scalar(left, scope), text: Self::folded(text) }
            }
            ExprKind::IsMissing(value) => self.is_missing(value, scope),
            ExprKind::InWindow { date, window } => {
                let date = self.scalar(date, scope);
                all_of(self.window(window, Some(date)))
            }
            ExprKind::Any(rows) => Condition::Any(Box::new(self.rows(rows, scope))),
            ExprKind::Filter { path, id } => self.filter_reference(path, *id, scope),
            ExprKind::Segment { path, id } => Condition::Segment { path: path.clone(), id: *id },
            ExprKind::Policy { path, id } => self.policy_condition(path, *id, &[]),
            ExprKind::Prior { value, months } => {
                let shift = Shift::Prior { months: *months, reads_period: self.reads_period(value) };
                Condition::Shifted { condition: Box::new(self.condition(value, scope)), shift }
            }
            ExprKind::Opening(value) => {
                Condition::Shifted { condition: Box::new(self.condition(value, scope)), shift: Shift::Opening }
            }
            _ => self.flag(expr, scope),
        }
    }

    /// Written out where no row may be at hand, so that its columns are missing there.
    fn filter_reference(&mut self, path: &[RelationshipId], id: FilterId, scope: Scope) -> Condition {
        match self.model.filter(id) {
            Some(filter) if scope.row == Row::Sought && path.is_empty() => self.condition(&filter.condition, scope),
            _ => Condition::Filter { path: path.to_vec(), id },
        }
    }

    /// A boolean column where a condition stands.
    fn flag(&mut self, expr: &Expr, scope: Scope) -> Condition {
        self.flagged(CompareOp::Equal, expr, scope)
    }

    /// A boolean column beside `true`.
    pub(super) fn flagged(&mut self, operator: CompareOp, expr: &Expr, scope: Scope) -> Condition {
        let right =
            Scalar { kind: ScalarKind::Literal(Literal::Boolean(true)), ty: Type::Boolean, absence: Absence::Never };
        Condition::Compare { operator, left: self.scalar(expr, scope), right }
    }

    /// A policy beside a condition on the channel is asked for those channels alone.
    fn all(&mut self, parts: &[Expr], scope: Scope) -> Condition {
        let channels: Vec<String> = parts.iter().filter_map(|part| self.channels_named(part)).flatten().collect();
        let lower = |this: &mut Self, part: &Expr| match &part.kind {
            ExprKind::Policy { path, id } if path.is_empty() => this.policy_condition(path, *id, &channels),
            _ => this.condition(part, scope),
        };
        all_of(parts.iter().map(|part| lower(self, part)).collect())
    }

    /// The channels that `channel = ".."` or `channel in [..]` leaves, for the contact table's own column.
    fn channels_named(&self, expr: &Expr) -> Option<Vec<String>> {
        let text = |value: &Expr| match &value.kind {
            ExprKind::Literal(Literal::Text(text)) => Some(Self::folded(text)),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Compare { operator: CompareOp::Equal, left, right } if self.is_channel(left) => {
                text(right).map(|channel| vec![channel])
            }
            ExprKind::In { left, negated: false, values } if self.is_channel(left) => values.iter().map(text).collect(),
            _ => None,
        }
    }

    fn is_channel(&self, expr: &Expr) -> bool {
        let channel: Option<ColumnId> = self.gold().contact.map(|contact| contact.channel);
        matches!(&expr.kind, ExprKind::Column(c) if c.path.is_empty() && Some(c.column) == channel)
    }

    /// One instance a channel; those of `channels` alone where any are named.
    fn policy_condition(&mut self, path: &[RelationshipId], id: PolicyId, channels: &[String]) -> Condition {
        let wanted = |channel: &String| channels.is_empty() || channels.contains(channel);
        let instances = self.policies.iter().filter(|((policy, channel), _)| *policy == id && wanted(channel));
        let instances: Vec<_> = instances.map(|(_, instance)| *instance).collect();
        match instances.is_empty() {
            true => Condition::False,
            false => Condition::Policy { path: path.to_vec(), instances },
        }
    }

    pub(super) fn compare(&mut self, operator: CompareOp, left: &Expr, right: &Expr, scope: Scope) -> Condition {
        let (left, right) = compared(self.scalar(left, scope), self.scalar(right, scope));
        if [&left, &right].iter().any(|side| side.is_blank()) {
            return Condition::False;
        }
        Condition::Compare { operator, left, right }
    }

    /// Doubles are compared one by one after rounding; everything else is a list.
    pub(super) fn one_of(&mut self, left: &Expr, negated: bool, values: &[Expr], scope: Scope) -> Condition {
        let value = zero(self.scalar(left, scope));
        let values: Vec<Literal> = values.iter().filter_map(|v| as_literal(self.scalar(v, scope))).collect();
        if value.ty != Type::Number {
            return Condition::In { value, values, negated };
        }
        let operator = if negated { CompareOp::NotEqual } else { CompareOp::Equal };
        let parts = values.into_iter().map(|literal| {
            let right =
                to_number(Scalar { kind: ScalarKind::Literal(literal), ty: Type::Integer, absence: Absence::Never });
            let (left, right) = compared(value.clone(), right);
            Condition::Compare { operator, left, right }
        });
        if negated { all_of(parts.collect()) } else { any_of(parts.collect()) }
    }

    fn between(&mut self, left: &Expr, low: &Expr, high: &Expr, scope: Scope) -> Condition {
        let value = self.scalar(left, scope);
        let (low, high) = (self.scalar(low, scope), self.scalar(high, scope));
        let double = [&value, &low, &high].iter().any(|side| side.ty == Type::Number);
        let class = |side| if double { rounded(side) } else { side };
        Condition::Between { value: class(value), low: class(low), high: class(high) }
    }

    /// A count or sum is never missing.
    fn is_missing(&mut self, value: &Expr, scope: Scope) -> Condition {
        let value = self.scalar(value, scope);
        if value.is_blank() {
            return Condition::True;
        }
        if value.absence == Absence::Zero { Condition::False } else { Condition::IsMissing(value) }
    }
}

/// Both sides as they are compared: doubles rounded to nine decimals (rule R14).
fn compared(left: Scalar, right: Scalar) -> (Scalar, Scalar) {
    if left.ty == Type::Number || right.ty == Type::Number {
        return (rounded(left), rounded(right));
    }
    (left, right)
}

/// A number as it is compared.
pub(super) fn rounded(scalar: Scalar) -> Scalar {
    let scalar = to_number(scalar);
    if let ScalarKind::Literal(literal) = scalar.kind {
        return Scalar { kind: ScalarKind::Literal(rounded_literal(literal)), ..scalar };
    }
    Scalar { ty: Type::Number, absence: scalar.absence, kind: ScalarKind::Rounded(Box::new(scalar)) }
}

fn rounded_literal(literal: Literal) -> Literal {
    match literal {
        Literal::Number(value) => Literal::Number(nine_decimals(value)),
        other => other,
    }
}

fn as_literal(scalar: Scalar) -> Option<Literal> {
    match scalar.kind {
        ScalarKind::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// All of them, flat; `True` and `False` are worked out.
pub(super) fn all_of(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Condition::True => {}
            Condition::And(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.contains(&Condition::False) {
        return Condition::False;
    }
    single(flat, Condition::True, Condition::And)
}

/// Any of them, flat; `True` and `False` are worked out.
pub(super) fn any_of(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Condition::False => {}
            Condition::Or(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.contains(&Condition::True) {
        return Condition::True;
    }
    single(flat, Condition::False, Condition::Or)
}

fn single(mut parts: Vec<Condition>, none: Condition, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        0 => none,
        1 => parts.remove(0),
        _ => several(parts),
    }
}

pub(super) fn negate(condition: Condition) -> Condition {
    match condition {
        Condition::True => Condition::False,
        Condition::False => Condition::True,
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

/// The conjuncts of a condition.
pub(super) fn conjuncts(condition: Condition) -> Vec<Condition> {
    match condition {
        Condition::True => Vec::new(),
        Condition::And(parts) => parts,
        other => vec![other],
    }
}
