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
            ExprKind::Prior { value, months } => self.held(value, &format!("{} earlier", counted(*months, "month"))),
            ExprKind::Opening(value) => self.held(value, "before the period began"),
            ExprKind::Filter { path, id } => {
                let filter = self.model.filter(*id).map_or_else(String::new, |filter| called(&filter.head));
                if path.is_empty() { filter } else { format!("{filter} holds for {}", self.it(path)) }
            }
            ExprKind::Segment { path, id } => {
                let segment = self.model.segment(*id).map_or_else(String::new, |segment| called(&segment.head));
                format!("{} is in segment {segment}", self.it(path))
            }
            ExprKind::Policy { path, id } => {
                let policy = self.model.policy(*id).map_or_else(String::new, |policy| called(&policy.head));
                format!("policy {policy} allows {}", self.it(path))
            }
            ExprKind::Broken => String::new(),
            _ => self.value(expr),
        }
    }

    /// `is present` is how `not is missing` was written.
    fn negated(&self, part: &Expr) -> String {
        match &part.kind {
            ExprKind::IsMissing(value) => format!("{} is present", self.operand(value)),
            ExprKind::Filter { path, .. } if path.is_empty() => format!("not {}", self.condition(part)),
            ExprKind::Segment { path, id } => {
                let segment = self.model.segment(*id).map_or_else(String::new, |segment| called(&segment.head));
                format!("{} is not in segment {segment}", self.it(path))
            }
            ExprKind::Any(rows) => format!("there are no {}", self.rows(rows)),
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
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Any(_) | ExprKind::Prior { .. } | ExprKind::Opening(_) => {
                format!("({})", self.condition(expr))
            }
            ExprKind::Not(part) if matches!(part.kind, ExprKind::Any(_)) => format!("({})", self.condition(expr)),
            _ => self.condition(expr),
        }
    }

    /// `12 months earlier “Active customer” held`.
    fn held(&self, value: &Expr, when: &str) -> String {
        match &value.kind {
            ExprKind::Filter { path, .. } if path.is_empty() => format!("{when} {} held", self.condition(value)),
            _ => format!("{when} it held that {}", self.bracketed(value)),
        }
    }

    /// `it`, or `its customer`.
    fn it(&self, path: &[crate::gold::RelationshipId]) -> String {
        let of = self.of_path(path);
        of.strip_prefix(" of ").map_or_else(|| "it".to_owned(), str::to_owned)
    }

    fn one_of(&self, left: &Expr, negated: bool, values: &[Expr]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.value(value)).collect();
        let left = self.operand(left);
        match negated {
            false => format!("{left} is {}", list(&values, "or")),
            true => format!("{left} is present and {}", none_of(&values)),
        }
    }
}

/// `not a`, `neither a nor b`, `none of a, b or c`.
fn none_of(values: &[String]) -> String {
    match values {
        [one] => format!("not {one}"),
        [_, _] => format!("neither {}", list(values, "nor")),
        _ => format!("none of {}", list(values, "or")),
    }
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
