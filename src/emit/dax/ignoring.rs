//! `m ignoring t`: what was picked by columns of `t` is set aside, and at a row of `t` that row as well.

use crate::gold::{Column, ColumnId, TableId};
use crate::plan::tree::{Scalar, ScalarKind};

use super::lower::{Lower, Period, Place};
use super::rows::calculate;
use super::tree::Dax;
use super::variables::variable_of;
use super::visit::{Node, visit_named};

impl Lower<'_> {
    /// At a row of `table` the value of all its rows, else the value without what readers picked by its columns
    /// (rule R31).
    pub fn ignoring(&mut self, value: &Scalar, table: TableId, at: Place) -> Dax {
        match at.hand == Some(table) {
            true => self.of_all(value, table, at),
            false => self.but_for_picks(value, table, at),
        }
    }

    /// Without the row at hand the value is the same for every row: it is computed once, above the iterator, where that is
    /// in sight.
    fn of_all(&mut self, value: &Scalar, table: TableId, at: Place) -> Dax {
        let around = if at.in_row { self.hands_of_frame() } else { self.hands().len() };
        let rows: Vec<_> = self.hands().iter().take(around).cloned().collect();
        let (own, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.table == table);
        let inner =
            self.with_hands(Vec::new(), |this| this.frame(None, Period::Kept, |this| this.value(value, Place::SHOWN)));
        let mut filters = self.filters_of(table);
        for column in own.into_iter().flat_map(|row| row.columns) {
            if !is_aside(column, &filters) {
                filters.push(Dax::Column(column));
            }
        }
        let mut filters: Vec<Dax> = filters.into_iter().map(removed).collect();
        filters.extend(others.iter().flat_map(|row| self.set_aside(row, row.alone)));
        let cleared = calculate("CALCULATE", inner, filters, at);
        if at.in_row {
            let name = variable_of(&self.label(value), "Value");
            return self.bind(&name, cleared);
        }
        cleared
    }

    /// At a row of another table that leads to one of these: what the row leads to is the row, and stays.
    fn but_for_picks(&mut self, value: &Scalar, table: TableId, at: Place) -> Dax {
        let own: Vec<Dax> = self.columns_of_row(at.hand, table).into_iter().map(Dax::Column).collect();
        let filters = match own.is_empty() {
            true => self.filters_of(table),
            false => self.columns_of(table).into_iter().filter(|column| !own.contains(column)).collect(),
        };
        if filters.is_empty() {
            return self.value(value, at);
        }
        let hand = self.frame_hand(at);
        let inner = self.with_ignored(self.filters_of(table), |this| {
            this.frame(hand, Period::Kept, |this| this.value(value, Place { in_row: false, ..at }))
        });
        calculate("CALCULATE", inner, filters.into_iter().map(removed).collect(), at)
    }

    /// The table itself, or each of its columns where removing the table's filters would reach the tables it
    /// leads to (REMOVEFILTERS of a table clears its expanded table).
    fn filters_of(&self, table: TableId) -> Vec<Dax> {
        let gold = self.gold();
        let leads_nowhere = gold.leaving(table).all(|(_, relationship)| !relationship.active);
        match gold.table(table).is_some_and(|found| found.date.is_none()) && leads_nowhere {
            true => vec![Dax::Table(table)],
            false => self.columns_of(table),
        }
    }

    /// The columns by which a table can be filtered from outside.
    fn columns_of(&self, table: TableId) -> Vec<Dax> {
        let Some(found) = self.gold().table(table) else { return Vec::new() };
        let id = |at: usize| ColumnId { table, index: at as u32 };
        let seen =
            |(at, column): &(usize, &Column)| column.group || column.label.is_some() || self.book.is_filtered(id(*at));
        let mut ids: Vec<_> = found.columns.iter().enumerate().filter(seen).map(|(at, _)| id(at)).collect();
        ids.extend(self.key(table).filter(|key| !ids.contains(key)));
        ids.into_iter().map(Dax::Column).collect()
    }

    /// Whether a measure, asked at a row of the table, would narrow what is of all its rows: the rows around have columns
    /// that the measure does not set aside.
    pub fn narrows_what_is_of_all(&self, node: Node, hand: TableId) -> bool {
        let columns = || self.hands().iter().flat_map(|row| &row.columns);
        if columns().all(|column| Some(*column) == self.key(hand)) || !self.ignores(node, hand) {
            return false;
        }
        let aside = self.filters_of(hand);
        !columns().all(|column| is_aside(*column, &aside))
    }

    /// Whether what is asked sets the filters on a table aside, through what it names.
    fn ignores(&self, node: Node, ignored: TableId) -> bool {
        let mut found = false;
        visit_named(self.plan, node, &mut |node| {
            found |= matches!(node, Node::Scalar(Scalar { kind: ScalarKind::Ignoring { table, .. }, .. }) if *table == ignored);
        });
        found
    }

    fn label(&self, value: &Scalar) -> String {
        match &value.kind {
            ScalarKind::Metric(id) => self.model.metric(*id).map_or_else(String::new, |m| m.head.label.clone()),
            ScalarKind::Zero(inner) | ScalarKind::ToNumber(inner) | ScalarKind::Rounded(inner) => self.label(inner),
            _ => "Whole".to_owned(),
        }
    }
}

/// Whether the filters on a column go with those on these tables and columns.
fn is_aside(column: ColumnId, filters: &[Dax]) -> bool {
    filters.contains(&Dax::Column(column)) || filters.contains(&Dax::Table(column.table))
}

/// A call for each: not every evaluator takes `REMOVEFILTERS ( a, b )` for the same.
pub(super) fn removed(filter: Dax) -> Dax {
    Dax::call("REMOVEFILTERS", [filter])
}
