//! Conditions in words.

use crate::gold::Type;
use crate::model::{Expr, ExprKind};
use crate::syntax::tree::CompareOp;

use super::window::{counted, in_window};
use super::{Words, called, list};

impl Words<'_> {
    /// A clause that follows “where” or “that”: no capital, no full stop.
    pub fn condition(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::And(all) => self.joined(all, "and"),
            ExprKind::Or(all) => self.joined(all, "or"),
            ExprKind::Not(part) => self.negated(part),
            ExprKind::Compare { operator, left, right } => {
                format!("{} {} {}", self.operand(left), comparison(*operator, left.ty), self.operand(right))
            }
            ExprKind::In { left, negated, values } => self.one_of(left, *negated, values),
            ExprKind::InWindow { date, window } => format!("{} lies {}", self.operand(date), in_window(window)),
            ExprKind::Between { left, low, high } => {
                format!("{} is between {} and {}", self.operand(left), self.operand(low), self.operand(high))
            }
            ExprKind::StartsWith { left, text } => format!("{} starts with “{text}”", self.operand(left)),
            ExprKind::Contains { left, text } => format!("{} contains “{text}”", self.operand(left)),
            ExprKind::IsMissing(value) => format!("{} is missing", self.operand(value)),
            ExprKind::Any(rows) => format!("there are {}", self.rows(rows)),
            ExprKind::Prior { value, months } => {
                format!("{} earlier it held that {}", counted(*months, "month"), self.bracketed(value))
            }
            ExprKind::Opening(value) => format!("before the period began it held that {}", self.bracketed(value)),
            ExprKind::Filter { path, id } => {
                format!(
                    "{}{}",
                    self.model.filter(*id).map_or_else(String::new, |f| called(&f.head)),
                    holds_for(self, path)
                )
            }
            ExprKind::Segment { path, id } => {
                let segment = self.model.segment(*id).map_or_else(String::new, |segment| called(&segment.head));
                format!("it is in segment {segment}{}", holds_for(self, path))
            }
            ExprKind::Policy { path, id } => {
                let policy = self.model.policy(*id).map_or_else(String::new, |policy| called(&policy.head));
                format!("policy {policy} allows it{}", holds_for(self, path))
            }
            ExprKind::Broken => String::new(),
            _ => self.value(expr),
        }
    }

    /// `is present` is how `not is missing` was written.
    fn negated(&self, part: &Expr) -> String {
        match &part.kind {
            ExprKind::IsMissing(value) => format!("{} is present", self.operand(value)),
            ExprKind::Filter { .. } | ExprKind::Segment { .. } => format!("not {}", self.condition(part)),
            _ => format!("not ({})", self.condition(part)),
        }
    }

    fn joined(&self, parts: &[Expr], word: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.bracketed(part)).collect();
        parts.join(&format!(" {word} "))
    }

    /// In brackets where it is several conditions.
    fn bracketed(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Any(_) => format!("({})", self.condition(expr)),
            _ => self.condition(expr),
        }
    }

    fn one_of(&self, left: &Expr, negated: bool, values: &[Expr]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.value(value)).collect();
        let left = self.operand(left);
        match negated {
            false => format!("{left} is {}", list(&values, "or")),
            true => format!("{left} is present and not {}", list(&values, "or")),
        }
    }
}

fn holds_for(words: &Words, path: &[crate::gold::RelationshipId]) -> String {
    let of = words.of_path(path);
    if of.is_empty() { of } else { of.replacen(" of its", " for its", 1) }
}

fn comparison(operator: CompareOp, ty: Type) -> &'static str {
    let date = ty == Type::Date;
    match operator {
        CompareOp::Equal => "is",
        CompareOp::NotEqual => "is present and not",
        CompareOp::Less if date => "is before",
        CompareOp::LessOrEqual if date => "is on or before",
        CompareOp::Greater if date => "is after",
        CompareOp::GreaterOrEqual if date => "is on or after",
        CompareOp::Less => "is less than",
        CompareOp::LessOrEqual => "is at most",
        CompareOp::Greater => "is more than",
        CompareOp::GreaterOrEqual => "is at least",
    }
}
