//! What a condition or value needs of the row at hand: columns, or more than the row.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::gold::{RelationshipId, TableId};
use crate::model::{FilterId, MetricId};
use crate::plan::link_of;
use crate::plan::tree::{Column, Condition, Link, Rows, Scalar, ScalarKind};

use super::lower::Lower;
use super::visit::Node;

/// What has to be there where an expression about a row is evaluated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reads {
    /// Columns of the row and of rows it leads to, each once.
    pub columns: Vec<Column>,
    /// Aggregates, measures: the row must be in the filter context.
    pub context: bool,
}

impl Reads {
    fn column(&mut self, column: Column) {
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
    }

    /// Takes in what another reads; columns keep the order in which they were met.
    pub fn add(&mut self, other: &Reads) {
        self.context |= other.context;
        for column in &other.columns {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
    }

    /// Columns of one table alone: it can stand as a filter argument.
    pub fn one_table(&self) -> Option<TableId> {
        let first = self.columns.first()?.column.table;
        let same = self.columns.iter().all(|column| column.column.table == first);
        (same && !self.context).then_some(first)
    }
}

impl Lower<'_> {
    /// What a condition reads at a row of `hand`.
    pub fn reads(&self, condition: &Condition, hand: TableId) -> Reads {
        let mut reads = Reads::default();
        self.collect(Node::Condition(condition), hand, &mut reads);
        reads
    }

    /// What a value reads at a row of `hand`.
    pub fn scalar_reads(&self, scalar: &Scalar, hand: TableId) -> Reads {
        let mut reads = Reads::default();
        self.collect(Node::Scalar(scalar), hand, &mut reads);
        reads
    }

    fn collect(&self, node: Node, hand: TableId, reads: &mut Reads) {
        if let Node::Condition(condition) = node
            && let Some(detour) = self.detour(condition)
        {
            return reads.column(detour.foreign_key);
        }
        match node {
            Node::Scalar(scalar) => self.collect_scalar(scalar, hand, reads),
            Node::Condition(condition) => self.collect_condition(condition, hand, reads),
        }
        node.each_of_same_row(|child| self.collect(child, hand, reads));
    }

    fn collect_scalar(&self, scalar: &Scalar, hand: TableId, reads: &mut Reads) {
        match &scalar.kind {
            ScalarKind::Column(column) => reads.column(column.clone()),
            ScalarKind::Metric(id) => {
                reads.context = true;
                self.metric_links(*id, hand, reads);
            }
            ScalarKind::Aggregate(aggregate) => {
                reads.context = true;
                self.common_key(&aggregate.rows, hand, reads);
            }
            ScalarKind::Resolve { path, .. } => self.by_measure(path, reads),
            ScalarKind::Shifted { .. } => reads.context = true,
            _ => {}
        }
    }

    fn collect_condition(&self, condition: &Condition, hand: TableId, reads: &mut Reads) {
        match condition {
            Condition::Any(rows) => self.any_reads(rows, hand, reads),
            Condition::Filter { path, id } => self.filter_reads(path, *id, reads),
            Condition::Segment { path, .. } if !path.is_empty() => self.key_at(path, reads),
            Condition::Segment { path, .. } | Condition::Policy { path, .. } => self.by_measure(path, reads),
            Condition::Exists(path) => self.key_at(path, reads),
            Condition::Shifted { .. } => reads.context = true,
            _ => {}
        }
    }

    /// A measure that clears all filters: it needs the key of the row the path leads to.
    fn by_measure(&self, path: &[RelationshipId], reads: &mut Reads) {
        reads.context = true;
        self.key_at(path, reads);
    }

    /// `any` is a set of keys where the rows are met over a common table or an inactive
    /// relationship, else a count of rows.
    fn any_reads(&self, rows: &Rows, hand: TableId, reads: &mut Reads) {
        match self.link_of(rows, hand) {
            Some(Link::Common { table, from_hand, .. }) => self.key_of(table, from_hand, reads),
            Some(Link::To(path)) if !self.all_active(&path) => self.key_of(hand, Vec::new(), reads),
            _ => reads.context = true,
        }
    }

    fn filter_reads(&self, path: &[RelationshipId], id: FilterId, reads: &mut Reads) {
        let own = self.filter_definition_reads(id);
        match (own.context, path) {
            (_, []) => reads.add(&own),
            (true, _) => self.key_at(path, reads),
            (false, _) => {
                let columns = own.columns.iter().map(|column| longer(path, column)).collect();
                reads.add(&Reads { columns, context: false });
                if self.needs_row(path, id) {
                    self.key_at(path, reads);
                }
            }
        }
    }

    /// What a named filter reads at a row of its table, worked out once unless rows around have a say: they have none
    /// in what reads columns alone.
    pub fn filter_definition_reads(&self, id: FilterId) -> Cow<'_, Reads> {
        let place = self.book.filter_reads(id);
        let anywhere = |reads: &Reads| !reads.context || self.hands().is_empty();
        if let Some(known) = place.and_then(OnceLock::get).filter(|known| anywhere(known)) {
            return Cow::Borrowed(known);
        }
        let reads = self.reads_of_filter(id);
        match place.filter(|_| anywhere(&reads)) {
            Some(place) => Cow::Borrowed(place.get_or_init(|| reads)),
            None => Cow::Owned(reads),
        }
    }

    fn reads_of_filter(&self, id: FilterId) -> Reads {
        let (Some(condition), Some(filter)) = (self.plan.filters.get(id.0 as usize), self.model.filter(id)) else {
            return Reads::default();
        };
        let own = self.reads(condition, filter.table);
        // A measure of its own stands for the filter: what it reads of the row is its affair.
        if own.context && !self.is_asked_in_place(id, filter.table) {
            Reads { columns: Vec::new(), context: true }
        } else {
            own
        }
    }

    /// Where the measure of a metric, asked for a row, reads rows that meet it over a common table:
    /// the key of that table must be in the filter context too.
    fn metric_links(&self, id: MetricId, hand: TableId, reads: &mut Reads) {
        let Some(scalar) = self.plan.metrics.get(id.0 as usize) else { return };
        let mut rows = Vec::new();
        let mut metrics = Vec::new();
        visit_outer(Node::Scalar(scalar), &mut |node| match node {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. }) => rows.push(&aggregate.rows),
            Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => metrics.push(*id),
            _ => {}
        });
        rows.iter().for_each(|rows| self.common_key(rows, hand, reads));
        metrics.into_iter().for_each(|id| self.metric_links(id, hand, reads));
    }

    /// Rows that the metric reads meet a row of the table over a common table.
    pub fn meets_over_common(&self, id: MetricId, hand: TableId) -> bool {
        let mut reads = Reads::default();
        self.metric_links(id, hand, &mut reads);
        !reads.columns.is_empty()
    }

    fn common_key(&self, rows: &Rows, hand: TableId, reads: &mut Reads) {
        if let Some(Link::Common { table, from_hand, .. }) = self.link_of(rows, hand) {
            self.key_of(table, from_hand, reads);
        }
    }

    fn key_of(&self, table: TableId, path: Vec<RelationshipId>, reads: &mut Reads) {
        if let Some(column) = self.key(table) {
            reads.column(Column { path, column, fold: false });
        }
    }

    fn key_at(&self, path: &[RelationshipId], reads: &mut Reads) {
        if let Some(table) = self.end_of(path) {
            self.key_of(table, path.to_vec(), reads);
        }
    }

    /// The table a path ends in; none for the row itself.
    pub fn end_of(&self, path: &[RelationshipId]) -> Option<TableId> {
        let last = self.gold().relationship(*path.last()?)?;
        Some(last.to.table)
    }

    /// How the rows meet a row of `hand`; none where they do not.
    pub fn link_of(&self, rows: &Rows, hand: TableId) -> Option<Link> {
        link_of(self.gold(), rows, hand)
    }

    /// Whether filters of the model follow the whole path by themselves.
    pub fn all_active(&self, path: &[RelationshipId]) -> bool {
        self.gold().all_active(path)
    }

    /// A filter by path is false where the path finds no row: that must be said where its
    /// condition would hold of a row without values.
    pub fn needs_row(&self, path: &[RelationshipId], id: FilterId) -> bool {
        !path.is_empty() && self.plan.filters.get(id.0 as usize).is_some_and(|c| self.holds_of_nothing(c))
    }

    /// Whether a condition on columns could hold of a row in which everything is missing.
    fn holds_of_nothing(&self, condition: &Condition) -> bool {
        match condition {
            Condition::And(all) => all.iter().all(|one| self.holds_of_nothing(one)),
            Condition::Or(all) => all.iter().any(|one| self.holds_of_nothing(one)),
            Condition::Not(_) | Condition::IsMissing(_) | Condition::True => true,
            Condition::Filter { id, .. } => {
                self.plan.filters.get(id.0 as usize).is_none_or(|inner| self.holds_of_nothing(inner))
            }
            Condition::Compare { left, right, .. } => !plain_column(left) && !plain_column(right),
            Condition::In { value, .. } | Condition::Between { value, .. } => !plain_column(value),
            Condition::StartsWith { value, .. } | Condition::Contains { value, .. } => !plain_column(value),
            Condition::Within { date, .. } | Condition::InPeriod { date } => !plain_column(date),
            _ => true,
        }
    }
}

/// Missing where the row is: a column, or a function that hands a missing argument on.
fn plain_column(scalar: &Scalar) -> bool {
    match &scalar.kind {
        ScalarKind::Column(_) => true,
        ScalarKind::ToNumber(value) | ScalarKind::Rounded(value) => plain_column(value),
        ScalarKind::DaysBetween(a, b) | ScalarKind::MonthsBetween(a, b) | ScalarKind::FullMonths(a, b) => {
            plain_column(a) || plain_column(b)
        }
        _ => false,
    }
}

/// A column seen from the row a path starts at.
pub(super) fn longer(path: &[RelationshipId], column: &Column) -> Column {
    Column { path: path.iter().chain(&column.path).copied().collect(), ..column.clone() }
}

/// Visits without entering the rows of aggregates: below them another row is at hand.
fn visit_outer<'a>(node: Node<'a>, see: &mut impl FnMut(Node<'a>)) {
    see(node);
    node.each_of_same_row(|child| visit_outer(child, see));
}
