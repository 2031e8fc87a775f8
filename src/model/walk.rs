//! Walking expressions: the parts of one, and what definitions it names.

use std::collections::BTreeSet;

use super::{Aggregate, Expr, ExprKind, FilterId, Head, MetricId, Model, PolicyId, ResolveId, Rows, SegmentId};

/// A definition that another reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Definition {
    Metric(MetricId),
    Filter(FilterId),
    Segment(SegmentId),
    Policy(PolicyId),
    Resolve(ResolveId),
}

impl Expr {
    /// The expressions directly inside this one, in the order of the text.
    pub fn parts(&self) -> Vec<&Expr> {
        use ExprKind::*;
        match &self.kind {
            Negate(e) | IsMissing(e) | Not(e) | Opening(e) => vec![e],
            Prior { value, .. } | Ignoring { value, .. } => vec![value],
            Arithmetic { left, right, .. } | Compare { left, right, .. } => vec![left, right],
            Restricted { value, condition, .. } => vec![value, condition],
            In { left, values, .. } => std::iter::once(left.as_ref()).chain(values).collect(),
            InWindow { date, .. } => vec![date],
            Between { left, low, high } => vec![left, low, high],
            StartsWith { left, .. } | Contains { left, .. } => vec![left],
            Call { arguments, .. } => arguments.iter().collect(),
            And(all) | Or(all) => all.iter().collect(),
            Case { branches, otherwise } => {
                branches.iter().flat_map(|(when, then)| [when, then]).chain([otherwise.as_ref()]).collect()
            }
            Aggregate(aggregate) => aggregate.parts(),
            Any(rows) => rows.parts(),
            _ => Vec::new(),
        }
    }

    /// Calls `see` for this expression and all below it.
    pub fn walk<'a>(&'a self, see: &mut impl FnMut(&'a Expr)) {
        see(self);
        for part in self.parts() {
            part.walk(see);
        }
    }

    /// The definitions it names, each once, in the order of the text.
    pub fn names(&self) -> Vec<Definition> {
        let mut names = Vec::new();
        self.walk(&mut |expr| {
            if let Some(name) = expr.name()
                && !names.contains(&name)
            {
                names.push(name);
            }
        });
        names
    }

    /// The definition that this expression is the name of.
    pub fn name(&self) -> Option<Definition> {
        match &self.kind {
            ExprKind::Metric(id) => Some(Definition::Metric(*id)),
            ExprKind::Filter { id, .. } => Some(Definition::Filter(*id)),
            ExprKind::Segment { id, .. } => Some(Definition::Segment(*id)),
            ExprKind::Policy { id, .. } => Some(Definition::Policy(*id)),
            ExprKind::Resolve { id, .. } => Some(Definition::Resolve(*id)),
            _ => None,
        }
    }
}

impl Aggregate {
    pub fn parts(&self) -> Vec<&Expr> {
        self.operand.iter().chain(self.rows.parts()).collect()
    }
}

impl Rows {
    pub fn parts(&self) -> Vec<&Expr> {
        self.condition.iter().collect()
    }
}

impl Definition {
    /// The keyword it is declared with.
    pub fn kind(self) -> &'static str {
        match self {
            Definition::Metric(_) => "metric",
            Definition::Filter(_) => "filter",
            Definition::Segment(_) => "segment",
            Definition::Policy(_) => "policy",
            Definition::Resolve(_) => "resolve",
        }
    }
}

impl Model {
    /// Every metric, filter, segment, policy and resolve, kind by kind in the order of the files.
    pub fn definitions(&self) -> impl Iterator<Item = Definition> + use<> {
        fn ids(count: usize) -> std::ops::Range<u32> {
            0..u32::try_from(count).unwrap_or(u32::MAX)
        }
        let metrics = ids(self.metrics.len()).map(|id| Definition::Metric(MetricId(id)));
        let filters = ids(self.filters.len()).map(|id| Definition::Filter(FilterId(id)));
        let segments = ids(self.segments.len()).map(|id| Definition::Segment(SegmentId(id)));
        let policies = ids(self.policies.len()).map(|id| Definition::Policy(PolicyId(id)));
        let resolves = ids(self.resolves.len()).map(|id| Definition::Resolve(ResolveId(id)));
        metrics.chain(filters).chain(segments).chain(policies).chain(resolves)
    }

    /// All definitions, each after those it reads; without recursion, so that a chain of any length is walked.
    pub fn in_order(&self) -> Vec<Definition> {
        let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
        for start in self.definitions() {
            let mut open = vec![(start, false)];
            while let Some((definition, done)) = open.pop() {
                if done {
                    order.push(definition);
                } else if seen.insert(definition) {
                    open.push((definition, true));
                    open.extend(self.reads(definition).into_iter().map(|read| (read, false)));
                }
            }
        }
        order
    }

    /// The metrics, each after those it reads.
    pub(crate) fn metrics_in_order(&self) -> impl Iterator<Item = MetricId> {
        self.in_order().into_iter().filter_map(|definition| match definition {
            Definition::Metric(id) => Some(id),
            _ => None,
        })
    }

    pub fn head(&self, definition: Definition) -> Option<&Head> {
        match definition {
            Definition::Metric(id) => self.metric(id).map(|metric| &metric.head),
            Definition::Filter(id) => self.filter(id).map(|filter| &filter.head),
            Definition::Segment(id) => self.segment(id).map(|segment| &segment.head),
            Definition::Policy(id) => self.policy(id).map(|policy| &policy.head),
            Definition::Resolve(id) => self.resolve(id).map(|resolve| &resolve.head),
        }
    }

    /// The definitions it names, each once: also a policy's in its rules, a segment's in its activation.
    pub fn reads(&self, definition: Definition) -> Vec<Definition> {
        let mut found: Vec<Definition> = Vec::new();
        let mut add = |names: Vec<Definition>| {
            for name in names {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        };
        self.expressions(definition).into_iter().for_each(|expr| add(expr.names()));
        if let Definition::Segment(id) = definition {
            let channels = self.segment(id).and_then(|segment| segment.activation.as_ref());
            let policies = channels.into_iter().flat_map(|activation| &activation.channels);
            add(policies.map(|channel| Definition::Policy(channel.policy)).collect());
        }
        found
    }

    /// The expressions a definition is made of.
    pub fn expressions(&self, definition: Definition) -> Vec<&Expr> {
        match definition {
            Definition::Metric(id) => self.metric(id).map(|metric| &metric.value).into_iter().collect(),
            Definition::Filter(id) => self.filter(id).map(|filter| &filter.condition).into_iter().collect(),
            Definition::Segment(id) => self.segment(id).map(|segment| &segment.condition).into_iter().collect(),
            Definition::Policy(id) => {
                let rules = self.policy(id).map(|policy| policy.rules.as_slice()).unwrap_or_default();
                rules.iter().filter_map(|rule| rule.condition.as_ref()).collect()
            }
            Definition::Resolve(id) => {
                let resolve = self.resolve(id);
                resolve.into_iter().flat_map(|resolve| resolve.condition.iter().chain([&resolve.value])).collect()
            }
        }
    }
}
