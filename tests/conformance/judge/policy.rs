//! A policy at a row: the first rule that applies, at `(P, {}, t)`.

use std::rc::Rc;

use carat::model::{ExprKind, Policy, PolicyId, RowPath};

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
            rule.condition.as_ref().is_none_or(|condition| self.condition(condition, context))
        };
        policy.rules.iter().find(applies).is_some_and(|rule| rule.allows)
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
