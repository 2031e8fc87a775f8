//! Where an expression stands: the row at hand and how its columns are written.

use crate::gold::TableId;

#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub at: At,
    /// `this purpose` and `this channel` are known: inside a policy or resolve.
    pub asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// No row at hand: a metric's own expression, an expectation.
    Nowhere,
    /// A row of the table; its columns are written bare.
    Row(TableId),
    /// A row of the table whose columns are written with the table's name, since the expression itself
    /// says which table it reads: `sum(order_line.net_amount)`.
    Written(TableId),
}

impl Scope {
    /// No row at hand, and neither purpose nor channel known.
    pub const NOWHERE: Scope = Scope { at: At::Nowhere, asked: false };

    /// At a row of the table, columns written bare.
    pub fn row(table: TableId) -> Self {
        Scope { at: At::Row(table), asked: false }
    }

    /// The same, with another row at hand.
    pub fn at(self, at: At) -> Self {
        Scope { at, ..self }
    }

    /// The same, inside a policy or resolve.
    pub fn asked(self) -> Self {
        Scope { asked: true, ..self }
    }

    /// The table of the row at hand.
    pub fn hand(self) -> Option<TableId> {
        match self.at {
            At::Nowhere => None,
            At::Row(table) | At::Written(table) => Some(table),
        }
    }
}
