//! `rows(T)(P, F, h)` and the steps `r.D` from row to row.

use carat::gold::{ColumnId, RelationshipId, TableId};
use carat::model::{PathColumn, Rows};

use super::Judge;
use super::context::{Context, Filter, Hand, Test};
use super::value::{Value, equal};

impl Judge<'_> {
    /// The rows `t` of T that (1) meet every condition of `F` that T reaches and (2) belong to the row
    /// at hand.
    pub fn rows(&self, rows: &Rows, context: &Context) -> Vec<usize> {
        (0..self.data.rows(rows.table))
            .filter(|row| context.filters.iter().all(|filter| self.passes(filter, rows.table, *row, context)))
            .filter(|row| context.hand.is_none_or(|hand| self.belongs(rows, *row, hand)))
            .collect()
    }

    /// `f(t.D)` for `f` on table D with `T ~> D`, columns of no row being missing.
    fn passes(&self, filter: &Filter, table: TableId, row: usize, context: &Context) -> bool {
        let Some(path) = self.model.gold.active_path(table, filter.table) else { return true };
        let reached = self.follow(&path, Some(row));
        match &filter.test {
            Test::Condition(condition) => {
                self.condition(condition, &context.without_filters().at(filter.table, reached))
            }
            Test::OneOf(column, values) => {
                let value = reached.map_or(Value::Missing, |row| self.cell(*column, row));
                values.iter().any(|one| equal(one, &value) || (one.is_missing() && value.is_missing()))
            }
        }
    }

    /// `t.H = h` when `T ~> H`; else `t.X = h.X` for the one nearest X both reach.
    fn belongs(&self, rows: &Rows, row: usize, hand: Hand) -> bool {
        let Some(at_hand) = hand.row else { return false };
        if let Some(link) = rows.through {
            return self.step(link, row) == Some(at_hand);
        }
        let meeting = rows.of.unwrap_or_else(|| self.meeting_place(rows.table, hand.table));
        let gold = &self.model.gold;
        let (Some(theirs), Some(ours)) = (gold.active_path(rows.table, meeting), gold.active_path(hand.table, meeting))
        else {
            return false;
        };
        let (theirs, ours) = (self.follow(&theirs, Some(row)), self.follow(&ours, Some(at_hand)));
        theirs.is_some() && theirs == ours
    }

    /// The nearest table that both reach: H itself where `T ~> H`.
    fn meeting_place(&self, table: TableId, hand: TableId) -> TableId {
        let gold = &self.model.gold;
        let length = |from, to| gold.active_path(from, to).map(|path| path.len());
        let tables = (0..gold.tables.len() as u32).map(TableId);
        let common = tables.filter_map(|x| Some((length(hand, x)?, length(table, x)?, x)));
        common.min().map_or(hand, |(_, _, x)| x)
    }

    /// The row that a chain of relationships leads to from a row; none where a step finds no row.
    pub fn follow(&self, path: &[RelationshipId], row: Option<usize>) -> Option<usize> {
        path.iter().try_fold(row?, |row, link| self.step(*link, row))
    }

    fn step(&self, link: RelationshipId, row: usize) -> Option<usize> {
        let relationship = self.model.gold.relationship(link)?;
        let key = self.cell(relationship.from, row).identity()?;
        self.keys.get(&relationship.to.table)?.get(&key).copied()
    }

    /// A column or path at the row at hand, missing if a step finds no row.
    pub fn path_value(&self, column: &PathColumn, hand: Option<Hand>) -> Value {
        let row = hand.and_then(|hand| self.follow(&column.path, hand.row));
        row.map_or(Value::Missing, |row| self.cell(column.column, row))
    }

    /// A column at the row at hand.
    pub fn column_value(&self, column: ColumnId, hand: Option<Hand>) -> Value {
        self.path_value(&PathColumn { path: Vec::new(), column }, hand)
    }
}
