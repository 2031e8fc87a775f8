//! Fingerprints: two definitions have the same exactly where they mean the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::canonical::{Meaning, Writer, digest};
use super::{Definition, FilterId, MetricId, Model, PolicyId, ResolveId, SegmentId};

/// SHA-256 of a canonical meaning with the calendar it is asked by, in hexadecimal. Shown as its first 16 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// All 64 characters, as the lock keeps them.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// Reads what [`Fingerprint::full`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then(|| Fingerprint(text.to_owned()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(..16).unwrap_or(&self.0))
    }
}

/// The fingerprints of all definitions of a model.
#[derive(Debug, Clone, Default)]
pub struct Fingerprints {
    all: BTreeMap<Definition, Fingerprint>,
}

impl Fingerprints {
    /// Computed once for a whole project, in time linear in its size.
    pub fn of(model: &Model) -> Self {
        let mut writer = Writer { model, meanings: BTreeMap::new() };
        for definition in in_order(model) {
            writer.write(definition);
        }
        let calendar = writer.calendar();
        let sealed = |meaning: &Meaning| Fingerprint(digest(&format!("carat 1\n{calendar}\n{}", meaning.text)));
        let all = writer.meanings.iter().map(|(definition, meaning)| (*definition, sealed(meaning))).collect();
        Fingerprints { all }
    }

    pub fn get(&self, definition: Definition) -> Option<&Fingerprint> {
        self.all.get(&definition)
    }

    pub fn metric(&self, id: MetricId) -> Option<&Fingerprint> {
        self.get(Definition::Metric(id))
    }

    pub fn segment(&self, id: SegmentId) -> Option<&Fingerprint> {
        self.get(Definition::Segment(id))
    }
}

/// All definitions, each after those it names; without recursion, so that a chain of any length is read.
fn in_order(model: &Model) -> Vec<Definition> {
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for start in definitions(model) {
        let mut open = vec![(start, false)];
        while let Some((definition, done)) = open.pop() {
            if done {
                order.push(definition);
            } else if seen.insert(definition) {
                open.push((definition, true));
                open.extend(needs(model, definition).into_iter().map(|needed| (needed, false)));
            }
        }
    }
    order
}

impl Model {
    /// The metrics, each after those it names.
    pub(crate) fn metrics_in_order(&self) -> impl Iterator<Item = MetricId> {
        in_order(self).into_iter().filter_map(|definition| match definition {
            Definition::Metric(id) => Some(id),
            _ => None,
        })
    }
}

fn definitions(model: &Model) -> Vec<Definition> {
    let ids = |count: usize| 0..count as u32;
    let metrics = ids(model.metrics.len()).map(|id| Definition::Metric(MetricId(id)));
    let filters = ids(model.filters.len()).map(|id| Definition::Filter(FilterId(id)));
    let segments = ids(model.segments.len()).map(|id| Definition::Segment(SegmentId(id)));
    let policies = ids(model.policies.len()).map(|id| Definition::Policy(PolicyId(id)));
    let resolves = ids(model.resolves.len()).map(|id| Definition::Resolve(ResolveId(id)));
    metrics.chain(filters).chain(segments).chain(policies).chain(resolves).collect()
}

/// What a definition names.
fn needs(model: &Model, definition: Definition) -> Vec<Definition> {
    let found = match definition {
        Definition::Metric(id) => model.metric(id).map(|metric| metric.value.names()),
        Definition::Filter(id) => model.filter(id).map(|filter| filter.condition.names()),
        Definition::Segment(id) => model.segment(id).map(|segment| {
            let guards = segment.activation.iter().flat_map(|activation| &activation.channels);
            let guards = guards.map(|channel| Definition::Policy(channel.policy));
            segment.condition.names().into_iter().chain(guards).collect()
        }),
        Definition::Policy(id) => model.policy(id).map(|policy| {
            let conditions = policy.rules.iter().filter_map(|rule| rule.condition.as_ref());
            conditions.flat_map(|condition| condition.names()).collect()
        }),
        Definition::Resolve(id) => model.resolve(id).map(|resolve| {
            std::iter::once(&resolve.value).chain(&resolve.condition).flat_map(|expr| expr.names()).collect()
        }),
    };
    found.unwrap_or_default()
}
