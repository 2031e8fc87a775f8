//! Walking a plan: every scalar and condition of an expression, through the rows it reads but not
//! into the definitions it names.

use std::slice;

use crate::plan::tree::{Condition, Plan, Rows, Scalar, ScalarKind};

#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Scalar(&'a Scalar),
    Condition(&'a Condition),
}

impl<'a> Node<'a> {
    /// What stands directly below, rows of aggregates and of `any` included.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        self.below().nodes()
    }

    fn below(self) -> Below<'a> {
        match self {
            Node::Scalar(scalar) => below_scalar(scalar),
            Node::Condition(condition) => below_condition(condition),
        }
    }

    /// What is evaluated at the same row: rows of aggregates and of `any` left out.
    pub fn same_row(self) -> impl Iterator<Item = Node<'a>> {
        self.below_same_row().nodes()
    }

    /// The same, each given to `see`.
    pub fn each_of_same_row(self, see: impl FnMut(Node<'a>)) {
        self.below_same_row().each(see);
    }

    fn below_same_row(self) -> Below<'a> {
        match self {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(_), .. }) | Node::Condition(Condition::Any(_)) => {
                Below::default()
            }
            Node::Scalar(Scalar { kind: ScalarKind::Restricted { value, .. }, .. }) => Below::scalars([value]),
            other => other.below(),
        }
    }
}

/// The parts of a node, in their order.
#[derive(Default)]
struct Below<'a> {
    scalars: [Option<&'a Scalar>; 3],
    branches: &'a [(Condition, Scalar)],
    otherwise: Option<&'a Scalar>,
    conditions: &'a [Condition],
}

impl<'a> Below<'a> {
    fn scalars<const N: usize>(all: [&'a Scalar; N]) -> Self {
        let mut below = Below::default();
        below.scalars.iter_mut().zip(all).for_each(|(place, scalar)| *place = Some(scalar));
        below
    }

    fn conditions(conditions: &'a [Condition]) -> Self {
        Below { conditions, ..Below::default() }
    }

    /// What is asked of each of the rows.
    fn at_each(rows: &'a Rows, operand: Option<&'a Scalar>) -> Self {
        Below { scalars: [operand, None, None], ..Below::conditions(&rows.conjuncts) }
    }

    /// The nodes one by one: loops, which cost less than an iterator of all.
    fn each(self, mut see: impl FnMut(Node<'a>)) {
        self.scalars.into_iter().flatten().for_each(|scalar| see(Node::Scalar(scalar)));
        for (when, then) in self.branches {
            see(Node::Condition(when));
            see(Node::Scalar(then));
        }
        self.otherwise.into_iter().for_each(|otherwise| see(Node::Scalar(otherwise)));
        self.conditions.iter().for_each(|condition| see(Node::Condition(condition)));
    }

    fn nodes(self) -> impl Iterator<Item = Node<'a>> {
        let scalars = self.scalars.into_iter().flatten().map(Node::Scalar);
        let branches = self.branches.iter().flat_map(|(when, then)| [Node::Condition(when), Node::Scalar(then)]);
        let conditions = self.conditions.iter().map(Node::Condition);
        scalars.chain(branches).chain(self.otherwise.map(Node::Scalar)).chain(conditions)
    }
}

pub(super) fn visit_scalar<'a>(scalar: &'a Scalar, see: &mut impl FnMut(Node<'a>)) {
    visit(Node::Scalar(scalar), see);
}

pub(super) fn visit_condition<'a>(condition: &'a Condition, see: &mut impl FnMut(Node<'a>)) {
    visit(Node::Condition(condition), see);
}

pub(super) fn visit<'a>(node: Node<'a>, see: &mut impl FnMut(Node<'a>)) {
    see(node);
    node.below().each(|child| visit(child, see));
}

/// The same, and into the definitions of the metrics and filters that are named.
pub(super) fn visit_named<'a>(plan: &'a Plan, node: Node<'a>, see: &mut dyn FnMut(Node<'a>)) {
    visit(node, &mut |node| {
        see(node);
        let named = match node {
            Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => {
                plan.metrics.get(id.0 as usize).map(Node::Scalar)
            }
            Node::Condition(Condition::Filter { id, .. }) => plan.filters.get(id.0 as usize).map(Node::Condition),
            _ => None,
        };
        named.into_iter().for_each(|named| visit_named(plan, named, see));
    });
}

/// The rows that an expression aggregates or looks for, through what it names.
pub(super) fn each_rows<'a>(plan: &'a Plan, node: Node<'a>, see: &mut dyn FnMut(&'a Rows)) {
    visit_named(plan, node, &mut |node| match node {
        Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. }) => see(&aggregate.rows),
        Node::Condition(Condition::Any(rows)) => see(rows),
        _ => {}
    });
}

fn below_scalar(scalar: &Scalar) -> Below<'_> {
    use ScalarKind::*;
    match &scalar.kind {
        Arithmetic { left, right, .. } => Below::scalars([left, right]),
        Coalesce(a, b) | MonthsBetween(a, b) | FullMonths(a, b) | DaysBetween(a, b) => Below::scalars([a, b]),
        Round { value, .. } | Shifted { value, .. } | Ignoring { value, .. } => Below::scalars([value]),
        ToNumber(value) | Rounded(value) | Zero(value) => Below::scalars([value]),
        Restricted { value, condition, .. } => {
            Below { conditions: slice::from_ref(condition), ..Below::scalars([value]) }
        }
        Case { branches, otherwise } => Below { branches, otherwise: Some(otherwise), ..Below::default() },
        Aggregate(aggregate) => Below::at_each(&aggregate.rows, aggregate.operand.as_ref()),
        Literal(_) | Column(_) | Day(_) | Metric(_) | Resolve { .. } => Below::default(),
    }
}

/// What is asked of each of the rows.
pub(super) fn at_each<'a>(rows: &'a Rows, operand: Option<&'a Scalar>) -> impl Iterator<Item = Node<'a>> {
    Below::at_each(rows, operand).nodes()
}

fn below_condition(condition: &Condition) -> Below<'_> {
    use Condition::*;
    match condition {
        And(all) | Or(all) => Below::conditions(all),
        Not(inner) => Below::conditions(slice::from_ref(inner)),
        Compare { left, right, .. } => Below::scalars([left, right]),
        In { value, .. } | StartsWith { value, .. } | Contains { value, .. } | IsMissing(value) => {
            Below::scalars([value])
        }
        Between { value, low, high } => Below::scalars([value, low, high]),
        Within { date, .. } | InPeriod { date } => Below::scalars([date]),
        Any(rows) => Below::at_each(rows, None),
        Shifted { condition, .. } => Below::conditions(slice::from_ref(condition)),
        True | False | Filter { .. } | Segment { .. } | Policy { .. } | Exists(_) => Below::default(),
    }
}
