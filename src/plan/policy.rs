//! Policies and resolves, one plan for each purpose and channel that may be asked for.

use crate::gold::{RelationshipId, Type, common, link};
use crate::model::{self, Expr, ExprKind, Literal, PathColumn, PolicyId, ResolveId, Rows, Way};
use crate::syntax::tree::CompareOp;

use super::condition::{all_of, any_of, conjuncts, negate};
use super::lower::{Asked, Lowering, Place, Scope, Unknown};
use super::tree::{
    Absence, Condition, Day, Link, PolicyPlan, PolicyPlanId, ResolvePlan, ResolvePlanId, RulePlan, Scalar, ScalarKind,
};

impl Lowering<'_> {
    /// Numbers the policies first, so that conditions can name them before they are lowered.
    pub(super) fn number_policies(&mut self) {
        let model = self.model;
        for (at, policy) in model.policies.iter().enumerate() {
            for channel in &policy.channels {
                let id = PolicyPlanId(self.policies.len() as u32);
                self.policies.insert((PolicyId(at as u32), Self::folded(channel)), id);
            }
        }
    }

    pub(super) fn lower_policies(&mut self) {
        let all: Vec<(PolicyId, String)> = self.policies.keys().cloned().collect();
        for (id, channel) in all {
            if let Some(policy) = self.model.policy(id) {
                let plan = self.policy(id, policy, channel);
                self.plan.policies.push(plan);
            }
        }
    }

    fn policy(&mut self, id: PolicyId, policy: &model::Policy, channel: String) -> PolicyPlan {
        let asked = Some((Self::folded(&policy.purpose), channel.clone()));
        let scope = Scope::new(Some(policy.table), &asked, Place::Used);
        let rule = |this: &mut Self, rule: &model::Rule| RulePlan {
            allows: rule.allows,
            label: rule.label.clone(),
            condition: rule.condition.as_ref().map_or(Condition::True, |c| {
                this.condition(c, scope.with(if rule.allows { Unknown::Fails } else { Unknown::Refuses }))
            }),
        };
        let rules: Vec<RulePlan> = policy.rules.iter().map(|r| rule(self, r)).collect();
        let of_channel = self.of_channel(&channel);
        let paths_found = all_of(self.paths(policy).into_iter().map(Condition::Exists).collect());
        let allowed = all_of(vec![of_channel.clone(), paths_found.clone(), first_rule_allows(&rules)]);
        let purpose = Self::folded(&policy.purpose);
        let owner = super::owner::owner_part(self.gold(), policy.table, &allowed);
        PolicyPlan { id, table: policy.table, purpose, channel, of_channel, paths_found, rules, allowed, owner }
    }

    fn of_channel(&self, channel: &str) -> Condition {
        let Some(contact) = self.gold().contact else { return Condition::False };
        let right = Scalar {
            kind: ScalarKind::Literal(Literal::Text(channel.to_owned())),
            ty: Type::Text,
            absence: Absence::Never,
        };
        let left = self.column(&PathColumn { path: Vec::new(), column: contact.channel });
        Condition::Compare { operator: CompareOp::Equal, left, right }
    }

    /// Every path that a rule takes from the policy's row: a row from which one finds nothing is refused.
    fn paths(&self, policy: &model::Policy) -> Vec<Vec<RelationshipId>> {
        let mut paths: Vec<Vec<RelationshipId>> = Vec::new();
        for condition in policy.rules.iter().filter_map(|rule| rule.condition.as_ref()) {
            self.paths_of(condition, policy, &mut |path| {
                if !path.is_empty() && !paths.contains(&path) {
                    paths.push(path);
                }
            });
        }
        paths
    }

    /// Stops at `any` and aggregates: below them another row is at hand.
    fn paths_of(&self, expr: &Expr, policy: &model::Policy, found: &mut impl FnMut(Vec<RelationshipId>)) {
        match &expr.kind {
            ExprKind::Column(PathColumn { path, .. })
            | ExprKind::Filter { path, .. }
            | ExprKind::Segment { path, .. }
            | ExprKind::Policy { path, .. }
            | ExprKind::Resolve { path, .. } => found(path.clone()),
            ExprKind::Any(rows) => found(self.hand_path(rows, policy)),
            ExprKind::Aggregate(aggregate) => found(self.hand_path(&aggregate.rows, policy)),
            _ => expr.parts().for_each(|part| self.paths_of(part, policy, found)),
        }
    }

    /// From the policy's row to the table in which rows meet it.
    fn hand_path(&self, rows: &Rows, policy: &model::Policy) -> Vec<RelationshipId> {
        let to = rows.of.filter(|of| *of != policy.table && rows.through.is_none());
        let link = match to {
            Some(of) => common(self.gold(), rows.table, policy.table, of),
            None => link(self.gold(), rows.table, policy.table).ok(),
        };
        match link {
            Some(Link::Common { from_hand, .. }) if rows.through.is_none() => from_hand,
            _ => Vec::new(),
        }
    }

    pub(super) fn resolve_plan(&mut self, id: ResolveId, asked: &Asked) -> ResolvePlanId {
        let key = (id, asked.clone());
        if let Some(known) = self.resolves.get(&key) {
            return *known;
        }
        let plan_id = ResolvePlanId(self.resolves.len() as u32);
        self.resolves.insert(key, plan_id);
        if let Some(resolve) = self.model.resolve(id) {
            let plan = self.resolve(id, resolve, asked);
            self.plan.resolves.push(plan);
        }
        plan_id
    }

    fn resolve(&mut self, id: ResolveId, resolve: &model::Resolve, asked: &Asked) -> ResolvePlan {
        let scope = Scope::new(Some(resolve.source), asked, Place::Used);
        let own = |column| PathColumn { path: Vec::new(), column };
        let date = own(resolve.date);
        let mut parts = resolve.condition.as_ref().map_or_else(Vec::new, |c| conjuncts(self.condition(c, scope)));
        parts.push(Condition::Within { date: self.column(&date), from: None, before: Some(Day::Next) });
        ResolvePlan {
            id,
            table: resolve.table,
            source: resolve.source,
            path: self.gold().active_path(resolve.source, resolve.table).unwrap_or_default(),
            value: self.scalar(&resolve.value, scope),
            conjuncts: parts,
            date: self.plan_column(&date),
            per: resolve.per.map(|per| self.plan_column(&own(per))),
            way: folded_way(&resolve.way),
            evidence: self.gold().single_key(resolve.source),
        }
    }
}

/// The first rule that applies decides; the last refuses whatever is left.
fn first_rule_allows(rules: &[RulePlan]) -> Condition {
    rules.iter().rev().fold(Condition::False, |later, rule| match (rule.allows, &rule.condition) {
        (true, condition) => any_of(vec![condition.clone(), later]),
        (false, condition) => all_of(vec![negate(condition.clone()), later]),
    })
}

fn folded_way(way: &Way) -> Way {
    let fold_all = |values: &[String]| values.iter().map(|value| crate::gold::text::fold(value)).collect();
    match way {
        Way::Latest => Way::Latest,
        Way::Wins { value, days } => Way::Wins { value: crate::gold::text::fold(value), days: *days },
        Way::Strictest(values) => Way::Strictest(fold_all(values)),
        Way::First { column, values } => Way::First { column: *column, values: fold_all(values) },
    }
}
