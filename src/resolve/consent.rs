//! Policies, the segments they guard, and what `carat.yaml` says of them.

use crate::diagnostics::closest;
use crate::diagnostics::codes::consent as codes;
use crate::gold::{TableId, Type};
use crate::model::{Activation, ActivationChannel, Definition, Expr, Model, Policy, PolicyId, Rule, Segment};
use crate::source::Spanned;
use crate::syntax::tree::{self, DefinitionKind, Name};

use super::expression::broken;
use super::head::Kind;
use super::known::Reads;
use super::names::Symbol;
use super::scope::Scope;
use super::{Resolver, words};

impl Resolver<'_> {
    pub(super) fn segment(&mut self, tree: &tree::Definition, cyclic: bool) -> Segment {
        let head = self.head(tree, Kind::Segment, None);
        let DefinitionKind::Segment { table, condition, activation, .. } = &tree.kind else {
            return Segment { head, table: TableId(0), condition: broken(tree.span), activation: None };
        };
        let span = condition.span;
        let (id, condition) = match self.owned_condition(table, condition, cyclic) {
            Some(found) => found,
            None => (TableId(0), broken(span)),
        };
        let known = self.gold.table_named(&table.value).is_some();
        if known {
            self.evaluated_at(id, table.span);
        }
        let activation = activation.as_ref().filter(|_| known).map(|tree| self.activation(tree, table, id));
        Segment { head, table: id, condition, activation }
    }

    fn activation(&mut self, tree: &tree::Activation, table: &Name, id: TableId) -> Activation {
        self.check_repeated(&tree.channels);
        let contact = self.gold.contact;
        match contact {
            Some(contact) if self.gold.active_path(contact.table, id).is_none() => {
                let contact = words::table(self.gold, contact.table);
                self.report(codes::segment_not_reached(table, &contact));
            }
            Some(_) => {}
            None => self.report(codes::not_of_contacts(table, None)),
        }
        let purpose = tree.purpose.value.clone();
        let settings = self.settings;
        let Some(guards) = settings.policies.get(&purpose) else {
            let near = closest(&purpose, settings.policies.keys().map(String::as_str));
            self.report(codes::unknown_purpose(&tree.purpose, near));
            return Activation { purpose, channels: Vec::new() };
        };
        let mut channels = Vec::new();
        for channel in &tree.channels {
            match guards.get(&channel.value) {
                None => {
                    let known: Vec<&str> = guards.keys().map(String::as_str).collect();
                    let near = closest(&channel.value, known.iter().copied());
                    self.report(codes::channel_without_policy(&purpose, channel, &known, near));
                }
                Some(policy) => channels.extend(self.guard(channel, policy)),
            }
        }
        Activation { purpose, channels }
    }

    /// The policy of a channel; one that does not exist is reported where `carat.yaml` names it.
    fn guard(&self, channel: &Name, policy: &Spanned<String>) -> Option<ActivationChannel> {
        match self.names.get(&policy.value)?.symbol {
            Symbol::Definition(Definition::Policy(policy)) => {
                Some(ActivationChannel { channel: channel.value.clone(), policy })
            }
            _ => None,
        }
    }

    pub(super) fn policy(&mut self, tree: &tree::Definition, id: Definition, cyclic: bool) -> Policy {
        let head = self.head(tree, Kind::Policy, None);
        let DefinitionKind::Policy { activation, table, rules, .. } = &tree.kind else {
            return Policy { head, table: TableId(0), purpose: String::new(), channels: Vec::new(), rules: Vec::new() };
        };
        let contact = self.contact_table(table);
        self.check_channels(&activation.channels);
        self.check_repeated(&activation.channels);
        self.check_purpose(tree, &activation.purpose);
        let scope = contact.map(|table| Scope::row(table).asked());
        let found = match scope.filter(|_| !cyclic) {
            Some(scope) => self.rules(rules, scope, tree),
            None => Vec::new(),
        };
        let policy = Policy {
            head,
            table: contact.unwrap_or(TableId(0)),
            purpose: activation.purpose.value.clone(),
            channels: activation.channels.iter().map(|channel| channel.value.clone()).collect(),
            rules: found,
        };
        if contact.is_some() && !cyclic {
            self.learn_policy(id, &policy);
        }
        policy
    }

    fn learn_policy(&mut self, id: Definition, policy: &Policy) {
        let mut reads = Reads::default();
        for condition in policy.rules.iter().filter_map(|rule| rule.condition.as_ref()) {
            let rule = self.reads(condition);
            reads.period |= rule.period;
            reads.depth = reads.depth.max(rule.depth);
        }
        self.learn_reads(id, reads, Type::Boolean, None);
    }

    /// A policy decides about rows of the contact table alone.
    fn contact_table(&mut self, table: &Name) -> Option<TableId> {
        let id = self.table(table)?;
        let contact = self.gold.contact.map(|contact| contact.table);
        if contact == Some(id) {
            return Some(id);
        }
        let contact = contact.map(|contact| words::table(self.gold, contact));
        self.nothing(codes::not_of_contacts(table, contact.as_deref()))
    }

    fn check_channels(&mut self, channels: &[Name]) {
        let column = self.gold.contact.and_then(|contact| self.gold.column(contact.channel));
        let Some(known) = column.map(|column| &column.values).filter(|values| !values.is_empty()) else { return };
        for channel in channels {
            if !known.iter().any(|value| value.eq_ignore_ascii_case(&channel.value)) {
                let near = closest(&channel.value, known.iter().map(String::as_str));
                self.report(codes::unknown_channel(channel, near));
            }
        }
    }

    fn check_repeated(&mut self, channels: &[Name]) {
        for (at, channel) in channels.iter().enumerate() {
            let first = channels.iter().take(at).find(|other| other.value.eq_ignore_ascii_case(&channel.value));
            if let Some(first) = first {
                self.report(codes::repeated_channel(channel, first.span));
            }
        }
    }

    /// A policy for a purpose of `carat.yaml`. One that is named there for another has its own message.
    fn check_purpose(&mut self, policy: &tree::Definition, purpose: &Name) {
        let policies = &self.settings.policies;
        let name = policy.kind.name().map(|name| name.value.to_lowercase());
        let named = policies.values().flat_map(|channels| channels.values());
        let is_named = named.map(|named| named.value.to_lowercase()).any(|named| Some(named) == name);
        if !policies.is_empty() && !policies.contains_key(&purpose.value) && !is_named {
            let near = closest(&purpose.value, policies.keys().map(String::as_str));
            self.report(codes::policy_of_no_purpose(purpose, near));
        }
    }

    fn rules(&mut self, trees: &[tree::Rule], scope: Scope, policy: &tree::Definition) -> Vec<Rule> {
        let rules: Vec<Rule> = trees.iter().map(|tree| self.rule(tree, scope)).collect();
        for (at, rule) in trees.iter().enumerate() {
            let first = trees.iter().take(at).find(|other| other.label.value.eq_ignore_ascii_case(&rule.label.value));
            if let Some(first) = first {
                self.report(codes::repeated_rule(&rule.label, first.label.span));
            }
        }
        self.check_end(trees, policy);
        rules
    }

    fn rule(&mut self, tree: &tree::Rule, scope: Scope) -> Rule {
        let condition: Option<Expr> = tree.condition.as_ref().map(|condition| self.condition(condition, scope));
        let condition = condition.map(|condition| self.shallow(condition));
        let rule = Rule { allows: tree.allows, label: tree.label.value.clone(), condition, span: tree.span };
        match (&rule.condition, rule.allows) {
            (Some(condition), true) => self.check_allowance(condition),
            (Some(condition), false) => self.check_refusal(condition),
            (None, _) => {}
        }
        rule
    }

    /// The last rule refuses `otherwise`, and only it.
    fn check_end(&mut self, rules: &[tree::Rule], policy: &tree::Definition) {
        let Some((last, before)) = rules.split_last() else {
            return self.report(codes::policy_without_refusal(super::names::name_span(policy)));
        };
        for rule in before.iter().filter(|rule| rule.condition.is_none()) {
            self.report(codes::otherwise_before_the_end(rule.span));
        }
        match (&last.condition, last.allows) {
            (Some(_), _) => self.report(codes::policy_without_refusal(last.span)),
            (None, true) => self.report(codes::allow_otherwise(last.span)),
            (None, false) => {}
        }
    }

    /// Every policy that `carat.yaml` names exists and guards that purpose and channel.
    pub(super) fn check_policies_of_settings(&mut self, model: &Model) {
        let settings = self.settings;
        for (purpose, channels) in &settings.policies {
            for (channel, policy) in channels {
                let named = self.names.get(&policy.value).map(|declared| declared.symbol);
                let why = match named {
                    Some(Symbol::Definition(Definition::Policy(id))) => misfit(model, id, purpose, channel),
                    Some(_) => Some("it is no policy".to_owned()),
                    None => Some("there is no policy of that name".to_owned()),
                };
                if let Some(why) = why {
                    self.report(codes::policy_does_not_fit(policy, purpose, channel, &why));
                }
            }
        }
    }
}

/// Why a policy does not guard a purpose by a channel.
fn misfit(model: &Model, id: PolicyId, purpose: &str, channel: &str) -> Option<String> {
    let policy = model.policy(id)?;
    if policy.purpose != purpose {
        return Some(format!("it is for `{}`", policy.purpose));
    }
    let listed = policy.channels.iter().any(|known| known == channel);
    (!listed).then(|| format!("it is by {}", policy.channels.join(", ")))
}
