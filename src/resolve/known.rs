//! What is known of a resolved definition to whoever uses it: its type and what it reads.

use std::collections::{BTreeSet, HashMap};

use crate::gold::{ColumnId, TableId, Type};
use crate::model::{Aggregate, Definition, Expr, ExprKind, Operator, Rows, Window};

use super::absence::{Nothing, Turns};

/// A resolved definition, seen from outside.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub ty: Type,
    pub reads: Reads,
    /// The texts it can be, where that is known.
    pub values: Option<Vec<String>>,
    /// Of a filter: the columns that may be missing and that it does not test for it.
    pub unguarded: Vec<ColumnId>,
    /// Of a condition: how rows that are not there turn it.
    pub turns: Turns,
    /// Of a metric: what it may be where its rows are not there.
    pub nothing: Nothing,
}

pub(super) type AllKnown = HashMap<Definition, Known>;

/// What a value or condition reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    /// The tables of its outermost aggregates: a filter from outside works there.
    pub leaves: BTreeSet<TableId>,
    /// It sees the period's days themselves: `over period of`.
    pub period: bool,
    /// A leaf of it is `latest`, which has no total.
    pub latest: bool,
    /// How many conditions on rows stand in one another.
    pub depth: usize,
    /// It reads more of a row than the row's own columns and memberships.
    pub beyond_row: bool,
    /// It reads metrics or aggregates.
    pub evaluates: bool,
    /// It asks for `this purpose` or `this channel`.
    pub asks: bool,
    /// A part of it could not be resolved.
    pub broken: bool,
}

impl Reads {
    fn join(&mut self, other: &Reads) {
        self.leaves.extend(&other.leaves);
        self.period |= other.period;
        self.latest |= other.latest;
        self.depth = self.depth.max(other.depth);
        self.beyond_row |= other.beyond_row;
        self.evaluates |= other.evaluates;
        self.asks |= other.asks;
        self.broken |= other.broken;
    }

    /// Joins what a definition reads, which is given back; one that is not known is broken.
    fn named<'k>(
        &mut self,
        definition: Definition,
        known: &'k AllKnown,
        join: fn(&mut Reads, &Reads),
    ) -> Option<&'k Reads> {
        let reads = known.get(&definition).map(|known| &known.reads);
        match reads {
            Some(reads) => join(self, reads),
            None => self.broken = true,
        }
        reads
    }

    /// What stands inside rows of its own: its leaves and its row are not ours.
    fn join_inner(&mut self, other: &Reads) {
        self.period |= other.period;
        self.depth = self.depth.max(other.depth);
        self.asks |= other.asks;
        self.broken |= other.broken;
    }
}

/// What `expr` reads, given what is known of the definitions it names.
pub(super) fn reads(expr: &Expr, known: &AllKnown) -> Reads {
    let mut found = Reads::default();
    add(expr, known, &mut found);
    found
}

fn add(expr: &Expr, known: &AllKnown, found: &mut Reads) {
    own(expr, known, found);
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => found.join(&of_aggregate(aggregate, known)),
        ExprKind::Any(rows) => found.join(&Reads { beyond_row: true, ..of_rows(rows, known) }),
        ExprKind::Restricted { value, condition, .. } => {
            add(value, known, found);
            found.join_inner(&reads(condition, known));
        }
        _ => expr.parts().for_each(|part| add(part, known, found)),
    }
}

/// What the node itself reads, its parts aside.
fn own(expr: &Expr, known: &AllKnown, found: &mut Reads) {
    match &expr.kind {
        ExprKind::Broken => found.broken = true,
        ExprKind::ThisPurpose | ExprKind::ThisChannel => found.asks = true,
        ExprKind::Column(column) => found.beyond_row |= !column.path.is_empty(),
        ExprKind::InWindow { window: Window::Period, .. } => found.period = true,
        ExprKind::Metric(id) => {
            found.named(Definition::Metric(*id), known, Reads::join);
            found.beyond_row = true;
            found.evaluates = true;
        }
        ExprKind::Filter { path, id } => {
            let inner = found.named(Definition::Filter(*id), known, Reads::join_inner);
            found.beyond_row |= !path.is_empty() || inner.is_some_and(|inner| inner.beyond_row);
        }
        ExprKind::Segment { path, id } => {
            let period = found.period;
            found.named(Definition::Segment(*id), known, Reads::join_inner);
            found.period = period;
            found.beyond_row |= !path.is_empty();
        }
        ExprKind::Policy { id, .. } => {
            let asks = found.asks;
            found.named(Definition::Policy(*id), known, Reads::join_inner);
            found.asks = asks;
            found.beyond_row = true;
        }
        ExprKind::Resolve { id, .. } => {
            found.named(Definition::Resolve(*id), known, Reads::join_inner);
            found.beyond_row = true;
        }
        _ => {}
    }
}

fn of_aggregate(aggregate: &Aggregate, known: &AllKnown) -> Reads {
    let mut found = of_rows(&aggregate.rows, known);
    if let Some(operand) = &aggregate.operand {
        found.join_inner(&reads(operand, known));
    }
    found.leaves = BTreeSet::from([aggregate.rows.table]);
    found.latest = matches!(aggregate.operator, Operator::Latest(_));
    found.beyond_row = true;
    found.evaluates = true;
    found
}

fn of_rows(rows: &Rows, known: &AllKnown) -> Reads {
    let mut found = Reads::default();
    if let Some(condition) = &rows.condition {
        found.join_inner(&reads(condition, known));
    }
    found.period |= rows.over.iter().any(|over| over.window == Window::Period);
    found.depth += 1;
    found
}
