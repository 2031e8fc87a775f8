//! What a policy asks of one row that its row leads to, apart from the rest.
//!
//! A policy of contact points mostly asks about their customer. Whether some contact point of a customer
//! is allowed is then two questions: of the customer once, and of each contact point what is left.

use super::condition::{all_of, conjuncts};
use super::link::link_of;
use super::tree::{Column, Condition, Link, OwnerPart, Rows, Scalar, ScalarKind};
use crate::gold::{Gold, RelationshipId, TableId};

/// The parts of what allows a row of `table`; none where nothing is asked of another row.
pub(super) fn owner_part(gold: &Gold, table: TableId, allowed: &Condition) -> Option<OwnerPart> {
    let parts = conjuncts(allowed.clone());
    let relationship = parts.iter().find_map(|part| match part {
        Condition::Exists(path) => path.first().copied(),
        _ => None,
    })?;
    let there = There { gold, table, relationship };
    let (mut asked, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        match there.condition(&part) {
            Some(moved) => asked.push(moved),
            None => rest.push(part),
        }
    }
    Some(OwnerPart { relationship, asked: all_of(asked), rest: all_of(rest) })
}

/// The row that a relationship of `table` leads to.
struct There<'g> {
    gold: &'g Gold,
    table: TableId,
    relationship: RelationshipId,
}

impl There<'_> {
    /// The same condition at that row, which is there; none where it asks something of the row before it.
    fn condition(&self, condition: &Condition) -> Option<Condition> {
        Some(match condition {
            Condition::True => Condition::True,
            Condition::False => Condition::False,
            Condition::And(parts) => Condition::And(self.all(parts)?),
            Condition::Or(parts) => Condition::Or(self.all(parts)?),
            Condition::Not(inner) => Condition::Not(Box::new(self.condition(inner)?)),
            Condition::Compare { operator, left, right } => {
                let (left, right) = (self.scalar(left)?, self.scalar(right)?);
                Condition::Compare { operator: *operator, left, right }
            }
            Condition::In { value, values, negated } => {
                Condition::In { value: self.scalar(value)?, values: values.clone(), negated: *negated }
            }
            Condition::Between { value, low, high } => {
                let (value, low, high) = (self.scalar(value)?, self.scalar(low)?, self.scalar(high)?);
                Condition::Between { value, low, high }
            }
            Condition::IsMissing(value) => Condition::IsMissing(self.scalar(value)?),
            Condition::Within { date, from, before } => {
                Condition::Within { date: self.scalar(date)?, from: *from, before: *before }
            }
            Condition::Any(rows) => Condition::Any(Box::new(self.rows(rows)?)),
            Condition::Filter { path, id } => Condition::Filter { path: self.path(path)?, id: *id },
            Condition::Segment { path, id } => Condition::Segment { path: self.path(path)?, id: *id },
            Condition::Exists(path) => match self.path(path)? {
                path if path.is_empty() => Condition::True,
                path => Condition::Exists(path),
            },
            _ => return None,
        })
    }

    fn all(&self, parts: &[Condition]) -> Option<Vec<Condition>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn scalar(&self, scalar: &Scalar) -> Option<Scalar> {
        let two = |a: &Scalar, b: &Scalar| Some((Box::new(self.scalar(a)?), Box::new(self.scalar(b)?)));
        let kind = match &scalar.kind {
            ScalarKind::Literal(_) | ScalarKind::Day(_) => scalar.kind.clone(),
            ScalarKind::Column(column) => {
                ScalarKind::Column(Column { path: self.path(&column.path)?, ..column.clone() })
            }
            ScalarKind::Arithmetic { operator, left, right } => {
                let (left, right) = two(left, right)?;
                ScalarKind::Arithmetic { operator: *operator, left, right }
            }
            ScalarKind::MonthsBetween(a, b) => two(a, b).map(|(a, b)| ScalarKind::MonthsBetween(a, b))?,
            ScalarKind::FullMonths(a, b) => two(a, b).map(|(a, b)| ScalarKind::FullMonths(a, b))?,
            ScalarKind::DaysBetween(a, b) => two(a, b).map(|(a, b)| ScalarKind::DaysBetween(a, b))?,
            _ => return None,
        };
        Some(Scalar { kind, ..scalar.clone() })
    }

    /// Rows that meet the policy's row over that row meet that row itself.
    fn rows(&self, rows: &Rows) -> Option<Rows> {
        let met = link_of(self.gold, rows, self.table)?;
        let Link::Common { table, from_rows, from_hand } = met else { return None };
        let from_hand = self.path(&from_hand)?;
        let link =
            if from_hand.is_empty() { Link::To(from_rows) } else { Link::Common { table, from_rows, from_hand } };
        Some(Rows { link: Some(link), ..rows.clone() })
    }

    fn path(&self, path: &[RelationshipId]) -> Option<Vec<RelationshipId>> {
        let (first, rest) = path.split_first()?;
        (*first == self.relationship).then(|| rest.to_vec())
    }
}
