//! Walking expressions: the parts of one, and what definitions it names.

use super::{Aggregate, Expr, ExprKind, FilterId, MetricId, PolicyId, ResolveId, Rows, SegmentId};

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

    fn name(&self) -> Option<Definition> {
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
