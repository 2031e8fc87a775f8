//! The contacts of a channel that belong to members, each with the rule that decides about it.

use sqlparser::ast::{CharacterLength, DataType, Expr};

use super::WHOLE;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::Context;
use crate::emit::sql::frame::{Frame, How, RelationId, Source};
use crate::emit::sql::leaf::plain_name;
use crate::emit::sql::scalar::from_hand;
use crate::gold::{ColumnId, RelationshipId, TableId};
use crate::model::SegmentId;
use crate::plan::tree::{Condition, PolicyPlan, PolicyPlanId, ResolvePlanId, RulePlan, Scalar, ScalarKind};

/// The contacts of a channel that belong to members of a segment.
pub struct Channel<'a> {
    pub policy: &'a PolicyPlan,
    pub relation: RelationId,
    /// The table of the segment's members.
    pub members: TableId,
    /// Some path of the policy may find nobody; that the contact's member exists is known.
    pub may_be_nobody: bool,
}

/// What is told of a contact beside the member and the place of the rule that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Nothing,
    Key,
    KeyAndRecord,
}

impl<'a> Channel<'a> {
    /// The rules of its policy, each with the place by which the contacts name it.
    pub fn rules(&self) -> impl Iterator<Item = (usize, &'a RulePlan)> + Clone + use<'a> {
        self.policy.rules.iter().enumerate().map(|(at, rule)| (at + 1, rule))
    }

    /// The rules that let a contact through, with their places.
    pub fn allowing(&self) -> impl Iterator<Item = (usize, &'a RulePlan)> + use<'a> {
        self.rules().filter(|(_, rule)| rule.allows)
    }

    /// What keeps a contact out, with the places that say so: 0 where a path of the policy finds nobody.
    pub fn refusals(&self) -> impl Iterator<Item = (String, Vec<usize>)> + use<'a> {
        let nobody = self.may_be_nobody.then(|| (REFUSED_AS_NOBODY.to_owned(), vec![0]));
        let refusing = self.rules().filter(|(_, rule)| !rule.allows);
        nobody.into_iter().chain(refusing.map(|(at, rule)| (format!("refused: {}", rule.label), vec![at])))
    }
}

impl<'a> Compiler<'a> {
    /// The channels that a segment may use.
    pub fn channels(&mut self, id: SegmentId, beside: Beside) -> Vec<Channel<'a>> {
        let plan = self.plan;
        let channels = plan.segments.get(id.0 as usize).map_or(&[][..], |segment| segment.channels.as_slice());
        channels.iter().filter_map(|channel| self.channel(id, *channel, beside)).collect()
    }

    fn channel(&mut self, id: SegmentId, instance: PolicyPlanId, beside: Beside) -> Option<Channel<'a>> {
        let plan = self.plan;
        let policy = plan.policies.get(instance.0 as usize)?;
        let segment = plan.segments.get(id.0 as usize)?;
        let (members, member_key) = self.members_relation(id)?;
        let path = self.gold.active_path(policy.table, segment.table)?;
        let mut frame = self.table_frame(policy.table, WHOLE);
        let key = self.member_key(&mut frame, &path)?;
        self.join(&mut frame, Source::Relation(members), |alias| {
            How::Inner(ast::equal(common::column(alias, &member_key), key.clone()))
        });
        self.be_sure_of_members(&mut frame, &path, segment.table);
        let may_be_nobody = policy_may_find_nobody(&frame, &policy.paths_found);
        let select = self.decisions(&mut frame, policy, (key, segment.table), beside);
        let reads = frame.relations().collect();
        let name = format!("{}_contact", plain_name(&policy.channel));
        let relation = self.add_fixed(&name, select, reads);
        Some(Channel { policy, relation, members: segment.table, may_be_nobody })
    }

    /// The member's key at the contact's own row, so that a contact of nobody is of no member.
    fn member_key(&self, frame: &mut Frame, path: &[RelationshipId]) -> Option<Expr> {
        let Some((last, before)) = path.split_last() else { return self.key_at(frame, path) };
        let relationship = self.gold.relationship(*last)?;
        let alias = self.row(frame, before);
        Some(self.stored(&alias, relationship.from))
    }

    /// A member is a row of its table, and the contacts are joined to members by what leads there.
    fn be_sure_of_members(&self, frame: &mut Frame, path: &[RelationshipId], members: TableId) {
        let to = path.last().and_then(|last| self.gold.relationship(*last)).map(|relationship| relationship.to);
        if path.len() == 1 && to.is_some() && to == self.gold.single_key(members) {
            frame.sure.push(path.to_vec());
        }
    }

    /// Each contact of the channel with the place of the rule that decides.
    fn decisions(
        &mut self,
        frame: &mut Frame,
        policy: &'a PolicyPlan,
        (member, members): (Expr, TableId),
        beside: Beside,
    ) -> Selection {
        let context = self.at_own_row(policy.table);
        let of_channel = self.condition(frame, &context, &policy.of_channel);
        let rule = self.deciding_rule(frame, &context, policy);
        let record = (beside == Beside::KeyAndRecord).then(|| self.consent_record(frame, &context, policy));
        let (contact, member_key) = self.contact_keys(policy, members);
        let key = self.key_at(frame, &[]).unwrap_or_else(ast::null);
        let mut columns = Vec::new();
        if beside != Beside::Nothing || contact == member_key {
            columns.push((contact.clone(), key));
        }
        if contact != member_key {
            columns.push((member_key, member));
        }
        columns.push(("rule_place".to_owned(), rule));
        columns.extend(record.map(|record| ("consent_record".to_owned(), record)));
        let items = columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        ast::select(Parts { items, conditions: vec![of_channel], ..self.parts_of(frame) })
    }

    /// The place of the first rule that holds; 0 where a path of the policy finds nobody.
    fn deciding_rule(&mut self, frame: &mut Frame, context: &Context<'a>, policy: &'a PolicyPlan) -> Expr {
        let found = self.condition(frame, context, &policy.paths_found);
        let mut branches = Vec::new();
        if !ast::is_always(&found) {
            branches.push((self.fails_of(frame, context, &policy.paths_found), ast::number(0)));
        }
        for (at, rule) in policy.rules.iter().enumerate() {
            let condition = self.condition(frame, context, &rule.condition);
            branches.push((condition, ast::number(at + 1)));
        }
        let otherwise = branches.pop_if(|(condition, _)| ast::is_always(condition)).map(|(_, place)| place);
        if branches.is_empty() { otherwise.unwrap_or_else(ast::null) } else { ast::case(branches, otherwise) }
    }

    /// The evidence of the first resolve that an allowing rule reads.
    fn consent_record(&mut self, frame: &mut Frame, context: &Context<'a>, policy: &'a PolicyPlan) -> Expr {
        let missing = ast::cast(ast::null(), text_type());
        let allowing = policy.rules.iter().filter(|rule| rule.allows);
        let Some((path, id)) = allowing.filter_map(|rule| resolve_in(&rule.condition)).next() else { return missing };
        let Some(relation) = self.evidence_relation(id, WHOLE) else { return missing };
        let at = from_hand(context, path);
        let alias = self.join_by_key(frame, relation, &at, WHOLE);
        common::column(&alias, "evidence")
    }

    /// The names of the keys of a contact and of the member it belongs to: two where they are of two tables.
    pub fn contact_keys(&self, policy: &PolicyPlan, members: TableId) -> (String, String) {
        let name = |key: Option<ColumnId>| key.map_or("key", |key| self.column_name(key)).to_owned();
        let (contact, member) = (name(self.gold.single_key(policy.table)), name(self.gold.single_key(members)));
        match self.gold.table(members) {
            Some(table) if policy.table != members && contact.eq_ignore_ascii_case(&member) => {
                (contact, format!("{}_{member}", table.name))
            }
            _ => (contact, member),
        }
    }
}

/// What keeps out a contact from which a path of the policy finds nobody.
pub const REFUSED_AS_NOBODY: &str = "refused: nobody";

/// Whether some of the paths that must find a row is not known to find one.
fn policy_may_find_nobody(frame: &Frame, paths_found: &Condition) -> bool {
    match paths_found {
        Condition::True => false,
        Condition::And(parts) => parts.iter().any(|part| policy_may_find_nobody(frame, part)),
        Condition::Exists(path) => !frame.sure.contains(path),
        _ => true,
    }
}

/// That one of these rules decides about a contact; nothing where there is no such rule.
pub fn decided_by(places: Vec<usize>) -> Expr {
    match places.as_slice() {
        [] => ast::never(),
        [place] => is_decided_by(*place),
        _ => ast::in_list(rule_place(), places.into_iter().map(ast::number).collect(), false),
    }
}

/// That the rule of this place decides about a contact.
pub fn is_decided_by(place: usize) -> Expr {
    ast::equal(rule_place(), ast::number(place))
}

/// The place of the rule that decides about a contact.
fn rule_place() -> Expr {
    common::column("c", "rule_place")
}

/// Wide enough for what rules and channels are called, and known to all dialects.
pub fn text_type() -> DataType {
    DataType::Varchar(Some(CharacterLength::IntegerLength { length: 100, unit: None }))
}

/// The first resolve that a condition compares.
fn resolve_in(condition: &Condition) -> Option<(&[RelationshipId], ResolvePlanId)> {
    let of = |scalar: &'_ Scalar| matches!(scalar.kind, ScalarKind::Resolve { .. });
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().find_map(resolve_in),
        Condition::Compare { left, right, .. } => [left, right].into_iter().find(|side| of(side)).and_then(resolve_of),
        Condition::In { value, .. } => resolve_of(value),
        _ => None,
    }
}

fn resolve_of(scalar: &Scalar) -> Option<(&[RelationshipId], ResolvePlanId)> {
    match &scalar.kind {
        ScalarKind::Resolve { path, id } => Some((path, *id)),
        _ => None,
    }
}
