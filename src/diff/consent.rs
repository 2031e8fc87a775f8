//! Policies, resolves and activations: whom one may write to.

use std::collections::BTreeSet;

use crate::gold::{ColumnId, TableId};
use crate::model::{Definition, Model, Policy, Resolve, Rule, Segment, Way};

use super::Comparison;
use super::change::{Change, Place};
use super::definitions::arrow;
use super::rule;

impl Comparison<'_> {
    /// `moved`: the fingerprint is another.
    pub(super) fn policy(&mut self, id: Definition, old: &Policy, new: &Policy, moved: bool) {
        let name = &new.head.name;
        let here = Place::New(new.head.name_span);
        if asks_of(self.old, old) != asks_of(self.new, new) {
            let (was, is) = (asked(self.old, old), asked(self.new, new));
            let message = format!("policy `{name}` is for {is}, not for {was}");
            self.found_reaching(Change::new(&rule::POLICY_CHANNELS, "policy", name, message).at(here), id);
        }
        let (before, after) = (labels(old), labels(new));
        for rule in new.rules.iter().filter(|rule| !before.contains(&rule.label.as_str())) {
            let message = format!("policy `{name}` has a new rule that {} “{}”", verb(rule), rule.label);
            self.found_reaching(Change::new(&rule::RULE_ADDED, "policy", name, message).at(Place::New(rule.span)), id);
        }
        for rule in old.rules.iter().filter(|rule| !after.contains(&rule.label.as_str())) {
            let message = format!("policy `{name}` has lost the rule that {} “{}”", verb(rule), rule.label);
            self.found_reaching(
                Change::new(&rule::RULE_REMOVED, "policy", name, message).at(Place::Old(rule.span)),
                id,
            );
        }
        let kept = |all: &[&str], other: &[&str]| -> Vec<String> {
            all.iter().filter(|label| other.contains(label)).map(|label| (*label).to_owned()).collect()
        };
        let (was, is) = (kept(&before, &after), kept(&after, &before));
        if was != is {
            let message =
                format!("the rules of policy `{name}` stand in another order; the first that applies decides");
            let order = format!("{} → {}", was.join(", "), is.join(", "));
            self.found_reaching(
                Change::new(&rule::RULE_MOVED, "policy", name, message).clauses(vec![order]).at(here),
                id,
            );
        }
        // A filter under another name reads differently and decides the same.
        if moved {
            self.rules(id, old, new);
        }
    }

    /// Rules of the same label that apply to others than before.
    fn rules(&mut self, id: Definition, old: &Policy, new: &Policy) {
        for after in &new.rules {
            let Some(before) = old.rules.iter().find(|rule| rule.label == after.label) else { continue };
            let mut clauses = match (&before.condition, &after.condition) {
                (Some(a), Some(b)) => self.versions.changes(a, b),
                (None, None) => Vec::new(),
                (Some(_), None) => vec!["applies to whatever is left".to_owned()],
                (None, Some(_)) => vec!["no longer applies to whatever is left".to_owned()],
            };
            if before.allows != after.allows {
                clauses.push(format!("{} → {}", verb(before), verb(after)));
            }
            if !clauses.is_empty() {
                let message = format!("rule “{}” of policy `{}` changed", after.label, new.head.name);
                let change = Change::new(&rule::RULE_CHANGED, "policy", &new.head.name, message);
                self.found_reaching(change.clauses(clauses).at(Place::New(after.span)), id);
            }
        }
    }

    pub(super) fn resolve(&mut self, old: Definition, new: Definition, before: &Resolve, after: &Resolve) {
        if self.old_prints.get(old) == self.new_prints.get(new) {
            return;
        }
        let mut clauses = self.versions.changes(&before.value, &after.value);
        clauses.extend(match (&before.condition, &after.condition) {
            (Some(a), Some(b)) => self.versions.changes(a, b),
            (Some(_), None) => vec!["reads rows without a condition now".to_owned()],
            (None, Some(_)) => vec!["reads rows under a condition now".to_owned()],
            (None, None) => Vec::new(),
        });
        let (old_column, new_column) = (|id| column(self.old, id), |id| column(self.new, id));
        clauses.extend(arrow("of ", &table(self.old, before.table), &table(self.new, after.table)));
        clauses.extend(arrow("latest by ", &old_column(Some(before.date)), &new_column(Some(after.date))));
        clauses.extend(arrow("per ", &old_column(before.per), &new_column(after.per)));
        if before.way != after.way {
            clauses.push(format!("{} → {}", way(&before.way), way(&after.way)));
        }
        let message = format!("resolve `{}` decides differently", after.head.name);
        let change = Change::new(&rule::RESOLVE_CHANGED, "resolve", &after.head.name, message);
        self.found_reaching(change.clauses(clauses).at(Place::New(after.head.name_span)), new);
    }

    pub(super) fn activation(&mut self, old: &Segment, new: &Segment) {
        let (before, after) = (self.uses(true, old), self.uses(false, new));
        if before != after {
            let message = format!("segment `{}` is for {after}, not for {before}", new.head.name);
            let change = Change::new(&rule::ACTIVATION_CHANGED, "segment", &new.head.name, message);
            self.found(change.at(Place::New(new.head.name_span)));
        }
    }

    /// `marketing by email (marketing_consent)`.
    fn uses(&self, old: bool, segment: &Segment) -> String {
        let model = if old { self.old } else { self.new };
        let Some(activation) = &segment.activation else { return "analysis only".to_owned() };
        let channels: Vec<String> = activation
            .channels
            .iter()
            .map(|channel| {
                let policy = model.policy(channel.policy).map_or("?", |policy| policy.head.name.as_str());
                format!("{} ({policy})", channel.channel)
            })
            .collect();
        format!("{} by {}", activation.purpose, channels.join(", "))
    }
}

/// What a policy is asked: its table, its purpose, and its channels in whatever order.
fn asks_of<'a>(model: &'a Model, policy: &'a Policy) -> (String, &'a str, BTreeSet<&'a str>) {
    (table(model, policy.table), &policy.purpose, policy.channels.iter().map(String::as_str).collect())
}

/// As the language writes it.
fn asked(model: &Model, policy: &Policy) -> String {
    format!("{} by {} of {}", policy.purpose, policy.channels.join(", "), table(model, policy.table))
}

fn table(model: &Model, id: TableId) -> String {
    model.gold.table(id).map_or_else(String::new, |table| table.name.to_lowercase())
}

fn column(model: &Model, id: Option<ColumnId>) -> String {
    id.and_then(|id| model.gold.column(id)).map_or_else(String::new, |column| column.name.clone())
}

fn labels(policy: &Policy) -> Vec<&str> {
    policy.rules.iter().map(|rule| rule.label.as_str()).collect()
}

fn verb(rule: &Rule) -> &'static str {
    if rule.allows { "allows" } else { "refuses" }
}

/// As the language writes it.
fn way(way: &Way) -> String {
    match way {
        Way::Latest => "the latest of all sources".to_owned(),
        Way::Wins { value, days } => format!("“{value}” wins within {days} days"),
        Way::Strictest(values) => format!("the strictest of {}", values.join(", ")),
        Way::First { values, .. } => format!("the first of {}", values.join(", ")),
    }
}
