//! Whole definitions in canonical text.

use std::collections::BTreeSet;

use crate::gold::TableId;
use crate::gold::text::fold;
use crate::model::{Definition, Expr, ExprKind, Policy, Resolve, Segment, Way};

use super::{Meaning, Writer, call};

/// A condition of more parts is one part of whoever names it, so that a chain of filters stays linear.
const MOST_PARTS: usize = 64;

impl Writer<'_> {
    /// Writes one definition, whose own definitions are written.
    pub(in crate::model) fn write(&mut self, definition: Definition) {
        let model = self.model;
        let meaning = match definition {
            Definition::Metric(id) => model.metric(id).map(|metric| Meaning {
                text: self.text(&metric.value, None),
                leaves: self.leaves(&metric.value),
                ..Meaning::default()
            }),
            Definition::Filter(id) => model.filter(id).map(|filter| self.conditional(&filter.condition, filter.table)),
            Definition::Segment(id) => model.segment(id).map(|segment| plain(self.segment(segment))),
            Definition::Policy(id) => model.policy(id).map(|policy| plain(self.policy(policy))),
            Definition::Resolve(id) => model.resolve(id).map(|resolve| plain(self.resolve(resolve))),
        };
        self.meanings.insert(definition, meaning.unwrap_or_default());
    }

    fn conditional(&self, condition: &Expr, table: TableId) -> Meaning {
        let text = self.text(condition, Some(table));
        let few = |parts: BTreeSet<String>| match parts.len() {
            0..=MOST_PARTS => parts,
            _ => BTreeSet::from([text.clone()]),
        };
        let (all, any) = (self.conjuncts(condition, Some(table)), self.disjuncts(condition, Some(table)));
        Meaning { all: few(all), any: few(any), text, leaves: BTreeSet::new() }
    }

    /// The tables of the outermost aggregates.
    fn leaves(&self, expr: &Expr) -> BTreeSet<TableId> {
        match &expr.kind {
            ExprKind::Aggregate(aggregate) => BTreeSet::from([aggregate.rows.table]),
            ExprKind::Metric(id) => {
                self.meanings.get(&Definition::Metric(*id)).map(|m| m.leaves.clone()).unwrap_or_default()
            }
            ExprKind::Restricted { value, .. } => self.leaves(value),
            _ => expr.parts().flat_map(|part| self.leaves(part)).collect(),
        }
    }

    /// The condition, and for each channel the policy that guards it.
    fn segment(&self, segment: &Segment) -> String {
        let condition = self.text(&segment.condition, Some(segment.table));
        let guards = segment.activation.iter().flat_map(|activation| {
            activation.channels.iter().map(|channel| {
                let policy = self.meaning(Definition::Policy(channel.policy));
                call("by", [fold(&activation.purpose), fold(&channel.channel), policy])
            })
        });
        let guards: BTreeSet<String> = guards.collect();
        call("segment", [self.table(segment.table), condition].into_iter().chain(guards))
    }

    /// Rules in their order, with their names: the funnel is part of what a policy says.
    fn policy(&self, policy: &Policy) -> String {
        let rules = policy.rules.iter().map(|rule| {
            let condition = rule.condition.as_ref().map(|condition| self.text(condition, Some(policy.table)));
            let verdict = if rule.allows { "allow" } else { "refuse" };
            call(verdict, [format!("{:?}", rule.label), condition.unwrap_or_default()])
        });
        let channels: BTreeSet<String> = policy.channels.iter().map(|channel| fold(channel)).collect();
        let contact = self.model.gold.contact.map(|contact| self.column(contact.channel)).unwrap_or_default();
        let head = [self.table(policy.table), contact, fold(&policy.purpose), call("by", channels)];
        call("policy", head.into_iter().chain(rules))
    }

    fn resolve(&self, resolve: &Resolve) -> String {
        let row = Some(resolve.source);
        let condition = resolve.condition.as_ref().map(|condition| self.text(condition, row)).unwrap_or_default();
        let per = resolve.per.map(|per| self.column(per)).unwrap_or_default();
        let parts = [
            self.link(resolve.source, resolve.table),
            self.text(&resolve.value, row),
            condition,
            self.column(resolve.date),
            per,
            self.way(&resolve.way),
        ];
        call("resolve", parts)
    }

    fn way(&self, way: &Way) -> String {
        let texts = |values: &[String]| values.iter().map(|value| format!("{:?}", fold(value))).collect::<Vec<_>>();
        match way {
            Way::Latest => "latest".to_owned(),
            Way::Wins { value, days } => call("wins", [format!("{:?}", fold(value)), days.to_string()]),
            Way::Strictest(values) => call("strictest", texts(values)),
            Way::First { column, values } => call("first", std::iter::once(self.column(*column)).chain(texts(values))),
        }
    }
}

fn plain(text: String) -> Meaning {
    Meaning { text, ..Meaning::default() }
}
