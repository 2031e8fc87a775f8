//! Rows that the row at hand only meets, and what belongs to them whoever's it is.
//!
//! At a customer, what visitors of the shops nearby bought is asked of the shops: it is not the customer's. The filter
//! context still has the customer, so what leads to customers is asked without that row, among all that were picked.

use crate::gold::{ColumnId, TableId};
use crate::model::{FilterId, MetricId};
use crate::plan::tree::{Condition, Link, Rows, Scalar, ScalarKind};

use super::ignoring::removed;
use super::lower::{Lower, Period, Place};
use super::rows::calculate;
use super::tree::Dax;
use super::visit::{Node, at_each, each_rows};

/// A row around what is written, which the filter context has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hand {
    pub table: TableId,
    /// Its columns that are filtered to the row's values.
    pub columns: Vec<ColumnId>,
    /// All that was picked is set aside: nothing else is filtered.
    pub alone: bool,
}

/// The rows around, told apart by whether they have a say.
#[derive(Debug, Default)]
pub(super) struct Around {
    kept: Vec<Hand>,
    aside: Vec<Hand>,
}

impl Hand {
    /// Rows with these columns, by their tables.
    pub fn of_columns(columns: &[ColumnId]) -> Vec<Hand> {
        let mut hands: Vec<Hand> = Vec::new();
        for column in columns {
            match hands.iter_mut().find(|hand| hand.table == column.table) {
                Some(hand) => hand.columns.push(*column),
                None => hands.push(Hand { table: column.table, columns: vec![*column], alone: false }),
            }
        }
        hands
    }
}

impl Around {
    /// Nothing is set aside, so that the filter context can stay as it is.
    pub fn is_all_kept(&self) -> bool {
        self.aside.is_empty()
    }
}

impl Lower<'_> {
    /// Which of the first so many rows around have a say in what is asked of these rows.
    pub fn around(&self, rows: &Rows, operand: Option<&Scalar>, hand: Option<TableId>, first: usize) -> Around {
        let around: Vec<Hand> = self.hands().iter().take(first).cloned().collect();
        let asker = hand.filter(|_| !around.is_empty()).and_then(|hand| Some((hand, self.link_of(rows, hand)?)));
        let Some((asker, link)) = asker else { return Around { kept: around, aside: Vec::new() } };
        let asked = self.asked_tables(rows, operand);
        let (aside, kept) = around.into_iter().partition(|one| self.has_no_say(&link, &asked, asker, one.table));
        Around { kept, aside }
    }

    /// Whether the row of a table `hand` would narrow what a row of the table `asker` asks of rows that are not the
    /// hand's own: at a visit, what the visitor's other visits are, is asked of the visitor.
    fn has_no_say(&self, link: &Link, asked: &[TableId], asker: TableId, hand: TableId) -> bool {
        let leads = |from: TableId| self.gold().active_path(from, hand).is_some();
        let own = match link {
            Link::Common { table, .. } => leads(*table),
            Link::To(path) => self.all_active(path) && leads(asker),
        };
        !own && asked.iter().any(|table| leads(*table))
    }

    /// The tables whose rows are aggregated, those of the rows themselves first.
    fn asked_tables(&self, rows: &Rows, operand: Option<&Scalar>) -> Vec<TableId> {
        let mut tables = vec![rows.table];
        at_each(rows, operand).for_each(|node| each_rows(self.plan, node, &mut |rows| tables.push(rows.table)));
        tables
    }

    /// What is asked without the rows that have no say: their columns are filtered to what was picked. `hand` is the
    /// table of the row that the filter context has then.
    pub fn without(
        &mut self,
        around: Around,
        hand: Option<TableId>,
        function: &'static str,
        body: impl FnOnce(&mut Self) -> Dax,
    ) -> Dax {
        if around.is_all_kept() {
            return self.with_hands(around.kept, body);
        }
        let alone = around.kept.iter().chain(&around.aside).any(|hand| hand.alone);
        let kept = around.kept.into_iter().map(|hand| Hand { alone, ..hand }).collect();
        let value = self.with_hands(kept, |this| this.frame(hand, Period::Kept, body));
        let filters: Vec<Dax> = around.aside.iter().flat_map(|hand| self.set_aside(hand, alone)).collect();
        Dax::call(function, [vec![value], filters].concat())
    }

    /// The filters that set the columns of a row aside for what was picked.
    pub fn set_aside(&mut self, hand: &Hand, alone: bool) -> Vec<Dax> {
        let picked = self.key(hand.table).filter(|_| !alone);
        let others = hand.columns.iter().filter(|column| Some(**column) != picked);
        let removed = others.map(|column| removed(Dax::Column(*column)));
        let removed: Vec<Dax> = removed.collect();
        picked.map(|key| self.picked(key)).into_iter().chain(removed).collect()
    }

    /// The keys of the rows that a reader picked, nobody's too: `DISTINCT` does not know the row of nobody.
    fn picked(&mut self, key: ColumnId) -> Dax {
        let name = Self::variable_name(&format!("picked {}s", self.table_label(key.table)));
        let keys = Dax::call("VALUES", [Dax::Column(key)]);
        let cleared = self.calendar_filters(key.table).then(|| self.clear_calendar());
        let ignored = self.ignored().iter().cloned().map(removed);
        let filters: Vec<Dax> = cleared.into_iter().chain(ignored).collect();
        self.bind_outside_rows(&name, calculate("CALCULATETABLE", keys, filters, Place::SHOWN))
    }

    /// Whether the filter must be written where it is asked: its measure could not tell the rows around from what was picked.
    pub fn is_asked_in_place(&self, id: FilterId, hand: TableId) -> bool {
        let asked = Condition::Filter { path: Vec::new(), id };
        self.narrows_what_is_of_all(Node::Condition(&asked), hand)
            || (self.book.meeting().filter(id) || !self.hands().is_empty())
                && self.narrows(Node::Condition(&asked), hand)
    }

    /// Whether a metric's measure, asked at the row at hand, would narrow what is asked of rows that are not its own.
    pub fn is_narrowed(&self, id: MetricId, hand: TableId) -> bool {
        let Some(definition) = self.plan.metrics.get(id.0 as usize).filter(|_| self.book.meeting().metric(id)) else {
            return false;
        };
        self.narrows(Node::Scalar(definition), hand)
    }

    fn narrows(&self, node: Node, hand: TableId) -> bool {
        let mut chain: Vec<TableId> = self.hands().iter().map(|hand| hand.table).chain([hand]).collect();
        self.is_narrowed_by(node, hand, &mut chain)
    }

    fn is_narrowed_by(&self, node: Node, hand: TableId, chain: &mut Vec<TableId>) -> bool {
        match node {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. }) => {
                self.rows_are_narrowed(&aggregate.rows, aggregate.operand.as_ref(), hand, chain)
            }
            Node::Condition(Condition::Any(rows)) => self.rows_are_narrowed(rows, None, hand, chain),
            Node::Condition(Condition::Filter { path, id }) => {
                let table = self.end_of(path).unwrap_or(hand);
                let definition = self.plan.filters.get(id.0 as usize);
                definition.is_some_and(|definition| self.at(Node::Condition(definition), table, chain))
            }
            Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. }) => {
                let definition = self.plan.metrics.get(id.0 as usize);
                definition.is_some_and(|definition| self.is_narrowed_by(Node::Scalar(definition), hand, chain))
            }
            other => other.same_row().any(|child| self.is_narrowed_by(child, hand, chain)),
        }
    }

    fn rows_are_narrowed(
        &self,
        rows: &Rows,
        operand: Option<&Scalar>,
        hand: TableId,
        chain: &mut Vec<TableId>,
    ) -> bool {
        let asked = self.asked_tables(rows, operand);
        let link = self.link_of(rows, hand);
        let narrowed = link.is_some_and(|link| chain.iter().any(|one| self.has_no_say(&link, &asked, hand, *one)));
        narrowed || at_each(rows, operand).any(|node| self.at(node, rows.table, chain))
    }

    fn at(&self, node: Node, table: TableId, chain: &mut Vec<TableId>) -> bool {
        chain.push(table);
        let narrowed = self.is_narrowed_by(node, table, chain);
        chain.pop();
        narrowed
    }
}
