//! A policy at a row: the first rule that applies, at `(P, {}, t)`.

use std::rc::Rc;

use carat::model::{Expr, ExprKind, Policy, PolicyId, RowPath};
use carat::syntax::tree::CompareOp;

use super::context::{Asked, Context};
use super::value::{Value, folded};
use super::{Judge, walk};

impl Judge<'_> {
    /// True if the first rule that applies allows, `t` is of its channel and every path finds its row.
    pub fn policy(&self, id: PolicyId, context: &Context) -> bool {
        let Some(policy) = self.model.policy(id) else { return false };
        self.channel_of(context).is_some_and(|channel| self.allows(policy, &channel, context))
    }

    /// As an activation segment asks: for one channel, true on rows of that channel alone.
    pub fn allows(&self, policy: &Policy, channel: &str, context: &Context) -> bool {
        let of_channel = self.channel_of(context).is_some_and(|own| Some(own) == folded(channel));
        let listed = policy.channels.iter().any(|one| folded(one) == folded(channel));
        let asked = Asked { purpose: policy.purpose.clone(), channel: channel.to_string() };
        let mut at = context.without_filters();
        at.asked = Some(Rc::new(asked));
        of_channel && listed && self.every_path_finds_its_row(policy, &at) && self.first_rule_allows(policy, &at)
    }

    fn first_rule_allows(&self, policy: &Policy, context: &Context) -> bool {
        let applies = |rule: &&carat::model::Rule| {
            let holds = |condition| match rule.allows {
                true => self.condition(condition, context),
                false => self.refuses(condition, context),
            };
            rule.condition.as_ref().is_none_or(holds)
        };
        policy.rules.iter().find(applies).is_some_and(|rule| rule.allows)
    }

    /// A refusal that cannot be told applies: what compares columns that are never missing by the gold schema is true
    /// where one of them is missing all the same.
    fn refuses(&self, expr: &Expr, context: &Context) -> bool {
        match &expr.kind {
            ExprKind::And(parts) => parts.iter().all(|part| self.refuses(part, context)),
            ExprKind::Or(parts) => parts.iter().any(|part| self.refuses(part, context)),
            ExprKind::Filter { path, id } => {
                let (moved, filter) = (self.moved(path, context), self.model.filter(*id));
                moved.hand.is_some_and(|hand| hand.row.is_some())
                    && filter.is_some_and(|filter| self.refuses(&filter.condition, &moved))
            }
            ExprKind::Any(rows) => self.rows(rows, context).into_iter().any(|row| {
                let at = context.at(rows.table, Some(row));
                rows.over.iter().all(|over| self.over(over, &at))
                    && rows.condition.as_ref().is_none_or(|condition| self.refuses(condition, &at))
            }),
            _ => self.condition(expr, context) || self.is_untold(expr, context),
        }
    }

    /// A comparison of nothing but columns that ought to be there, one side of which is missing.
    fn is_untold(&self, expr: &Expr, context: &Context) -> bool {
        let sides: Vec<&Expr> = match &expr.kind {
            ExprKind::Compare { left, right, .. } => vec![left, right],
            ExprKind::In { left, .. } | ExprKind::StartsWith { left, .. } | ExprKind::Contains { left, .. } => {
                vec![left]
            }
            ExprKind::InWindow { date, .. } => vec![date],
            ExprKind::Column(_) => vec![expr],
            ExprKind::Between { left, low, high } => {
                let one = |operator, right: &Expr| {
                    let kind = ExprKind::Compare { operator, left: left.clone(), right: Box::new(right.clone()) };
                    self.condition(&Expr::new(kind, expr.ty, expr.span), context)
                };
                if one(CompareOp::Less, low) || one(CompareOp::Greater, high) {
                    return false;
                }
                vec![left, low, high]
            }
            _ => return false,
        };
        let trusted = sides.iter().all(|side| self.reads_what_ought_to_be_there(side));
        trusted && sides.iter().any(|side| self.scalar(side, context).is_missing())
    }

    fn reads_what_ought_to_be_there(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Column(column) => !self.model.gold.column(column.column).unwrap().nullable,
            ExprKind::Literal(_) | ExprKind::Start | ExprKind::End => true,
            ExprKind::ThisPurpose | ExprKind::ThisChannel => true,
            ExprKind::Negate(_) | ExprKind::Arithmetic { .. } | ExprKind::Call { .. } => {
                expr.parts().all(|part| self.reads_what_ought_to_be_there(part))
            }
            _ => false,
        }
    }

    fn channel_of(&self, context: &Context) -> Option<String> {
        let contact = self.model.gold.contact?;
        let hand = context.hand.filter(|hand| hand.table == contact.table)?;
        match self.column_value(contact.channel, Some(hand)) {
            Value::Text(channel) => folded(&channel),
            _ => None,
        }
    }

    fn every_path_finds_its_row(&self, policy: &Policy, context: &Context) -> bool {
        let row = context.hand.and_then(|hand| hand.row);
        let found = |path: &RowPath| self.follow(path, row).is_some();
        let mut all = true;
        for condition in policy.rules.iter().filter_map(|rule| rule.condition.as_ref()) {
            walk::at_hand(self.model, condition, &mut |kind| all &= path_of(kind).is_none_or(found));
        }
        all
    }
}

fn path_of(kind: &ExprKind) -> Option<&RowPath> {
    match kind {
        ExprKind::Column(column) => Some(&column.path),
        ExprKind::Filter { path, .. }
        | ExprKind::Segment { path, .. }
        | ExprKind::Policy { path, .. }
        | ExprKind::Resolve { path, .. } => Some(path),
        _ => None,
    }
}
