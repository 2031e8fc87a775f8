//! A condition at one row, asked from another: what the row at hand reads by a path, the other reads by its own.

use super::tree::{Column, Condition, Rows, Scalar, ScalarKind};
use crate::gold::RelationshipId;

/// Where a condition is asked from instead.
pub(super) trait Moved {
    /// The path from there to where this one leads; none if there is none.
    fn path(&self, path: &[RelationshipId]) -> Option<Vec<RelationshipId>>;

    /// Rows that meet the row at hand, as they meet the row there.
    fn rows(&self, rows: &Rows) -> Option<Rows>;

    /// The condition, asked from there; none where it cannot be.
    fn condition(&self, condition: &Condition) -> Option<Condition> {
        Some(match condition {
            Condition::True | Condition::False => condition.clone(),
            Condition::And(parts) => Condition::And(self.all(parts)?),
            Condition::Or(parts) => Condition::Or(self.all(parts)?),
            Condition::Not(inner) => Condition::Not(Box::new(self.condition(inner)?)),
            Condition::Compare { operator, left, right } => {
                Condition::Compare { operator: *operator, left: self.scalar(left)?, right: self.scalar(right)? }
            }
            Condition::In { value, values, negated } => {
                Condition::In { value: self.scalar(value)?, values: values.clone(), negated: *negated }
            }
            Condition::Between { value, low, high } => {
                Condition::Between { value: self.scalar(value)?, low: self.scalar(low)?, high: self.scalar(high)? }
            }
            Condition::StartsWith { value, text } => {
                Condition::StartsWith { value: self.scalar(value)?, text: text.clone() }
            }
            Condition::Contains { value, text } => {
                Condition::Contains { value: self.scalar(value)?, text: text.clone() }
            }
            Condition::IsMissing(value) => Condition::IsMissing(self.scalar(value)?),
            Condition::Within { date, from, before } => {
                Condition::Within { date: self.scalar(date)?, from: *from, before: *before }
            }
            Condition::InPeriod { date } => Condition::InPeriod { date: self.scalar(date)? },
            Condition::Any(rows) => Condition::Any(Box::new(self.rows(rows)?)),
            Condition::Filter { path, id } => Condition::Filter { path: self.path(path)?, id: *id },
            Condition::Segment { path, id } => Condition::Segment { path: self.path(path)?, id: *id },
            Condition::Exists(path) => match self.path(path)? {
                path if path.is_empty() => Condition::True,
                path => Condition::Exists(path),
            },
            Condition::Policy { .. } | Condition::Shifted { .. } => return None,
        })
    }

    fn all(&self, parts: &[Condition]) -> Option<Vec<Condition>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn scalar(&self, scalar: &Scalar) -> Option<Scalar> {
        let one = |inner: &Scalar| self.scalar(inner).map(Box::new);
        let kind = match &scalar.kind {
            ScalarKind::Literal(_) | ScalarKind::Day(_) => scalar.kind.clone(),
            ScalarKind::Column(column) => {
                ScalarKind::Column(Column { path: self.path(&column.path)?, ..column.clone() })
            }
            ScalarKind::Arithmetic { operator, left, right } => {
                ScalarKind::Arithmetic { operator: *operator, left: one(left)?, right: one(right)? }
            }
            ScalarKind::Coalesce(a, b) => ScalarKind::Coalesce(one(a)?, one(b)?),
            ScalarKind::MonthsBetween(a, b) => ScalarKind::MonthsBetween(one(a)?, one(b)?),
            ScalarKind::FullMonths(a, b) => ScalarKind::FullMonths(one(a)?, one(b)?),
            ScalarKind::DaysBetween(a, b) => ScalarKind::DaysBetween(one(a)?, one(b)?),
            ScalarKind::Round { value, decimals } => ScalarKind::Round { value: one(value)?, decimals: *decimals },
            ScalarKind::ToNumber(inner) => ScalarKind::ToNumber(one(inner)?),
            ScalarKind::Rounded(inner) => ScalarKind::Rounded(one(inner)?),
            ScalarKind::Zero(inner) => ScalarKind::Zero(one(inner)?),
            ScalarKind::Case { branches, otherwise } => {
                let branch = |(when, then): &(Condition, Scalar)| Some((self.condition(when)?, self.scalar(then)?));
                let branches = branches.iter().map(branch).collect::<Option<Vec<_>>>()?;
                ScalarKind::Case { branches, otherwise: one(otherwise)? }
            }
            _ => return None,
        };
        Some(Scalar { kind, ..scalar.clone() })
    }
}
