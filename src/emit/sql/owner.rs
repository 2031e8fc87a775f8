//! Whether some row belongs to the row at hand. What a policy among the rows' conditions asks of the row at
//! hand is asked of that row once, not of each of them; what a policy asks of a row that a `SELECT` reads is
//! asked in that `SELECT`.

use sqlparser::ast::Expr;

use super::ast;
use super::compiler::Compiler;
use super::condition::{Sense, counted, marked};
use super::context::{Context, Hand};
use super::frame::{Driver, Frame};
use super::leaf::{Leaf, Measure};
use super::scalar::from_hand;
use crate::gold::{RelationshipId, TableId};
use crate::plan::tree::{Condition, Link, OwnerPart, PolicyPlan, PolicyPlanId, Rows};

impl<'a> Compiler<'a> {
    /// Some of the rows belongs to the row at hand, or none does.
    pub fn any(&mut self, frame: &mut Frame, context: &Context<'a>, rows: &'a Rows, sense: Sense) -> Expr {
        let leaf = self.any_leaf(context, rows);
        let owner = self.owner_of(&leaf);
        let changing = frame.at_change.is_some() && self.by_unit(context.period);
        let mark = self.use_leaf(frame, context, leaf);
        let some = if changing { counted(mark, sense) } else { marked(mark, sense) };
        let Some(owner) = owner else { return some };
        let asked = self.sense(frame, &context.cleared(context.period), &owner.asked, sense);
        if sense == Sense::Holds { ast::all([asked, some]) } else { ast::any([asked, some]) }
    }

    /// That some of the rows belongs to the row at hand, without what a policy asks of that.
    pub fn any_leaf(&self, context: &Context<'a>, rows: &'a Rows) -> Leaf<'a> {
        let named = context.called(format!("has_{}", self.table_name(rows.table)));
        let mut leaf = self.leaf_of(&named, rows, Measure::Exists);
        leaf.context.owner_asked = self.policy_to_split(&leaf);
        leaf
    }

    /// What the rows' policy asks of the row they belong to.
    pub fn owner_of(&self, leaf: &Leaf<'a>) -> Option<&'a OwnerPart> {
        self.policy(leaf.context.owner_asked?)?.owner.as_ref()
    }

    /// A policy that all rows must meet, and that asks something of the row they belong to.
    fn policy_to_split(&self, leaf: &Leaf<'a>) -> Option<PolicyPlanId> {
        let Some(Link::To(steps)) = &leaf.link else { return None };
        leaf.conjuncts.iter().find_map(|conjunct| match conjunct {
            Condition::Policy { path, instances } => match (path.as_slice(), instances.as_slice()) {
                ([], [id]) => Some(*id).filter(|id| {
                    let owner = self.policy(*id).and_then(|policy| policy.owner.as_ref());
                    owner.is_some_and(|owner| *steps == [owner.relationship])
                }),
                _ => None,
            },
            _ => None,
        })
    }

    fn policy(&self, id: PolicyPlanId) -> Option<&'a PolicyPlan> {
        let plan = self.plan;
        plan.policies.get(id.0 as usize)
    }

    /// What a policy still asks of the row that a frame reads; none where it is about another row.
    pub fn allowed_here(
        &self,
        frame: &Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        instances: &[PolicyPlanId],
    ) -> Option<&'a Condition> {
        let Driver::Table(table) = frame.driver else { return None };
        let hand = Hand { table, path: from_hand(context, path) };
        self.allowed_at(context, &hand, table, instances)
    }

    /// What a policy still asks of the row at hand itself.
    pub fn allowed_at_hand(
        &self,
        context: &Context<'a>,
        path: &[RelationshipId],
        instances: &[PolicyPlanId],
    ) -> Option<&'a Condition> {
        let hand = context.hand.as_ref().filter(|_| path.is_empty())?;
        self.allowed_at(context, hand, hand.table, instances)
    }

    fn allowed_at(
        &self,
        context: &Context<'a>,
        hand: &Hand,
        table: TableId,
        instances: &[PolicyPlanId],
    ) -> Option<&'a Condition> {
        let [id] = instances else { return None };
        let policy = self.policy(*id).filter(|policy| policy.table == table && hand.path.is_empty())?;
        let split = policy.owner.as_ref().filter(|_| context.owner_asked == Some(*id));
        Some(split.map_or(&policy.allowed, |owner| &owner.rest))
    }
}
