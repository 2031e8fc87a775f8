//! Walking a plan: every scalar and condition of an expression, through the rows it reads but not
//! into the definitions it names.

use crate::plan::tree::{Condition, Plan, Rows, Scalar, ScalarKind};

#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Scalar(&'a Scalar),
    Condition(&'a Condition),
}

impl<'a> Node<'a> {
    /// What stands directly below, rows of aggregates and of `any` included.
    pub fn children(self) -> Vec<Node<'a>> {
        match self {
            Node::Scalar(scalar) => below_scalar(scalar),
            Node::Condition(condition) => below_condition(condition),
        }
    }

    /// What is evaluated at the same row: rows of aggregates and of `any` left out.
    pub fn same_row(self) -> Vec<Node<'a>> {
        match self {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(_), .. }) | Node::Condition(Condition::Any(_)) => {
                Vec::new()
            }
            Node::Scalar(Scalar { kind: ScalarKind::Restricted { value, .. }, .. }) => vec![Node::Scalar(value)],
            other => other.children(),
        }
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
    for child in node.children() {
        visit(child, see);
    }
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

fn below_scalar(scalar: &Scalar) -> Vec<Node<'_>> {
    use ScalarKind::*;
    match &scalar.kind {
        Arithmetic { left, right, .. } => scalars([left, right]),
        Coalesce(a, b) | MonthsBetween(a, b) | FullMonths(a, b) | DaysBetween(a, b) => scalars([a, b]),
        Round { value, .. } | Shifted { value, .. } | Ignoring { value, .. } => scalars([value]),
        ToNumber(value) | Rounded(value) | Zero(value) => scalars([value]),
        Restricted { value, condition, .. } => vec![Node::Scalar(value), Node::Condition(condition)],
        Case { branches, otherwise } => {
            let branches = branches.iter().flat_map(|(when, then)| [Node::Condition(when), Node::Scalar(then)]);
            branches.chain([Node::Scalar(otherwise)]).collect()
        }
        Aggregate(aggregate) => at_each(&aggregate.rows, aggregate.operand.as_ref()),
        Literal(_) | Column(_) | Day(_) | Metric(_) | Resolve { .. } => Vec::new(),
    }
}

fn scalars<const N: usize>(all: [&Scalar; N]) -> Vec<Node<'_>> {
    all.into_iter().map(Node::Scalar).collect()
}

/// What is asked of each of the rows.
pub(super) fn at_each<'a>(rows: &'a Rows, operand: Option<&'a Scalar>) -> Vec<Node<'a>> {
    operand.into_iter().map(Node::Scalar).chain(rows.conjuncts.iter().map(Node::Condition)).collect()
}

fn below_condition(condition: &Condition) -> Vec<Node<'_>> {
    use Condition::*;
    match condition {
        And(all) | Or(all) => all.iter().map(Node::Condition).collect(),
        Not(inner) => vec![Node::Condition(inner)],
        Compare { left, right, .. } => scalars([left, right]),
        In { value, .. } | StartsWith { value, .. } | Contains { value, .. } | IsMissing(value) => scalars([value]),
        Between { value, low, high } => scalars([value, low, high]),
        Within { date, .. } | InPeriod { date } => scalars([date]),
        Any(rows) => at_each(rows, None),
        Shifted { condition, .. } => vec![Node::Condition(condition)],
        True | False | Filter { .. } | Segment { .. } | Policy { .. } | Exists(_) => Vec::new(),
    }
}
