//! Walking expressions: the parts of one, and what definitions it names.

use super::{Expr, ExprKind, FilterId, Head, MetricId, Model, PolicyId, ResolveId, SegmentId};

/// A definition that another reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Definition {
    Metric(MetricId),
    Filter(FilterId),
    Segment(SegmentId),
    Policy(PolicyId),
    Resolve(ResolveId),
}

/// The definitions of a model, each after those it reads.
#[derive(Debug)]
pub(super) struct Order {
    definitions: Vec<Definition>,
    /// Whether another reads it, by [place](Model::place).
    named: Vec<bool>,
}

/// What stands directly inside an expression, in this order.
#[derive(Default)]
struct Inside<'a> {
    first: [Option<&'a Expr>; 3],
    more: &'a [Expr],
    branches: &'a [(Expr, Expr)],
    last: Option<&'a Expr>,
}

impl<'a> Inside<'a> {
    fn of<const N: usize>(all: [&'a Expr; N]) -> Self {
        let mut inside = Inside::default();
        inside.first.iter_mut().zip(all).for_each(|(place, part)| *place = Some(part));
        inside
    }

    /// The parts one by one: loops, which cost less than an iterator of all.
    fn each(self, mut see: impl FnMut(&'a Expr)) {
        self.first.into_iter().flatten().for_each(&mut see);
        self.more.iter().for_each(&mut see);
        self.branches.iter().for_each(|(when, then)| {
            see(when);
            see(then);
        });
        self.last.into_iter().for_each(see);
    }

    fn parts(self) -> impl Iterator<Item = &'a Expr> {
        let branches = self.branches.iter().flat_map(|(when, then)| [when, then]);
        self.first.into_iter().flatten().chain(self.more).chain(branches).chain(self.last)
    }
}

impl Expr {
    /// The expressions directly inside this one, in the order of the text.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        self.inside().parts()
    }

    fn inside(&self) -> Inside<'_> {
        use ExprKind::*;
        match &self.kind {
            Negate(e) | IsMissing(e) | Not(e) | Opening(e) => Inside::of([e]),
            Prior { value, .. } | Ignoring { value, .. } => Inside::of([value]),
            Arithmetic { left, right, .. } | Compare { left, right, .. } => Inside::of([left, right]),
            Restricted { value, condition, .. } => Inside::of([value, condition]),
            In { left, values, .. } => Inside { more: values, ..Inside::of([left]) },
            InWindow { date, .. } => Inside::of([date]),
            Between { left, low, high } => Inside::of([left, low, high]),
            StartsWith { left, .. } | Contains { left, .. } => Inside::of([left]),
            Call { arguments: all, .. } | And(all) | Or(all) => Inside { more: all, ..Inside::default() },
            Case { branches, otherwise } => Inside { branches, last: Some(otherwise), ..Inside::default() },
            Aggregate(aggregate) => {
                let (first, last) = (aggregate.operand.as_slice(), aggregate.rows.condition.as_ref());
                Inside { more: first, last, ..Inside::default() }
            }
            Any(rows) => Inside { last: rows.condition.as_ref(), ..Inside::default() },
            _ => Inside::default(),
        }
    }

    /// Calls `see` for this expression and all below it.
    pub fn walk<'a>(&'a self, see: &mut impl FnMut(&'a Expr)) {
        see(self);
        self.inside().each(|part| part.walk(see));
    }

    /// The definitions it names, each once, in the order of the text.
    pub fn names(&self) -> Vec<Definition> {
        let mut names = Vec::new();
        self.add_names(&mut names);
        names
    }

    fn add_names(&self, names: &mut Vec<Definition>) {
        self.walk(&mut |expr| {
            if let Some(name) = expr.name()
                && !names.contains(&name)
            {
                names.push(name);
            }
        });
    }

    /// The metrics it speaks of where no row is at hand, each once, in the order of the text.
    pub fn metrics_of_no_row(&self) -> Vec<MetricId> {
        let mut metrics = Vec::new();
        self.add_metrics(&mut metrics);
        metrics
    }

    fn add_metrics(&self, metrics: &mut Vec<MetricId>) {
        match &self.kind {
            ExprKind::Metric(id) if !metrics.contains(id) => metrics.push(*id),
            ExprKind::Aggregate(_) | ExprKind::Any(_) => {}
            _ => self.inside().each(|part| part.add_metrics(metrics)),
        }
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

    /// All definitions, each after those it reads. Worked out on the first call for a model.
    pub fn in_order(&self) -> &[Definition] {
        &self.order().definitions
    }

    /// Whether another definition reads it; views and expectations are none.
    pub fn is_named(&self, definition: Definition) -> bool {
        self.order().named.get(self.place(definition)).copied().unwrap_or(false)
    }

    fn order(&self) -> &Order {
        self.sealed.order.get_or_init(|| self.ordered())
    }

    /// Without recursion, so that a chain of any length is walked.
    fn ordered(&self) -> Order {
        let count = self.definitions().count();
        let (mut order, mut open) = (Vec::with_capacity(count), Vec::new());
        let (mut seen, mut named) = (vec![false; count], vec![false; count]);
        for start in self.definitions() {
            open.push((start, false));
            while let Some((definition, done)) = open.pop() {
                if done {
                    order.push(definition);
                } else if let Some(seen @ false) = seen.get_mut(self.place(definition)) {
                    *seen = true;
                    open.push((definition, true));
                    for read in self.reads(definition) {
                        named.get_mut(self.place(read)).into_iter().for_each(|named| *named = true);
                        open.push((read, false));
                    }
                }
            }
        }
        Order { definitions: order, named }
    }

    /// Where a definition stands among [`definitions`](Self::definitions).
    pub(crate) fn place(&self, definition: Definition) -> usize {
        let (filters, segments) = (self.metrics.len(), self.metrics.len() + self.filters.len());
        let policies = segments + self.segments.len();
        match definition {
            Definition::Metric(id) => id.0 as usize,
            Definition::Filter(id) => filters + id.0 as usize,
            Definition::Segment(id) => segments + id.0 as usize,
            Definition::Policy(id) => policies + id.0 as usize,
            Definition::Resolve(id) => policies + self.policies.len() + id.0 as usize,
        }
    }

    /// The metrics, each after those it reads.
    pub(crate) fn metrics_in_order(&self) -> impl Iterator<Item = MetricId> {
        self.in_order().iter().filter_map(|definition| match definition {
            Definition::Metric(id) => Some(*id),
            _ => None,
        })
    }

    /// None for an id of another model.
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
        self.expressions(definition).into_iter().for_each(|expr| expr.add_names(&mut found));
        if let Definition::Segment(id) = definition {
            let channels = self.segment(id).and_then(|segment| segment.activation.as_ref());
            for channel in channels.into_iter().flat_map(|activation| &activation.channels) {
                let policy = Definition::Policy(channel.policy);
                if !found.contains(&policy) {
                    found.push(policy);
                }
            }
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
