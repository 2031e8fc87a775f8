//! Which filters and metrics ask a row for rows that only meet it, over a common table or an inactive relationship, or
//! that belong to a row it leads to.

use crate::gold::{Gold, TableId};
use crate::model::{FilterId, MetricId, Model};
use crate::plan::link_of;
use crate::plan::tree::{Condition, Link, Plan, Rows, Scalar, ScalarKind};

use super::visit::{Node, at_each, each_rows};

/// Of each filter and metric, whether it does, through what it names.
#[derive(Debug, Clone, Default)]
pub(super) struct Meeting {
    filters: Vec<Option<bool>>,
    metrics: Vec<Option<bool>>,
}

impl Meeting {
    /// Looks through every filter and metric once, each after what it names.
    pub fn of(model: &Model, plan: &Plan) -> Self {
        let known = Self { filters: vec![None; plan.filters.len()], metrics: vec![None; plan.metrics.len()] };
        let mut finder = Finder { model, plan, known };
        for at in 0..plan.filters.len() {
            finder.filter(FilterId(at as u32));
        }
        for at in 0..plan.metrics.len() {
            finder.metric(MetricId(at as u32));
        }
        finder.known
    }

    /// Whether the filter does; never for an id of another plan.
    pub fn filter(&self, id: FilterId) -> bool {
        self.filters.get(id.0 as usize).copied().flatten().unwrap_or(false)
    }

    /// Of a metric the rows themselves meet whatever row is at hand: what is asked of each of them counts.
    pub fn metric(&self, id: MetricId) -> bool {
        self.metrics.get(id.0 as usize).copied().flatten().unwrap_or(false)
    }
}

struct Finder<'a> {
    model: &'a Model,
    plan: &'a Plan,
    known: Meeting,
}

impl Finder<'_> {
    fn filter(&mut self, id: FilterId) -> bool {
        let at = id.0 as usize;
        if let Some(known) = self.known.filters.get(at).copied().flatten() {
            return known;
        }
        let (definition, filter) = (self.plan.filters.get(at), self.model.filter(id));
        let found = definition
            .zip(filter)
            .is_some_and(|(definition, filter)| self.meets(Node::Condition(definition), Some(filter.table)));
        self.known.filters.get_mut(at).into_iter().for_each(|known| *known = Some(found));
        found
    }

    fn metric(&mut self, id: MetricId) -> bool {
        let at = id.0 as usize;
        if let Some(known) = self.known.metrics.get(at).copied().flatten() {
            return known;
        }
        let found = self.plan.metrics.get(at).is_some_and(|definition| self.meets(Node::Scalar(definition), None));
        self.known.metrics.get_mut(at).into_iter().for_each(|known| *known = Some(found));
        found
    }

    fn meets(&mut self, node: Node, hand: Option<TableId>) -> bool {
        match node {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. }) => {
                self.rows_meet(&aggregate.rows, aggregate.operand.as_ref(), hand)
            }
            Node::Condition(Condition::Any(rows)) => self.rows_meet(rows, None, hand),
            Node::Condition(Condition::Filter { path, id }) => {
                self.filter(*id) || !path.is_empty() && self.asks_rows(*id)
            }
            Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => self.metric(*id),
            other => other.same_row().any(|child| self.meets(child, hand)),
        }
    }

    /// Whether the filter asks its row for other rows: those of a row that is found over a path need not be the asker's.
    fn asks_rows(&self, id: FilterId) -> bool {
        let mut asks = false;
        if let Some(definition) = self.plan.filters.get(id.0 as usize) {
            each_rows(self.plan, Node::Condition(definition), &mut |_| asks = true);
        }
        asks
    }

    fn rows_meet(&mut self, rows: &Rows, operand: Option<&Scalar>, hand: Option<TableId>) -> bool {
        let gold = &self.model.gold;
        if hand.and_then(|hand| link_of(gold, rows, hand)).is_some_and(|link| !is_own(gold, &link)) {
            return true;
        }
        at_each(rows, operand).any(|node| self.meets(node, Some(rows.table)))
    }
}

/// Whether the filter context leads from the row at hand to the rows.
fn is_own(gold: &Gold, link: &Link) -> bool {
    match link {
        Link::Common { .. } => false,
        Link::To(path) => gold.all_active(path),
    }
}
