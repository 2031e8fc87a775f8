//! Windows of a date that is reached over an inactive relationship -> the keys that lead to such dates.
//!
//! No filter on the date's own table would reach the rows, so the keys whose dates lie in the window
//! stand as a filter of the rows' foreign key. They are computed without what a reader filters: the
//! date is that of the row reached (rule R35).

use crate::gold::{ColumnId, RelationshipId};
use crate::plan::tree::{Column, Condition, Scalar, ScalarKind};

use super::lower::{Lower, Place};
use super::rows::date_column;
use super::tree::{Dax, Operator};

/// Where the path to a window's date takes its first inactive relationship.
pub(super) struct Detour {
    /// The column that leads over it, seen from the row at hand.
    pub foreign_key: Column,
    /// What the column holds: keys of the table led to.
    key: ColumnId,
    /// The window, seen from a row of that table.
    window: Condition,
    name: String,
}

impl Lower<'_> {
    /// None where the condition is no window, or its date is reached over active relationships alone.
    pub fn detour(&self, condition: &Condition) -> Option<Detour> {
        let date = window_date(condition)?;
        let column = date_column(date)?;
        let at = column.path.iter().position(|id| !self.all_active(&[*id]))?;
        let (before, after) = column.path.split_at(at);
        let (step, rest) = after.split_first()?;
        let relationship = self.gold().relationship(*step)?;
        Some(Detour {
            foreign_key: Column { path: before.to_vec(), column: relationship.from, fold: false },
            key: relationship.to,
            window: seen_from(condition, date, column, rest),
            name: self.keys_by_date(relationship.to, column.column),
        })
    }

    /// `IN` reads an empty set as no key at all, TREATAS is told differently.
    pub fn over_detour(&mut self, detour: Detour, at: Place) -> Dax {
        let Detour { foreign_key, key, window, name } = detour;
        let test = self.filter_of(&window, key.table);
        let keys = [Dax::call("DISTINCT", [Dax::Column(key)]), Dax::call("REMOVEFILTERS", []), test];
        let keys = self.bind(&name, Dax::call("CALCULATETABLE", keys));
        Dax::binary(Operator::In, self.column(&foreign_key, at), keys)
    }

    /// `CustomersBySignedOn`.
    fn keys_by_date(&self, key: ColumnId, date: ColumnId) -> String {
        let date = self.gold().column(date).map_or("", |column| &column.name);
        Self::variable_name(&format!("{}s by {}", self.table_label(key.table), date.replace('_', " ")))
    }
}

fn window_date(condition: &Condition) -> Option<&Scalar> {
    match condition {
        Condition::Within { date, .. } | Condition::InPeriod { date } => Some(date),
        _ => None,
    }
}

/// The window of the same date at the end of what is left of the path.
fn seen_from(condition: &Condition, date: &Scalar, column: &Column, rest: &[RelationshipId]) -> Condition {
    let column = Column { path: rest.to_vec(), ..column.clone() };
    let date = Scalar { kind: ScalarKind::Column(column), ..date.clone() };
    match condition {
        Condition::Within { from, before, .. } => Condition::Within { date, from: *from, before: *before },
        _ => Condition::InPeriod { date },
    }
}
